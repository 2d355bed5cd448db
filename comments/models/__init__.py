from comments.models.comment import Comment, Tally, Thread, has_answered
from comments.models.revision import CommentRevision
from comments.models.spamcheck import SpamCheck, SpamFeedback
from comments.models.spamrule import SpamRule

__all__ = [
    "Comment",
    "CommentRevision",
    "SpamCheck",
    "SpamFeedback",
    "SpamRule",
    "Tally",
    "Thread",
    "has_answered",
]
