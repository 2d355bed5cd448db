"""People of an import as Author rows: nobody's address is proved by a file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from blog.importing.receipt import Receipt
from blog.models import Author
from blog.slugs import make_slug
from blog.text import plain_text
from blog.validators import normalise_email
from blog.wxr import Author as WxrAuthor

BATCH = 500


@dataclass(frozen=True)
class Person:
    """Who signed with an address: the name as typed, and what else was typed."""

    name: str
    website: str
    language: str


class People:
    """The authors a file names, found by login, by number or by name."""

    def __init__(self, authors: Sequence[WxrAuthor], language: str, receipt: Receipt) -> None:
        self.language, self.receipt = language, receipt
        self._by_login: dict[str, Author] = {}
        self._by_number: dict[int, Author] = {}
        self._by_name: dict[str, Author] = {}
        for author in authors:
            self._add(author)

    def with_login(self, login: str) -> Author | None:
        """Return the author of an item; WXR 1.0 names them instead, and some are in no list."""
        if not login:
            return None
        known = self._by_login.get(login) or self._by_name.get(login)
        return known or self._add(WxrAuthor(0, login, "", login))

    def with_number(self, number: int) -> Author | None:
        """Return who was logged in with that number, if the file names them."""
        return self._by_number.get(number)

    def co_author(self, slug: str, name: str) -> Author | None:
        """Return a byline of Co-Authors Plus, whose slug is the login with `cap-` before it."""
        return self._by_login.get(slug.removeprefix("cap-")) or self.with_login(name)

    def _add(self, found):
        name = plain_text(found.name) or found.login
        name = self.receipt.fitted(name, 120, "names")
        author, is_new = self._author(valid_email(found.email, self.receipt), name)
        author = author.person
        self.receipt.came_in["authors"] += is_new
        self._by_login[found.login] = self._by_name[name] = author
        if found.number:
            self._by_number[found.number] = author
        return author

    def _author(self, email, name):
        if email:
            return Author.objects.get_or_create_by_email(email, name=name, language=self.language)
        # Known by name alone: the same name without an address is the same person.
        nameless = Author.objects.filter(email=None, name=name).first()
        if nameless:
            return nameless, False
        return Author.objects.create(name=name, language=self.language), True


def valid_email(email: str, receipt: Receipt) -> str:
    """Return an address as typed, or "" and a note if it is none."""
    try:
        validate_email(email)
    except ValidationError:
        if email:
            receipt.note("e-mail addresses that are none were dropped", email)
        return ""
    if len(email) > 254:  # RFC 3696 erratum 1690, and the length of the column
        receipt.note("e-mail addresses over 254 characters were dropped", email)
        return ""
    return email


def authors_by_email(people: Mapping[str, Person], receipt: Receipt) -> dict[str, Author]:
    """Return the Author of each normalised address, made (unverified) where there was none.

    A few queries for each 500 people; rows that exist are left as they are.
    """
    authors: dict[str, Author] = {}
    for emails in batched(people, BATCH):
        authors |= {
            author.email or "": author for author in Author.objects.filter(email__in=emails)
        }
        missing = [email for email in emails if email not in authors]
        slugs = _free_slugs([people[email].name for email in missing])
        new = [
            Author(
                name=people[email].name,
                slug=slug,
                email=normalise_email(email),
                website=people[email].website,
                language=people[email].language,
            )
            for email, slug in zip(missing, slugs, strict=True)
        ]
        authors |= {author.email or "": author for author in Author.objects.bulk_create(new)}
        receipt.came_in["people who answered, by their address"] += len(new)
    return authors


def _free_slugs(names) -> Iterator[str]:
    """Yield an unused slug for each name: one query, and one for each slug that is wanted twice."""
    wanted = [make_slug(name) or "person" for name in names]
    used = set(Author.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    for base in used | {base for base, times in Counter(wanted).items() if times > 1}:
        numbered = Author.objects.filter(slug__startswith=f"{base}-")
        used.update(numbered.values_list("slug", flat=True))
    numbers: Counter[str] = Counter()
    for base in wanted:
        slug = base
        while slug in used:
            numbers[base] += 1
            slug = f"{base}-{numbers[base] + 1}"
        used.add(slug)
        yield slug
