"""What Word, Google Docs and WordPress put on the clipboard, as the HTML that we keep.

They say with styles, classes and conditional comments what HTML has elements for. Here that becomes
elements; blog.text.clean_post decides what of them stays. What is not foreign is left as it is.
"""

import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from blog.elements import Node, Piece, parsed, written

FOREIGN = re.compile(
    r"\bmso-|\bMso[A-Z]|<o:p|urn:schemas-microsoft|docs-internal-guid"
    r"|\bwp-(?:image|block)-|<!-- /?wp:|google\.com/url\?"
    r"|<span\b[^<>]*\bstyle=|<(?:b|i|font|center|strike)\b"
)
FRAGMENT = re.compile(r"<!--StartFragment-->(.*)<!--EndFragment-->", re.DOTALL)

DROPPED = frozenset(
    {"colgroup", "head", "link", "meta", "script", "style", "svg", "template", "title", "xml"}
)
BLOCKS = frozenset(
    {
        "aside", "blockquote", "figure", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "item",
    }
)  # fmt: skip
RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4"}
MARKS = frozenset({"b", "em", "font", "i", "s", "span", "strike", "strong", "sub", "sup", "u"})
KEPT = frozenset(
    {
        "alt", "cite", "colspan", "data-file", "height", "rowspan", "scope", "src", "start",
        "title", "width",
    }
)  # fmt: skip
WORD_STYLES = {"MsoTitle": "h2", "MsoSubtitle": "h3", "MsoQuote": "blockquote"}
WORD_NOTE = re.compile(r"#?_?(?:ftn|edn)(\d+)$")


def tidy(source: str) -> str:
    """Return `source` with foreign markup as plain elements; unchanged if there is none."""
    if not FOREIGN.search(source):
        return source
    fragment = FRAGMENT.search(source)
    root = parsed(fragment[1] if fragment else source)
    tidied = _Tidier(root).pieces(root)
    return "".join(map(written, _paragraphs(tidied)))


class _Tidier:
    def __init__(self, root: Node) -> None:
        self.notes: dict[str, list[Piece]] = {}
        for node in root.all():
            number = WORD_NOTE.match(node.attributes.get("id", ""))
            if number and node.style.get("mso-element") in {"footnote", "endnote"}:
                self.notes[number[1]] = _inline(self.pieces(node))

    def pieces(self, node: Node) -> list[Piece]:
        """Return what stands in `node`, tidied; the fake lists of Word made into lists."""
        found: list[Piece] = []
        for child in node.children:
            found += [_spaces(child)] if isinstance(child, str) else self.tidied(child)
        return list(_with_lists(found))

    def tidied(self, node: Node) -> list[Piece]:
        style, tag = node.style, RENAMED.get(node.tag, node.tag)
        if tag in DROPPED or "ignore" in style.get("mso-list", ""):
            return []
        if style.get("mso-element") in {"footnote-list", "endnote-list"}:
            return []
        if tag == "code":
            return [Node(tag, {}, [node.text])]
        if tag == "pre":
            has_code = any(part.tag == "code" for part in node.all())
            return [Node(tag, {}, [Node("code", {}, [node.text]) if has_code else node.text])]
        special = getattr(self, f"_{tag}", None)
        if special:
            return special(node)
        if tag in MARKS:
            return _marked(node, self.pieces(node))
        if tag in BLOCKS:
            return [Node(tag, _kept(node), _inside(tag, self.pieces(node)))]
        if tag in {"br", "abbr", "cite", "del", "ins", "kbd", "mark", "q", "small", "figcaption"}:
            return [Node(tag, _kept(node), self.pieces(node))]
        return self.pieces(node)

    def _a(self, node):
        href = node.attributes.get("href", "")
        inside = self.pieces(node)
        note = WORD_NOTE.match(href)
        if note and note[1] in self.notes:
            return [Node("span", {"class": "footnote"}, self.notes[note[1]])]
        if note or re.match(r"#_(?:ftn|edn)ref", href) or not href:
            return [] if note or href else inside
        parts = urlsplit(href)
        if (parts.hostname or "").endswith("google.com") and parts.path == "/url":
            href = parse_qs(parts.query).get("q", [href])[0]
        if href.startswith(("file:", "about:", "javascript:")):
            return inside
        return [Node("a", {"href": href}, inside)]

    def _img(self, node):
        source = node.attributes.get("src", "")
        words = node.attributes.get("alt", "").strip()
        if source.startswith(settings.MEDIA_URL):
            return [Node("img", _kept(node))]
        if not source.startswith(("http://", "https://")):
            return []
        # A picture of others is not shown from there; who pastes it finds the way to it.
        return [Node("a", {"href": source}, [words or urlsplit(source).path.rpartition("/")[2]])]

    def _figure(self, node):
        classes = node.classes
        if "wp-block-embed" in classes:
            return [Node("p", {}, [node.text.strip()])]
        inside = self.pieces(node)
        if "wp-block-pullquote" in classes:
            quoted = [piece for piece in inside if isinstance(piece, Node)]
            return [Node("aside", {}, quoted[0].children if quoted else inside)]
        if any(part.tag == "img" for piece in inside for part in _nodes(piece)):
            return [Node("figure", {}, inside)]
        return [
            Node("p", {}, part.children) if _is(part, "figcaption") else part for part in inside
        ]

    def _div(self, node):
        return _paragraphs(self.pieces(node), always=True)

    _center = _section = _article = _div

    def _p(self, node):
        inside = self.pieces(node)
        item = re.search(r"\bl\d+ level(\d)", node.style.get("mso-list", ""))
        if item:
            return [Node("item", {"level": item[1], "marker": _marker(node)}, inside)]
        named = next((WORD_STYLES[name] for name in node.classes if name in WORD_STYLES), "p")
        if named == "blockquote":
            return [Node("blockquote", {}, [Node("p", {}, inside)])]
        return [Node(named, {}, _inside(named, inside))]


def _marked(node, inside):
    """Return `inside` in the elements that the styles of a <span>, or its name, stand for."""
    if "footnote" in node.classes:
        return [Node("span", {"class": "footnote"}, inside)]
    style = node.style
    weight = style.get("font-weight", "bold" if node.tag in {"b", "strong"} else "")
    slant = style.get("font-style", "italic" if node.tag in {"i", "em"} else "")
    lines = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    place = style.get("vertical-align", "")
    wanted = [
        ("strong", weight in {"bold", "bolder", "600", "700", "800", "900"}),
        ("em", slant in {"italic", "oblique"}),
        ("s", "line-through" in lines or node.tag in {"s", "strike"}),
        ("sup", place == "super" or node.tag == "sup"),
        ("sub", place == "sub" or node.tag == "sub"),
    ]
    if any(_is_block(piece) for piece in inside):
        return inside  # Google's <b> around the whole
    if not "".join(piece if isinstance(piece, str) else piece.text for piece in inside).strip():
        return inside
    for tag, is_wanted in reversed(wanted):
        if is_wanted:
            inside = [Node(tag, {}, inside)]
    if node.tag == "span" and node.attributes.get("lang") and not style:
        return [Node("span", {"lang": node.attributes["lang"]}, inside)]
    return inside


def _marker(node):
    """Return what Word prints before an item: "·", "1.", "a)"."""
    marks = [part.text for part in node.all() if "ignore" in part.style.get("mso-list", "")]
    return re.sub(r"\s", "", marks[0]) if marks else ""


def _with_lists(pieces):
    """Yield `pieces` with each run of Word's items as lists, one in the other by their levels."""
    stack: list[tuple[int, Node]] = []
    for piece in pieces:
        if not _is(piece, "item"):
            if stack and isinstance(piece, str) and not piece.strip():
                continue
            stack.clear()
            yield piece
            continue
        level, is_new = int(piece.attributes["level"]), not stack
        while len(stack) > 1 and stack[-1][0] > level:
            stack.pop()
        if is_new or stack[-1][0] < level:
            into = _list(piece.attributes["marker"])
            if stack:
                stack[-1][1].children[-1].children.append(into)
            stack.append((level, into))
            if is_new:
                yield into
        stack[-1][1].children.append(Node("li", {}, piece.children))


def _list(marker):
    number = re.fullmatch(r"\(?(?:(\d{1,4})|[A-Za-z]|[ivxlcIVXLC]{1,6})[.)]", marker)
    if not number:
        return Node("ul")
    start = number[1]
    return Node("ol", {"start": start} if start and start != "1" else {})


def _inside(tag, pieces):
    """Return what may stand in `tag`: headings bear no bold, cells and items no lone paragraph."""
    if tag in {"h2", "h3", "h4"}:
        return _unwrapped(pieces, "strong")
    if tag in {"ol", "ul"}:
        return _nested(pieces)
    if tag in {"table", "tbody", "tfoot", "thead", "tr"}:
        return [piece for piece in pieces if isinstance(piece, Node)]
    if tag in {"li", "td", "th"}:
        blocks = [piece for piece in pieces if not (isinstance(piece, str) and not piece.strip())]
        first = blocks[0] if blocks else None
        others = blocks[1:]
        lone = not others or all(_is(piece, "ul") or _is(piece, "ol") for piece in others)
        if _is(first, "p") and lone:
            return [*first.children, *others]
    return pieces


def _nested(pieces):
    """Return the items of a list; one that stands beside them, as Google has it, in the last."""
    items: list[Node] = []
    for piece in pieces:
        if _is(piece, "li"):
            items.append(piece)
        elif isinstance(piece, Node) and items:
            items[-1].children.append(piece)
        elif isinstance(piece, Node):
            items.append(Node("li", {}, [piece]))
    return items


def _unwrapped(pieces, tag):
    found = []
    for piece in pieces:
        found += piece.children if _is(piece, tag) else [piece]
    return found


def _inline(pieces):
    """Return a note of Word without its number and its paragraphs."""
    found = []
    for piece in pieces:
        if _is_block(piece):
            found += [*([" "] if found else []), *piece.children]
        elif not isinstance(piece, str) or piece.strip():
            found.append(piece)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    return found


def _paragraphs(pieces: list[Piece], *, always: bool = False) -> list[Piece]:
    """Put loose text beside blocks into paragraphs; empty ones and breaks between blocks go."""
    if not always and not any(map(_is_block, pieces)):
        return pieces
    found: list[Piece] = []
    loose: list[Piece] = []
    for piece in [*pieces, Node("hr")]:
        if not _is_block(piece):
            loose.append(piece)
            continue
        if any(_has_words(part) for part in loose):
            found.append(Node("p", {}, loose))
        loose = []
        if not (_is(piece, "p") and not _has_words(piece)):
            found.append(piece)
    return found[:-1]


def _has_words(piece):
    if isinstance(piece, str):
        return bool(piece.strip())
    return piece.tag == "img" or any(map(_has_words, piece.children))


def _spaces(text):
    """Return text with one space where there were many; a fixed one stays after a number or dot."""
    text = re.sub(r"[ \t\r\n\xa0]{2,}|[\t\r\n]", " ", text)
    return re.sub(r"(?<![\d.§])\xa0|\xa0(?=$)", " ", text)


def _kept(node):
    """Return attributes that mean the same everywhere; blog.text refuses what it does not know."""
    is_own = not node.style.keys() - {""} and not any("Mso" in name for name in node.classes)
    names = KEPT | {"lang"} if is_own else KEPT
    return {name: value for name, value in node.attributes.items() if name in names}


def _nodes(piece):
    return piece.all() if isinstance(piece, Node) else ()


def _is(piece, tag):
    return isinstance(piece, Node) and piece.tag == tag


def _is_block(piece):
    return isinstance(piece, Node) and piece.tag in BLOCKS
