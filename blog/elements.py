"""HTML as a tree of plain nodes, for what has to be moved about and not only filtered."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import Union

VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})


@dataclass
class Node:
    """An element. Of a tidied one, `tag` is HTML's, or "item" for what Word calls a list."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Union["Node", str]] = field(default_factory=list)

    @property
    def style(self) -> dict[str, str]:
        pairs = (part.partition(":") for part in self.attributes.get("style", "").split(";"))
        return {name.strip().lower(): value.strip().lower() for name, _colon, value in pairs}

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.all()

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.children)


Piece = Node | str


class _Tree(HTMLParser):
    # Deeper than any text; what goes on below is read as if it stood here, so nothing recurses far.
    DEEPEST = 100

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID and len(self.open) < self.DEEPEST:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        tags = [node.tag for node in self.open]
        if tag in tags[1:]:
            del self.open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data):
        self.open[-1].children.append(data)

    def unknown_decl(self, data):
        """Word's `<![if !supportLists]>`: what stands between is told from styles."""


def parsed(source: str) -> Node:
    """Return a node without a name that holds what `source` says, however badly it is nested."""
    tree = _Tree()
    tree.feed(source)
    tree.close()
    return tree.root


def written(piece: Piece) -> str:
    """Return the HTML of a piece."""
    if isinstance(piece, str):
        return html.escape(piece, quote=False)
    inside = "".join(map(written, _joined(piece.children)))
    if piece.tag in {"p", "li", "td", "th", "h2", "h3", "h4", "figcaption"}:
        inside = re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", inside)
    names = "".join(f' {name}="{html.escape(value)}"' for name, value in piece.attributes.items())
    return f"<{piece.tag}{names}>" + ("" if piece.tag in VOID else f"{inside}</{piece.tag}>")


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return neighbours of the same kind as one: programs cut bold words into runs."""
    found: list[Piece] = []
    for kind, run in groupby(pieces, lambda piece: isinstance(piece, Node) and piece.tag):
        if kind in {"em", "s", "strong"}:
            parts = [part for piece in run if isinstance(piece, Node) for part in piece.children]
            found.append(Node(str(kind), {}, parts))
        else:
            found += run
    return found
