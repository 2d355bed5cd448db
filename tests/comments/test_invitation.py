"""From an answer to a guest post: invited with one click, promised, written, handed in."""

from datetime import date, timedelta
from importlib import import_module
from unittest import mock

import time_machine
from django.apps import apps
from django.core import mail
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog import ready, review
from blog.erasing import Texts, erase
from blog.htmlparts import Parts
from blog.models import Author, Post
from comments import invitations, tasks, tree
from comments.models import Comment, Invitation, InvitationMail
from comments.models.decision import EFFECTS_AFTER
from comments.models.invitation import ANSWER_WITHIN
from comments.notices import links
from comments.notices import tasks as mail_tasks
from tests.comments.notices import path_in
from tests.factories import make_author, make_comment, make_post, make_user

State = Invitation.State
TEXT = "<p>" + "Was ich in zwanzig Jahren am Telefon gelernt habe. " * 12 + "</p>"


class InvitationTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.host = make_user("ada", is_staff=True, is_superuser=True)
        cls.writer = make_author("Ada Beispiel", user=cls.host, email="ada@example.org")
        cls.post = make_post("Empathie am Telefon", authors=[cls.writer])
        cls.comment = make_comment(
            cls.post,
            name="Carlo Düllings",
            email="Carlo@example.org",
            body="Ich habe das zwanzig Jahre lang gemacht.",
            created_at=timezone.now(),
        )

    def invite(self, comment=None, **options):
        return invitations.invite(comment or self.comment, self.host, **options)

    def promised(self):
        invitation = self.invite()
        invitations.promise(invitation.pk, None)
        invitation.refresh_from_db()
        return invitation

    def path(self, invitation):
        return links.invitation_url(invitation).removeprefix("http://localhost:8000")

    def act(self, invitation, act, **typed):
        return self.client.post(self.path(invitation), {"act": act} | typed)

    def send_due(self):
        with time_machine.travel(timezone.now() + EFFECTS_AFTER):
            mail_tasks.send_invitation_mails.call()


class InviteTests(InvitationTestCase):
    def test_one_mail_with_the_answer_and_the_hosts_words(self):
        self.invite(words="Schreib uns mehr davon!")
        self.send_due()
        (message,) = mail.outbox
        self.assertEqual(message.to, ["carlo@example.org"])
        html = message.alternatives[0].content
        for words in ("Ada Beispiel", "zwanzig Jahre", "Empathie am Telefon", "mehr davon!"):
            self.assertIn(words, message.body)
            self.assertIn(words, html)
        self.assertEqual(self.client.get(path_in(message, "/g/")).status_code, 200)

    def test_no_mail_leaves_while_it_can_be_taken_back(self):
        invitation = self.invite()
        mail_tasks.send_invitation_mails.call()
        self.assertEqual(mail.outbox, [])
        self.assertTrue(invitations.withdraw(invitation.pk))
        self.send_due()
        self.assertEqual(mail.outbox, [])

    def test_a_person_has_one_invitation_that_stands(self):
        self.invite()
        again = make_comment(self.post, name="Carlo", email="carlo@example.org")
        with self.assertRaisesMessage(invitations.CannotInvite, "hat schon eine Einladung"):
            self.invite(again)
        self.assertEqual(Invitation.objects.count(), 1)

    def test_of_two_clicks_at_once_the_second_is_told(self):
        self.invite()
        real, looked = Invitation.objects.standing, []

        def blind_once():
            looked.append(1)
            return Invitation.objects.none() if len(looked) == 1 else real()

        with (
            mock.patch.object(Invitation.objects, "standing", blind_once),
            self.assertRaises(invitations.CannotInvite),
        ):
            self.invite()
        self.assertEqual(Invitation.objects.count(), 1)

    def test_after_a_no_one_may_ask_again_unless_it_was_final(self):
        invitations.decline(self.invite().pk, is_final=False)
        invitations.decline(self.invite().pk, is_final=True)
        with self.assertRaisesMessage(invitations.CannotInvite, "nie wieder"):
            self.invite()

    def test_an_author_of_the_post_is_not_invited(self):
        own = make_comment(self.post, name="Ada", email="ada@example.org", author=self.writer)
        self.assertNotIn(own, invitations.invitable(self.host))
        with self.assertRaises(invitations.CannotInvite):
            self.invite(own)

    def test_an_answer_removed_meanwhile_is_no_reason_any_more(self):
        self.invite()
        tree.change(self.comment.pk, remove)
        self.send_due()
        self.assertEqual(mail.outbox, [])

    def test_who_writes_finds_answers_to_own_posts_alone(self):
        user = make_user("berta")
        self.assertFalse(invitations.answers_of(user).exists())
        make_author("Berta", user=user)
        post = make_post("Anderer Beitrag", authors=[user.author])
        own = make_comment(post, name="Erika", email="erika@example.org")
        make_comment(post, name="Ohne Adresse")
        make_comment(post, name="Spam", email="x@example.org", status=Comment.Status.SPAM)
        self.assertEqual(list(invitations.answers_of(user)), [own])


def remove(comment):
    comment.status = Comment.Status.REMOVED
    return ["status"]


class AnswerTests(InvitationTestCase):
    def test_looking_at_the_page_changes_nothing_and_is_kept_nowhere(self):
        invitation = self.invite()
        response = self.client.get(self.path(invitation))
        self.assertContains(response, "zwanzig Jahre lang")
        self.assertContains(response, "noindex")
        self.assertIn("no-store", response["Cache-Control"])
        invitation.refresh_from_db()
        self.assertEqual(invitation.state, State.OPEN)

    def test_a_yes_proves_the_address_and_notes_who_brought_the_guest(self):
        invitation = self.invite()
        day = timezone.localdate() + timedelta(days=10)
        self.assertRedirects(
            self.act(invitation, "promise", promised_on=day.isoformat()), self.path(invitation)
        )
        guest = Author.objects.get(email="carlo@example.org")
        self.assertTrue(guest.is_verified)
        self.assertEqual(guest.invited_by, self.writer)
        self.assertAlmostEqual(guest.invited_at, timezone.now(), delta=timedelta(minutes=1))
        self.assertEqual(guest.invitations.get().promised_on, day)

    def test_a_yes_proves_the_answer_it_is_about(self):
        self.comment.author = Author.objects.create(name="Carlo", email="carlo@example.org")
        self.comment.save(update_fields=["author"])
        self.act(self.invite(), "promise")
        self.comment.refresh_from_db()
        self.assertTrue(self.comment.is_verified)

    def test_who_brought_somebody_first_stays_noted(self):
        first = make_author("Erste Gastgeberin")
        Author.objects.create(name="Carlo", email="carlo@example.org", invited_by=first)
        self.act(self.invite(), "promise")
        guest = Author.objects.get(email="carlo@example.org")
        self.assertEqual((guest.invited_by, guest.invited_at), (first, None))

    def test_guests_of_before_are_dated_by_their_first_yes(self):
        self.act(self.invite(), "promise")
        guests = Author.objects.filter(email="carlo@example.org")
        guests.update(invited_at=None)
        import_module("comments.migrations.0021_fill_invited_at").fill(apps, None)
        told = InvitationMail.objects.get(kind="promised")
        self.assertEqual(guests.get().invited_at, told.created_at)

    def test_a_day_named_later_leaves_when_the_guest_came(self):
        invitation = self.invite()
        self.act(invitation, "promise")
        came = Author.objects.get(email="carlo@example.org").invited_at
        self.act(invitation, "promise", promised_on=timezone.localdate().isoformat())
        self.assertEqual(Author.objects.get(email="carlo@example.org").invited_at, came)

    def test_the_host_hears_of_a_yes_once_and_of_the_day(self):
        invitation = self.invite()
        InvitationMail.objects.all().delete()
        self.act(invitation, "promise", promised_on="2031-05-04")
        self.act(invitation, "promise", promised_on="2031-06-04")
        self.send_due()
        (message,) = mail.outbox
        self.assertEqual(message.to, ["ada@example.org"])
        self.assertIn(
            "Carlo Düllings schreibt einen Gastbeitrag, bis 4. Juni 2031", message.subject
        )

    def test_a_day_that_is_over_is_refused_and_stays_in_the_form(self):
        invitation = self.invite()
        response = self.act(invitation, "promise", promised_on="2020-01-01")
        self.assertContains(response, "2020-01-01", status_code=422)
        self.assertEqual(Invitation.objects.get().state, State.OPEN)

    def test_a_no_forgets_what_was_written(self):
        invitation = self.promised()
        self.act(invitation, "save", title="Anfang", text="<p>Erste Worte.</p>")
        self.act(invitation, "decline", is_final="on")
        invitation.refresh_from_db()
        self.assertEqual((invitation.title, invitation.text), ("", ""))
        self.assertTrue(invitation.is_final)
        self.assertContains(self.client.get(self.path(invitation)), "nicht wieder eingeladen")

    def test_what_was_withdrawn_meanwhile_is_told_and_not_done(self):
        invitation = self.invite()
        page = self.path(invitation)
        invitations.withdraw(invitation.pk)
        response = self.client.post(page, {"act": "promise"})
        self.assertContains(response, "zurückgezogen", status_code=409)
        self.assertFalse(Author.objects.get(email="carlo@example.org").is_verified)

    def test_links_that_are_forged_or_too_old_lead_nowhere(self):
        invitation = self.invite()
        self.assertEqual(self.client.get("/g/forged/").status_code, 404)
        Invitation.objects.update(created_at=timezone.now() - ANSWER_WITHIN - timedelta(hours=1))
        self.assertEqual(self.client.get(self.path(invitation)).status_code, 410)
        tasks.forget.call()
        invitation.refresh_from_db()
        self.assertEqual(invitation.state, State.WITHDRAWN)

    def test_the_link_dies_with_the_address(self):
        invitation = self.invite()
        path = self.path(invitation)
        Author.objects.filter(pk=invitation.author_id).update(email="other@example.org")
        self.assertEqual(self.client.get(path).status_code, 410)

    def test_an_unknown_act_changes_nothing(self):
        self.assertEqual(self.act(self.invite(), "publish").status_code, 400)


class WriteTests(InvitationTestCase):
    def hand_in(self, invitation, **changes):
        typed = {"title": "Zwanzig Jahre Telefon", "text": TEXT, "is_own": "on"}
        return self.act(invitation, "hand_in", **(typed | changes))

    def test_what_is_kept_stands_in_the_form_again_clean(self):
        invitation = self.promised()
        self.act(invitation, "save", title="Anfang", text="<p onclick=x>Wort<script>1</script></p>")
        response = self.client.get(self.path(invitation))
        self.assertEqual(response.context["form"].initial["text"], "<p>Wort1</p>")
        self.assertContains(response, "Gesichert am")

    def test_handed_in_it_waits_for_review_by_its_guest_and_from_the_answer(self):
        invitation = self.promised()
        self.assertEqual(self.hand_in(invitation).status_code, 302)
        post = Post.objects.get(title="Zwanzig Jahre Telefon")
        self.assertEqual(post.status, Post.Status.IN_REVIEW)
        self.assertEqual([author.name for author in post.authors.all()], ["Carlo Düllings"])
        self.assertEqual(post.answered_from, self.comment)
        self.assertEqual(post.revisions.count(), 1)
        self.assertContains(self.client.get(self.path(invitation)), "ist eingereicht")

    def test_the_host_hears_of_it_with_the_way_to_the_desk(self):
        invitation = self.promised()
        InvitationMail.objects.all().delete()
        self.hand_in(invitation)
        self.send_due()
        (message,) = mail.outbox
        post = Post.objects.get(title="Zwanzig Jahre Telefon")
        self.assertIn("Zwanzig Jahre Telefon", message.subject)
        self.assertIn(reverse("admin:blog_post_change", args=[post.pk]), message.body)

    def test_what_is_not_whole_is_refused_and_kept(self):
        invitation = self.promised()
        for changes in [{"title": ""}, {"text": "<p>Kurz.</p>"}, {"is_own": ""}]:
            with self.subTest(changes):
                response = self.hand_in(invitation, **changes)
                self.assertEqual(response.status_code, 422)
                invitation.refresh_from_db()
                self.assertEqual(invitation.state, State.PROMISED)
                self.assertEqual(invitation.title, changes.get("title", "Zwanzig Jahre Telefon"))
        self.assertEqual(Post.objects.count(), 1)

    def test_it_is_handed_in_once(self):
        invitation = self.promised()
        self.hand_in(invitation)
        self.assertEqual(self.hand_in(invitation).status_code, 409)
        self.assertEqual(Post.objects.count(), 2)

    def test_it_is_not_ready_before_the_guest_agrees_to_it_as_it_stands(self):
        invitation = self.promised()
        post = invitations.hand_in(invitation.pk, title="Telefon", text=TEXT)
        codes = lambda: [found.code for found in ready.check(post)]  # noqa: E731
        self.assertIn("agreement", codes())
        link, _address = review.make_link(post, user=self.host, for_whom="Carlo")
        review.agree(link, name="Carlo")
        self.assertNotIn("agreement", codes())
        post.title = "Anders"
        post.save()
        self.assertIn("agreement", codes())
        self.assertEqual(list(invitations.agreed(self.post, Parts(""))), [])

    def test_the_published_post_says_what_it_has_grown_from(self):
        post = invitations.hand_in(self.promised().pk, title="Telefon", text=TEXT)
        post.status = Post.Status.PUBLISHED
        post.save()
        page = self.client.get(post.get_absolute_url())
        self.assertContains(page, f'<a href="/c/{self.comment.pk}/">einer Antwort von Carlo')
        tree.change(self.comment.pk, remove)
        self.assertNotContains(self.client.get(post.get_absolute_url()), "Entstanden aus")


class LifeTests(InvitationTestCase):
    def test_overdue_is_what_was_promised_for_a_day_that_is_over(self):
        invitation = self.promised()
        invitation.promised_on = date(2020, 1, 1)
        self.assertTrue(invitation.is_overdue)
        invitation.state = State.HANDED_IN
        self.assertFalse(invitation.is_overdue)

    def test_erasing_the_guest_takes_the_invitation_along(self):
        invitation = self.promised()
        erase(invitation.author, Texts.ANONYMOUS)
        self.assertFalse(Invitation.objects.exists())

    def test_the_invitation_outlives_its_answer(self):
        invitation = self.promised()
        tree.delete(self.comment.pk)
        invitation.refresh_from_db()
        self.assertIsNone(invitation.comment)
        self.assertEqual(self.client.get(self.path(invitation)).status_code, 200)
        post = invitations.hand_in(invitation.pk, title="Telefon", text=TEXT)
        self.assertIsNone(post.answered_from)
