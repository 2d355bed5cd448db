from comments.models.comment import Comment, Tally, Thread, has_answered
from comments.models.revision import CommentRevision
from comments.models.spamcheck import SpamCheck, SpamFeedback

__all__ = [
    "Comment",
    "CommentRevision",
    "SpamCheck",
    "SpamFeedback",
    "Tally",
    "Thread",
    "has_answered",
]
