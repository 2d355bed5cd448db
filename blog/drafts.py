"""What somebody is writing and has not saved: one row for a person and a post (or a new one)."""

from collections.abc import Iterable
from datetime import timedelta

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from blog.models import Draft, EditingSession, Post, PostRevision

SITTING = "sitting"  # the field that says which opened form this is
# Buttons, tokens and what only this one request was to do.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "put_back", "beat"})
SITTINGS_REMEMBERED = 20
KEPT_FOR = timedelta(days=90)


def keep_draft(post: Post | None, user, data: QueryDict) -> bool:
    """Keep a form as it was sent; False if it cannot stand beside another draft of that person.

    A draft of another sitting is not overwritten: its writer has yet to say what becomes of it.
    Nor is a form kept that was saved meanwhile.
    """
    sitting = data.get(SITTING, "")
    if was_saved(user, sitting):
        return True
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(post=post, user=user).first()
        if draft and draft.fields.get(SITTING) != [sitting]:
            return False
        values = {"fields": _fields(data), "saved_at": timezone.now()}
        Draft.objects.update_or_create(post=post, user=user, defaults=values)
    return True


def as_sent(draft: Draft) -> QueryDict:
    """Return a draft as the request that would save it."""
    data = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        data.setlist(name, values)
    return data


def complete(data: QueryDict, shown: Iterable[forms.BaseForm]) -> None:
    """Give a text kept before an update of the software what its form has had since.

    `shown` are the form and the rows as they are now. Only what every browser sends is looked at:
    a box or a list that is missing says that nothing is chosen.
    """
    for form in shown:
        for bound in form:
            widget = bound.field.widget
            is_file = isinstance(bound.field, forms.FileField)
            if not is_file and widget.value_omitted_from_data(data, {}, bound.html_name):
                _fill(data, widget, bound.html_name, bound.value())


def _fill(data, widget, name, value):
    if isinstance(widget, forms.MultiWidget):
        for part, suffix, one in zip(
            widget.widgets, widget.widgets_names, widget.decompress(value), strict=True
        ):
            _fill(data, part, name + suffix, one)
        return
    text = widget.format_value(value)
    data.setlist(name, text if isinstance(text, list) else [text or ""])


def was_saved(user, sitting: str) -> bool:
    return bool(sitting) and PostRevision.objects.filter(user=user, sitting=sitting).exists()


def saved_sittings(user) -> list[str]:
    """Return the last forms of this person that were saved, for their browser to forget."""
    saved = PostRevision.objects.filter(user=user).exclude(sitting="")
    return list(saved.values_list("sitting", flat=True)[:SITTINGS_REMEMBERED])


def forget(post: Post, user, sitting: str, *, is_new: bool) -> None:
    """Drop the draft of a form that was saved, and that its writer has the post open."""
    drafts = Draft.objects.filter(post=None if is_new else post, user=user)
    for draft in drafts:
        if draft.fields.get(SITTING) == [sitting]:
            draft.delete()
    EditingSession.objects.filter(post=post, user=user).delete()


def forget_old() -> None:
    """Delete drafts older than KEPT_FOR, and who had a post open before yesterday."""
    now = timezone.now()
    Draft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()
    EditingSession.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()


def _fields(data):
    """Return name to values; without NUL, which PostgreSQL cannot hold."""
    kept = [name for name in data if name not in NOT_KEPT and not name.startswith("_")]
    return {name: [value.replace("\0", "") for value in data.getlist(name)] for name in kept}
