"""A page's answers for machines: schema.org Comment, each with its parentItem."""

from functools import lru_cache

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
    base = f"{settings.BASE_URL}/c/"
    return jsonld.script(
        [
            _comment(
                f"{base}{comment.id}/",
                f"{base}{comment.parent_id}/" if comment.parent_id else post_address,
                comment.name,
                comment.body_html + comment.addendum_html,
                comment.language,
                comment.created_at.isoformat(),
            )
            for comment in [row.comment for row in rows if row.is_shown]
            if comment.is_visible
        ]
    )


@lru_cache(maxsize=2000)
def _comment(
    address: str, parent: str, name: str, html: str, language: str, created_at: str
) -> str:
    """Return one answer as JSON. Kept for the pages that are read now: it hangs on these alone."""
    return jsonld.thing(
        {
            "@type": "Comment",
            "@id": address,
            "url": address,
            "text": plain_text(html),
            "inLanguage": language,
            "dateCreated": created_at,
            "author": {"@type": "Person", "name": name},
            "parentItem": {"@id": parent},
        }
    )
