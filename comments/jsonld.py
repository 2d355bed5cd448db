"""A page's answers for machines: schema.org Comment, each with its parentItem."""

from django.conf import settings
from django.utils.safestring import SafeString

from blog import jsonld
from blog.models import Post
from blog.text import plain_text
from comments.drawing import Row


def conversation_script(post: Post, rows: list[Row]) -> SafeString:
    """Return a data block (no script runs) of the answers that a page shows; "" if there is none.

    Guests are named and nothing else; no address, no hash of one.
    """
    post_address = f"{post.get_canonical_url()}#post"
    return jsonld.script(
        [
            _comment(post_address, row.comment)
            for row in rows
            if row.is_shown and row.comment.is_visible
        ]
    )


def _comment(post_address, comment):
    address = f"{settings.BASE_URL}/c/{comment.pk}/"
    parent = f"{settings.BASE_URL}/c/{comment.parent_id}/" if comment.parent_id else None
    return {
        "@type": "Comment",
        "@id": address,
        "url": address,
        "text": plain_text(comment.body_html + comment.addendum_html),
        "inLanguage": comment.language,
        "dateCreated": comment.created_at.isoformat(),
        "author": {"@type": "Person", "name": comment.name},
        "parentItem": {"@id": parent or post_address},
    }
