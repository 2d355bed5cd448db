"""Whom to invite, and what came of it, at the desk."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from comments import invitations, today
from comments.models import Invitation
from tests.factories import make_author, make_comment, make_post, make_user


class InvitationAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("redaktion", is_staff=True)
        cls.user.groups.add(Group.objects.get(name="Editor"))
        cls.post = make_post("Empathie am Telefon", authors=[make_author("Ada")])
        cls.comment = cls.answer("Carlo")

    @classmethod
    def answer(cls, name, **fields):
        typed = {"email": f"{name.lower()}@example.org", "created_at": timezone.now()}
        return make_comment(cls.post, name=name, **(typed | fields))

    def setUp(self):
        self.client.force_login(self.user)

    def add(self, **typed):
        return self.client.post(reverse("admin:comments_invitation_add"), typed)

    def test_one_click_invites(self):
        response = self.add(comment=self.comment.pk)
        invitation = Invitation.objects.get()
        change = reverse("admin:comments_invitation_change", args=[invitation.pk])
        self.assertRedirects(response, change)
        self.assertEqual(invitation.invited_by, self.user)
        self.assertContains(self.client.get(change), "Empathie am Telefon")

    def test_the_list_offers_who_is_not_invited_yet(self):
        self.answer("Berta", created_at=timezone.now() - invitations.LATELY - timedelta(days=1))
        self.answer("Erika")
        self.add(comment=self.comment.pk)
        page = self.client.get(reverse("admin:comments_invitation_add"))
        self.assertEqual([row.name for row in page.context["page_obj"]], ["Erika"])

    def test_queries_of_the_list_do_not_grow_with_it(self):
        url = reverse("admin:comments_invitation_add")
        self.client.get(url)
        with self.assertNumQueries(6):
            self.client.get(url)
        for number in range(12):
            self.answer(f"Gast{number}")
        with self.assertNumQueries(6):
            self.client.get(url)

    def test_a_second_invitation_is_refused_in_words(self):
        self.add(comment=self.comment.pk)
        response = self.client.post(
            reverse("admin:comments_invitation_add"), {"comment": self.comment.pk}, follow=True
        )
        self.assertContains(response, "Carlo hat schon eine Einladung.")

    def test_words_that_cannot_be_sent_invite_nobody(self):
        self.add(comment=self.comment.pk, invitation_words="x" * 1001)
        self.assertFalse(Invitation.objects.exists())

    def test_no_answer_that_is_not_public_or_not_theirs(self):
        hidden = self.answer("Spam", status="spam")
        self.assertEqual(self.add(comment=hidden.pk).status_code, 404)
        self.assertEqual(self.add(comment="x").status_code, 404)
        writer = make_user("gast", is_staff=True)
        writer.groups.add(Group.objects.get(name="Author"))
        self.client.force_login(writer)
        self.assertEqual(self.add(comment=self.comment.pk).status_code, 404)

    def test_withdrawn_by_its_button_or_in_bulk(self):
        self.add(comment=self.comment.pk)
        invitation = Invitation.objects.get()
        url = reverse("admin:comments_invitation_change", args=[invitation.pk])
        self.client.post(url, {"_withdraw": ""})
        invitation.refresh_from_db()
        self.assertEqual(invitation.state, "withdrawn")
        again = invitations.invite(self.comment, self.user)
        changelist = reverse("admin:comments_invitation_changelist")
        self.client.post(changelist, {"action": "withdraw", "_selected_action": again.pk})
        again.refresh_from_db()
        self.assertEqual(again.state, "withdrawn")

    def test_the_day_of_a_promise_is_all_that_can_be_put_right(self):
        invitation = invitations.invite(self.comment, self.user)
        url = reverse("admin:comments_invitation_change", args=[invitation.pk])
        self.assertEqual(self.client.post(url, {"promised_on": "2031-01-01"}).status_code, 403)
        invitations.promise(invitation.pk, None)
        self.client.post(url, {"promised_on": "01.02.2031", "state": "handed_in"})
        invitation.refresh_from_db()
        self.assertEqual(
            (str(invitation.promised_on), invitation.state), ("2031-02-01", "promised")
        )

    def test_moderators_find_the_button_in_the_form_of_an_answer(self):
        moderator = make_user("moderation", is_staff=True)
        moderator.groups.add(Group.objects.get(name="Moderator"))
        self.client.force_login(moderator)
        add = reverse("admin:comments_invitation_add")
        self.assertContains(self.client.get(reverse("admin:comments_inbox")), add)
        form = self.client.get(reverse("admin:comments_comment_change", args=[self.comment.pk]))
        self.assertContains(form, f'action="{add}"')


class TodayTests(TestCase):
    def test_promised_guest_posts_with_their_days_the_soonest_first(self):
        user = make_user("redaktion", is_superuser=True)
        post = make_post()
        days = {"Anna": None, "Berta": 20, "Carlo": -3}
        for name, days_from_now in days.items():
            comment = make_comment(post, name=name, email=f"{name.lower()}@example.org")
            invitation = invitations.invite(comment, user)
            invitations.promise(invitation.pk, None)
            if days_from_now is not None:
                day = timezone.localdate() + timedelta(days=days_from_now)
                Invitation.objects.filter(pk=invitation.pk).update(promised_on=day)
        words = [line.words for line in today.guest_posts(user).lines]
        self.assertEqual([text.partition(",")[0] for text in words], ["Carlo", "Berta", "Anna"])
        self.assertIn("überfällig", words[0])
        self.assertEqual(words[2], "Anna, ohne Termin")
