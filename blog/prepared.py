"""Queries whose SQL is made once in a process: for pages that are read a hundred times a second.

Django builds and compiles the same query anew each time, which costs a page of eight queries three
times what the database needs to answer them (docs/decisions/0008). What comes back are the same
rows that the queryset itself would give.
"""

import copy
import functools
import inspect
from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db import connections, router
from django.db.models import Expression, QuerySet


class Param(Expression):
    """A place in a query for a value that is known later."""

    def __init__(self, name: str | tuple[str, int]):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


def prepared(build: Callable[..., QuerySet], **lengths: int) -> "Prepared":
    """Make a function that returns a queryset into one that returns its rows as a list.

    `build` is called once with a Param for each of its arguments and may use them only as values
    in the query: whatever changes the query's shape needs a function of its own. An argument can
    be what a column holds: a number, a text, a time; None equals nothing, as in SQL. `lengths`
    names arguments that are lists (for `__in`), and how many items they have at most.
    """
    return Prepared(build, lengths)


class Prepared:
    def __init__(self, build: Callable[..., QuerySet], lengths: dict[str, int]):
        self.build = build
        self.names = list(inspect.signature(build).parameters)
        self.lengths = lengths
        self.compiled: dict[str, tuple] = {}

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
        bound = self._bound(values)
        queryset = self.queryset
        query = copy.copy(queryset.query)
        query.get_compiler = lambda using, **_: self._compiler(using, bound)  # type: ignore[method-assign]
        alias = router.db_for_read(queryset.model)
        fresh = type(queryset)(queryset.model, query=query, using=alias)
        fresh._iterable_class = queryset._iterable_class
        return list(fresh)

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

    def _compiler(self, alias, values):
        """Return a compiler that has compiled already and knows the values."""
        if alias not in self.compiled:
            self.compiled[alias] = _compile(self.queryset.query, alias)
        compiler, sql, params, converters = self.compiled[alias]
        bound = copy.copy(compiler)
        # A connection belongs to one thread; all else in there is only read from now on.
        bound.connection = connection = connections[alias]
        for name, value in values.items():
            if isinstance(value, datetime):
                values[name] = connection.ops.adapt_datetimefield_value(value)
        filled = tuple(
            [values[param.name] if isinstance(param, Param) else param for param in params]
        )
        bound.as_sql = lambda *args, **kwargs: (sql, filled)
        bound.get_converters = lambda expressions: converters
        return bound


def _compile(query, alias):
    """Return a compiler, its SQL, the parameters, and what makes values of what a column holds."""
    compiler = query.get_compiler(using=alias)
    sql, params = compiler.as_sql()
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    return compiler, sql, params, compiler.get_converters(columns)
