"""The XML beneath: one child of <channel> at a time, with names, lines and checked values.

Parsing is defusedxml's: a document type, an entity or an outside reference is refused.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError, iterparse

from blog.wxr.records import Moment

VERSIONS = ("1.0", "1.1", "1.2")
EXPORT = re.compile(r"\{https?://wordpress\.org/export/(?P<version>[^/]+)/(?P<part>excerpt/)?\}")
PREFIXES = {
    "{http://purl.org/rss/1.0/modules/content/}": "content:",
    "{http://purl.org/dc/elements/1.1/}": "dc:",
}
# XML 1.0 cannot hold these, plug-ins write them all the same; line breaks and tabs stay.
RAW_CONTROLS = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
DATE = re.compile(r"(?:1[89]|[2-8][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


class WxrError(Exception):
    """The file is no WXR that can be read; says in which line and element."""

    def __init__(self, line: int, element: str, problem: str) -> None:
        super().__init__(f"line {line}, <{element}>: {problem}")
        self.line, self.element, self.problem = line, element, problem


class Stream:
    """One file, read from the start as often as needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = ""
        self.raw_removed = 0
        self.removed: dict[tuple[int, str], int] = {}

    @property
    def removed_characters(self) -> int:
        """How many control characters the text was rid of, as far as it was read."""
        return self.raw_removed + sum(self.removed.values())

    def children(self) -> Iterator["Fields"]:
        """Yield each child of <channel>, then forget it."""
        self.raw_removed = 0
        with self.path.open("rb") as raw:
            parser = _Parser()
            open_elements: list[Any] = []
            for event, element in self._events(raw, parser):
                if event == "start":
                    open_elements.append(element)
                    continue
                open_elements.pop()
                if len(open_elements) == 2:
                    yield Fields(element, self.removed)
                    open_elements[-1].clear()
        self.version = parser.version
        if not self.version:
            raise WxrError(1, "rss", "no element of a WordPress export in this file")

    def _events(self, raw, parser):
        try:
            yield from iterparse(_Filtered(raw, self), ("start", "end"), parser)
        except ParseError as error:
            line = error.position[0]
            raise WxrError(line, parser.innermost, f"not well-formed ({error.msg})") from error
        except DefusedXmlException as error:
            raise WxrError(
                parser.parser.CurrentLineNumber,
                parser.innermost,
                "a document type or an entity of its own is refused: it can read other files",
            ) from error


class _Filtered:
    """A binary file without raw control characters; not in UTF-16, where they are half a letter."""

    def __init__(self, raw: BinaryIO, stream: Stream) -> None:
        self.raw, self.stream = raw, stream
        self.is_utf16 = raw.peek(2)[:2] in {b"\xff\xfe", b"\xfe\xff"}  # type: ignore[attr-defined]

    def read(self, size: int) -> bytes:
        data = self.raw.read(size)
        if self.is_utf16:
            return data
        clean = data.translate(None, RAW_CONTROLS)
        self.stream.raw_removed += len(data) - len(clean)
        # Nothing left of the chunk must not read as the end of the file.
        return clean if clean or not data else b" "


class _Parser(DefusedXMLParser):
    """Keep the line of each element, the open elements and the version of the format."""

    def __init__(self) -> None:
        super().__init__(forbid_dtd=True)
        self.open: list[str] = []
        self.version = ""

    @property
    def innermost(self) -> str:
        return self.open[-1] if self.open else "rss"

    def _start(self, tag, attributes):
        element = super()._start(tag, attributes)
        element.line = self.parser.CurrentLineNumber
        name = _short(element.tag)
        if len(self.open) < 2 and name != ("rss", "channel")[len(self.open)]:
            problem = "this is not how a WordPress export begins: <rss>, then <channel>"
            raise WxrError(element.line, name, problem)
        self.open.append(name)
        self._check_version(element)
        return element

    def _end(self, tag):
        self.open.pop()
        return super()._end(tag)

    def _check_version(self, element):
        found = EXPORT.match(element.tag)
        if found and not self.version:
            self.version = found["version"]
            if self.version not in VERSIONS:
                known = ", ".join(VERSIONS)
                problem = f"WXR {self.version} is not known, only {known}"
                raise WxrError(element.line, _short(element.tag), problem)


@lru_cache(maxsize=500)
def _short(tag: str) -> str:
    """Return `{namespace}name` as `wp:name`, whatever the file's own prefixes are."""
    if found := EXPORT.match(tag):
        prefix = "excerpt:" if found["part"] else "wp:"
        return prefix + tag[found.end() :]
    for namespace, prefix in PREFIXES.items():
        if tag.startswith(namespace):
            return prefix + tag.removeprefix(namespace)
    return tag


class Fields:
    """The children of one element by name, with values checked."""

    def __init__(self, element: Any, removed: dict[tuple[int, str], int]) -> None:
        self.element, self.removed = element, removed
        self.name = _short(element.tag)
        self.line: int = element.line
        self.children: dict[str, list[Any]] = {}
        for child in element:
            self.children.setdefault(_short(child.tag), []).append(child)

    def all(self, name: str) -> Iterator["Fields"]:
        return (Fields(child, self.removed) for child in self.children.get(name, ()))

    def own_text(self) -> str:
        """Return the text of the element itself without control characters."""
        if len(self.element):
            raise WxrError(self.line, self.name, "holds markup that is not in CDATA")
        text, count = CONTROLS.subn("", self.element.text or "")
        if count:
            self.removed[self.line, self.name] = count
        return text

    def text(self, name: str) -> str:
        return next((child.own_text() for child in self.all(name)), "")

    def line_of_text(self, name: str) -> str:
        return " ".join(self.text(name).split())

    def number(self, name: str, *, required: bool = False) -> int:
        """Return a number of 0 or more; 0 also for an empty or missing element."""
        text = self.text(name).strip()
        if not text and not required:
            return 0
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise self._wrong(name, text, "is not a number")
        return int(text)

    def moment(self, name: str) -> Moment:
        return Moment(self._date(name), self._date(f"{name}_gmt"))

    def _date(self, name):
        text = self.text(name).strip()
        # WordPress writes a missing date as zeros, and zeros once converted as the year -1.
        if not text or text.startswith(("0000-00-00", "-")):
            return None
        try:
            if DATE.fullmatch(text):
                return datetime.fromisoformat(text)
        except ValueError:
            pass  # the 31st of February
        raise self._wrong(name, text, "is not a date as 2013-08-02 08:27:00")

    def _wrong(self, name, text, problem):
        line = self.children[name][0].line if name in self.children else self.line
        return WxrError(line, name, f"“{text}” {problem}" if text else "is missing or empty")
