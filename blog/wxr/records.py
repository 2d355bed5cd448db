"""What a WordPress export holds, as plain records."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Site:
    version: str
    title: str
    language: str
    address: str
    """Address of this blog; blogs of one network share `wp:base_site_url`, but not this."""


@dataclass(frozen=True)
class Author:
    number: int
    login: str
    email: str
    name: str


@dataclass(frozen=True)
class Term:
    """A category or tag; `parent` is the slug of the category above it, or ""."""

    number: int
    slug: str
    name: str
    parent: str = ""
    description: str = ""


@dataclass(frozen=True)
class Attachment:
    number: int
    address: str
    path: str
    """Where it lies under wp-content/uploads, or ""."""
    alt: str


@dataclass(frozen=True)
class Moment:
    """One time as WordPress stores it, twice and without a zone; None stands for 0000-00-00."""

    local: datetime | None = None
    gmt: datetime | None = None


@dataclass(frozen=True)
class Comment:
    line: int
    number: int
    parent: int
    user: int
    kind: str
    approved: str
    name: str
    email: str
    website: str
    ip: str
    written: Moment
    content: str
    meta: dict[str, str]


@dataclass(frozen=True)
class ItemTerm:
    domain: str
    slug: str
    name: str


@dataclass(frozen=True)
class Item:
    line: int
    number: int
    kind: str
    status: str
    title: str
    slug: str
    link: str
    creator: str
    content: str
    excerpt: str
    password: str
    is_sticky: bool
    comments_open: bool
    pings_open: bool
    published: Moment
    modified: Moment
    terms: tuple[ItemTerm, ...]
    meta: dict[str, str]
    old_slugs: tuple[str, ...]
    attachment_url: str
    comments: tuple[Comment, ...]


@dataclass
class Survey:
    """What one has to know of a file before its items are read."""

    site: Site = Site("", "", "", "")
    authors: list[Author] = field(default_factory=list)
    categories: list[Term] = field(default_factory=list)
    tags: list[Term] = field(default_factory=list)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    has_own_gmt: bool = False
    """Whether any GMT time differs from the local one beside it."""
