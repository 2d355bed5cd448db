from comments.models.comment import Comment, Tally, Thread
from comments.models.spamcheck import SpamCheck, SpamFeedback

__all__ = ["Comment", "SpamCheck", "SpamFeedback", "Tally", "Thread"]
