from django.core.exceptions import ValidationError
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from blog import erasing, people, revisions
from blog.erasing import Texts
from blog.models import Author, AuthorMerge, Change, Redirect, SearchEntry
from blog.search import index
from comments import actions, tallies
from comments.models import Comment, Tally
from comments.notices import telling
from newsletter.models import ConsentEvent
from tests.blog.test_admin import AdminTestCase
from tests.comments.notices import make_follow
from tests.factories import (
    make_author,
    make_comment,
    make_newsletter,
    make_post,
    make_subscription,
    make_user,
)


def names(post):
    return [byline.author.name for byline in post.bylines.select_related("author")]


class WithTwoRows(TestCase):
    """Ada, and Ada with another address and more on her page; both write and answer."""

    def setUp(self):
        self.user = make_user("chefin", is_superuser=True)
        verified = {"email_verified_at": timezone.now()}
        self.ada = make_author("Ada Beispiel", email="ada@example.org", **verified)
        self.other = make_author(
            "A. Beispiel", email="a@example.org", website="https://a.example/",
            bio_de="Über A.", user=make_user("ada"), **verified,
        )  # fmt: skip
        self.zoe = make_author("Zoe")
        self.own = make_post("Von A.", authors=[self.zoe, self.other])
        self.both = make_post("Von beiden", authors=[self.other, self.zoe, self.ada])
        written = {"author": self.other, "email": "a@example.org"}
        self.answer = make_comment(self.both, is_verified=True, **written)
        self.typed = make_comment(self.both, **written)
        self.adas = make_comment(self.both, author=self.ada, is_verified=True)

    def merge(self):
        return people.merge(self.ada, self.other, self.user)

    def people_count(self):
        return Tally.objects.get(post=self.both).people_count

    def read(self):
        self.ada.refresh_from_db()
        self.other.refresh_from_db()


class MergeTests(WithTwoRows):
    def test_posts_are_by_the_one_who_stays_at_the_place_of_the_other(self):
        self.merge()
        self.assertEqual(names(self.own), ["Zoe", "Ada Beispiel"])
        self.assertEqual(names(self.both), ["Zoe", "Ada Beispiel"])
        self.assertEqual(self.own.revisions.first().user, self.user)

    def test_proved_answers_move_and_typed_ones_stay_with_the_address(self):
        self.merge()
        self.assertEqual(Comment.objects.get(pk=self.answer.pk).author, self.ada)
        self.assertEqual(Comment.objects.get(pk=self.typed.pk).author, self.other)

    def test_both_count_as_one_person(self):
        self.assertEqual(self.people_count(), 2)
        self.merge()
        self.assertEqual(self.people_count(), 1)
        other = Author.objects.get(pk=self.other.pk)
        make_comment(self.both, author=other, email="a@example.org")
        self.assertEqual(self.people_count(), 1)
        self.assertEqual(list(tallies.wrong_tallies()), [])

    def test_what_is_empty_is_taken_over_with_the_account(self):
        self.merge()
        self.read()
        self.assertEqual(self.ada.website, "https://a.example/")
        self.assertEqual((self.ada.bio_de, self.ada.user.username), ("Über A.", "ada"))
        self.assertIn("Über A.", self.ada.bio_html_de)
        self.assertEqual((self.other.website, self.other.user), ("", None))

    def test_the_former_page_leads_on(self):
        self.merge()
        response = self.client.get(f"/en/authors/{self.other.slug}/")
        self.assertRedirects(response, f"/en/authors/{self.ada.slug}/", 301)

    def test_a_subscription_stays_with_the_address_that_agreed_to_it(self):
        newsletter = make_newsletter()
        one = make_subscription(newsletter, author=self.other)
        make_subscription(newsletter, author=self.ada)
        ConsentEvent.objects.create(subscription=one, kind="confirmed", language="de")
        before, link = ConsentEvent.objects.values().get(), one.fingerprint
        self.assertIn("a@example.org", " ".join(people.survey(self.ada, self.other)))
        self.merge()
        one.refresh_from_db()
        self.assertEqual((one.author, one.fingerprint), (self.other, link))
        self.assertEqual(ConsentEvent.objects.values().get(), before)

    def test_nobody_is_told_of_an_own_answer_at_the_other_address(self):
        make_follow(self.typed, scope="post")
        self.merge()
        telling.note(
            make_comment(self.both, author=self.ada, is_verified=True, created_at=timezone.now())
        )
        self.assertFalse(self.other.answer_mails.exists())
        telling.note(make_comment(self.both, name="Berta", created_at=timezone.now()))
        self.assertEqual(self.other.answer_mails.count(), 1)

    def test_a_link_mailed_to_the_other_address_proves_the_person(self):
        self.merge()
        actions.verify_writer(self.typed.pk, Author.objects.get(pk=self.other.pk))
        self.typed.refresh_from_db()
        self.assertEqual((self.typed.author, self.typed.is_verified), (self.ada, True))

    def test_the_search_finds_posts_by_the_new_name_and_caches_are_emptied(self):
        index.refresh_all()
        Change.objects.all().delete()
        self.merge()
        self.assertTrue(Change.objects.filter(tag="site").exists())
        index.refresh_all()
        entry = SearchEntry.objects.get(kind="post", post=self.own)
        self.assertIn("ada", entry.about_terms)

    def test_who_was_joined_to_the_other_is_joined_to_the_one_now(self):
        third = make_author("Dritte")
        people.merge(self.other, third, self.user)
        self.merge()
        third.refresh_from_db()
        self.assertEqual(third.person, self.ada)

    def test_an_old_revision_brings_the_person_back_not_the_row(self):
        kept = revisions.keep(self.both, self.user)
        self.merge()
        revisions.restore(kept, ["authors"], self.user)
        self.assertEqual(names(self.both), ["Ada Beispiel", "Zoe"])

    def test_erasing_the_person_erases_every_row(self):
        self.merge()
        for post in (self.own, self.both):
            post.bylines.filter(author=self.ada).delete()
        Author.objects.update(user=None)
        erasing.erase(Author.objects.get(pk=self.other.pk), Texts.REMOVED)
        self.assertEqual(list(Author.objects.all()), [self.zoe])
        self.assertFalse(AuthorMerge.objects.exists() or Comment.objects.exists())

    def test_what_speaks_against_it_is_said_and_nothing_is_done(self):
        nobody = make_author("Ohne Adresse")
        self.assertEqual(people.obstacles(self.ada, self.other), [])
        self.assertTrue(people.obstacles(nobody, self.ada))
        self.ada.user = make_user("zweites")
        self.ada.save()
        with self.assertRaises(ValidationError):
            self.merge()
        self.assertFalse(AuthorMerge.objects.exists())
        people.merge(self.other, nobody, self.user)
        nobody.refresh_from_db()
        self.assertTrue(people.obstacles(self.ada, nobody))
        self.assertTrue(people.obstacles(nobody, self.zoe))


class UndoTests(WithTwoRows):
    def test_all_is_where_it_was(self):
        guest = make_author("Gast", invited_by=self.other)
        merged = self.merge()
        people.undo(merged, self.user)
        self.read()
        guest.refresh_from_db()
        self.assertEqual(names(self.own), ["Zoe", "A. Beispiel"])
        self.assertEqual(names(self.both), ["A. Beispiel", "Zoe", "Ada Beispiel"])
        self.assertEqual((self.other.user.username, self.ada.user), ("ada", None))
        self.assertEqual((self.other.bio_de, self.ada.bio_de), ("Über A.", ""))
        self.assertEqual(Comment.objects.get(pk=self.answer.pk).author, self.other)
        self.assertEqual(Comment.objects.get(pk=self.adas.pk).author, self.ada)
        self.assertEqual((self.people_count(), guest.invited_by), (2, self.other))
        self.assertFalse(Redirect.objects.exists())
        self.assertEqual(self.client.get(self.other.get_absolute_url()).status_code, 200)

    def test_when_somebody_was_brought_here_goes_along_and_back(self):
        when = timezone.now()
        Author.objects.filter(pk=self.other.pk).update(
            invited_by=make_author("Gastgeberin"), invited_at=when
        )
        self.read()
        merged = self.merge()
        self.read()
        self.assertEqual(self.ada.invited_at, when)
        people.undo(merged, self.user)
        self.read()
        self.assertEqual((self.ada.invited_by, self.ada.invited_at), (None, None))

    def test_what_was_changed_since_stays(self):
        merged = self.merge()
        self.read()
        self.ada.bio_de = "Anders"
        self.ada.save()
        self.own.bylines.filter(author=self.ada).delete()
        new = make_post("Danach", authors=[self.ada])
        people.undo(merged, self.user)
        self.read()
        self.assertEqual(self.ada.bio_de, "Anders")
        self.assertEqual((names(self.own), names(new)), (["Zoe"], ["Ada Beispiel"]))

    def test_it_is_undone_once(self):
        merged = self.merge()
        people.undo(merged, self.user)
        with self.assertRaises(ValidationError):
            people.undo(merged, self.user)

    def test_a_later_merge_is_undone_first(self):
        boss = make_author("Ada die Dritte", email="c@example.org")
        first = self.merge()
        self.read()
        second = people.merge(boss, self.ada, self.user)
        with self.assertRaises(ValidationError):
            people.undo(first, self.user)
        people.undo(second, self.user)
        people.undo(first, self.user)
        self.assertEqual(names(self.own), ["Zoe", "A. Beispiel"])


class MergeAdminTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        self.one = make_author("Ada", email="ada@example.org")
        self.two = make_author("Ada B.")
        self.post = make_post("Eins", authors=[self.two])
        self.url = "/en" + reverse("admin:blog_author_merge").removeprefix("/en")

    def test_the_action_shows_what_will_happen_and_changes_nothing(self):
        data = {"action": "merge", "_selected_action": [self.one.pk, self.two.pk]}
        response = self.client.post("/en/admin/blog/author/", data, follow=True)
        self.assertContains(response, "<li>1 post</li>")
        self.assertContains(response, "let that one stay")
        self.assertEqual(names(self.post), ["Ada B."])

    def test_joined_by_a_button_and_parted_by_another(self):
        data = {"row": [self.one.pk, self.two.pk], "target": self.one.pk}
        response = self.client.post(self.url, data, follow=True)
        self.assertContains(response, "You can undo this.")
        self.assertEqual(names(self.post), ["Ada"])
        self.assertContains(self.client.get("/en/admin/blog/author/"), "Ada B. → Ada")
        undo = reverse("admin:blog_authormerge_undo", args=[AuthorMerge.objects.get().pk])
        self.assertContains(response, undo)
        self.client.post(undo)
        self.assertEqual(names(self.post), ["Ada B."])

    def test_an_obstacle_is_said_and_two_rows_are_needed(self):
        data = {"row": [self.one.pk, self.two.pk], "target": self.two.pk}
        self.assertContains(self.client.post(self.url, data), "let that one stay")
        response = self.client.get(f"{self.url}?row={self.one.pk}&row=x", follow=True)
        self.assertContains(response, "Please choose two rows.")

    def test_forms_offer_the_row_that_is_shown_alone(self):
        people.merge(self.one, self.two, self.user)
        query = {"app_label": "blog", "model_name": "postauthor", "field_name": "author"}
        response = self.client.get("/admin/autocomplete/", query | {"term": "Ada"})
        self.assertEqual([row["text"] for row in response.json()["results"]], ["Ada"])
