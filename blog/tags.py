"""Merging tags into one, and parting them again."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import Post, Redirect, Tag, TagMerge
from blog.models.redirect import own_path
from blog.revisions import keep


@transaction.atomic
def merge(target: Tag, others: Iterable[Tag], user) -> TagMerge:
    """Give the posts of `others` the tag `target`, delete `others`, let their pages lead to it."""
    had = set(target.posts.values_list("pk", flat=True))
    sources, touched = [], set()
    for tag in others:
        posts = sorted(tag.posts.values_list("pk", flat=True))
        sources.append({"name": tag.name, "slug": tag.slug, "posts": posts})
        touched |= set(posts)
        path = own_path(tag)
        tag.delete()
        Redirect.objects.move(path, own_path(target))
    gained = sorted(touched - had)
    target.posts.add(*gained)
    _keep(touched, user)
    return TagMerge.objects.create(
        target=target, target_name=target.name, sources=sources, gained=gained, user=user
    )


@transaction.atomic
def undo(merged: TagMerge, user) -> None:
    """Bring the merged tags back to the posts that had them, as far as these are still there.

    Raise ValidationError if it is too late, or if a new tag has one of their addresses.
    """
    merged = TagMerge.objects.select_for_update(of=("self",)).get(pk=merged.pk)
    if merged.target is None or not merged.can_be_undone:
        raise ValidationError(_("It is too late to undo this."), code="too_late")
    taken = Tag.objects.filter(slug__in=[source["slug"] for source in merged.sources])
    if names := ", ".join(taken.values_list("name", flat=True)):
        raise ValidationError(
            _("A new tag has the former address: %(names)s. Give it another one first."),
            code="taken",
            params={"names": names},
        )
    touched = set(merged.gained)
    for source in merged.sources:
        tag = Tag.objects.create(name=source["name"], slug=source["slug"])
        tag.posts.set(Post.objects.filter(pk__in=source["posts"]))
        touched |= set(source["posts"])
    merged.target.posts.remove(*merged.gained)
    merged.undone_at = timezone.now()
    merged.save(update_fields=["undone_at"])
    _keep(touched, user)


def _keep(numbers, user):
    for post in Post.objects.filter(pk__in=numbers).iterator(chunk_size=200):
        keep(post, user)
