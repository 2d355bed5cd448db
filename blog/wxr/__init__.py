"""Read WordPress exports (WXR 1.0 to 1.2) as a stream of plain records.

The format is what wp-admin/includes/export.php writes: RSS 2.0 with elements in the namespace
http://wordpress.org/export/1.2/, whose last part is the version. One item with its comments is in
memory at a time.
"""

from blog.wxr.export import Export
from blog.wxr.records import Attachment, Author, Comment, Item, ItemTerm, Moment, Site, Survey, Term
from blog.wxr.stream import WxrError

__all__ = [
    "Attachment",
    "Author",
    "Comment",
    "Export",
    "Item",
    "ItemTerm",
    "Moment",
    "Site",
    "Survey",
    "Term",
    "WxrError",
]
