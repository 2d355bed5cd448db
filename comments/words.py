"""Answers and decisions in a few words, for moderators."""

import re

from django.utils.text import Truncator

from blog.text import plain_text
from comments import gate
from comments.models import Comment

HREF = re.compile(r'href="([^"]*)"')


def why(comment: Comment) -> str:
    """Say why a comment has its status and what our own checks found: "…; Form in 1.2 s"."""
    words = [comment.get_status_reason_display(), gate.in_words(comment.findings)]
    return "; ".join(word for word in words if word)


def excerpt(comment: Comment) -> str:
    return Truncator(plain_text(comment.body_html)).words(20, truncate=" …")
