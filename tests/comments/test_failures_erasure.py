"""Failure 28: who asks to be erased is gone everywhere, and what others wrote stays."""

from datetime import timedelta
from unittest import mock

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from blog import erasing
from blog.erasing import Texts
from blog.models import Author, Change
from comments import actions, editing, tallies, tree
from comments.models import ClaimMail, Comment, Decision, Follow, Report, SpamCheck
from comments.models.decision import Act
from comments.notices import tasks
from newsletter.models import ConsentEvent, ErasedConsent, Subscription
from newsletter.retention import forget_erased
from tests.comments.akismet_stand_in import AkismetTestCase
from tests.comments.notices import make_follow
from tests.factories import (
    make_author,
    make_comment,
    make_newsletter,
    make_post,
    make_spam_rule,
    make_subscription,
    make_user,
)

TRACES = ["Erika", "erika@example.org", "erika.example", "203.0.113.77", "Erikas Browser"]


def rows_with(traces):
    """Return every field of every row of the database that holds one of `traces`."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            for name, value in row.items():
                if any(trace.casefold() in str(value).casefold() for trace in traces):
                    found.append(f"{model._meta.label}.{name}: {value}")
    return found


class ErasureTestCase(AkismetTestCase):
    """Somebody who answered, was answered, follows, reports, subscribes and was moderated."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.erika = make_author(
            "Erika Muster",
            email="erika@example.org",
            website="https://erika.example/",
            email_verified_at=timezone.now(),
        )
        cls.root = cls.write("Die Wurzel.")
        cls.reply = make_comment(cls.post, parent=cls.root, name="Berta", body="Und doch!")
        cls.leaf = cls.write("Ein Blatt.", parent=cls.reply)
        cls.waiting = cls.write("Wartet.", author=None, is_verified=False, status="pending")
        Report.objects.create(
            comment=cls.reply, reason="other", name="Erika", email="Erika@example.org"
        )
        # What a mail server refuses it names.
        ClaimMail.objects.create(comment=cls.root, language="de", last_error="erika@example.org")
        make_follow(cls.root, author=cls.erika)
        cls.subscription = make_subscription(make_newsletter("Brief"), author=cls.erika)
        ConsentEvent.objects.create(
            subscription=cls.subscription, kind="confirmed", wording="Ja.", language="de"
        )
        editing.change_body(cls.root.pk, "Die Wurzel, anders.", ip="203.0.113.77")
        cls.moderator = make_user(is_staff=True, is_superuser=True)

    @classmethod
    def write(cls, body, **fields):
        fields = {
            "name": "Erika Muster",
            "author": cls.erika,
            "is_verified": True,
            "email": "Erika@Example.org",
            "website": "https://erika.example/",
            "ip": "203.0.113.77",
            "user_agent": "Erikas Browser",
            "created_at": timezone.now(),
        } | fields
        comment = make_comment(cls.post, body=body, **fields)
        sent = {"comment_author": "Erika", "user_ip": "203.0.113.77"}
        SpamCheck.objects.create(comment=comment, fields=sent, asked_at=timezone.now())
        return comment

    def erase(self, texts=Texts.ANONYMOUS):
        with self.captureOnCommitCallbacks(execute=True):
            erasing.erase(self.erika, texts)

    def assert_whole(self):
        self.assertEqual(list(tree.check()), [])
        self.assertEqual(list(tallies.wrong_tallies()), [])


class EraseTests(ErasureTestCase):
    def test_no_row_of_any_table_holds_a_trace(self):
        self.client.force_login(self.moderator)
        url = reverse("admin:comments_comment_decide", args=[self.waiting.pk, "approve"])
        self.client.post(url, {"seen": "pending"})
        self.assertTrue(rows_with(TRACES))
        self.erase()
        self.assertEqual(rows_with(TRACES), [])
        self.assertFalse(Author.objects.filter(pk=self.erika.pk).exists())

    def test_texts_that_stay_have_no_name_and_keep_their_place(self):
        self.erase()
        texts = Comment.objects.filter(post=self.post).order_by("tree_id", "lft")
        self.assertEqual(
            [(row.body, row.name) for row in texts],
            [
                ("Die Wurzel, anders.", "Anonym"),
                ("Und doch!", "Berta"),
                ("Ein Blatt.", "Anonym"),
                ("Wartet.", "Anonym"),
            ],
        )
        self.assert_whole()

    def test_texts_that_go_leave_the_replies_of_others_in_place(self):
        self.erase(Texts.REMOVED)
        self.assertEqual(rows_with(TRACES), [])
        self.assertEqual(
            list(Comment.objects.order_by("lft").values_list("body", "status")),
            [("", "removed"), ("Und doch!", "approved")],
        )
        response = self.client.get(self.post.get_absolute_url())
        self.assertContains(response, "Diese Antwort wurde entfernt.")
        self.assertContains(response, "Und doch!")
        self.assertContains(response, "1\xa0Antwort von 1\xa0Mensch")
        self.assert_whole()

    def test_pages_feeds_and_data_follow(self):
        self.erase()
        for name, args in [("feed", []), ("atom", []), ("post_feed", [self.post.slug])]:
            feed = self.client.get(reverse(f"comments:{name}", args=args))
            self.assertContains(feed, "Die Wurzel, anders.")
            self.assertNotContains(feed, "Erika")
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, "antwortet auf Anonym")
        self.assertNotContains(page, "Erika")
        self.assertEqual(self.client.get(f"/authors/{self.erika.slug}/").status_code, 404)

    def test_pages_kept_ready_are_made_anew(self):
        for texts in Texts:
            with self.subTest(texts):
                person = make_author("Frieda Muster", email=f"{texts}@example.org")
                make_comment(self.post, name="Frieda Muster", author=person, is_verified=True)
                Change.objects.all().delete()
                erasing.erase(person, texts)
                noted = set(Change.objects.values_list("tag", flat=True))
                self.assertLessEqual({f"post:{self.post.pk}", "site"}, noted)

    def test_nothing_more_is_sent_to_them_or_about_them(self):
        with self.captureOnCommitCallbacks(execute=False):
            actions.approve(self.waiting.pk, self.moderator)
        self.erase()
        mail.outbox.clear()
        later = timezone.now() + timedelta(hours=1)
        with mock.patch.object(timezone, "now", return_value=later):
            tasks.send_follow_mails.call()
            tasks.send_answer_mails.call()
        self.assertFalse(Follow.objects.exists())
        self.assertNotIn("erika@example.org", [to for sent in mail.outbox for to in sent.to])

    def test_what_waited_for_akismet_is_left_to_a_moderator(self):
        Comment.objects.filter(pk=self.waiting.pk).update(status_reason="spam_check")
        self.erase()
        self.waiting.refresh_from_db()
        self.assertEqual(self.waiting.status_reason, Comment.Reason.NO_VERDICT)

    def test_the_log_of_decisions_stays_without_their_name(self):
        act = Act(Decision.By.MAILED_LINK, name="Erika Muster")
        actions.moderate(self.reply.pk, Comment.Status.SPAM, act)
        count = Decision.objects.count()
        self.erase()
        self.assertGreater(Decision.objects.count(), count - 1)
        self.assertEqual(rows_with(TRACES), [])

    def test_mentions_that_bear_the_name_go(self):
        self.write("x", kind=Comment.Kind.REBLOG, source_url="https://erika.example/x")
        self.erase()
        self.assertFalse(Comment.objects.exclude(kind=Comment.Kind.COMMENT).exists())
        self.assert_whole()

    def test_interrupted_it_goes_on_when_run_again(self):
        with (
            mock.patch.object(erasing, "_delete", side_effect=RuntimeError),
            self.assertRaises(RuntimeError),
        ):
            self.erase()
        self.assertTrue(Author.objects.filter(pk=self.erika.pk).exists())
        self.erase()
        self.assertEqual(rows_with(TRACES), [])

    def test_what_others_wrote_is_untouched(self):
        before = Comment.objects.filter(pk=self.reply.pk).values().get() | {"rght": 3}
        self.erase(Texts.REMOVED)
        self.assertEqual(Comment.objects.filter(pk=self.reply.pk).values().get(), before)
        report = Report.objects.get()
        self.assertEqual((report.name, report.email), ("", ""))


class ObstacleTests(ErasureTestCase):
    def test_an_author_of_posts_and_a_holder_of_an_account_are_not_erased(self):
        for fields in [{"user": self.moderator}, {}]:
            Author.objects.filter(pk=self.erika.pk).update(**fields)
            if not fields:
                Author.objects.filter(pk=self.erika.pk).update(user=None)
                make_post("Ihrer", authors=[self.erika])
            self.erika.refresh_from_db()
            with self.assertRaises(erasing.CannotErase):
                self.erase()
            self.assertTrue(rows_with(["erika@example.org"]))


class ConsentTests(ErasureTestCase):
    def test_the_proof_of_a_consent_is_kept_and_found_by_the_address_alone(self):
        self.erase()
        self.assertFalse(Subscription.objects.exists() or ConsentEvent.objects.exists())
        proof = ErasedConsent.objects.of("ERIKA@example.org").get()
        self.assertEqual(proof.newsletter, "Brief")
        self.assertEqual([event["wording"] for event in proof.events], ["Ja."])
        self.assertFalse(ErasedConsent.objects.of("berta@example.org").exists())

    def test_a_sign_up_that_was_never_confirmed_leaves_nothing(self):
        Subscription.objects.update(state="pending", confirmed_at=None)
        self.erase()
        self.assertFalse(ErasedConsent.objects.exists())

    def test_the_proof_goes_when_claims_have_lapsed(self):
        self.erase()
        self.assertEqual(forget_erased(), 0)
        ErasedConsent.objects.update(erased_at=timezone.now() - timedelta(days=4 * 366))
        self.assertEqual(forget_erased(), 1)


class ErasePageTests(ErasureTestCase):
    def setUp(self):
        super().setUp()
        with override("en"):
            self.url = reverse("admin:blog_author_erase", args=[self.erika.pk])
        self.client.force_login(self.moderator)

    def test_it_shows_what_there_is_and_changes_nothing(self):
        make_spam_rule("email", "erika@example.org")
        response = self.client.get(self.url)
        for words in ["3 answers", "Wishes", "Subscriptions", "in reports", "A rule"]:
            self.assertContains(response, words)
        self.assertTrue(Author.objects.filter(pk=self.erika.pk).exists())

    def test_the_button_erases_and_the_log_names_nobody(self):
        self.client.post(self.url, {"texts": "removed", "is_sure": "on"})
        self.assertFalse(Author.objects.filter(pk=self.erika.pk).exists())
        entry = LogEntry.objects.latest("pk")
        self.assertEqual((entry.object_repr, entry.user), ("author (erased)", self.moderator))
        self.assertIn("removed", entry.change_message)
        self.assertEqual(rows_with(TRACES), [])

    def test_without_a_choice_or_an_oath_nothing_happens(self):
        for typed in [{}, {"texts": "removed"}, {"is_sure": "on"}, {"texts": "x", "is_sure": "on"}]:
            with self.subTest(typed):
                self.assertEqual(self.client.post(self.url, typed).status_code, 200)
        self.assertTrue(Author.objects.filter(pk=self.erika.pk).exists())

    def test_an_author_of_posts_is_told_what_comes_first(self):
        make_post("Ihrer", authors=[self.erika])
        for response in [
            self.client.get(self.url),
            self.client.post(self.url, {"texts": "removed", "is_sure": "on"}),
        ]:
            self.assertContains(response, "an author of 1 post")
        self.assertTrue(Author.objects.filter(pk=self.erika.pk).exists())

    def test_the_action_and_the_change_form_lead_there(self):
        listed = reverse("admin:blog_author_changelist")
        chosen = {"action": "erase", "_selected_action": [self.erika.pk]}
        self.assertRedirects(self.client.post(listed, chosen), self.url.removeprefix("/en"))
        form = self.client.get(reverse("admin:blog_author_change", args=[self.erika.pk]))
        self.assertContains(form, self.url.removeprefix("/en"))

    def test_who_may_not_delete_people_may_not_erase_them(self):
        self.client.force_login(make_user("gast", is_staff=True))
        self.assertEqual(self.client.get(self.url).status_code, 403)
        gone = reverse("admin:blog_author_erase", args=[987654])
        self.client.force_login(self.moderator)
        self.assertEqual(self.client.get(gone).status_code, 404)


class CommandTests(ErasureTestCase):
    def test_a_file_imported_again_brings_no_text_back_that_stayed(self):
        Comment.objects.filter(pk=self.leaf.pk).update(import_key="werkstatt.example 1")
        self.erase()
        self.leaf.refresh_from_db()
        self.assertEqual(self.leaf.import_key, "werkstatt.example 1")

    def test_the_tree_proves_whole_by_command(self):
        self.erase(Texts.REMOVED)
        call_command("check_comments", stdout=mock.Mock())
