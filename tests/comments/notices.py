"""What the tests of mails about answers share: answers sent now, and what a mail holds."""

import re

import time_machine
from django.test import TestCase
from django.utils import timezone

from comments.actions import submit_comment
from comments.models import Comment, Follow
from comments.models.decision import EFFECTS_AFTER
from comments.notices import tasks
from tests.factories import make_author, make_post


class NoticeTestCase(TestCase):
    """A post by somebody who gets no mail, and answers to it that are written now."""

    @classmethod
    def setUpTestData(cls):
        cls.writer = make_author("Ada Beispiel")
        cls.post = make_post("Eine Glocke", authors=[cls.writer])

    def submit(self, name="Berta", *, follow_in="", **fields):
        """Send an answer with an address of its writer's name, and do what follows a commit."""
        typed = {"email": f"{name.lower()}@example.org", "body": "Gut gesagt."} | fields
        comment = Comment(post=self.post, name=name, language="de", **typed)
        with self.captureOnCommitCallbacks(execute=True):
            submit_comment(comment, follow_in=follow_in)
        return comment

    def submit_known(self, name="Carlo", **fields):
        """An answer that appears at once, by the team."""
        return self.submit(name, author=self.writer, is_verified=True, **fields)

    def do(self, action, *args, **kwargs):
        """Do it, and what follows when it can no longer be undone."""
        with self.captureOnCommitCallbacks(execute=True):
            done = action(*args, **kwargs)
        self.send_due_later()
        return done

    def send_due_later(self):
        with time_machine.travel(timezone.now() + EFFECTS_AFTER):
            self.send_due()

    def send_due(self):
        for task in (tasks.send_follow_mails, tasks.send_answer_mails):
            task.call()


def make_follow(comment, author=None, **fields):
    """An active wish of a comment's writer."""
    fields = {"state": "active", "language": "de"} | fields
    author = author or comment.author
    return Follow.objects.create(author=author, post=comment.post, comment=comment, **fields)


def path_in(message, part):
    """Return the path of the link of a mail that holds `part`, such as "/f/c/"."""
    (path,) = set(re.findall(rf"http://localhost:8000(\S*{part}\S+)", message.body))
    return path
