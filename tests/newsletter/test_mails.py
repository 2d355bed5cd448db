"""Mails around a sign-up: what they say, what stands in their head, and that none is lost."""

from datetime import timedelta
from email import message_from_bytes, policy
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import time_machine
from django.core import mail
from django.test import TestCase, override_settings
from django.utils.translation import gettext, override

from newsletter.mails import build_message
from newsletter.models import ConfirmationMail, ConsentEvent
from newsletter.tasks import send_confirmation_mails
from tests.factories import NOON, make_author, make_newsletter, make_subscription

Kind = ConfirmationMail.Kind
SEND = "django.core.mail.backends.locmem.EmailBackend.send_messages"


def make_mail(kind=Kind.CONFIRM, *, newsletter=None, author=None, language="de", **fields):
    pending = {"state": "pending", "confirmed_at": None} if kind == Kind.CONFIRM else {}
    subscription = make_subscription(newsletter, author=author, language=language, **pending)
    return ConfirmationMail.objects.create(subscription=subscription, kind=kind, **fields)


def parts(message):
    """Return (headers, text, html) as a mail program reads them from the wire."""
    parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    text, html = (parsed.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return parsed, text, html


class ConfirmMailTests(TestCase):
    def test_head(self):
        newsletter = make_newsletter(sender_email="taler@example.org", reply_to="antwort@x.org")
        confirmation = make_mail(newsletter=newsletter)
        head, _text, _html = parts(build_message(confirmation))
        self.assertEqual(head["From"], "Resonanz <taler@example.org>")
        self.assertEqual(head["To"], "leser@example.org")
        self.assertEqual(head["Reply-To"], "antwort@x.org")
        self.assertEqual(head["List-Id"], "<taler-und-talar-x.localhost>")
        self.assertEqual(head["Auto-Submitted"], "auto-generated")
        self.assertEqual(head["X-Auto-Response-Suppress"], "OOF, AutoReply")
        self.assertEqual(head["Message-ID"], f"<signup.{confirmation.pk}.v1@localhost>")
        self.assertNotIn("List-Unsubscribe", head)
        self.assertEqual(head.get_content_type(), "multipart/alternative")

    def test_site_is_the_sender_where_the_newsletter_names_none(self):
        head, _text, _html = parts(build_message(make_mail()))
        self.assertEqual(head["From"], "Resonanz <post@localhost.invalid>")
        self.assertNotIn("Reply-To", head)

    def test_hostile_names_stay_names(self):
        for name in ["TALER & TALAR <x>", 'Grüße "von" <a@b.org>, c@d.org', "Größe, Maß; (und) so"]:
            newsletter = make_newsletter(name, sender_name=name, sender_email="a@example.org")
            author = make_author(email=f"{newsletter.pk}@example.org")
            message = build_message(make_mail(newsletter=newsletter, author=author))
            head, _text, _html = parts(message)
            with self.subTest(name=name):
                (sender,) = head["From"].addresses
                self.assertEqual((sender.display_name, sender.addr_spec), (name, "a@example.org"))
                self.assertTrue(head["Subject"].endswith(name))

    def test_line_break_in_a_name_sends_nothing(self):
        confirmation = make_mail(newsletter=make_newsletter("A\nBcc: x@example.org"))
        send_confirmation_mails.call()
        confirmation.refresh_from_db()
        self.assertEqual((mail.outbox, confirmation.sent_at), ([], None))
        self.assertIn("ValueError", confirmation.last_error)

    def test_text_and_html_in_each_language(self):
        author = make_author("Mallory <b>", email="leser@example.org")
        for language, path in [("de", "/n/c/"), ("en", "/en/n/c/")]:
            confirmation = make_mail(newsletter=make_newsletter(), author=author, language=language)
            head, text, html = parts(build_message(confirmation))
            with self.subTest(language=language), override(language):
                subject = gettext("Please confirm: %(newsletter)s")
                self.assertEqual(head["Subject"], subject % {"newsletter": "TALER & TALAR <x>"})
                sentence = gettext("To get it, please confirm on this page within 7 days:")
                self.assertIn(sentence, text)
                self.assertIn(sentence, html)
                self.assertIn(f"http://localhost:8000{path}", text)
                self.assertIn(f'href="http://localhost:8000{path}', html)
                self.assertIn(f'<html lang="{language}">', html)

    def test_names_are_escaped_once_in_html_and_not_in_text(self):
        _head, text, html = parts(build_message(make_mail()))
        self.assertIn("TALER & TALAR <x>", text)
        self.assertIn("TALER &amp; TALAR &lt;x&gt;", html)
        self.assertNotIn("&amp;amp;", html)

    def test_says_who_sends_how_often_and_where_the_imprint_is(self):
        with override("en"):
            _head, text, html = parts(build_message(make_mail(language="en")))
        for body in (text, html):
            self.assertIn("from Resonanz", body)
            self.assertIn("alle zwei Wochen", body)
            self.assertIn("Otherwise do nothing", body)
            self.assertIn("http://localhost:8000/en/imprint/", body)

    def test_holds_nothing_that_a_stranger_typed_and_no_picture(self):
        author = make_author("Cheap pills http://spam.example", email="leser@example.org")
        _head, text, html = parts(build_message(make_mail(author=author)))
        self.assertNotIn("Cheap", text + html)
        self.assertNotIn("<img", html)
        self.assertNotIn("<style", html)


class AlreadyActiveMailTests(TestCase):
    @override_settings(BASE_URL="https://example.org")
    def test_offers_to_leave_in_the_text_and_by_one_click(self):
        head, text, html = parts(build_message(make_mail(Kind.ALREADY_ACTIVE)))
        url = head["List-Unsubscribe"].strip("<>")
        self.assertTrue(url.startswith("https://example.org/n/u/"))
        self.assertIn(url, text)
        self.assertIn(url, html)
        self.assertEqual(head["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertNotIn("/n/c/", text + html)


@time_machine.travel(NOON, tick=False)
class SendConfirmationMailTests(TestCase):
    def setUp(self):
        self.mail = make_mail()

    def test_due_mail_is_sent_once_and_recorded_without_its_link(self):
        send_confirmation_mails.call()
        send_confirmation_mails.call()
        self.assertEqual(len(mail.outbox), 1)
        self.mail.refresh_from_db()
        self.assertEqual((self.mail.sent_at, self.mail.done_at), (NOON, NOON))
        event = ConsentEvent.objects.get()
        self.assertEqual((event.kind, event.created_at), ("mail_sent", NOON))
        self.assertEqual(event.message_id, self.mail.message_id)
        self.assertIn("http://localhost:8000/n/c/…", event.wording)
        self.assertNotRegex(event.wording, r"/n/c/\w")

    def test_failed_mail_stays_a_row_and_is_tried_again(self):
        with patch(SEND, side_effect=SMTPServerDisconnected("gone")):
            send_confirmation_mails.call()
        self.mail.refresh_from_db()
        self.assertEqual(self.mail.last_error, "SMTPServerDisconnected: gone")
        self.assertEqual((self.mail.attempts, self.mail.sent_at), (1, None))
        self.assertFalse(ConsentEvent.objects.exists())

        with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
            send_confirmation_mails.call()
        self.mail.refresh_from_db()
        self.assertEqual((len(mail.outbox), self.mail.last_error), (1, ""))

    def test_worker_killed_while_sending_is_followed_by_another(self):
        with patch(SEND, side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            send_confirmation_mails.call()
        send_confirmation_mails.call()
        self.assertEqual(mail.outbox, [])  # the lease is still held
        with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
            send_confirmation_mails.call()
        self.assertEqual(mail.outbox[0].extra_headers["Message-ID"], self.mail.message_id)

    def test_mail_that_would_say_something_untrue_is_not_sent(self):
        self.mail.subscription.end()
        send_confirmation_mails.call()
        self.mail.refresh_from_db()
        self.assertEqual((mail.outbox, self.mail.sent_at), ([], None))
        self.assertEqual(self.mail.done_at, NOON)

    def test_row_survives_when_the_knock_is_lost(self):
        newsletter = make_newsletter("Anderer")
        # Without execute=True nothing runs after the commit: as if the process had died there.
        with self.captureOnCommitCallbacks():
            self.client.post(newsletter.get_absolute_url(), {"email": "neu@example.org"})
        self.assertEqual(mail.outbox, [])
        send_confirmation_mails.call()
        self.assertEqual(mail.outbox[-1].to, ["neu@example.org"])

    def test_each_mail_needs_five_queries(self):
        ConfirmationMail.objects.all().delete()
        newsletter = self.mail.subscription.newsletter
        for size in (2, 20):
            for number in range(size):
                author = make_author(f"Leser {size}", email=f"{size}.{number}@example.org")
                make_mail(author=author, newsletter=newsletter)
            with self.assertNumQueries(7 + 5 * size):
                send_confirmation_mails.call()
