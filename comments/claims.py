"""Asking for the link to an own answer; it goes to the answer's address and nowhere else."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from blog.ratelimit import is_over_limit
from blog.validators import normalise_email
from comments.models import ClaimMail, Comment
from comments.notices import tasks

MAILS_PER_WINDOW = 3
WINDOW = timedelta(days=1)


def ask(comment: Comment, typed: str, language: str) -> None:
    """Note that a link is to be sent, if `typed` is the address of `comment`; tell nobody.

    An answer gets few such mails a day, whoever asks how often, and one at a time.
    """
    if not comment.email or normalise_email(typed) != normalise_email(comment.email):
        return
    if is_over_limit("claim", str(comment.pk), limit=MAILS_PER_WINDOW, window=WINDOW):
        return
    try:
        with transaction.atomic():
            ClaimMail.objects.create(comment=comment, language=language)
    except IntegrityError:
        return  # one is on its way
    transaction.on_commit(tasks.send_claim_mails.enqueue, robust=True)
