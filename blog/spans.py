"""Rows counted by weeks, months or years of local time, in one query and without their dates.

TruncWeek and its kind call Python for each row on SQLite, which takes 10,000 rows most of a second;
comparing with the edges of a few spans is left to the database.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

NEXT = {
    "year": lambda day: day.replace(year=day.year + 1, month=1, day=1),
    "month": lambda day: (day.replace(day=28) + timedelta(days=4)).replace(day=1),
    "day": lambda day: day + timedelta(days=1),
}
FIRST = {
    "year": lambda day: day.replace(month=1, day=1),
    "month": lambda day: day.replace(day=1),
    "day": lambda day: day,
}


def midnight(day: date) -> datetime:
    """Return when a day begins here."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def counts(rows: QuerySet, field: str, edges: Sequence[datetime]) -> list[int]:
    """Return how many of `rows` lie between each two neighbours of `edges`; one query."""
    within = rows.order_by().filter(**{f"{field}__gte": edges[0], f"{field}__lt": edges[-1]})
    asked = {
        f"span_{number}": Count("pk", filter=Q(**{f"{field}__gte": start, f"{field}__lt": end}))
        for number, (start, end) in enumerate(pairwise(edges))
    }
    found = within.aggregate(**asked)
    return [found[name] for name in asked]


class Dates:
    """Stands in for a queryset where Django's admin asks which dates its rows have."""

    def __init__(self, rows: QuerySet) -> None:
        self.rows = rows

    def aggregate(self, **expressions):
        return self.rows.order_by().aggregate(**expressions)

    def datetimes(self, field: str, kind: str) -> list[datetime]:
        """Return the beginnings of the years, months or days that have rows; two queries."""
        ends = self.aggregate(first=Min(field), last=Max(field))
        if ends["first"] is None:
            return []
        days = [FIRST[kind](timezone.localdate(ends["first"]))]
        while days[-1] <= timezone.localdate(ends["last"]):
            days.append(NEXT[kind](days[-1]))
        edges = [midnight(day) for day in days]
        found = counts(self.rows, field, edges)
        return [start for start, count in zip(edges, found, strict=False) if count]
