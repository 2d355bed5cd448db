"""Rows of the database as objects, for the models that a page reads by the hundred."""

from django.db import models
from django.db.models.base import ModelState


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
