from comments.models.claim import ClaimMail
from comments.models.classifier import SpamClassifier, SpamLesson, SpamToken
from comments.models.comment import Comment, Tally, Thread, has_answered
from comments.models.decision import Decision
from comments.models.follow import AnswerMail, Digest, Follow, FollowMail
from comments.models.invitation import Invitation, InvitationMail
from comments.models.like import Like
from comments.models.report import Report, ReportMail
from comments.models.revision import CommentRevision
from comments.models.spamcheck import AkismetState, SpamCheck, SpamFeedback
from comments.models.spamrule import SpamRule
from comments.models.spentproof import SpentProof

__all__ = [
    "AkismetState",
    "AnswerMail",
    "ClaimMail",
    "Comment",
    "CommentRevision",
    "Decision",
    "Digest",
    "Follow",
    "FollowMail",
    "Invitation",
    "InvitationMail",
    "Like",
    "Report",
    "ReportMail",
    "SpamCheck",
    "SpamClassifier",
    "SpamFeedback",
    "SpamLesson",
    "SpamRule",
    "SpamToken",
    "SpentProof",
    "Tally",
    "Thread",
    "has_answered",
]
