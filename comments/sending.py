"""One sending of a form is one comment, however often it comes in (docs/decisions/0044).

A form carries a random key, made with it. Key, place and text together name one sending: a double
click, a retry and a form sent again from the history repeat it, another text under the same key is
another answer. Only the digest is stored, so the database holds nothing that a form could use.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping

from blog.prepared import prepared
from comments.models import Comment

FIELD = "sending_key"
FORM_KEY = re.compile(r"[\w-]{22,64}", re.ASCII)


def new_form_key() -> str:
    return secrets.token_urlsafe(16)


def key_of(data: Mapping[str, str], post_id: int, parent_id: int | None) -> str | None:
    """Return what names this sending of a form; None if its key is missing or none of ours."""
    form_key = data.get(FIELD, "")
    if not FORM_KEY.fullmatch(form_key):
        return None
    sent = json.dumps([form_key, post_id, parent_id, data.get("body", "")])
    return hashlib.sha256(sent.encode("ascii")).hexdigest()


def earlier(key: str | None) -> Comment | None:
    """Return the comment that this sending has already made."""
    if key is None:
        return None
    return next(iter(_with_key(key)), None)


@prepared
def _with_key(key):
    return Comment.objects.select_related("post", "parent").filter(sending_key=key).order_by()
