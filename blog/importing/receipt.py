"""What an import did, in clear words for the console."""

from collections import Counter
from collections.abc import Iterator

from django.utils.text import Truncator

SHOWN = 8


class Receipt:
    def __init__(self) -> None:
        self.came_in: Counter[str] = Counter()
        self.was_here: Counter[str] = Counter()
        self.left_out: dict[str, list[str]] = {}
        self.notes: dict[str, list[str]] = {}
        self.deepest_level = -1

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not self.came_in.total()

    def leave_out(self, reason: str, what: str) -> None:
        self.left_out.setdefault(reason, []).append(what)

    def note(self, change: str, where: str = "") -> None:
        self.notes.setdefault(change, []).append(where)

    def fitted(self, text: str, limit: int, what: str) -> str:
        """Return a name or title, shortened where it has more than `limit` characters.

        The whole of it then stands in the receipt. For labels only: texts are never cut.
        """
        if len(text) <= limit:
            return text
        self.note(f"{what} over {limit} characters were shortened; in full", text)
        return Truncator(text).chars(limit, truncate="…")

    def level(self, level: int) -> None:
        self.deepest_level = max(self.deepest_level, level)

    def lines(self) -> Iterator[str]:
        if self.is_empty:
            yield "Nothing new: all of this was here before."
        else:
            yield "Came in:"
            yield from _numbers(self.came_in)
        if self.deepest_level >= 0:
            turns = self.deepest_level + 1
            yield f"  The deepest conversation has {turns} turn{'s' * (turns != 1)}."
        if self.was_here.total():
            yield "Was here before, left as it is:"
            yield from _numbers(self.was_here)
        for title, lists in (("Left out:", self.left_out), ("To know:", self.notes)):
            if lists:
                yield title
                for reason, examples in lists.items():
                    yield from _examples(reason, examples)


def _numbers(counter):
    return (f"{number:>7} {what}" for what, number in counter.items() if number)


def _examples(reason, examples):
    named = [example for example in dict.fromkeys(examples) if example]
    yield f"{len(examples):>7} × {reason}{':' * bool(named)}"
    for example in named[:SHOWN]:
        yield f"          {example}"
    if len(named) > SHOWN:
        yield f"          … and {len(named) - SHOWN} more"
