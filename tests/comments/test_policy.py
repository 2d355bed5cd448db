"""What a post's comment policy means for who answers."""

from django.test import TestCase
from django.urls import reverse

from blog.models import CommentPolicy
from comments import actions
from comments.models import Comment, SpamCheck
from comments.spam import Verdict
from comments.verdicts import apply
from tests.factories import make_author, make_comment, make_form_token, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason


def written_by(author, post, **fields):
    fields = {"name": author.name, "author": author, "is_verified": True} | fields
    return Comment(post=post, body="Das sehe ich anders.", **fields)


class HeldPostTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.writer = make_author("Autorin")
        cls.post = make_post(authors=[cls.writer], comment_policy=CommentPolicy.HELD)
        cls.known = make_author("Bekannte")
        make_comment(cls.post, author=cls.known, is_verified=True)

    def test_known_people_wait_too_and_are_told_why(self):
        comment = actions.submit_comment(written_by(self.known, self.post))
        self.assertEqual([comment.status, comment.status_reason], [Status.PENDING, Reason.ALL_WAIT])

    def test_the_author_of_the_post_waits_for_nobody(self):
        comment = actions.submit_comment(written_by(self.writer, self.post))
        self.assertEqual(comment.status, Status.APPROVED)

    def test_ham_does_not_free_what_is_approved_by_hand(self):
        comment = make_comment(self.post, status=Status.PENDING, status_reason=Reason.SPAM_CHECK)
        check = SpamCheck.objects.create(comment=comment, fields={})
        apply(check, Verdict(SpamCheck.Verdict.HAM))
        comment.refresh_from_db()
        self.assertEqual([comment.status, comment.status_reason], [Status.PENDING, Reason.ALL_WAIT])

    def test_form_says_nothing_is_closed(self):
        response = self.client.get(self.post.get_absolute_url())
        self.assertContains(response, "Was sagst du dazu?")


class AskedTests(TestCase):
    """A closed conversation in which the author asked somebody something."""

    @classmethod
    def setUpTestData(cls):
        cls.writer = make_author("Autorin")
        cls.post = make_post(authors=[cls.writer], comment_policy=CommentPolicy.CLOSED)
        cls.reader = make_author("Leser", user=make_user("leser"))
        cls.own = make_comment(cls.post, author=cls.reader, is_verified=True)
        cls.question = cls.by_writer("Wie meinst du das?")
        cls.remark = cls.by_writer("So ist es.")

    @classmethod
    def by_writer(cls, body, **fields):
        fields = {"author": cls.writer, "is_verified": True} | fields
        return make_comment(cls.post, parent=cls.own, body=body, name="Autorin", **fields)

    def url(self, parent):
        return reverse("comments:comment_reply", args=[self.post.slug, parent.pk])

    def answer(self, parent):
        data = {"body": "Ich meine es ganz wörtlich."} | make_form_token(self.post)
        return self.client.post(self.url(parent), data)

    def test_who_was_asked_may_answer(self):
        self.client.force_login(self.reader.user)
        self.assertEqual(self.answer(self.question).status_code, 302)
        self.assertTrue(Comment.objects.filter(parent=self.question, author=self.reader).exists())

    def test_a_remark_is_no_question(self):
        self.client.force_login(self.reader.user)
        self.assertContains(self.answer(self.remark), "geschlossen")

    def test_others_may_not_answer_for_who_was_asked(self):
        self.client.force_login(make_user("andere"))
        self.assertContains(self.answer(self.question), "geschlossen")
        self.client.logout()
        self.assertContains(self.client.get(self.url(self.question)), "geschlossen")

    def test_a_name_is_no_proof_that_the_author_asked(self):
        forged = self.by_writer("Wie bitte?", is_verified=False)
        self.client.force_login(self.reader.user)
        self.assertContains(self.answer(forged), "geschlossen")

    def test_nothing_else_opens(self):
        self.client.force_login(self.reader.user)
        url = reverse("comments:comment_create", args=[self.post.slug])
        self.assertContains(self.client.get(url), "geschlossen")


class AskedBrowserTests(TestCase):
    """The browser that wrote the answer is asked as well: the page offers it the reply."""

    def setUp(self):
        self.writer = make_author("Autorin")
        self.post = make_post(authors=[self.writer])
        url = reverse("comments:comment_create", args=[self.post.slug])
        typed = {"body": "Eine Behauptung.", "name": "Eva", "email": "eva@example.org"}
        self.client.post(url, typed | make_form_token(self.post))
        own = Comment.objects.get()
        actions.approve(own.pk, make_user())
        question = make_comment(
            self.post, parent=own, body="Warum?", author=self.writer, is_verified=True
        )
        self.reply = reverse("comments:comment_reply", args=[self.post.slug, question.pk])
        self.post.comment_policy = CommentPolicy.CLOSED
        self.post.save()

    def test_page_offers_the_reply_to_nobody_else(self):
        page = self.post.get_absolute_url()
        self.assertContains(self.client.get(page), f'href="{self.reply}"')
        self.assertNotContains(self.client_class().get(page), "data-reply")

    def test_form_of_the_reply_opens(self):
        self.assertContains(self.client.get(self.reply), "data-reply-form")
