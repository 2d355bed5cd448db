"""The places of a tree from what answers what: shared by import, check and repair."""

from collections.abc import Iterator, Mapping


def edges(parents: Mapping[int, int | None]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (id, lft, rght, level) of each comment of one thread, answers before the answered.

    `parents` maps the ids of all comments of one thread, in the order siblings stand in, to their
    parents' ids. Iterative: a chain of any length is fine.
    """
    children: dict[int | None, list[int]] = {}
    for pk, parent_id in parents.items():
        children.setdefault(parent_id, []).append(pk)
    stack = [(root, 0, False) for root in reversed(children.get(None, []))]
    left: dict[int, int] = {}
    position = 0
    while stack:
        pk, level, is_closing = stack.pop()
        position += 1
        if is_closing:
            yield pk, left[pk], position, level
            continue
        left[pk] = position
        stack.append((pk, level, True))
        stack.extend((child, level + 1, False) for child in reversed(children.get(pk, [])))
