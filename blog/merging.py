"""Two people save one post: what each has changed is told apart, and nobody's text goes.

A form says which revision it began from. If there is a newer one by then, each field is looked at
in three states: as the form began, as it stands now (theirs), as it was sent (mine). What only one
of them changed is that one's; what both changed is for a person to choose.
"""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import FileField
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString

from blog.comparison import in_words, label_of, show_difference
from blog.models import PostRevision
from blog.revisions import differing, field_of

CHOICE = "merge_"  # before the name of a field: whose value shall stand, "mine" or "theirs"
# What is in order and stands in rows of its own: prefix of the formset, and the row it names.
FORMSETS = {"authors": ("bylines", "author"), "related": ("related_by_hand", "other")}


@dataclass(frozen=True)
class Conflict:
    name: str
    label: str
    theirs: str
    diff: SafeString  # from theirs to mine

    @property
    def choice(self) -> str:
        return CHOICE + self.name


@dataclass
class Merge:
    """What has become of a form whose post was saved meanwhile."""

    theirs: PostRevision
    taken: list[str] = field(default_factory=list)  # labels of what only they changed
    conflicts: list[Conflict] = field(default_factory=list)


def choose(form: forms.ModelForm, data: QueryDict, shown: PostRevision) -> None:
    """Put into `data` what was chosen of the revision that the form has shown as theirs."""
    for key in [key for key in data if key.startswith(CHOICE)]:
        name = key.removeprefix(CHOICE)
        if data.get(key) == "theirs" and name in shown.state:
            _take(form, data, name, shown.state[name])
        del data[key]


def merge(
    form: forms.ModelForm, data: QueryDict, base: PostRevision, theirs: PostRevision
) -> Merge | None:
    """Change `data` as sent, begun from `base`, to stand on `theirs`; None if that changes nothing.

    What both have changed stays as it was typed and is named in the result.
    """
    changed = differing(base.state, theirs.state)
    if not changed:
        return None
    result = Merge(theirs)
    for name in changed:
        began, now = base.state[name], theirs.state[name]
        if name in FORMSETS:
            _merge_rows(result, form, data, name, began, now)
        elif name in form.fields and _differs(form, data, name, now):
            if _differs(form, data, name, began):
                result.conflicts.append(_conflict(form, data, name, now))
            else:
                _take(form, data, name, now)
                result.taken.append(label_of(name))
    for name in FORMSETS:
        mine = _sent_rows(data, name)
        if mine is not None:
            _set_rows(data, form.instance, name, mine)
    return result


def _merge_rows(result, form, data, name, began, now):
    """Take their list if only they have changed it; ids as texts, as forms send them."""
    mine, before, theirs = _sent_rows(data, name), _ids(began), _ids(now)
    if mine is None or mine == theirs:
        return
    if mine == before:
        _set_rows(data, form.instance, name, theirs)
        result.taken.append(label_of(name))
        return
    known = field_of(name)
    numbers = [int(pk) for pk in mine if pk.isdecimal()]
    rows = known.related_model._default_manager.in_bulk(numbers)
    own = [{"id": pk, "name": str(rows[pk])} for pk in numbers if pk in rows]
    diff = show_difference(name, now, own)
    result.conflicts.append(Conflict(name, label_of(name), in_words(known, now), diff))


def _differs(form, data, name, value):
    """Whether the form as sent has another value than a revision."""
    if isinstance(form.fields[name], forms.FileField):
        return name in form.files or f"{name}-clear" in data
    wanted = _as_sent(form, name, value)
    return any(_texts(data.getlist(key)) != _texts(texts) for key, texts in wanted.items())


def _take(form, data, name, value):
    if name in FORMSETS:
        _set_rows(data, form.instance, name, _ids(value))
        return
    if name not in form.fields:
        return
    if isinstance(form.fields[name], forms.FileField):
        form.files.pop(name, None)
        data.pop(f"{name}-clear", None)
        return
    wanted = _as_sent(form, name, value)
    for key in _keys(form, name):
        data.setlist(key, wanted.get(key, []))


def _conflict(form, data, name, now):
    known = field_of(name)
    sent = [value for key in _keys(form, name) for value in data.getlist(key)]
    if isinstance(known, FileField):
        mine: Any = ""
    elif known.is_relation:
        rows = known.related_model._default_manager.filter(pk__in=filter(str.isdecimal, sent))
        mine = [{"id": row.pk, "name": str(row)} for row in rows]
        mine = mine if known.many_to_many else next(iter(mine), None)
    elif isinstance(form.fields[name], forms.SplitDateTimeField):
        mine = _moment(form, name, data)
    elif isinstance(form.fields[name], forms.BooleanField):
        mine = bool(sent)
    else:
        mine = " ".join(sent)
    return Conflict(name, label_of(name), in_words(known, now), show_difference(name, now, mine))


def _moment(form, name, data):
    """Return a time as a revision has it, or what was typed instead of one."""
    form_field = form.fields[name]
    sent = form_field.widget.value_from_datadict(data, {}, form.add_prefix(name))
    try:
        moment = form_field.clean(sent)
    except forms.ValidationError:
        return None
    return moment and moment.isoformat()


def _keys(form, name):
    key = form.add_prefix(name)
    widget = form.fields[name].widget
    if isinstance(widget, forms.MultiWidget):
        return [key + suffix for suffix in widget.widgets_names]
    return [key]


def _as_sent(form, name, value):
    """Return what a browser would send for this value of a revision: key to list of texts."""
    form_field, keys = form.fields[name], _keys(form, name)
    if isinstance(form_field.widget, forms.MultiWidget):
        parts = form_field.widget.decompress(value and parse_datetime(value))
        widgets = form_field.widget.widgets
        return {
            key: [widget.format_value(part) or ""]
            for key, widget, part in zip(keys, widgets, parts, strict=True)
        }
    if isinstance(form_field, forms.BooleanField):
        return {keys[0]: ["on"] if value else []}
    if isinstance(value, list):
        return {keys[0]: _ids(value)}
    if isinstance(value, dict):
        value = value["id"]
    return {keys[0]: ["" if value is None else str(value)]}


def _texts(values):
    """Browsers send lines as they like and choices in any order; what counts is the text."""
    return sorted(filter(None, (value.replace("\r\n", "\n").strip() for value in values)))


def _ids(references):
    return [str(reference["id"]) for reference in references]


def _sent_rows(data, name):
    """Return the ids that a formset of the form names, in order; None without that formset."""
    prefix, field = FORMSETS[name]
    if f"{prefix}-TOTAL_FORMS" not in data:
        return None
    rows = []
    for number in range(_number(data.get(f"{prefix}-TOTAL_FORMS"))):
        row = f"{prefix}-{number}-"
        if data.get(f"{row}{field}") and not data.get(f"{row}DELETE"):
            rows.append((_number(data.get(f"{row}position")), number, data[f"{row}{field}"]))
    return [named for _position, _number_, named in sorted(rows)]


def _set_rows(data, post, name, wanted):
    """Write the formset so that it makes of the rows there are now those that are wanted."""
    prefix, field = FORMSETS[name]
    for key in [key for key in data if key.startswith(f"{prefix}-")]:
        del data[key]
    rows = list(getattr(post, prefix).order_by("position", "pk"))
    named = [str(getattr(row, f"{field}_id")) for row in rows]
    forms_ = [(row.pk, pk) for row, pk in zip(rows, named, strict=True)]
    forms_ += [("", pk) for pk in dict.fromkeys(wanted) if pk not in named]
    data[f"{prefix}-TOTAL_FORMS"] = str(len(forms_))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(rows))
    for number, (pk, other) in enumerate(forms_):
        row = f"{prefix}-{number}-"
        place = wanted.index(other) if other in wanted else number
        data[f"{row}id"], data[f"{row}post"] = str(pk), str(post.pk)
        data[f"{row}{field}"], data[f"{row}position"] = other, str(place)
        if other not in wanted:
            data[f"{row}DELETE"] = "on"


def _number(text):
    return min(int(text), 1000) if text and text.isdecimal() else 0
