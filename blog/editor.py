"""What an author may write: one definition of what the editor offers and of what is let through.

Each part of the editor is named with how it is set up and with the HTML that it writes. The first
is the editor's own configuration, of the second the lists of blog/text.py are made.
"""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from js_asset import InlineStyle, Script

LANGUAGES = {
    "de": _("German"), "en": _("English"), "fr": _("French"), "it": _("Italian"),
    "es": _("Spanish"), "pt": _("Portuguese"), "nl": _("Dutch"), "pl": _("Polish"),
    "cs": _("Czech"), "ru": _("Russian"), "tr": _("Turkish"), "la": _("Latin"),
    "grc": _("Ancient Greek"),
}  # fmt: skip

# What the package calls its buttons, and what we call them.
BUTTONS = {
    "paragraph": _("Paragraph"), "Paragraph": _("Paragraph"), "Heading 2": _("Heading 2"),
    "Heading 3": _("Heading 3"), "Heading 4": _("Heading 4"), "Code block": _("Code block"),
    "unordered list": _("List"), "ordered list": _("Numbered list"), "blockquote": _("Quotation"),
    "horizontal rule": _("Line across the page"), "figure": _("Picture"), "bold": _("Bold"),
    "italic": _("Italic"), "strike": _("Struck through"), "subscript": _("Subscript"),
    "superscript": _("Superscript"), "Code": _("Code"), "remove link": _("Take the link away"),
    "insert link": _("Link"), "Insert table": _("Table"), "Add column": _("Add a column"),
    "Delete column": _("Delete the column"), "Add row": _("Add a row"),
    "Delete row": _("Delete the row"), "Merge cells": _("Join cells"),
    "Split cell": _("Part the cell"), "Toggle header cell": _("Cell is a heading, or not"),
    "Delete table": _("Delete the table"), "undo": _("Undo"), "redo": _("Redo"),
    "edit HTML": _("HTML of the text"),
}  # fmt: skip

# No button makes these; they come with imported and pasted texts, and the editor keeps them.
KEPT_MARKS = {
    "abbr": ["title"], "cite": [], "del": [], "ins": [], "kbd": [], "mark": [],
    "q": ["cite", "lang"], "small": [], "span": ["lang"],
}  # fmt: skip
KEPT_ATTRIBUTES = {"paragraph": ["lang"], "link": ["hreflang", "title"], "tableHeader": ["scope"]}

Html = dict[str, list[str]]  # tags and their attributes

# name: (how it is set up, what it writes)
PARTS: dict[str, tuple[Any, Html]] = {
    "Words": ({"words": BUTTONS}, {}),
    "Paragraph": (True, {"p": ["lang"]}),
    "HardBreak": (True, {"br": []}),
    "Bold": (True, {"strong": []}),
    "Italic": (True, {"em": []}),
    "Strike": (True, {"s": []}),
    "Subscript": (True, {"sub": []}),
    "Superscript": (True, {"sup": []}),
    "Heading": ({"levels": [2, 3, 4]}, {"h2": [], "h3": [], "h4": []}),
    "Quotation": (
        {
            "languages": LANGUAGES,
            "words": {
                "button": _("Language of the quotation"),
                "help": _("Empty: as the words themselves show."),
                "set": _("Set"),
            },
        },
        {"blockquote": ["cite", "lang"]},
    ),
    "PullQuote": (
        {
            "words": {
                "button": _("Pull quote"),
                "help": _("Pull quote of the chosen words, or of this paragraph"),
            }
        },
        {"aside": []},
    ),
    "BulletList": (True, {"ul": []}),
    "OrderedList": (True, {"ol": ["start"]}),
    "ListItem": (True, {"li": []}),
    "PostLink": (
        {"enableTarget": False, "words": {"button": _("Link")}},
        {"a": ["href", "hreflang", "title"]},
    ),
    "Footnote": (
        {
            "words": {
                "button": _("Footnote"),
                "help": _("Make a footnote of the chosen words, or write a new one"),
                "text": _("What the footnote says"),
                "set": _("Insert"),
            }
        },
        {"span": ["lang"]},
    ),
    "HorizontalRule": (True, {"hr": []}),
    "CodeBlock": (True, {"pre": []}),
    "Code": (True, {"code": []}),
    "Figure": (True, {"figure": []}),
    "Caption": (True, {"figcaption": []}),
    # data-file: the number of a picture in our library
    "Image": (True, {"img": ["alt", "data-file", "height", "src", "width"]}),
    # The editor makes one group of the rows, so head and foot of an imported table stay until then.
    "Table": (True, {"table": [], "caption": [], "tbody": [], "thead": [], "tfoot": []}),
    "TableRow": (True, {"tr": []}),
    "TableHeader": (True, {"th": ["colspan", "rowspan", "scope"]}),
    "TableCell": (True, {"td": ["colspan", "rowspan"]}),
    "Kept": ({"marks": KEPT_MARKS, "attributes": KEPT_ATTRIBUTES}, KEPT_MARKS),
    "QuoteMarks": (
        {
            "words": {
                "double": _("Quotation marks"),
                "single": _("Inner quotation marks"),
            }
        },
        {},
    ),
    "ForeignPaste": ({"address": reverse_lazy("admin:blog_post_clean")}, {}),
    "History": (True, {}),
    "SpecialCharacters": (True, {}),
    "Fullscreen": (True, {}),
    "HTML": (True, {}),
}

EDITOR_EXTENSIONS = {name: config for name, (config, _html) in PARTS.items()}
AUTHOR_HTML: dict[str, set[str]] = {}
for _config, _html in PARTS.values():
    for _tag, _names in _html.items():
        AUTHOR_HTML.setdefault(_tag, set()).update(_names)
AUTHOR_CLASSES = {"span": {"footnote"}}

# What people without an account write with: words and links; pictures are the desk's to add.
GUEST_EXTENSIONS = {
    **{
        name: EDITOR_EXTENSIONS[name]
        for name in [
            "Words", "HardBreak", "Bold", "Italic", "Heading", "Quotation", "BulletList",
            "OrderedList", "ListItem", "QuoteMarks", "HorizontalRule", "History",
        ]
    },
    "Link": {"enableTarget": False},
}  # fmt: skip

# The editor (tiptap) writes its CSS into the page unless it finds this element; the policy forbids
# that. Ours is empty, and the rules stand in css/editor.css.
NO_EDITOR_STYLE = InlineStyle("", **{"data-tiptap-style": ""})
EDITOR_NAME = Script("js/editor-name.js", type="module")
