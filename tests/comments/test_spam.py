"""The door to Akismet, down to the bytes on the wire."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from django.test import TestCase, override_settings

from blog.models import Tag
from comments import spam
from comments.formtoken import FormUse
from comments.models import Comment, SpamCheck, SpamFeedback
from tests.comments.akismet_stand_in import KEY, AkismetTestCase
from tests.factories import make_category, make_comment, make_post

Verdict = SpamCheck.Verdict
FIELDS = {"user_ip": "192.0.2.1", "comment_content": "Grüße & Küsse", "blog": "http://localhost"}


class CheckTests(AkismetTestCase):
    def test_the_two_words_are_verdicts(self):
        for answer, headers, verdict in [
            ("false", {}, Verdict.HAM),
            ("true", {}, Verdict.SPAM),
            ("true", {"X_akismet_pro_tip": "discard"}, Verdict.DISCARD),
        ]:
            with self.subTest(verdict):
                self.akismet.will_answer(answer, **headers)
                self.assertEqual(spam.check(FIELDS).verdict, verdict)

    def test_nothing_else_is_a_verdict(self):
        for answer, status in [
            ("invalid", 200), ("", 200), ("true\n", 200), ("TRUE", 200), ("maybe", 200),
            ("<html>true</html>", 200), ("false", 500), ("true", 404), ("", 429),
        ]:  # fmt: skip
            with self.subTest(answer=answer, status=status), self.assertLogs("comments.spam"):
                self.akismet.will_answer(answer, status)
                found = spam.check(FIELDS)
                self.assertEqual(found.verdict, Verdict.UNKNOWN)
                self.assertTrue(found.error)

    def test_an_akismet_that_does_not_answer_in_time_gives_no_verdict(self):
        self.akismet.may_answer.clear()
        with patch.object(spam, "TIMEOUT_SECONDS", 0.2), self.assertLogs("comments.spam"):
            found = spam.check(FIELDS)
        self.assertEqual(found.error, "the request to Akismet failed: ReadTimeout")

    def test_an_akismet_that_cannot_be_reached_gives_no_verdict(self):
        with (
            override_settings(AKISMET_API_URL="http://127.0.0.1:9"),
            self.assertLogs("comments.spam"),
        ):
            found = spam.check(FIELDS)
        self.assertEqual(found.error, "the request to Akismet failed: ConnectError")

    def test_guid_and_times_are_taken_from_the_headers(self):
        self.akismet.will_answer("false", X_akismet_guid="abc", X_akismet_recheck_after="120")
        found = spam.check(FIELDS)
        self.assertEqual((found.guid, found.ask_again_after), ("abc", timedelta(minutes=2)))

    def test_too_many_requests_says_when_to_ask_again(self):
        for header, after in [
            ("600", timedelta(minutes=10)), ("9999999", timedelta(days=1)),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-5", None), ("²", None),
        ]:  # fmt: skip
            with self.subTest(header), self.assertLogs("comments.spam"):
                self.akismet.will_answer("", 429, Retry_After=header.encode().decode("latin-1"))
                self.assertEqual(spam.check(FIELDS).ask_again_after, after)

    def test_alerts_are_logged(self):
        self.akismet.will_answer(
            "false", X_akismet_alert_code="10402", X_akismet_alert_msg="unpaid"
        )
        with self.assertLogs("comments.spam", "WARNING") as logs:
            spam.check(FIELDS)
        self.assertIn("Akismet alert 10402: unpaid", logs.output[0])

    def test_the_key_is_in_no_log_and_no_error(self):
        for answer in ["invalid", f"error: {KEY}"]:
            self.akismet.will_answer(answer)
            with self.assertLogs("comments.spam") as logs:
                found = spam.check(FIELDS)
            self.assertNotIn(KEY, found.error + "".join(logs.output))

    def test_path_and_host_are_those_of_the_configured_address(self):
        address = f"http://localhost:{self.akismet.server_port}/akismet"
        with override_settings(AKISMET_API_URL=address):
            spam.check(FIELDS)
        path, host, _body = self.akismet.requests[0]
        self.assertEqual(path, "/akismet/1.1/comment-check")
        self.assertEqual(host, f"localhost:{self.akismet.server_port}")

    def test_key_and_fields_go_out_as_utf8(self):
        spam.check(FIELDS | {"comment_context[]": ["Größe", "Maß"]})
        sent = self.akismet.sent()
        self.assertIn(("api_key", KEY), sent)
        self.assertIn(("comment_content", "Grüße & Küsse"), sent)
        contexts = [value for name, value in sent if name == "comment_context[]"]
        self.assertEqual(contexts, ["Größe", "Maß"])

    def test_a_field_nobody_documented_is_refused_before_anything_is_sent(self):
        with self.assertLogs("comments.spam"):
            found = spam.check(FIELDS | {"user_role": "administrator"})
        self.assertEqual(found.verdict, Verdict.UNKNOWN)
        self.assertEqual(self.akismet.requests, [])


class ReportTests(AkismetTestCase):
    def test_each_decision_has_its_address(self):
        self.assertEqual(spam.report(SpamFeedback.Kind.SPAM, FIELDS), "")
        self.assertEqual(spam.report(SpamFeedback.Kind.HAM, FIELDS), "")
        paths = [path for path, _host, _body in self.akismet.requests]
        self.assertEqual(paths, ["/1.1/submit-spam", "/1.1/submit-ham"])

    def test_an_answer_without_thanks_is_an_error(self):
        self.akismet.will_answer("invalid")
        with self.assertLogs("comments.spam"):
            error = spam.report(SpamFeedback.Kind.SPAM, FIELDS)
        self.assertEqual(error, "Akismet refuses the key or the site's address")


class WithoutKeyTests(TestCase):
    def test_nothing_is_sent(self):
        with patch.object(spam, "_client", side_effect=AssertionError):
            self.assertEqual(spam.check(FIELDS).verdict, Verdict.UNKNOWN)
            self.assertTrue(spam.report(SpamFeedback.Kind.HAM, FIELDS))


class FieldsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        tags = [Tag.objects.create(name="Größe")]
        cls.post = make_post("Titel", category=make_category("Service"), tags=tags)
        cls.comment = make_comment(
            cls.post, body="<b>roh</b>", name="Berta", email="b@example.org",
            website="https://example.org/", ip="192.0.2.1", user_agent="Firefox",
            referrer="https://example.org/suche", created_at=datetime(2026, 5, 4, 14, tzinfo=UTC),
        )  # fmt: skip

    def test_all_that_is_known_is_told_as_typed(self):
        fields = spam.fields_of(self.comment)
        self.assertLessEqual(
            {
                "blog": "http://localhost:8000",
                "blog_lang": "de, en",
                "blog_charset": "UTF-8",
                "user_ip": "192.0.2.1",
                "user_agent": "Firefox",
                "referrer": "https://example.org/suche",
                "permalink": "http://localhost:8000/posts/titel/",
                "comment_type": "comment",
                "comment_author": "Berta",
                "comment_author_email": "b@example.org",
                "comment_author_url": "https://example.org/",
                "comment_content": "<b>roh</b>",
                "comment_date_gmt": "2026-05-04T14:00:00+00:00",
            }.items(),
            fields.items(),
        )
        self.assertEqual(fields["comment_context[]"], ["Service", "Größe"])
        self.assertNotIn("comment_parent", fields)
        self.assertNotIn("honeypot_field_name", fields)

    def test_every_field_may_be_sent(self):
        self.assertLessEqual(spam.fields_of(self.comment).keys(), spam.FIELD_NAMES)

    def test_an_answer_names_what_it_answers(self):
        reply = make_comment(self.post, parent=self.comment)
        fields = spam.fields_of(reply)
        self.assertEqual(fields["comment_type"], "reply")
        self.assertEqual(fields["comment_parent"], str(self.comment.pk))

    def test_a_linkback_says_its_kind_and_source(self):
        mention = make_comment(
            self.post, kind=Comment.Kind.PINGBACK, source_url="https://example.net/"
        )
        fields = spam.fields_of(mention)
        self.assertEqual(fields["comment_type"], "pingback")
        self.assertEqual(fields["comment_author_url"], "https://example.net/")

    def test_the_field_no_person_sees_is_named_and_told(self):
        fields = spam.fields_of(self.comment, use=FormUse(60, "f0123", "buy"))
        self.assertEqual((fields["honeypot_field_name"], fields["f0123"]), ("f0123", "buy"))
