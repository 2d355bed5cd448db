"""The further step asked of suspicious senders: work of the browser, or a click in a mail."""

import base64
import json
from collections import Counter
from datetime import timedelta
from unittest import mock

import altcha
import pytest
from django.core import mail
from django.test import Client, TestCase, TransactionTestCase
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from blog.models import SiteSettings
from comments import actions, gate, proof, tasks
from comments.formtoken import FormToken, FormUse
from comments.models import AnswerMail, Comment, Follow, FollowMail, SpentProof
from comments.notices import follows
from comments.notices import tasks as notice_tasks
from tests.comments.test_tree_concurrency import at_once
from tests.factories import make_author, make_comment, make_form_token, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason
FAST = {"name": "Berta", "email": "berta@example.org", "body": "Mühsam getippt."}


@pytest.fixture(autouse=True, scope="module")
def _little_work():
    """Challenges that are solved in no time."""
    with mock.patch.multiple(proof, COST=1, FEWEST=0, MOST=3):
        yield


def solved(challenge: str) -> str:
    """Do the work as a browser does, and return what it hands in."""
    asked = altcha.Challenge.from_dict(json.loads(challenge))
    return altcha.Payload(asked, altcha.solve_challenge(asked)).to_base64()


def changed(value: str, change) -> str:
    """Return what was handed in after `change(payload)` has forged it."""
    payload = json.loads(base64.b64decode(value))
    change(payload)
    return base64.b64encode(json.dumps(payload).encode()).decode()


class ReadTests(TestCase):
    """What counts as work done for a form."""

    def setUp(self):
        self.token = FormToken.new(1)
        self.value = solved(proof.challenge(self.token))

    def assert_refused(self, value, token=None):
        self.assertIsNone(proof.read(value, token or self.token))

    def test_true_work_for_this_form_counts(self):
        self.assertIsNotNone(proof.read(self.value, self.token))

    def test_it_counts_for_the_same_form_that_came_back(self):
        self.assertIsNotNone(proof.read(self.value, self.token.coming_back()))

    def test_work_for_another_form_or_post_does_not_count(self):
        self.assert_refused(self.value, FormToken.new(1))
        self.assert_refused(self.value, FormToken(2, self.token.nonce, self.token.opened_at_ms))

    def test_old_work_does_not_count(self):
        with travel(timezone.now() + proof.VALID_FOR - timedelta(minutes=1)):
            self.assertIsNotNone(proof.read(self.value, self.token))
        with travel(timezone.now() + proof.VALID_FOR + timedelta(minutes=1)):
            self.assert_refused(self.value)

    def test_there_is_more_time_than_anybody_needs(self):
        self.assertGreaterEqual(proof.VALID_FOR, timedelta(minutes=20))

    def test_wrong_solutions_do_not_count(self):
        for part, wrong in [("derivedKey", "00" * 32), ("derivedKey", ""), ("derivedKey", None)]:
            with self.subTest(part=part, wrong=wrong):
                self.assert_refused(
                    changed(
                        self.value, lambda sent, p=part, w=wrong: sent["solution"].update({p: w})
                    )
                )

    def test_spliced_or_weakened_challenges_do_not_count(self):
        """Every parameter is under one signature (CVE-2025-68113)."""
        later = int((timezone.now() + timedelta(days=9)).timestamp())
        for change in [
            {"expiresAt": later},
            {"expiresAt": None},
            {"cost": 0},
            {"keyPrefix": ""},
            {"keySignature": None},
            {"data": {"post": 2, "form": self.token.nonce}},
            {"data": None},
            {"salt": "", "nonce": "00"},
            {"algorithm": "SHA-256"},
        ]:
            with self.subTest(change):
                self.assert_refused(
                    changed(
                        self.value, lambda sent, c=change: sent["challenge"]["parameters"].update(c)
                    )
                )

    def test_a_signature_of_another_challenge_does_not_count(self):
        other = json.loads(proof.challenge(self.token))["signature"]
        self.assert_refused(
            changed(self.value, lambda sent: sent["challenge"].update(signature=other))
        )
        self.assert_refused(changed(self.value, lambda sent: sent["challenge"].pop("signature")))

    def test_challenges_of_another_key_do_not_count(self):
        foreign = altcha.create_challenge(
            proof.ALGORITHM, 1, counter=1, hmac_secret="other", hmac_key_secret="other",
            data={"post": 1, "form": self.token.nonce},
        )  # fmt: skip
        self.assert_refused(solved(json.dumps(foreign.to_dict())))

    def test_garbage_is_refused_without_an_error(self):
        for value in [
            "",
            "x",
            "e30=",
            "bnVsbA==",
            "W10=",
            "MQ==",
            "é",
            "A" * 5000,
            self.value[:-9],
        ]:
            with self.subTest(value[:20]):
                self.assert_refused(value)
        nested = base64.b64encode(b"[" * 2900).decode()
        self.assert_refused(nested)

    def test_work_counts_once(self):
        work = proof.read(self.value, self.token)
        work.spend()
        with self.assertRaises(proof.Spent):
            proof.read(self.value, self.token).spend()

    def test_what_was_spent_is_forgotten_with_its_time(self):
        proof.read(self.value, self.token).spend()
        tasks.forget.enqueue()
        self.assertEqual(SpentProof.objects.count(), 1)
        with travel(timezone.now() + timedelta(hours=2)):
            tasks.forget.enqueue()
        self.assertEqual(SpentProof.objects.count(), 0)


class StepTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post(authors=[make_author("Ada", email="ada@example.org")])
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])

    def send(self, response=None, **changes):
        """Send the form at once, or the one that `response` has given back."""
        if response is None:
            token = make_form_token(self.post, seconds=1)
        else:
            token = {"form_token": str(response.context["form"].token)}
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(self.url, FAST | token | changes)

    def prove(self, response, **changes):
        return self.send(response, proof=solved(response.context["step"]["challenge"]), **changes)


class AskedTests(StepTestCase):
    def test_a_suspicious_sender_gets_the_form_back_with_the_text(self):
        response = self.send()
        self.assertContains(response, "Mühsam getippt.", status_code=422)
        self.assertContains(response, "data-proof-auto", status_code=422)
        self.assertContains(response, 'name="by_mail"', status_code=422)
        self.assertFalse(Comment.objects.exists())
        self.assertEqual(mail.outbox, [])

    def test_script_gets_the_same_as_a_fragment(self):
        token = make_form_token(self.post, seconds=1)
        response = self.client.post(self.url, FAST | token, headers={"HX-Request": "true"})
        self.assertContains(response, "data-proof", status_code=422)
        self.assertNotContains(response, "<html", status_code=422)

    def test_nobody_else_is_asked(self):
        self.assertEqual(self.send(**make_form_token(self.post, seconds=60)).status_code, 302)

    def test_spam_is_not_offered_a_way(self):
        links = " ".join(f"https://example.org/{number}" for number in range(9))
        self.assertEqual(self.send(body=links).status_code, 302)
        self.assertEqual(Comment.objects.get().status, Status.SPAM)

    def test_who_is_logged_in_is_not_asked(self):
        person = make_author("Neu", user=make_user())
        self.client.force_login(person.user)
        self.assertEqual(self.send().status_code, 302)

    def test_the_site_can_switch_it_off(self):
        SiteSettings(asks_proof_of_work=False).save()
        self.assertEqual(self.send().status_code, 302)
        self.assertEqual(Comment.objects.get().status_reason, Reason.HELD)

    def test_waiting_and_sending_again_is_no_way_round(self):
        first = self.send()
        with travel(timezone.now() + timedelta(minutes=5)):
            again = self.send(first)
        self.assertEqual(again.status_code, 422)
        self.assertEqual(again.context["form"].token, first.context["form"].token)

    def test_a_preview_is_not_asked_and_forgets_nothing(self):
        first = self.send()
        preview = self.send(first, preview="1")
        self.assertEqual(preview.status_code, 200)
        self.assertEqual(self.send(preview).status_code, 422)


class LookedAtOnceTests(StepTestCase):
    def test_an_answer_is_looked_at_once_however_it_is_taken(self):
        for changes in [{}, {"by_mail": "1", "email": "zoe@example.org"}]:
            with self.subTest(changes), mock.patch.object(gate, "look", wraps=gate.look) as look:
                self.send(**changes)
                self.assertEqual(look.call_count, 1)
        self.assertEqual(Comment.objects.count(), 1)


class WorkTests(StepTestCase):
    def test_who_did_the_work_is_taken_and_still_read_by_a_person(self):
        self.assertEqual(self.prove(self.send()).status_code, 302)
        comment = Comment.objects.get()
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.HELD))
        found = [finding["code"] for finding in comment.findings]
        self.assertEqual(found, ["too_fast", "proof"])
        self.assertFalse(comment.is_verified)

    def test_the_time_of_the_first_sending_stays_known(self):
        self.prove(self.send())
        seconds = Comment.objects.get().findings[0]["values"]["seconds"]
        self.assertAlmostEqual(seconds, 1, delta=1)

    def test_wrong_work_gives_the_form_back_to_try_by_hand(self):
        response = self.send(self.send(), proof="wrong")
        self.assertContains(response, "Mühsam getippt.", status_code=422)
        self.assertNotContains(response, "data-proof-auto", status_code=422)
        self.assertFalse(Comment.objects.exists())
        self.assertEqual(self.prove(response).status_code, 302)

    def test_work_of_another_form_is_refused(self):
        other = self.send(body="Etwas anderes.")
        value = solved(other.context["step"]["challenge"])
        fresh = str(FormToken.new(self.post.pk))
        self.assertEqual(self.send(form_token=fresh, proof=value).status_code, 422)

    def test_work_of_another_post_is_refused(self):
        other = make_post("Anderswo", authors=[])
        value = solved(proof.challenge(FormToken(other.pk, "a-nonce", 0)))
        self.assertEqual(self.send(proof=value).status_code, 422)

    def test_the_same_work_for_a_second_answer_is_refused(self):
        response = self.send()
        value = solved(response.context["step"]["challenge"])
        self.send(response, proof=value)
        again = self.send(response, proof=value, body="Noch etwas ganz anderes.")
        self.assertContains(again, "Noch etwas ganz anderes.", status_code=422)
        self.assertEqual(Comment.objects.count(), 1)

    def test_a_double_click_with_the_same_work_is_one_answer_and_no_error(self):
        key = {"sending_key": "a-key-of-one-sending-1"}
        response = self.send(**key)
        value = solved(response.context["step"]["challenge"])
        self.send(response, proof=value, **key)
        comment = Comment.objects.get()

        twin = Comment(post=self.post, sending_key=comment.sending_key, **FAST)
        work = proof.read(value, response.context["form"].token)

        self.assertEqual(actions.submit_once(twin, proof=work), comment)

    def test_an_answer_that_fails_leaves_the_work_good(self):
        response = self.send()
        value = solved(response.context["step"]["challenge"])
        with mock.patch("comments.actions.tree.add", side_effect=Comment.DoesNotExist):
            self.assertEqual(self.send(response, proof=value).status_code, 409)
        self.assertEqual(self.send(response, proof=value).status_code, 302)


class BurstTests(TransactionTestCase):
    def test_the_same_work_sent_sixteen_times_at_once_counts_once(self):
        post = make_post()
        url = reverse("comments:comment_create", args=[post.slug])
        token = make_form_token(post, seconds=1)
        asked = Client().post(url, FAST | token)
        token = {"form_token": str(asked.context["form"].token)}
        value = solved(asked.context["step"]["challenge"])

        def send(number):
            typed = FAST | {"body": f"Nummer {number}.", "email": f"b{number}@example.org"}
            client = Client(REMOTE_ADDR=f"192.0.2.{number + 1}")
            return client.post(url, typed | token | {"proof": value}).status_code

        statuses = Counter(at_once([lambda n=n: send(n) for n in range(16)]))
        self.assertEqual(statuses, {302: 1, 422: 15})
        self.assertEqual(Comment.objects.count(), 1)


class MailTests(StepTestCase):
    def ask_for_mail(self, **changes):
        return self.send(self.send(), by_mail="1", **changes)

    def link(self):
        (line,) = [line for line in mail.outbox[-1].body.splitlines() if "/f/c/" in line]
        return line.replace("http://localhost:8000", "")

    def confirm(self, scope="none"):
        page = self.client.get(self.link())
        answers = dict.fromkeys(page.context["form"].fields, scope)
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(self.link(), answers)

    def test_the_answer_waits_for_a_click_and_troubles_nobody(self):
        self.assertEqual(self.ask_for_mail().status_code, 302)
        comment = Comment.objects.get()
        self.assertEqual(
            (comment.status, comment.status_reason), (Status.PENDING, Reason.UNCONFIRMED)
        )
        self.assertFalse(AnswerMail.objects.exists())
        page = self.client.get(f"/en{self.post.get_absolute_url()}")
        self.assertContains(page, "waits for your click")
        self.assertTrue(comment.awaits_writer)

    def test_moderators_have_nothing_to_decide_but_can_find_it(self):
        self.ask_for_mail()
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        url = reverse("admin:comments_inbox")
        for state, is_there in [("open", False), ("waiting", True)]:
            with self.subTest(state):
                page = self.client.get(url, {"state": state})
                self.assertEqual("Mühsam getippt." in page.content.decode(), is_there)
        self.confirm()
        self.assertContains(self.client.get(url), "Mühsam getippt.")

    def test_one_neutral_mail_goes_out_without_a_word_of_the_answer(self):
        self.ask_for_mail(name="Kauf Casino", body="Kauf jetzt bei uns.")
        (message,) = mail.outbox
        self.assertEqual(message.to, ["berta@example.org"])
        html = message.alternatives[0].content
        for text in (message.subject, message.body, html):
            for words in ("Kauf", self.post.title, "would like to hear", "hören möchte"):
                self.assertNotIn(words, text)

    def test_a_click_makes_it_verified_and_gives_it_to_moderators(self):
        self.ask_for_mail()
        self.assertContains(self.confirm(), "<h1>")
        comment = Comment.objects.get()
        self.assertTrue(comment.is_verified)
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.HELD))
        self.assertFalse(Follow.objects.exists())
        self.assertTrue(comment.author.email_verified_at)
        self.assertEqual([row.author.name for row in AnswerMail.objects.all()], ["Ada"])

    def test_opening_the_link_changes_nothing(self):
        self.ask_for_mail()
        self.client.get(self.link())
        self.assertFalse(Comment.objects.get().is_verified)

    def test_who_says_it_is_not_theirs_leaves_it_unproved(self):
        self.ask_for_mail()
        self.confirm("not_mine")
        comment = Comment.objects.get()
        self.assertFalse(comment.is_verified)
        self.assertEqual(comment.status_reason, Reason.UNCONFIRMED)

    def test_who_wants_to_hear_of_answers_too_does_both_by_one_click(self):
        self.ask_for_mail(wants_mail="on")
        self.assertEqual(len(mail.outbox), 1)
        self.confirm("answer")
        self.assertTrue(Comment.objects.get().is_verified)
        self.assertEqual(Follow.objects.get().state, Follow.State.ACTIVE)

    def test_an_address_gets_one_mail_a_day(self):
        self.ask_for_mail()
        self.ask_for_mail(body="Noch eine Antwort.")
        notice_tasks.send_follow_mails.enqueue()
        self.assertEqual(Comment.objects.count(), 2)
        self.assertEqual(len(mail.outbox), 1)
        page = self.client.get(self.link())
        self.assertEqual(len(page.context["form"].fields), 2)

    def test_a_network_that_asks_for_too_many_keeps_its_text(self):
        with mock.patch.object(follows, "QUESTIONS_PER_WINDOW", 0):
            response = self.ask_for_mail()
        self.assertContains(response, "Mühsam getippt.", status_code=429)
        self.assertFalse(Comment.objects.exists())
        self.assertFalse(FollowMail.objects.exists())
        self.assertEqual(self.prove(response).status_code, 302)

    def test_nobody_gets_a_mail_who_was_not_asked_for_a_step(self):
        self.send(by_mail="1", **make_form_token(self.post, seconds=60))
        self.assertFalse(FollowMail.objects.exists())
        self.assertEqual(Comment.objects.get().status_reason, Reason.FIRST_ANSWER)

    def test_what_nobody_confirms_is_spam_after_a_week_and_can_be_found(self):
        self.ask_for_mail()
        with travel(timezone.now() + timedelta(days=6)):
            tasks.forget.enqueue()
        self.assertEqual(Comment.objects.get().status, Status.PENDING)
        with travel(timezone.now() + timedelta(days=8)):
            tasks.forget.enqueue()
        comment = Comment.objects.get()
        self.assertEqual((comment.status, comment.status_reason), (Status.SPAM, Reason.LOCAL_SPAM))

    def test_an_edit_does_not_lead_past_the_click(self):
        self.ask_for_mail()
        comment = Comment.objects.get()
        for body in ("Anders.", "a www.b.de www.c.de www.d.de"):
            with self.subTest(body):
                url = reverse("comments:comment_update", args=[comment.pk])
                self.client.post(url, {"body": body})
                comment.refresh_from_db()
                self.assertEqual(comment.body, body)
                self.assertEqual(comment.status_reason, Reason.UNCONFIRMED)

    def test_a_moderator_may_decide_without_the_click(self):
        self.ask_for_mail()
        comment = Comment.objects.get()
        actions.approve(comment.pk, make_user())
        self.confirm()
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.is_verified), (Status.APPROVED, True))


class BesideAkismetTests(StepTestCase):
    def test_ham_does_not_lead_past_the_click(self):
        from comments import verdicts
        from comments.models import SpamCheck
        from comments.spam import Verdict

        comment = Comment(post=self.post, **FAST)
        with self.settings(AKISMET_API_KEY="k"), mock.patch("comments.tasks.check_spam"):
            SiteSettings(akismet_consent="notice").save()
            use = FormUse(1, "")
            findings = [*gate.look(comment, use), gate.Finding("by_mail", 0)]
            actions.submit_comment(comment, use=use, findings=findings, confirm_in="de")
        self.assertEqual(comment.status_reason, Reason.SPAM_CHECK)
        verdicts.apply(comment.spam_check, Verdict(SpamCheck.Verdict.HAM))
        comment.refresh_from_db()
        self.assertEqual(comment.status_reason, Reason.UNCONFIRMED)

    def test_an_answer_that_was_not_asked_for_work_is_as_before(self):
        comment = make_comment(self.post, findings=[{"code": "links", "weight": 30, "values": {}}])
        self.assertFalse(comment.awaits_writer)
