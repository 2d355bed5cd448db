"""Failures 15 to 22 where no other test stands: what robots do, and what others rely on wrongly."""

import ipaddress
from itertools import count
from unittest import mock

from django.test import TestCase, override_settings
from django.urls import reverse

from blog import deadline
from comments import actions, spam, tasks
from comments.models import Comment, SpamCheck
from tests.comments.akismet_stand_in import KEY, AkismetTestCase
from tests.factories import make_author, make_comment, make_form_token, make_post, make_spam_rule
from tests.wxr import comment_xml, import_comments

Status = Comment.Status
TYPED = {"name": "Berta", "email": "berta@example.org", "body": "Gut gesagt."}


class VisitorTests(AkismetTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = TYPED | make_form_token(cls.post)

    def send(self, **typed):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(self.url, self.valid | typed)

    def test_whatever_akismet_says_the_visitor_is_thanked_and_the_answer_is_there(self):
        numbers = count()
        for answer, status, expected in [
            ("false", 200, Status.APPROVED), ("true", 200, Status.SPAM),
            ("invalid", 200, Status.PENDING), ("", 200, Status.PENDING),
            ("<html>false</html>", 200, Status.PENDING), ("false", 500, Status.PENDING),
            ("", 429, Status.PENDING),
        ]:  # fmt: skip
            with self.subTest(answer=answer, status=status):
                self.akismet.will_answer(answer, status)
                number = next(numbers)
                with (
                    self.assertLogs("comments.spam") if expected == "pending" else mock.MagicMock()
                ):
                    response = self.send(body=f"Antwort {number} auf das, was da steht.")
                self.assertEqual(response.status_code, 302)
                self.assertEqual(Comment.objects.latest("pk").status, expected)

    def test_an_answer_that_drips_is_no_verdict(self):
        late = count(step=spam.TIMEOUT_SECONDS + 1)
        with (
            mock.patch.object(deadline.time, "monotonic", side_effect=lambda: next(late)),
            self.assertLogs("comments.spam"),
        ):
            found = spam.check({"user_ip": "203.0.113.9", "blog": "https://example.org"})
        self.assertEqual(found.verdict, SpamCheck.Verdict.UNKNOWN)
        self.assertIn("ReadTimeout", found.error)

    def test_a_robot_without_browser_and_referrer_gets_no_free_pass(self):
        self.akismet.will_answer("true")
        self.send()
        sent = dict(self.akismet.sent())
        self.assertEqual((sent["user_agent"], sent["referrer"]), ("", ""))
        self.assertEqual(Comment.objects.get().status, Status.SPAM)

    def test_the_key_is_on_no_page_and_in_no_row(self):
        self.akismet.will_answer("invalid")
        with self.assertLogs("comments.spam") as logs:
            page = self.client.get(self.send().headers["Location"]).text
        self.assertNotIn(KEY, page + str(logs.output) + str(list(SpamCheck.objects.values())))

    def test_an_import_is_told_to_nobody(self):
        with self.captureOnCommitCallbacks(execute=True):
            import_comments(comment_xml(1, "Alt.", comment_approved="0"))
        tasks.check_spam.call()
        tasks.send_feedback.call()
        self.assertEqual(self.akismet.requests, [])


class StolenAddressTests(TestCase):
    def test_the_address_of_somebody_known_opens_nothing(self):
        post = make_post()
        known = make_author("Berta", email="berta@example.org")
        make_comment(post, author=known, is_verified=True, email=known.email)
        stolen = Comment(post=post, language="de", **TYPED)
        actions.submit_comment(stolen)
        self.assertEqual(stolen.status, Status.PENDING)
        self.assertFalse(stolen.is_verified)


class WordTests(TestCase):
    def test_a_word_holds_itself_in_any_disguise_and_no_longer_word(self):
        make_spam_rule("word", "anal", action="spam")
        post = make_post()
        for number, (body, is_caught) in enumerate(
            [
                ("Eine Analyse am Kanal, ganz banal.", False),
                ("Ganz АNАL, mit kyrillischem A.", True),
                ("Ganz ａｎａｌ, in voller Breite.", True),
                ("Ganz a\u200bnal, mit nichts darin.", True),
            ]
        ):
            comment = Comment(post=post, name=f"N{number}", body=body, language="de")
            actions.submit_comment(comment)
            with self.subTest(body):
                self.assertEqual(comment.status == Status.SPAM, is_caught)

    def test_a_rule_is_not_looked_for_the_wrong_way_round(self):
        make_spam_rule("email", "anna.spam@example.org", action="spam")
        comment = Comment(
            post=make_post(), name="A", body="Hm.", email="spam@example.org", language="de"
        )
        actions.submit_comment(comment)
        self.assertNotEqual(comment.status, Status.SPAM)


class ForwardedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = TYPED | make_form_token(cls.post)

    def statuses(self, number, peer="203.0.113.9", **headers):
        return [
            self.client.post(
                self.url,
                self.valid | {"body": f"Nr. {one} von {peer}"},
                REMOTE_ADDR=peer,
                headers={name: value(one) for name, value in headers.items()},
            ).status_code
            for one in range(number)
        ]

    def test_a_header_of_the_sender_is_no_new_sender(self):
        for name in ["x_forwarded_for", "x_real_ip", "forwarded", "cf_connecting_ip"]:
            with self.subTest(name):
                found = self.statuses(
                    11, f"203.0.113.{len(name)}", **{name: "198.51.100.{}".format}
                )
                self.assertEqual(found[-1], 429)

    @override_settings(TRUSTED_PROXIES=[])
    def test_no_proxy_is_trusted_unless_it_is_named(self):
        found = self.statuses(11, "10.0.0.1", x_forwarded_for="198.51.100.{}".format)
        self.assertEqual(found[-1], 429)

    def test_behind_a_trusted_proxy_each_client_counts_for_itself(self):
        networks = [ipaddress.ip_network("10.0.0.0/8")]
        with override_settings(TRUSTED_PROXIES=networks):
            found = self.statuses(11, "10.0.0.1", x_forwarded_for="198.51.100.{}".format)
            self.assertNotIn(429, found)
            forged = self.statuses(11, "10.0.0.1", x_forwarded_for="1.2.3.{}, 198.51.100.99".format)
            self.assertEqual(forged[-1], 429)
