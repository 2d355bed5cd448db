"""Merging tags, or categories, into one, and parting them again."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import changes, many
from blog.categories import Tree
from blog.models import Category, CategoryMerge, Post, Redirect, Tag, TagMerge
from blog.models.redirect import own_path
from blog.revisions import keep_all

Term = Tag | Category
Merge = TagMerge | CategoryMerge


class _Tags:
    """What is done with tags alone; a post may have both before they are merged."""

    merges: Any = TagMerge

    def more_of(self, row: Any) -> dict:
        return {}

    def make_way(self, target: Any, others: list) -> dict:
        return {}

    def give(self, target: Any, numbers: list[int], user) -> None:
        target.posts.add(*numbers)
        keep_all(numbers, user)

    def take_apart(self, merged: Any, rows: dict, user) -> None:
        for source, row in rows.values():
            row.posts.set(Post.objects.filter(pk__in=source["posts"]))
        merged.target.posts.remove(*merged.gained)
        had = [pk for source, _row in rows.values() for pk in source["posts"]]
        keep_all([*merged.gained, *had], user)


class _Categories:
    """What is done with categories alone: they hang in a tree, and a post has one of them."""

    merges: Any = CategoryMerge

    def more_of(self, row):
        names = ["description", "position", "parent_id"]
        return {"more": {name: getattr(row, name) for name in names}}

    def make_way(self, target, others):
        """Hang what hung under `others` under `target`; it takes the place of those above it."""
        going = {row.pk for row in others}
        over = next((row for row in Tree.load().above(target) if row.pk in going), None)
        moved = [(target, over.parent_id)] if over else []
        below = Category.objects.filter(parent__in=going).exclude(pk__in=[*going, target.pk])
        moved += [(child, target.pk) for child in below]
        hung = {str(row.pk): row.parent_id for row, _parent in moved}
        _hang(moved)
        return {"hung": hung}

    def give(self, target, numbers, user):
        many.write(numbers, user, category=target)

    def take_apart(self, merged, rows, user):
        known = set(Category.objects.values_list("pk", flat=True))
        back = [(row, _still(source["more"]["parent_id"], known)) for source, row in rows.values()]
        moved = Category.objects.filter(pk__in=merged.hung)
        back += [
            (row, _still(merged.hung[str(row.pk)], known))
            for row in moved
            if merged.target_id in {row.pk, row.parent_id}  # nobody has moved it since
        ]
        _hang(back)
        for source, row in rows.values():
            still = Post.objects.filter(pk__in=source["posts"], category=merged.target)
            many.write(still.values_list("pk", flat=True), user, category=row)


HANDS: dict[type, _Tags | _Categories] = {Tag: _Tags(), Category: _Categories()}


@transaction.atomic
def merge(target: Term, others: Iterable[Term], user) -> Merge:
    """Give the posts of `others` to `target`, delete `others`, let their pages lead to it."""
    model, hand = type(target), HANDS[type(target)]
    rows = _locked(model, [target, *others])
    target, others = rows.pop(target.pk), list(rows.values())
    had = set(target.posts.values_list("pk", flat=True))
    sources = [_source(row, hand) for row in others]
    touched = {pk for source in sources for pk in source["posts"]}
    gained = sorted(touched - had)
    more = hand.make_way(target, others)
    hand.give(target, gained, user)
    for row in others:
        path = own_path(row)
        row.delete()
        Redirect.objects.move(path, own_path(target))
    keep_all(touched & had, user)
    fields = {"sources": sources, "gained": gained, "user": user, **more}
    return hand.merges.objects.create(target=target, target_name=target.name, **fields)


@transaction.atomic
def undo(merged: Merge, user) -> None:
    """Bring the merged rows back to the posts that had them, as far as these are still there.

    Raise ValidationError if it is too late, if a new row has one of their addresses, or if the tree
    has grown so that they no longer fit in.
    """
    merges: Any = type(merged)._default_manager
    merged = merges.select_for_update(of=("self",)).get(pk=merged.pk)
    if merged.target is None or not merged.can_be_undone:
        raise ValidationError(_("It is too late to undo this."), code="too_late")
    model = type(merged.target)
    taken = model.objects.filter(slug__in=[source["slug"] for source in merged.sources])
    if names := ", ".join(taken.values_list("name", flat=True)):
        raise ValidationError(
            _("Something new has the former address: %(names)s. Give it another one first."),
            code="taken",
            params={"names": names},
        )
    rows = {}
    for source in merged.sources:
        row = model(pk=source.get("pk"), name=source["name"], slug=source["slug"])
        for name, value in source.get("more", {}).items():
            setattr(row, name, None if name == "parent_id" else value)
        row.save(force_insert=True)
        rows[row.pk] = source, row
    HANDS[model].take_apart(merged, rows, user)
    merged.undone_at = timezone.now()
    merged.save(update_fields=["undone_at"])


def _locked(model, rows):
    """Return {number: row}, read again and locked in the order of their keys."""
    if model is Category:
        Category.locked_parents()
    found = model.objects.select_for_update(no_key=True).filter(pk__in=[row.pk for row in rows])
    return {row.pk: row for row in found.order_by("pk")}


def _source(row, hand):
    posts = sorted(row.posts.values_list("pk", flat=True))
    source = {"pk": row.pk, "name": row.name, "slug": row.slug, "posts": posts}
    return source | hand.more_of(row)


def _hang(moves):
    """Hang each row under the category of this number; raise ValidationError at a circle.

    All are taken off first, so that none hangs under what is itself still to be moved.
    """
    Category.objects.filter(pk__in=[row.pk for row, _parent in moves]).update(parent=None)
    for row, parent_id in moves:
        row.parent_id = parent_id
        row.save()
    changes.note(changes.SITE)


def _still(pk, known):
    return pk if pk in known else None
