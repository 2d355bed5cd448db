"""What has changed, as rows in the transaction that changes it, for the caches of pages.

A page is tagged with what it shows: `post:7`, `author:3`, `category:2`, `tag:9`; `posts` if it is a
list that a new post would stand in, and every page with `site`. A row of Change with such a tag
takes the page out of the cache of every process within a second (config/pagecache.py).
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone

from blog.models.change import Change

KEPT_FOR = timedelta(days=1)
SITE = "site"
POSTS = "posts"


def tag_of(row: models.Model) -> str:
    """Return the tag of pages that show `row`: "post:7"."""
    return f"{row._meta.model_name}:{row.pk}"


def note(*tags: str) -> None:
    """Take the pages with these tags out of all caches, once the transaction is committed."""
    Change.objects.bulk_create([Change(tag=tag) for tag in dict.fromkeys(tags)])


def watch(
    model: type[models.Model],
    tags_of: Callable[..., Iterable[str]],
    *,
    if_new: bool = True,
    if_deleted: Iterable[str] = (),
) -> None:
    """Note the tags that `tags_of(row)` gives whenever a row of `model` is saved or deleted.

    Not when it is new, if `if_new` says that nothing can show it yet; `if_deleted` are noted too
    when it is deleted. By signals, because the admin and QuerySet.delete call no function of ours.
    What changes rows by `QuerySet.update` calls `note` itself.
    """

    def saved(sender, instance, created, **kwargs):
        if if_new or not created:
            note(*tags_of(instance))

    def deleted(sender, instance, **kwargs):
        note(*tags_of(instance), *if_deleted)

    label = f"blog.changes.{model._meta.label}"
    post_save.connect(saved, sender=model, weak=False, dispatch_uid=f"{label}.saved")
    post_delete.connect(deleted, sender=model, weak=False, dispatch_uid=f"{label}.deleted")


def watch_relation(through: type[models.Model]) -> None:
    """Note lists, and the row itself, when a many-to-many relation is changed."""

    def noted(sender, instance, action, reverse, **kwargs):
        if action.startswith("post_"):
            note(SITE if reverse else tag_of(instance), POSTS)

    label = f"blog.changes.{through._meta.label}"
    m2m_changed.connect(noted, sender=through, weak=False, dispatch_uid=label)


def forget_old() -> None:
    """Delete rows that every process has seen long ago."""
    Change.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
