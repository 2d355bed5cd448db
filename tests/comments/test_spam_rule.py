"""Rules against spam: how they read, what they count, and how they are tried."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.test import TestCase, override_settings
from django.utils import timezone, translation

from blog.models import SiteSettings
from comments import actions, verdicts
from comments.formtoken import FormUse
from comments.models import Comment, SpamCheck, SpamRule
from comments.trial import try_rule
from tests.comments.test_admin import AdminTestCase
from tests.factories import make_author, make_comment, make_post, make_spam_rule, make_user

Status, Reason = Comment.Status, Comment.Reason


class SentenceTests(TestCase):
    def test_a_rule_reads_as_a_sentence(self):
        with translation.override("en"):
            rule = make_spam_rule(value="Casino", action="spam")
            self.assertEqual(str(rule), "the text holds “Casino”: put among spam")
            rule.ends_at = timezone.now()
            self.assertIn("until", str(rule))

    def test_what_cannot_be_compared_is_refused(self):
        for kind, value in [
            ("word", "…!"), ("links", "0"), ("links", "viele"), ("domain", "localhost"),
            ("domain", "a b.example"), ("email", "berta"), ("network", "192.0.2.0/33"),
            ("network", "zu Hause"), ("word", "a\nb"), ("domain", "a..b"),
        ]:  # fmt: skip
            with self.subTest(kind=kind, value=value), self.assertRaises(ValidationError) as caught:
                SpamRule(kind=kind, value=value).full_clean()
            self.assertIn("value", caught.exception.message_dict)

    def test_the_same_rule_is_there_once(self):
        make_spam_rule("network", "192.0.2.0/24")
        with self.assertRaises(ValidationError):
            SpamRule(kind="network", value="192.0.2.9/24").full_clean()


class CountTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.user = make_user()

    def submit(self, **typed):
        typed = {"name": "Berta", "email": "b@example.org", "body": "Ins Casino!"} | typed
        return actions.submit_comment(Comment(post=self.post, **typed), use=FormUse(60, "f0"))

    def counts(self, rule):
        rule.refresh_from_db()
        return rule.hit_count, rule.mistake_count

    def test_a_hit_is_counted_and_a_mistake_once(self):
        rule = make_spam_rule()
        comment = self.submit()
        self.assertEqual(comment.status_reason, Reason.HELD)
        self.assertEqual(self.counts(rule), (1, 0))

        actions.approve(comment.pk, self.user)
        actions.remove(comment.pk, self.user)
        actions.approve(comment.pk, self.user)
        self.assertEqual(self.counts(rule), (1, 1))

        actions.mark_spam(comment.pk, self.user)
        self.assertEqual(self.counts(rule), (1, 0))

    def test_a_rule_that_ended_or_is_off_catches_nothing(self):
        make_spam_rule(ends_at=timezone.now() - timedelta(seconds=1))
        make_spam_rule(value="Ins", is_active=False)
        self.assertEqual(self.submit().findings, [])

    def test_a_block_with_an_end_in_the_future_catches(self):
        make_spam_rule("email", "b@example.org", ends_at=timezone.now() + timedelta(days=1))
        self.assertEqual(self.submit().status_reason, Reason.HELD)

    def test_people_who_are_known_are_held_by_rules_alone(self):
        known = make_author("Carlo", email="carlo@example.org")
        make_comment(self.post, author=known, is_verified=True)
        typed = {"author": known, "is_verified": True, "email": "carlo@example.org"}
        links = " ".join(f"https://{n}.example" for n in range(9))
        self.assertEqual(self.submit(body=links, **typed).status, Status.APPROVED)
        make_spam_rule()
        self.assertEqual(self.submit(**typed).status_reason, Reason.HELD)

    def test_the_author_of_the_post_is_held_by_nothing(self):
        make_spam_rule(action="spam")
        comment = self.submit(author=self.post.bylined_authors[0], is_verified=True)
        self.assertEqual(comment.status, Status.APPROVED)


@override_settings(AKISMET_API_KEY="a-key")
class BesideAkismetTests(TestCase):
    def setUp(self):
        SiteSettings(akismet_consent="notice").save()

    def submit(self, **rule):
        make_spam_rule(**rule)
        comment = Comment(post=make_post(), name="Berta", body="Ins Casino!")
        with self.captureOnCommitCallbacks():
            return actions.submit_comment(comment)

    def test_spam_by_our_own_checks_is_told_to_nobody(self):
        comment = self.submit(action="spam")
        self.assertEqual(comment.status_reason, Reason.LOCAL_SPAM)
        self.assertFalse(SpamCheck.objects.exists())

    def test_ham_does_not_free_what_our_own_checks_hold(self):
        comment = self.submit()
        self.assertEqual(comment.status_reason, Reason.SPAM_CHECK)
        verdicts.apply(comment.spam_check, verdicts.Verdict(SpamCheck.Verdict.HAM))
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.HELD))

    def test_spam_is_spam_all_the_same(self):
        comment = self.submit()
        verdicts.apply(comment.spam_check, verdicts.Verdict(SpamCheck.Verdict.SPAM))
        comment.refresh_from_db()
        self.assertEqual(comment.status_reason, Reason.AKISMET_SPAM)


class TrialTests(AdminTestCase):
    typed = {"kind": "word", "value": "Casino", "action": "hold", "is_active": "on", "note": "x"}

    def setUp(self):
        super().setUp()
        now = timezone.now()
        make_comment(self.post, body="Casino!", status=Status.SPAM, created_at=now)
        self.approved = make_comment(self.post, body="Im CASINO der Firma", created_at=now)
        make_comment(self.post, body="Casino", created_at=now - timedelta(days=400))

    def test_a_rule_is_tried_on_the_last_year(self):
        with self.assertNumQueries(1):
            trial = try_rule(SpamRule(kind="word", value="Casino"))
        self.assertEqual((trial.caught_count, trial.approved_count), (2, 1))
        self.assertEqual(trial.examples[0], self.approved)

    def test_the_button_shows_what_it_would_catch_and_saves_nothing(self):
        form = self.client.get("/admin/comments/spamrule/add/")
        self.assertContains(form, 'formaction="/admin/comments/spamrule/try/"')
        response = self.client.post("/admin/comments/spamrule/try/", self.typed)
        self.assertContains(response, "Im CASINO der Firma")
        self.assertEqual(response.context["trial"].caught_count, 2)
        self.assertFalse(SpamRule.objects.exists())

        self.client.post(response.context["save_url"], dict(response.context["sent"]))
        self.assertEqual(SpamRule.objects.get().note, "x")

    def test_a_saved_rule_is_tried_as_typed_and_stays_as_saved(self):
        rule = make_spam_rule(value="Poker")
        url = f"/admin/comments/spamrule/{rule.pk}/try/"
        self.assertEqual(self.client.post(url, self.typed).context["trial"].caught_count, 2)
        rule.refresh_from_db()
        self.assertEqual(rule.value, "Poker")

    def test_a_rule_that_is_none_says_why(self):
        response = self.client.post("/admin/comments/spamrule/try/", self.typed | {"value": "…"})
        self.assertIsNone(response.context["trial"])
        self.assertNotContains(response, 'name="_save"')

    def test_it_is_for_post_and_for_those_who_may(self):
        url = "/admin/comments/spamrule/try/"
        self.assertEqual(self.client.get(url).status_code, 405)
        self.client.force_login(make_user("nur-team", is_staff=True))
        self.assertEqual(self.client.post(url, self.typed).status_code, 403)

    def test_the_list_and_the_queue_speak_in_sentences(self):
        rule = make_spam_rule()
        self.assertContains(self.client.get("/admin/comments/spamrule/"), str(rule))
        found = [{"code": "too_fast", "weight": 40, "values": {"seconds": 1.2}}]
        held = make_comment(self.post, status=Status.PENDING, status_reason="held", findings=found)
        for url in ["/admin/comments/comment/", self.change_url(held)]:
            self.assertContains(self.client.get(url), "1,2 s")
