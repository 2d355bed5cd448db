"""Every saved state of a post: written with each save, put back field by field.

What a revision holds is declared once, in `Post.REVISED`. Whatever saves a post for somebody calls
`keep` in its transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.models import Author, Post, PostRevision

# Whether, when and how prominently a post is public is decided in its form, where the right to do
# so is asked for.
NOT_RESTORED = frozenset({"status", "published_at", "is_pinned", "modified_at"})

PIECE = 200  # posts whose states are looked at in one go

State = dict[str, Any]


def field_of(name: str) -> Any:
    """Return a field of Post.REVISED; `Any`, because get_field's type knows relations to it too."""
    return Post._meta.get_field(name)


def snapshot(post: Post) -> State:
    """Return the fields of Post.REVISED as JSON can hold them; relations as the database has them.

    A related row is its id and, to be read when it is gone, its name. People are the id alone: who
    is erased must not live on in old revisions.
    """
    return snapshots([post])[0]


def snapshots(posts: Sequence[Post]) -> list[State]:
    """Return the `snapshot` of each post, for as many queries as one takes."""
    fields = [field_of(name) for name in Post.REVISED]
    single = [field.name for field in fields if field.is_relation and not field.many_to_many]
    models.prefetch_related_objects(posts, *single)
    many = {field.name: _related(posts, field) for field in fields if field.many_to_many}
    with override(None):
        return [
            {
                field.name: many[field.name][post.pk]
                if field.many_to_many
                else _stored(post, field)
                for field in fields
            }
            for post in posts
        ]


def differing(old: State, new: State) -> list[str]:
    """Return the names of the fields that differ, in the order of Post.REVISED.

    A field that one of them does not know yet does not differ.
    """
    known = [name for name in Post.REVISED if name in old and name in new]
    return [name for name in known if _compared(old[name]) != _compared(new[name])]


def keep(post: Post, user=None, *, restored_from=None, sitting="") -> PostRevision | None:
    """Write down how `post` now stands; return None if the last revision says just that.

    Locks the row of the post until the caller's transaction ends.
    """
    kept = keep_all([post.pk], user, restored_from=restored_from, sitting=sitting)
    return kept[0] if kept else None


@transaction.atomic
def keep_all(numbers: Iterable[int], user=None, **fields: Any) -> list[PostRevision]:
    """Do `keep` for the posts of these numbers; a few queries for each PIECE of them."""
    kept: list[PostRevision] = []
    for piece in batched(sorted(set(numbers)), PIECE):
        posts = list(
            Post.objects.select_for_update(no_key=True).filter(pk__in=piece).order_by("pk")
        )
        last = _last_revisions(piece)
        for post, state in zip(posts, snapshots(posts), strict=True):
            before = last.get(post.pk)
            changed = differing(before.state, state) if before else []
            if before is None or changed:
                kept.append(
                    PostRevision(post=post, user=user, state=state, changed=changed, **fields)
                )
    return PostRevision.objects.bulk_create(kept, batch_size=PIECE)


def current(post: Post) -> PostRevision:
    """Return the revision that says how `post`, fresh from the database, stands.

    It is written now if a script, an import or an update of many rows has passed by `keep`.
    """
    last = post.revisions.select_related("user").first()
    if last and not differing(last.state, snapshot(post)):
        return last
    return keep(post) or post.revisions.select_related("user").latest("pk")


@transaction.atomic
def restore(revision: PostRevision, names: Iterable[str], user) -> PostRevision | None:
    """Put these fields back as they were; return the revision that says so, None if all are so.

    Raise ValidationError if a value is possible no more: its address is another post's, its
    category is gone, its picture is deleted. Nothing is changed then.
    """
    names = [name for name in Post.REVISED if name in set(names) - NOT_RESTORED]
    post = Post.objects.select_for_update(no_key=True).get(pk=revision.post_id)
    keep(post)
    fields = [field_of(name) for name in names if name in revision.state]
    values = {field.name: restored(field, revision.state[field.name]) for field in fields}
    for field in fields:
        if not field.many_to_many:
            setattr(post, field.attname, values[field.name])
    others = [field.name for field in Post._meta.get_fields() if field.name not in names]
    post.clean_fields(exclude=others)
    post.clean()
    post.validate_unique(exclude=others)
    post.validate_constraints(exclude=others)
    post.save()
    for field in fields:
        if field.many_to_many:
            _set_many(post, field, values[field.name])
    return keep(post, user, restored_from=revision)


def restored(field: models.Field, value: Any) -> Any:
    """Return the value that a revision holds as the model takes it: relations as their ids.

    Raise ValidationError if it leads to what is gone.
    """
    if field.is_relation:
        return _ids(field, value)
    if isinstance(field, models.FileField):
        return _file(field, value)
    if isinstance(field, models.DateTimeField):
        return value and parse_datetime(value)
    return value


def _last_revisions(numbers):
    newest = PostRevision.objects.filter(post__in=numbers).order_by().values("post")
    newest = newest.annotate(newest=models.Max("pk")).values("newest")
    return {revision.post_id: revision for revision in PostRevision.objects.filter(pk__in=newest)}


def _related(posts, field):
    """Return {number of a post: its related rows as `_reference`s, in their order}."""
    here, there = field.m2m_field_name(), field.m2m_reverse_field_name()
    rows = _through(posts, field).select_related(there)
    found: dict[int, list] = {post.pk: [] for post in posts}
    for row in rows:
        found[getattr(row, f"{here}_id")].append(_reference(getattr(row, there)))
    return found


def _stored(post, field):
    value = getattr(post, field.name)
    if field.is_relation:
        return value and _reference(value)
    if isinstance(field, models.FileField):
        return value.name or ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")  # as exact as a form
    return value


def _through(posts, field):
    """Return the rows between `posts` and their related rows, in their order if they have one."""
    through = field.remote_field.through
    rows = through._default_manager.filter(**{f"{field.m2m_field_name()}__in": posts})
    return rows if through._meta.ordering else rows.order_by(field.m2m_reverse_field_name())


def _reference(row):
    return {"id": row.pk} if isinstance(row, Author) else {"id": row.pk, "name": str(row)}


def _compared(value):
    """Return what counts of a stored value: a category with a better name is the same one."""
    if isinstance(value, list):
        return [_compared(item) for item in value]
    if isinstance(value, dict):
        return value["id"]
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _ids(field, value):
    references = value if field.many_to_many else [value] if value else []
    wanted = [reference["id"] for reference in references]
    rows = field.related_model._default_manager.filter(pk__in=wanted)
    found = set(rows.values_list("pk", flat=True))
    if field.related_model is Author:
        wanted = _people(wanted)
    if lost := [reference for reference in references if reference["id"] not in found]:
        names = ", ".join(reference.get("name", _("a person")) for reference in lost)
        raise ValidationError(
            _("“%(field)s” cannot be put back, for this is gone: %(names)s."),
            code="gone",
            params={"field": field.verbose_name, "names": names},
        )
    return wanted if field.many_to_many else next(iter(wanted), None)


def _people(numbers):
    """Return the rows of these people that are shown, each once, in their order."""
    joined = Author.objects.filter(pk__in=numbers).exclude(merged_into=None)
    shown = dict(joined.values_list("pk", "merged_into"))
    return list(dict.fromkeys(shown.get(pk, pk) for pk in numbers))


def _file(field, name):
    if name and not field.storage.exists(name):
        raise ValidationError(
            _("“%(field)s” cannot be put back, for the file is gone."),
            code="gone",
            params={"field": field.verbose_name},
        )
    return name


def _set_many(post, field, ids):
    through = field.remote_field.through
    if through._meta.auto_created:
        getattr(post, field.name).set(ids)
        return
    target = through._meta.get_field(field.m2m_reverse_field_name()).attname
    rows = {getattr(row, target): row for row in _through([post], field)}
    for pk in rows.keys() - set(ids):
        rows[pk].delete()
    for position, pk in enumerate(ids):
        row = rows.get(pk) or through(**{field.m2m_field_name(): post, target: pk})
        row.position = position
        row.save()
