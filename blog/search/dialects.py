"""The condition of a query as each database asks for it: FTS5 (section 3), and `to_tsquery`.

Terms are ASCII letters and digits, so they can be put between quotes without more ado.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from blog.models import SearchEntry
from blog.search.query import Alternative, Part, Query


@dataclass(frozen=True)
class Field:
    """Where to look: columns of the entry that keep order, those that do not, and their weights."""

    in_order: tuple[str, ...]
    others: tuple[str, ...] = ()


# From what counts most: in the title; in the title or as what it is about; anywhere.
FIELDS = (
    Field(("title_terms",)),
    Field(("title_terms", "about_terms")),
    Field(("title_terms", "about_terms", "body_terms"), ("other_terms",)),
)
WEIGHTS = {"title_terms": "A", "about_terms": "B", "body_terms": "C", "other_terms": "D"}
TABLE = SearchEntry._meta.db_table
INDEX = "blog_searchindex"


def matches(query: Query, field: Field) -> RawSQL:
    """Return the condition that an entry holds all that `query` wants and nothing it excludes.

    What is excluded must stand nowhere, wherever the rest is looked for.
    """
    if connection.vendor == "postgresql":
        sql = f"{TABLE}.vector @@ to_tsquery('simple', %s)"
        return RawSQL(sql, [_tsquery(query, field)], BooleanField())  # noqa: S611
    sql = f"{TABLE}.id IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s)"  # noqa: S608
    return RawSQL(sql, [_fts5(query, field)], BooleanField())  # noqa: S611


def _fts5(query, field):
    found = " AND ".join(f"({_fts5_part(part, field)})" for part in query.wanted)
    if query.excluded:
        unwanted = " OR ".join(f"({_fts5_part(part, FIELDS[-1])})" for part in query.excluded)
        return f"({found}) NOT ({unwanted})"
    return found


def _fts5_part(part: Part, field: Field) -> str:
    ways = [(part.phrases, field.in_order), (part.single, field.in_order + field.others)]
    return " OR ".join(
        f"{{{' '.join(columns)}}} : ({' OR '.join(_quoted(way) for way in alternatives)})"
        for alternatives, columns in ways
        if alternatives
    )


def _quoted(way: Alternative) -> str:
    return f'"{" ".join(way)}"'


def _tsquery(query, field):
    found = [f"({_tsquery_part(part, field)})" for part in query.wanted]
    found += [f"!({_tsquery_part(part, FIELDS[-1])})" for part in query.excluded]
    return " & ".join(found)


def _tsquery_part(part: Part, field: Field) -> str:
    ways = [(part.phrases, field.in_order), (part.single, field.in_order + field.others)]
    return " | ".join(
        f"({' <-> '.join(f'{term}:{_weights(columns)}' for term in way)})"
        for alternatives, columns in ways
        for way in alternatives
    )


def _weights(columns: tuple[str, ...]) -> str:
    return "".join(WEIGHTS[column] for column in columns)
