"""Rows of the database as objects, where Django's way to make or insert them costs too much."""

import functools

from django.db import connections, models
from django.db.models.base import ModelState
from django.db.models.sql import InsertQuery


class QuickRows(models.Model):
    """Takes what was loaded at once, where Django sets field by field and looks for deferred ones.

    A third of the time. For models whose rows nobody waits for by the signals of `__init__`
    (tests/blog/test_rows.py).
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values, *, fetch_mode=None):
        row = cls.__new__(cls)
        row.__dict__.update(zip(field_names, values, strict=True))
        state = row._state = ModelState()
        state.db, state.adding = db, False
        if fetch_mode is not None:
            state.fetch_mode = fetch_mode
        return row


class QuickInsert(models.Model):
    """Inserts a row by SQL that is made once in a process, where Django makes it for each.

    `save` is what it always was, signals included; what it cannot know in advance it leaves to
    Django: values that are expressions, and rows of fixtures (tests/blog/test_rows.py).
    """

    class Meta:
        abstract = True

    def _do_insert(self, manager, using, fields, returning_fields, raw):
        values = [field.pre_save(self, add=True) for field in fields]
        is_plain = not any(hasattr(value, "resolve_expression") for value in values)
        if raw or not is_plain or returning_fields != [self._meta.pk]:
            return super()._do_insert(manager, using, fields, returning_fields, raw)
        connection = connections[using]
        pairs = zip(fields, values, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                _insert_statement(type(self), using, tuple(fields)),
                [field.get_db_prep_save(value, connection) for field, value in pairs],
            )
            return cursor.fetchall()


@functools.cache
def _insert_statement(model, using, fields):
    """Return Django's own INSERT of one row, which gives back the key."""
    query = InsertQuery(model)
    query.insert_values(fields, [model()], raw=True)
    compiler = query.get_compiler(using=using)
    compiler.returning_fields = [model._meta.pk]
    ((sql, params),) = compiler.as_sql()
    if len(params) != len(fields):
        raise TypeError(f"a field of {model.__name__} has a placeholder of its own")
    return sql
