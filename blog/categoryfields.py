"""Choosing a category: as the tree they hang in, or by the path to it."""

from django import forms
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue

from blog import categories
from blog.models import Category

INDENT = "\N{EM SPACE}"  # no white space to HTML, which would leave out what stands at the front


def indented(tree: categories.Tree) -> list[tuple[Category, str]]:
    """Return all categories in the order of the tree, each with its name and a step for each level.

    Deeper than categories.INDENTED nothing is moved further.
    """
    return [
        (row, INDENT * min(depth, categories.INDENTED) + row.name) for depth, row in tree.in_order()
    ]


class TreeChoices(ModelChoiceIterator):
    """The options of a plain select; one query."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for row, label in indented(categories.Tree(self.queryset.defer("description"))):
            yield ModelChoiceIteratorValue(self.field.prepare_value(row), row), label


class CategoryField(forms.ModelChoiceField):
    iterator = TreeChoices

    def label_from_instance(self, category):
        """Name a category that stands without the others: "Business › Money"."""
        return categories.path(category)
