"""Looking for a part of a text in any case, for letters that SQLite does not know as well.

SQLite's LIKE ignores the case of ASCII letters alone: "MÜLLER" would not find "Müller".
"""

from django.db.backends.signals import connection_created
from django.db.models import Field
from django.db.models.lookups import IContains


class AnyCase(IContains):
    """`name__anycase`: what `icontains` is on PostgreSQL, on both databases."""

    lookup_name = "anycase"

    def as_sql(self, compiler, connection):
        return compiler.compile(IContains(self.lhs, self.rhs))

    def as_sqlite(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        wanted, params = self.process_rhs(compiler, connection)
        sql = f"unicode_lower({column}) LIKE unicode_lower({wanted}) ESCAPE '\\'"
        return sql, (*column_params, *params)


def register() -> None:
    Field.register_lookup(AnyCase)
    connection_created.connect(_teach, dispatch_uid="blog.anycase")


def _teach(sender, connection, **kwargs):
    if connection.vendor == "sqlite":
        connection.connection.create_function("unicode_lower", 1, _lower, deterministic=True)


def _lower(text):
    return None if text is None else str(text).lower()
