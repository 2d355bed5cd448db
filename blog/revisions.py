"""Every saved state of a post: written with each save, put back field by field.

What a revision holds is declared once, in `Post.REVISED`. Whatever saves a post for somebody calls
`keep` in its transaction.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
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

State = dict[str, Any]


def field_of(name: str) -> Any:
    """Return a field of Post.REVISED; `Any`, because get_field's type knows relations to it too."""
    return Post._meta.get_field(name)


def snapshot(post: Post) -> State:
    """Return the fields of Post.REVISED as JSON can hold them; relations as the database has them.

    A related row is its id and, to be read when it is gone, its name. People are the id alone: who
    is erased must not live on in old revisions.
    """
    with override(None):
        return {name: _stored(post, field_of(name)) for name in Post.REVISED}


def differing(old: State, new: State) -> list[str]:
    """Return the names of the fields that differ, in the order of Post.REVISED.

    A field that one of them does not know yet does not differ.
    """
    known = [name for name in Post.REVISED if name in old and name in new]
    return [name for name in known if _compared(old[name]) != _compared(new[name])]


@transaction.atomic
def keep(post: Post, user=None, *, restored_from=None, sitting="") -> PostRevision | None:
    """Write down how `post` now stands; return None if the last revision says just that.

    Locks the row of the post until the caller's transaction ends.
    """
    stored = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    state, last = snapshot(stored), stored.revisions.first()
    changed = differing(last.state, state) if last else []
    if last and not changed:
        return None
    return PostRevision.objects.create(
        post=stored,
        user=user,
        state=state,
        changed=changed,
        restored_from=restored_from,
        sitting=sitting,
    )


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


def _stored(post, field):
    if field.many_to_many:
        rows = _through(post, field).select_related(field.m2m_reverse_field_name())
        return [_reference(getattr(row, field.m2m_reverse_field_name())) for row in rows]
    value = getattr(post, field.name)
    if field.is_relation:
        return value and _reference(value)
    if isinstance(field, models.FileField):
        return value.name or ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")  # as exact as a form
    return value


def _through(post, field):
    """Return the rows between `post` and its related rows, in their order if they have one."""
    through = field.remote_field.through
    rows = through._default_manager.filter(**{field.m2m_field_name(): post})
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
    if lost := [reference for reference in references if reference["id"] not in found]:
        names = ", ".join(reference.get("name", _("a person")) for reference in lost)
        raise ValidationError(
            _("“%(field)s” cannot be put back, for this is gone: %(names)s."),
            code="gone",
            params={"field": field.verbose_name, "names": names},
        )
    return wanted if field.many_to_many else next(iter(wanted), None)


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
    rows = {getattr(row, target): row for row in _through(post, field)}
    for pk in rows.keys() - set(ids):
        rows[pk].delete()
    for position, pk in enumerate(ids):
        row = rows.get(pk) or through(**{field.m2m_field_name(): post, target: pk})
        row.position = position
        row.save()
