"""Nothing is sent while the site's switch is off or a writer's consent is missing."""

from datetime import timedelta
from unittest import mock

from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from blog.models import SiteSettings
from comments import actions, editing, tasks
from comments.models import Comment, SpamCheck, SpamFeedback
from tests.comments.akismet_stand_in import KEY, AkismetTestCase
from tests.factories import make_author, make_comment, make_form_token, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason
VALID = {"name": "Berta", "email": "berta@example.org", "body": "Gut gesagt."}


class ConsentTestCase(AkismetTestCase):
    """With a key on a site that asks its writers."""

    def setUp(self):
        super().setUp()
        self.set_up_site(akismet_consent="ask")
        self.post = make_post()
        self.url = reverse("comments:comment_create", args=[self.post.slug])

    def set_up_site(self, **fields):
        SiteSettings(**fields).save()

    def send(self, **changes):
        """Send the form, do what follows, and return the comment as it stands then."""
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(self.url, VALID | make_form_token(self.post) | changes)
        return Comment.objects.order_by("pk").last()

    def submit(self, **fields):
        """Return a new answer whose check has not gone out yet."""
        with mock.patch("comments.tasks.check_spam"):
            return actions.submit_comment(Comment(post=self.post, **(VALID | fields)))

    def knock(self):
        tasks.check_spam.enqueue()
        tasks.send_feedback.enqueue()
        tasks.read_usage.enqueue()

    def assert_nothing_was_sent(self):
        self.assertEqual(self.akismet.requests, [])


class SendingTests(ConsentTestCase):
    def test_without_a_tick_an_answer_waits_for_a_moderator(self):
        comment = self.send()
        self.knock()
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.NOT_SENT))
        self.assertIsNone(comment.akismet_consent_at)
        self.assertFalse(SpamCheck.objects.exists())
        sent = [path for path, _host, _body in self.akismet.requests]
        self.assertEqual(sent, ["/1.2/usage-limit"])

    def test_a_tick_sends_it(self):
        comment = self.send(may_be_checked="on")
        self.assertEqual(comment.status_reason, Reason.AKISMET_HAM)
        self.assertIsNotNone(comment.akismet_consent_at)
        self.assertIn(("comment_content", "Gut gesagt."), self.akismet.sent())

    def test_a_tick_that_nobody_asked_for_changes_nothing(self):
        self.set_up_site(asks_akismet=False)
        self.assertIsNone(self.send(may_be_checked="on").akismet_consent_at)
        self.assert_nothing_was_sent()

    def test_the_switch_goes_before_consent_and_notice(self):
        for consent in ("ask", "notice"):
            with self.subTest(consent):
                self.set_up_site(asks_akismet=False, akismet_consent=consent)
                comment = self.send(may_be_checked="on", body=f"Gut gesagt, {consent}.")
                self.assertEqual(comment.status_reason, Reason.FIRST_ANSWER)
        self.knock()
        self.assert_nothing_was_sent()

    def test_a_site_with_a_notice_sends_without_a_tick(self):
        self.set_up_site(akismet_consent="notice")
        self.assertEqual(self.send().status_reason, Reason.AKISMET_HAM)

    def test_team_is_never_sent_nor_asked(self):
        person = make_author("Team", user=make_user(is_staff=True))
        self.client.force_login(person.user)
        page = self.client.get(f"/en{self.url}")
        self.assertNotContains(page, "may_be_checked")
        self.assertContains(page, "nothing is sent to anybody else")
        self.assertEqual(self.send(may_be_checked="on").status_reason, Reason.TEAM)
        self.assert_nothing_was_sent()

    def test_somebody_logged_in_but_unknown_is_asked(self):
        person = make_author("Neu", user=make_user())
        self.client.force_login(person.user)
        self.assertContains(self.client.get(self.url), "may_be_checked")


class QueueTests(ConsentTestCase):
    def test_switching_off_gives_what_waits_to_moderators_at_once(self):
        comment = self.submit(akismet_consent_at=timezone.now())
        check = comment.spam_check
        check.postpone("down", after=timedelta(hours=6))
        self.set_up_site(asks_akismet=False)

        self.knock()

        comment.refresh_from_db()
        check.refresh_from_db()
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.NOT_SENT))
        self.assertEqual((check.asked_at, check.fields), (None, {}))
        self.assertIsNotNone(check.done_at)
        self.assert_nothing_was_sent()

    def test_what_our_own_checks_hold_says_so_after_switching_off(self):
        comment = self.submit(
            akismet_consent_at=timezone.now(), body="a www.b.de www.c.de www.d.de"
        )
        self.set_up_site(asks_akismet=False)
        self.knock()
        comment.refresh_from_db()
        self.assertEqual(comment.status_reason, Reason.HELD)

    def test_beginning_to_ask_stops_what_nobody_agreed_to(self):
        self.set_up_site(akismet_consent="notice")
        silent, willing = self.submit(), self.submit(akismet_consent_at=timezone.now(), body="Ja.")
        self.set_up_site(akismet_consent="ask")
        self.knock()
        silent.refresh_from_db()
        willing.refresh_from_db()
        self.assertEqual(silent.status_reason, Reason.NOT_SENT)
        self.assertEqual(willing.status_reason, Reason.AKISMET_HAM)
        bodies = b"".join(body for _path, _host, body in self.akismet.requests)
        self.assertNotIn(b"Gut+gesagt", bodies)

    def test_a_recheck_is_not_made_after_switching_off(self):
        self.akismet.will_answer("false", X_akismet_recheck_after="120")
        comment = self.send(may_be_checked="on")
        self.set_up_site(asks_akismet=False)
        SpamCheck.objects.update(due_at=timezone.now())
        self.knock()
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.NOT_SENT))
        self.assertEqual(len(self.akismet.requests), 1)

    def test_asking_again_from_the_admin_sends_nothing(self):
        comment = self.submit(akismet_consent_at=timezone.now())
        self.set_up_site(asks_akismet=False)
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        data = {"action": "ask_again", "_selected_action": [comment.pk]}
        self.client.post(reverse("admin:comments_comment_changelist"), data)
        self.knock()
        self.assert_nothing_was_sent()


class AfterwardsTests(ConsentTestCase):
    def checked(self, **fields):
        comment = make_comment(self.post, **fields)
        sent = {"user_ip": "192.0.2.1"}
        SpamCheck.objects.create(
            comment=comment, verdict="ham", fields=sent, asked_at=timezone.now()
        )
        return comment

    def test_feedback_is_neither_noted_nor_sent_without_consent(self):
        actions.mark_spam(self.checked().pk, make_user())
        self.assertFalse(SpamFeedback.objects.exists())

    def test_feedback_that_waits_is_not_sent_after_switching_off(self):
        comment = self.checked(akismet_consent_at=timezone.now())
        feedback = SpamFeedback.objects.create(comment=comment, kind="spam", reporter="anna")
        self.set_up_site(asks_akismet=False)
        self.knock()
        feedback.refresh_from_db()
        self.assertIsNotNone(feedback.done_at)
        self.assert_nothing_was_sent()

    def test_an_edit_is_sent_only_with_consent(self):
        agreed = {"akismet_consent_at": timezone.now()}
        for fields, sent in [({}, 0), (agreed, 1)]:
            with self.subTest(sent=sent), self.captureOnCommitCallbacks(execute=True):
                comment = make_comment(self.post, created_at=timezone.now(), **fields)
                editing.change_body(comment.pk, "Neu: https://example.org")
            self.assertEqual(len(self.akismet.requests), sent)

    def test_an_edit_that_is_not_sent_waits_if_links_were_added(self):
        comment = make_comment(self.post, created_at=timezone.now())
        editing.change_body(comment.pk, "Neu: https://example.org")
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.EDITED))

    def test_the_webhook_is_closed_while_the_switch_is_off(self):
        from comments.spam import webhook_token

        url = reverse("comments:akismet_webhook", args=[webhook_token()])
        data = {"key": KEY, "endpoint": "comment-check", "comments": []}
        self.assertEqual(self.client.post(url, data, "application/json").status_code, 200)
        self.set_up_site(asks_akismet=False)
        self.assertEqual(self.client.post(url, data, "application/json").status_code, 404)

    def test_the_replay_says_who_agreed_and_that_nothing_left(self):
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        check = self.submit(akismet_consent_at=timezone.now()).spam_check
        self.set_up_site(asks_akismet=False)
        self.knock()
        url = reverse("admin:comments_spamcheck_change", args=[check.pk])
        response = self.client.get(url, headers={"Accept-Language": "de"})
        self.assertContains(response, "field-consent")
        self.assertNotContains(response, "<th>")


class NoticeTests(TestCase):
    """What form, post and privacy page say, for each way a site can be set."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def pages(self, prefix=""):
        for url in [
            self.post.get_absolute_url(),
            reverse("comments:comment_create", args=[self.post.slug]),
            reverse("blog:privacy"),
        ]:
            yield url, self.client.get(prefix + url).content.decode()

    def assert_told(self, *, says, hides, box):
        for url, html in self.pages("/en"):
            with self.subTest(url):
                self.assertIn(says, html)
                for words in hides:
                    self.assertNotIn(words, html)
                is_form = url.endswith("/reply/")
                self.assertEqual('name="may_be_checked"' in html, box and is_form)

    def test_without_a_key(self):
        self.assert_told(says="nothing is sent to anybody else", hides=["Automattic"], box=False)

    @override_settings(AKISMET_API_KEY="k")
    def test_switched_off(self):
        SiteSettings(asks_akismet=False).save()
        self.assert_told(says="nothing is sent to anybody else", hides=["Automattic"], box=False)

    @override_settings(AKISMET_API_KEY="k")
    def test_with_a_notice(self):
        SiteSettings(akismet_consent="notice").save()
        hides = ["nothing is sent", "if you agree", "If you agree"]
        self.assert_told(says="are sent to Akismet", hides=hides, box=False)

    @override_settings(AKISMET_API_KEY="k")
    def test_asking(self):
        self.assert_told(says="sent to Akismet", hides=["is decided here"], box=True)

    @override_settings(AKISMET_API_KEY="k")
    def test_the_box_is_empty_until_somebody_ticks_it(self):
        url = reverse("comments:comment_create", args=[self.post.slug])
        form = self.client.get(url).context["form"]
        self.assertIs(bool(form["may_be_checked"].value()), False)
        self.assertNotIn("checked>", str(form["may_be_checked"]))
