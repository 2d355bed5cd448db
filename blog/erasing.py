"""Erasing a person who asks for it (GDPR art. 17): what each app holds of them, and how it goes.

Run again, it goes on where it was interrupted: the row of the person goes last.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.models import Author


class Texts(TextChoices):
    """What becomes of what a person wrote in public."""

    ANONYMOUS = "anonymous", gettext_lazy("They stay, without a name")
    REMOVED = "removed", gettext_lazy("They are removed as well")


class CannotErase(Exception):
    """Something else has to be decided first; says what, to an editor."""


@dataclass(frozen=True)
class Holding:
    """What one app holds of people: `survey` says it in words, `erase` makes it go."""

    survey: Callable[[Author], list[str]]
    erase: Callable[[Author, Texts], None]


# Apps that blog does not know add theirs.
HOLDINGS: list[Holding] = []


def obstacles(author: Author) -> list[str]:
    """Return what an editor has to do first, in words; nothing of it is for a machine to decide."""
    found = []
    if posts := author.bylines.count():
        found.append(
            ngettext(
                "This person is an author of %(count)d post. Give it to somebody else first.",
                "This person is an author of %(count)d posts. Give them to somebody else first.",
                posts,
            )
            % {"count": posts}
        )
    if author.user_id is not None:
        found.append(_("This person has an account. Delete the account first."))
    return found


def rows_of(author: Author) -> list[Author]:
    """Return all rows of this person; the one that is shown last, for it goes last."""
    return [*author.person.merged.order_by("pk"), author.person]


def survey(author: Author) -> list[str]:
    """Return all that would go, in words."""
    own = [_("Name, e-mail, website, page, portrait and the text about the person")]
    return own + [
        line for row in rows_of(author) for holding in HOLDINGS for line in holding.survey(row)
    ]


def erase(author: Author, texts: Texts) -> None:
    """Erase all rows of a person from all apps; raise CannotErase before anything is done.

    No transaction holds all of it: an answer is written under the lock of its thread, and a person
    of a thousand answers must not lock a thousand threads at once.
    """
    if found := obstacles(author):
        raise CannotErase(" ".join(found))
    for row in rows_of(author):
        for holding in HOLDINGS:
            holding.erase(row, texts)
        _delete(row)


def forget_in_log(model: type[Model], ids: list[int]) -> None:
    """Take the names of these rows out of the admin's log; that something was done stays."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(pk) for pk in ids]
    )
    entries.update(object_repr=f"{model._meta.model_name} (erased)")


@transaction.atomic
def _delete(author):
    forget_in_log(Author, [author.pk])
    storage, portrait = author.portrait.storage, author.portrait.name
    author.delete()
    if portrait:
        transaction.on_commit(lambda: storage.delete(portrait), robust=True)
