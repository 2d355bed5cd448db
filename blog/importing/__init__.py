"""Bring in what was published elsewhere: people, terms, pictures and posts of one site.

Answers come by comments.importing, which knows this package; this one knows nothing of comments.
"""

from blog.importing.pictures import Pictures
from blog.importing.receipt import Receipt
from blog.importing.site import SiteImport

__all__ = ["Pictures", "Receipt", "SiteImport"]
