from comments.models.comment import Comment, Tally, Thread, has_answered
from comments.models.spamcheck import SpamCheck, SpamFeedback

__all__ = ["Comment", "SpamCheck", "SpamFeedback", "Tally", "Thread", "has_answered"]
