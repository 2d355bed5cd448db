"""What the editor of posts offers."""

from js_asset import InlineStyle, Script

# What the editor offers; blog.text.AUTHOR_TAGS lets all of it through (a test holds them together).
EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3, 4]},
    "Blockquote": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Link": {"enableTarget": False},
    "HorizontalRule": True,
    "CodeBlock": True,
    "Code": True,
    "Figure": True,
    "Caption": True,
    "Image": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "History": True,
    "SpecialCharacters": True,
    "Fullscreen": True,
    "HTML": True,
}

# What people without an account write with: words and links; pictures are the desk's to add.
GUEST_EXTENSIONS = {
    name: EDITOR_EXTENSIONS[name]
    for name in [
        "Bold", "Italic", "Heading", "Blockquote", "BulletList", "OrderedList", "ListItem", "Link",
        "HorizontalRule", "History",
    ]
}  # fmt: skip

# The editor (tiptap) writes its CSS into the page unless it finds this element; the policy forbids
# that. Ours is empty, and the rules stand in css/editor.css.
NO_EDITOR_STYLE = InlineStyle("", **{"data-tiptap-style": ""})
EDITOR_NAME = Script("js/editor-name.js", type="module")
