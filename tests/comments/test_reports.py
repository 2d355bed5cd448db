"""Readers' reports: taken with what the law asks, hiding nothing, answered once by mail."""

from datetime import timedelta
from unittest import mock

import time_machine
from django.core import mail
from django.test import Client, TestCase, TransactionTestCase
from django.urls import reverse
from django.utils import timezone

from blog.erasing import Texts, erase
from comments import actions, report_views, reports, tree
from comments.models import Comment, Decision, Report, ReportMail
from comments.models.decision import Act, moderator
from comments.notices import tasks
from tests.comments.test_tree_concurrency import at_once
from tests.factories import (
    make_author,
    make_comment,
    make_form_token,
    make_post,
    make_report,
    make_user,
)

Reason, Outcome = Report.Reason, Report.Outcome
UNLAWFUL = {"reason": "unlawful", "text": "§ 185 StGB", "is_in_good_faith": "on"}


class ReportTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.comment = make_comment(cls.post, name="Trude Troll", body="Eine Frechheit.")

    def url(self, comment=None, name="comment_report"):
        return reverse(f"comments:{name}", args=[(comment or self.comment).pk])

    def send(self, client=None, **typed):
        typed = {"reason": "insult"} | make_form_token(self.post) | typed
        with self.captureOnCommitCallbacks(execute=True):
            return (client or self.client).post(self.url(), typed)


class CommentReportTests(ReportTestCase):
    def test_page_quotes_the_answer_and_is_neither_cached_nor_indexed(self):
        response = self.client.get(self.url())
        self.assertContains(response, "Eine Frechheit.")
        self.assertContains(response, '<meta name="robots" content="noindex, nofollow">')
        self.assertIn("no-store", response["Cache-Control"])

    def test_a_report_is_kept_and_hides_nothing(self):
        response = self.send(text="Das geht zu weit.")
        self.assertRedirects(response, self.url(name="comment_reported"))
        report = Report.objects.get()
        self.assertEqual((report.comment, report.reason), (self.comment, Reason.INSULT))
        self.assertEqual((report.text, report.is_open), ("Das geht zu weit.", True))
        self.assertContains(self.client.get(self.post.get_absolute_url()), "Eine Frechheit.")

    def test_mentions_from_other_sites_can_be_reported_too(self):
        mention = make_comment(self.post, kind="pingback", source_url="https://a.example/")
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, f'href="{self.url(mention)}" rel="nofollow"')
        self.assertEqual(self.client.get(self.url(mention)).status_code, 200)

    def test_only_what_visitors_read_can_be_reported(self):
        hidden = make_comment(self.post, status=Comment.Status.PENDING)
        on_a_draft = make_comment(make_post("Entwurf", status="draft"))
        for comment in (hidden, on_a_draft):
            self.assertEqual(self.client.get(self.url(comment)).status_code, 404)
            self.assertEqual(self.client.post(self.url(comment)).status_code, 404)

    def test_a_reason_is_needed_and_what_was_typed_is_kept(self):
        response = self.send(reason="", text="Mühsam getippt")
        self.assertContains(response, "Mühsam getippt", status_code=422)
        self.assertIn("reason", response.context["form"].errors)
        self.assertFalse(Report.objects.exists())

    def test_a_notice_of_unlawful_content_needs_explanation_and_good_faith(self):
        response = self.send(reason="unlawful")
        self.assertEqual(set(response.context["form"].errors), {"text", "is_in_good_faith"})
        self.assertEqual(self.send(**UNLAWFUL).status_code, 302)

    def test_name_and_address_are_not_needed(self):
        self.send(**UNLAWFUL)
        self.assertEqual(Report.objects.get().email, "")
        self.assertFalse(ReportMail.objects.exists())

    def test_too_long_an_explanation_is_refused_with_its_length_not_cut(self):
        self.assertContains(self.send(text="x" * 5001), "5001", status_code=422)

    def test_what_no_database_takes_is_refused(self):
        self.assertEqual(self.send(text="a\x00b").status_code, 422)

    def test_a_form_without_its_mark_and_a_filled_trap_are_refused_kindly(self):
        typed = {"reason": "spam", "text": "Werbung"}
        response = self.client.post(self.url(), typed)
        self.assertContains(response, "Werbung", status_code=422)
        trap = response.context["form"].token.trap
        self.assertEqual(self.send(**{trap: "x"}, text="Werbung").status_code, 302)
        self.assertFalse(Report.objects.exclude(text="Werbung").exists())

    def test_post_needs_the_token_of_its_page(self):
        strict = Client(enforce_csrf_checks=True)
        self.assertEqual(self.send(strict).status_code, 403)

    def test_many_at_once_are_put_off_with_the_text(self):
        with mock.patch.object(report_views, "REPORTS_PER_WINDOW", 0):
            self.assertContains(self.send(text="Getippt"), "Getippt", status_code=429)
        self.assertFalse(Report.objects.exists())

    def test_no_address_of_a_network_is_stored(self):
        self.send(Client(REMOTE_ADDR="192.0.2.77"))
        values = " ".join(str(value) for value in Report.objects.values().get().values())
        self.assertNotIn("192.0.2", values)

    def test_hashes_of_one_sender_about_two_answers_differ(self):
        first, second = (reports.sender_hash(pk, "192.0.2.1") for pk in (1, 2))
        self.assertNotEqual(first, second)


class TwiceTests(ReportTestCase):
    def test_one_sender_counts_once_and_further_words_are_added(self):
        for text in ("Eins.", "Zwei.", "Zwei."):
            self.assertEqual(self.send(text=text).status_code, 302)
        self.assertEqual(Report.objects.get().text, "Eins.\n\nZwei.")

    def test_another_network_address_or_reason_is_another_report(self):
        self.send()
        self.send(Client(REMOTE_ADDR="192.0.2.1"))
        self.send(email="erika@example.org")
        self.send(reason="spam")
        self.assertEqual(Report.objects.count(), 4)

    def test_after_a_decision_the_answer_can_be_reported_again(self):
        self.send()
        reports.decide_reports(self.comment, Outcome.KEPT, None)
        self.send()
        self.assertEqual(Report.objects.open().count(), 1)


class BurstTests(TransactionTestCase):
    def test_one_report_sent_many_times_at_once_is_one(self):
        comment = make_comment(make_post())

        def report(number):
            return Report(comment=comment, reason="spam", sender_hash="x", text=f"{number}.")

        at_once([lambda n=n: reports.take(report(n)) for n in range(16)])
        words = Report.objects.get().text.split("\n\n")
        self.assertEqual(sorted(words), sorted(f"{number}." for number in range(16)))


class DecideTests(ReportTestCase):
    def test_all_open_reports_of_the_answer_are_decided_and_no_others(self):
        moderator = make_user()
        make_report(self.comment)
        make_report(self.comment, reason="spam")
        other = make_report(make_comment(self.post))
        self.assertEqual(reports.decide_reports(self.comment, Outcome.REMOVED, moderator), 2)
        self.assertEqual(Report.objects.handled().filter(handled_by=moderator).count(), 2)
        self.assertEqual(list(Report.objects.open()), [other])

    def test_an_empty_place_has_no_open_reports_and_who_reported_hears_of_it(self):
        report = make_report(self.comment, email="erika@example.org")
        make_comment(self.post, parent=self.comment)
        tree.delete(self.comment.pk)
        report.refresh_from_db()
        self.assertEqual(report.outcome, Outcome.REMOVED)
        self.assertTrue(report.mails.filter(kind=ReportMail.Kind.DECIDED).exists())

    def test_deciding_again_changes_nothing(self):
        make_report(self.comment)
        reports.decide_reports(self.comment, Outcome.KEPT, None)
        self.assertEqual(reports.decide_reports(self.comment, Outcome.REMOVED, None), 0)
        self.assertEqual(Report.objects.get().outcome, Outcome.KEPT)

    def test_a_decision_taken_back_at_once_is_told_to_nobody(self):
        make_report(self.comment, email="erika@example.org")
        make_report(self.comment, reason="spam")
        reports.decide_reports(self.comment, Outcome.REMOVED, None)
        self.assertEqual(reports.reopen_reports(self.comment), 2)
        self.assertEqual(Report.objects.open().count(), 2)
        self.assertFalse(ReportMail.objects.exists())

    def test_a_decision_that_was_told_stays(self):
        make_report(self.comment, email="erika@example.org")
        with time_machine.travel(timezone.now(), tick=False) as clock:
            reports.decide_reports(self.comment, Outcome.REMOVED, None)
            clock.shift(reports.TOLD_AFTER)
            tasks.send_report_mails.call()
            self.assertEqual(reports.reopen_reports(self.comment), 0)

    def test_reports_decided_long_ago_are_deleted(self):
        make_report(self.comment)
        old = make_report(self.comment, reason="spam")
        reports.decide_reports(self.comment, Outcome.KEPT, None)
        long_ago = timezone.now() - tasks.REPORTS_KEPT_FOR - timedelta(hours=1)
        Report.objects.filter(pk=old.pk).update(handled_at=long_ago)
        tasks.forget_mails.call()
        self.assertFalse(Report.objects.filter(pk=old.pk).exists())
        self.assertEqual(Report.objects.count(), 1)


class DeletedTests(ReportTestCase):
    """An answer that is deleted outright leaves its reports, until all have heard of it."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.comment = make_comment(cls.post, email="trude@example.org", language="en")

    def told_after(self, delete):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            delete()
            clock.shift(reports.TOLD_AFTER)
            tasks.send_report_mails.call()
        return {message.to[0]: message for message in mail.outbox}

    def by_moderator(self):
        return actions.delete(self.comment.pk, moderator(make_user("anna")))

    def test_who_reported_hears_that_it_is_gone_and_who_wrote_it_why(self):
        report = make_report(self.comment, email="erika@example.org", language="de")
        told = self.told_after(self.by_moderator)
        self.assertFalse(Comment.objects.filter(pk=self.comment.pk).exists())
        report.refresh_from_db()
        self.assertEqual((report.comment, report.outcome), (None, Outcome.REMOVED))
        self.assertEqual(report.handled_by.username, "anna")
        self.assertEqual(set(told), {"erika@example.org", "trude@example.org"})
        address = f"http://localhost:8000{self.post.get_absolute_url()}"
        self.assertIn(address, told["erika@example.org"].body)
        self.assertIn("It insults or threatens somebody", told["trude@example.org"].body)
        self.assertEqual(list(ReportMail.objects.exclude(about={})), [])  # nothing is kept longer

    def test_a_place_that_is_left_empty_tells_the_same(self):
        make_report(self.comment, email="erika@example.org")
        make_comment(self.post, parent=self.comment)
        told = self.told_after(self.by_moderator)
        self.assertEqual(set(told), {"erika@example.org", "trude@example.org"})

    def test_who_deletes_their_own_is_told_nothing_and_who_reported_is(self):
        make_report(self.comment, email="erika@example.org")
        act = Act(Decision.By.WRITER)
        self.assertEqual(
            set(self.told_after(lambda: tree.delete(self.comment.pk, act=act))),
            {"erika@example.org"},
        )

    def test_what_was_removed_before_it_is_deleted_is_told_once(self):
        make_report(self.comment, email="erika@example.org")

        def remove_and_delete():
            actions.remove(self.comment.pk, make_user("otto"))
            self.by_moderator()

        self.told_after(remove_and_delete)
        self.assertEqual(
            sorted(message.to[0] for message in mail.outbox),
            ["erika@example.org", "trude@example.org"],
        )

    def test_a_receipt_that_still_waits_is_sent(self):
        report = make_report(self.comment, email="erika@example.org")
        ReportMail.objects.create(report=report, kind=ReportMail.Kind.RECEIVED)
        self.told_after(self.by_moderator)
        subjects = {message.subject for message in mail.outbox if "erika" in message.to[0]}
        self.assertEqual(len(subjects), 2)

    def test_answers_that_go_with_their_post_are_decided_too(self):
        make_report(self.comment, email="erika@example.org")
        self.assertEqual(set(self.told_after(self.post.delete)), {"erika@example.org"})

    def test_an_erased_person_is_not_written_to(self):
        make_report(self.comment)
        author = make_author(email="trude@example.org")
        Comment.objects.filter(pk=self.comment.pk).update(author=author)

        def delete_and_erase():
            self.by_moderator()
            erase(author, Texts.REMOVED)

        self.assertEqual(self.told_after(delete_and_erase), {})
        self.assertEqual(list(ReportMail.objects.filter(kind=ReportMail.Kind.WRITER)), [])


class ReportMailTests(ReportTestCase):
    def decide(self, outcome=Outcome.REMOVED):
        Report.objects.update(language="en")
        with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False) as clock:
            reports.decide_reports(self.comment, outcome, None)
            clock.shift(reports.TOLD_AFTER)
            tasks.send_report_mails.call()
            tasks.send_report_mails.call()

    def test_receipt_at_once_and_the_decision_once(self):
        self.send(email="erika@example.org")
        self.assertEqual([message.to for message in mail.outbox], [["erika@example.org"]])
        self.decide()
        received, decided = mail.outbox
        self.assertIn("no longer on our pages", decided.body)
        self.assertNotEqual(
            received.extra_headers["Message-ID"], decided.extra_headers["Message-ID"]
        )

    def test_the_mails_hold_the_place_and_nothing_that_was_typed(self):
        self.send(email="erika@example.org", name="Mallory", text="Kauft bei spam.example")
        self.decide(Outcome.KEPT)
        for message in mail.outbox:
            html = message.alternatives[0].content
            self.assertIn(self.comment.get_absolute_url(), message.body)
            for typed in ("Mallory", "spam.example", "Frechheit", "Troll"):
                self.assertNotIn(typed, message.subject + message.body + html)
        self.assertIn("stays on our pages", mail.outbox[1].body)

    def test_the_mail_speaks_the_language_of_the_page(self):
        report = make_report(self.comment, email="erika@example.org", language="en")
        ReportMail.objects.create(report=report, kind=ReportMail.Kind.RECEIVED)
        tasks.send_report_mails.call()
        self.assertEqual(mail.outbox[0].subject, "Your report has come in")

    def test_a_report_open_again_is_not_told_as_decided(self):
        report = make_report(self.comment, email="erika@example.org")
        ReportMail.objects.create(report=report, kind=ReportMail.Kind.DECIDED)
        tasks.send_report_mails.call()
        self.assertEqual(mail.outbox, [])

    def test_one_address_gets_few_such_mails_a_day_whoever_types_it(self):
        with mock.patch.object(report_views, "REPORTS_PER_ADDRESS", 1):
            self.send(email="erika@example.org")
            response = self.send(email="Erika@example.org", reason="spam", text="Getippt")
        self.assertContains(response, "Getippt", status_code=429)
        self.assertEqual(len(mail.outbox), 1)


class WriterMailTests(ReportTestCase):
    """Who wrote what is removed because of a report hears why, once."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.comment = make_comment(
            cls.post, name="Trude", email="trude@example.org", body="Frechheit", language="en"
        )

    def decide(self, action=actions.remove):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            action(self.comment.pk, make_user(is_staff=True))
            clock.shift(reports.TOLD_AFTER)
            tasks.send_report_mails.call()
        return [message for message in mail.outbox if message.to == ["trude@example.org"]]

    def test_the_reason_is_told_without_a_word_of_who_reported_or_of_the_text(self):
        make_report(self.comment, name="Erika", email="erika@example.org", text="Empörend")
        make_report(self.comment, reason="unlawful", text="§ 185", is_in_good_faith=True)
        (message,) = self.decide()
        self.assertIn("It is against the law", message.body)
        html = message.alternatives[0].content
        for words in ("Erika", "erika@", "Empörend", "§ 185", "Frechheit"):
            self.assertNotIn(words, message.subject + message.body + html)

    def test_nothing_is_told_of_what_was_not_reported(self):
        self.assertEqual(self.decide(), [])

    def test_nothing_is_told_of_spam(self):
        make_report(self.comment, reason="spam")
        self.assertEqual(self.decide(), [])

    def test_nothing_is_told_of_what_a_moderator_marks_as_spam(self):
        make_report(self.comment)
        self.assertEqual(self.decide(actions.mark_spam), [])

    def test_nothing_is_told_of_what_was_restored_meanwhile(self):
        make_report(self.comment)

        def remove_and_restore(pk, user):
            actions.remove(pk, user)
            actions.restore(pk, user)

        self.assertEqual(self.decide(remove_and_restore), [])

    def test_nothing_is_told_of_what_its_writer_deleted(self):
        make_report(self.comment)
        make_comment(self.post, parent=self.comment)
        tree.delete(self.comment.pk)
        self.assertFalse(ReportMail.objects.exists())


class ReportAdminTests(ReportTestCase):
    def test_a_mail_that_failed_is_sent_now(self):
        report = make_report(self.comment, email="erika@example.org")
        late = timezone.now() + timedelta(hours=6)
        row = ReportMail.objects.create(report=report, kind="received", due_at=late)
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(
                reverse("admin:comments_reportmail_changelist"),
                {"action": "try_now", "_selected_action": [row.pk]},
            )
        self.assertEqual(len(mail.outbox), 1)

    def test_reports_are_listed_and_read_and_not_changed(self):
        report = make_report(self.comment, text="Das geht zu weit.")
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        self.assertContains(self.client.get("/admin/comments/report/"), "Trude Troll")
        page = self.client.get(f"/admin/comments/report/{report.pk}/change/")
        self.assertContains(page, "Das geht zu weit.")
        self.assertNotContains(page, 'name="_save"')
        self.assertEqual(self.client.get("/admin/comments/report/add/").status_code, 403)
