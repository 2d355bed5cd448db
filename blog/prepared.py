"""Queries whose SQL is made once in a process: for pages that are read a hundred times a second.

Django builds and compiles the same query anew each time, which costs a page of eight queries three
times what the database needs to answer them (docs/decisions/0008). What comes back are the same
rows that the queryset itself would give.
"""

import functools
import inspect
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from django.db import connections, router
from django.db.models import Expression, F, Lookup, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators


class Param(Expression):
    """A place in a query for a value that is known later."""

    def __init__(self, name: str | tuple[str, int]):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def value(self, bound):
        """Return what is put here, of all values by their names."""
        return bound[self.name]


class Among(Lookup):
    """Whether a column is one of any number of whole numbers, which are one value of the query.

    A list of a thousand places takes longer to compile and to bind than to look up.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, column: str, numbers: "Param | Iterable[int]"):
        super().__init__(F(column), numbers)

    def as_sqlite(self, compiler, connection):
        return self._ask(compiler, connection, "%s IN (SELECT value FROM json_each(%%s))", "[%s]")

    def as_postgresql(self, compiler, connection):
        return self._ask(compiler, connection, "%s = ANY(%%s::bigint[])", "{%s}")

    def _ask(self, compiler, connection, sql, form):
        column, params = self.process_lhs(compiler, connection)
        known = None if isinstance(self.rhs, Param) else form % _listed(self.rhs)
        return sql % column, [*params, known or Numbers(self.rhs.name, form)]


class Numbers(Param):
    """A place for whole numbers, as the text that a database reads a list from."""

    def __init__(self, name: str | tuple[str, int], form: str):
        super().__init__(name)
        self.form = form

    def value(self, bound):
        return self.form % _listed(bound[self.name])


def _listed(numbers):
    return ",".join(map(str, numbers))


def prepared(build: Callable[..., QuerySet], **lengths: int) -> "Prepared":
    """Make a function that returns a queryset into one that returns its rows as a list.

    `build` is called once with a Param for each of its arguments and may use them only as values
    in the query: whatever changes the query's shape needs a function of its own. An argument can
    be what a column holds: a number, a text, a time; None equals nothing, as in SQL. `lengths`
    names arguments that are lists (for `__in`), and how many items they have at most; a list of
    numbers of any length is asked with Among.
    """
    return Prepared(build, list(inspect.signature(build).parameters), lengths)


class Prepared:
    def __init__(
        self,
        build: Callable[..., QuerySet],
        names: Sequence[str],
        lengths: Mapping[str, int] = MappingProxyType({}),
    ):
        """Prepare what `build` returns for arguments of these names, in their order."""
        self.build = build
        self.names = names
        self.lengths = lengths
        self.plans: dict[str, Plan] = {}
        self.planning = threading.Lock()

    @functools.cached_property
    def queryset(self) -> QuerySet:
        return self.build(
            *(
                [Param((name, place)) for place in range(self.lengths[name])]
                if name in self.lengths
                else Param(name)
                for name in self.names
            )
        )

    def __call__(self, *values: Any) -> list[Any]:
        """Return the rows for these values of the arguments."""
        alias = router.db_for_read(self.queryset.model)
        plan, connection = self.plans.get(alias) or self._plan(alias), connections[alias]
        bound = self._bound(values)
        for name, value in bound.items():
            if isinstance(value, datetime):
                bound[name] = connection.ops.adapt_datetimefield_value(value)
        filled = {
            key: param.value(bound) if isinstance(param, Param) else param
            for key, param in plan.params.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, filled)
            return plan.read(cursor.fetchall(), connection)

    def _plan(self, alias):
        # Compiling writes into the query, so two threads at once would make a plan of both.
        with self.planning:
            if alias not in self.plans:
                self.plans[alias] = _plan(self.queryset, alias)
            return self.plans[alias]

    def _bound(self, values):
        """Return {name of a Param: its value}; places of a list that are left over are None."""
        bound: dict[Any, Any] = dict(zip(self.names, values, strict=True))
        for name, length in self.lengths.items():
            items = bound.pop(name)
            if len(items) > length:
                raise ValueError(f"{name} has {len(items)} items; it can have {length}")
            for place, item in zip_longest(range(length), items):
                bound[name, place] = item
        return bound


@dataclass(frozen=True)
class Plan:
    """A query of one database, compiled: what it asks, and what is made of the rows that come.

    `converters` are those of the columns that need any: {its place: (functions, expression)}.
    """

    sql: str
    params: dict[str, Any]
    converters: dict[int, tuple]
    make: Callable[[list[tuple]], list[Any]]

    def read(self, rows: list[tuple], connection: Any) -> list[Any]:
        """Return what the queryset would give for rows as the database has them."""
        if rows and self.converters:
            # A column at a time: there are fewer of them than of values.
            columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
            for place, (converters, expression) in self.converters.items():
                for convert in converters:
                    columns[place] = [
                        convert(value, expression, connection) for value in columns[place]
                    ]
            rows = list(zip(*columns, strict=True))
        return self.make(rows)


def _plan(queryset, alias):
    compiler = queryset.query.get_compiler(using=alias)
    sql, params = compiler.as_sql()
    # By name: of "%s" Django makes "?" for SQLite in each call anew, by a search that takes longer
    # than the query.
    keys = [f"p{place}" for place in range(len(params))]
    return Plan(
        sql=sql.replace("%%", "%%%%") % tuple(f"%({key})s" for key in keys),
        params=dict(zip(keys, params, strict=True)),
        converters=compiler.get_converters([column for column, *_ in compiler.select]),
        make=_maker(queryset, compiler, alias),
    )


def _maker(queryset, compiler, alias):
    """Return what makes rows with converted values into models or tuples, as the queryset asks."""
    shape = queryset._iterable_class
    if compiler.has_extra_select or shape not in {ModelIterable, ValuesListIterable}:
        raise TypeError("only models and tuples can be prepared, in an order by what is selected")
    if shape is ValuesListIterable:
        return lambda rows: rows
    info, select, fetch_mode = compiler.klass_info, compiler.select, queryset._fetch_mode
    own = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [column.target.attname for column, *_ in select[own]]
    from_db = functools.partial(info["model"].from_db, alias, names, fetch_mode=fetch_mode)
    populators = get_related_populators(info, select, alias, fetch_mode)
    annotations = compiler.annotation_col_map.items()

    def make(rows):
        found = [from_db(row[own]) for row in rows]
        for row, one in zip(rows, found, strict=True):
            for populator in populators:
                populator.populate(row, one)
            for name, place in annotations:
                setattr(one, name, row[place])
        return found

    return make
