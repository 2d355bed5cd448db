"""Categories as the tree they hang in, and what moves when one of them goes.

They are few and each knows only the one above it: the whole table is read in one small query, and
the tree is made of it. A path stored in each row would have to be rewritten for all rows below
whenever one is moved or renamed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db import transaction
from django.db.models import Count

from blog import many
from blog.models import Category, Redirect
from blog.models.redirect import own_path
from blog.prepared import prepared

INDENTED = 12  # steps; what hangs deeper is not moved further
PATH_SIGN = " › "


class Tree:
    def __init__(self, rows: Iterable[Category]) -> None:
        """Hang `rows`, which come in the order that neighbours are to have."""
        self.rows: dict[int | None, Category] = {row.pk: row for row in rows}
        self._below: dict[int | None, list[Category]] = defaultdict(list)
        for row in self.rows.values():
            self._below[row.parent_id if row.parent_id in self.rows else None].append(row)

    @classmethod
    def load(cls) -> "Tree":
        """Read all categories, without their descriptions; one query."""
        return cls(_all_rows())

    def children(self, category: Category) -> list[Category]:
        return self._below[category.pk]

    def above(self, category: Category) -> list[Category]:
        """Return what stands above, from the top down to the parent."""
        found: list[Category] = []
        step = self.rows.get(category.parent_id)
        while step is not None and step not in found:
            found.append(step)
            step = self.rows.get(step.parent_id)
        return found[::-1]

    def path(self, category: Category) -> str:
        """Return the names from the top down to a category: "Business › Money"."""
        return PATH_SIGN.join(row.name for row in [*self.above(category), category])

    def in_order(self) -> Iterator[tuple[int, Category]]:
        """Yield (depth, category) from the top to the bottom, each above what hangs under it."""
        return self._walk(self._below[None])

    def branch(self, category: Category) -> list[int]:
        """Return the numbers of a category and of all below it."""
        return [row.pk for _depth, row in self._walk([category])]

    def totals(self, counts: Mapping[int | None, int]) -> dict[int | None, int]:
        """Return for each category the sum of `counts` of itself and of all below it."""
        totals = {pk: counts.get(pk, 0) for pk in self.rows}
        for _depth, row in reversed(list(self.in_order())):
            if row.parent_id in totals:
                totals[row.parent_id] += totals[row.pk]
        return totals

    def _walk(self, tops):
        waiting = [(0, row) for row in reversed(tops)]
        while waiting:
            depth, row = waiting.pop()
            yield depth, row
            waiting += [(depth + 1, child) for child in reversed(self._below[row.pk])]


@prepared
def _all_rows():
    return Category.objects.defer("description")


def above(category: Category | None) -> list[Category]:
    """Return what stands above a category; no query for one at the top, or for none."""
    return Tree.load().above(category) if category and category.parent_id else []


def path(category: Category) -> str:
    """Return the names from the top down to a category; no query for one at the top."""
    return Tree.load().path(category) if category.parent_id else category.name


def post_counts(posts) -> dict[int | None, int]:
    """Return how many of `posts` stand in each category itself; one query."""
    rows = posts.order_by().values("category").annotate(found=Count("pk"))
    return dict(rows.values_list("category", "found"))


@transaction.atomic
def remove(category: Category, user) -> None:
    """Delete a category: posts and categories in it move to the one above, its address leads there.

    Where there is none above, its posts have no category then, and its address says "gone".
    """
    Category.locked_parents()
    category = Category.objects.select_related("parent").get(pk=category.pk)
    target, path = category.parent, own_path(category)
    for child in category.children.all():
        child.parent = target
        child.save()
    many.write(category.posts.values_list("pk", flat=True), user, category=target)
    category.delete()
    if target:
        Redirect.objects.move(path, own_path(target))
    else:
        Redirect.objects.mark_gone([path])
