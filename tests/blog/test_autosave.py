"""What is being written is kept as a draft: never public, never a revision, offered back."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from blog import tasks
from blog.models import Draft, EditingSession, Post, PostRevision, RelatedPost
from tests.blog.test_admin import AdminTestCase, byline_data, post_data
from tests.blog.test_revisions import form_data
from tests.factories import make_author, make_post, make_user

ADD = "/admin/blog/post/add/"


class AutosaveTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        self.post = make_post("Alt", excerpt="Alt")
        self.base = f"/admin/blog/post/{self.post.pk}/"
        self.change = f"{self.base}change/"

    def opened(self, url=None):
        """The hidden fields of a form that is opened now."""
        editing = self.client.get(url or self.change).context["editing"]
        return {"sitting": editing.sitting, "began_from": editing.began_from}

    def autosave(self, **fields):
        data = form_data(self.post, **fields)
        return self.client.post(f"{self.base}autosave/", data)

    def test_a_draft_changes_neither_the_post_nor_its_history(self):
        hidden = self.opened()
        self.assertTrue(self.autosave(**hidden, title="Neu").json()["kept"])
        self.assertEqual(Post.objects.get().title, "Alt")
        self.assertEqual(PostRevision.objects.count(), 1)
        self.assertEqual(Draft.objects.get().fields["title"], ["Neu"])

    def test_there_is_one_row_however_often_it_is_kept(self):
        hidden = self.opened()
        self.autosave(**hidden, title="Neu")
        self.autosave(**hidden, title="Neuer")
        self.assertEqual(Draft.objects.get().fields["title"], ["Neuer"])

    def test_it_is_offered_on_opening_and_to_nobody_else(self):
        self.autosave(**self.opened(), title="Neu")
        self.assertContains(self.client.get(self.change), 'name="put_back"')
        self.client.force_login(make_user("anna", is_staff=True, is_superuser=True))
        self.assertNotContains(self.client.get(self.change), 'name="put_back"')

    def test_it_is_put_back_into_the_form_and_not_saved(self):
        self.autosave(**self.opened(), title="Neu")
        response = self.client.post(self.change, {"put_back": "draft"})
        self.assertEqual(response.context["adminform"].form["title"].value(), "Neu")
        self.assertEqual(Post.objects.get().title, "Alt")

    def test_a_draft_put_back_is_saved_and_gone(self):
        hidden = self.opened()
        self.autosave(**hidden, title="Neu")
        editing = self.client.post(self.change, {"put_back": "draft"}).context["editing"]
        self.assertEqual(editing.sitting, hidden["sitting"])
        data = form_data(self.post, title="Neu", **hidden)
        self.assertEqual(self.client.post(self.change, data).status_code, 302)
        self.assertEqual(Post.objects.get().title, "Neu")
        self.assertFalse(Draft.objects.exists())

    def test_a_draft_begun_before_somebody_saved_is_merged_on_putting_back(self):
        self.autosave(**self.opened(), title="Mein Entwurf")
        Post.objects.update(title="Inzwischen", excerpt="Inzwischen")
        response = self.client.post(self.change, {"put_back": "draft"})
        merge = response.context["editing"].merge
        self.assertEqual([conflict.name for conflict in merge.conflicts], ["title"])
        form = response.context["adminform"].form
        self.assertEqual(form["excerpt"].value(), "Inzwischen")

    def test_a_text_kept_in_the_browser_comes_back_the_same_way(self):
        data = form_data(self.post, **self.opened(), title="Offline", put_back="browser")
        response = self.client.post(self.change, data)
        self.assertEqual(response.context["adminform"].form["title"].value(), "Offline")
        self.assertEqual(Post.objects.get().title, "Alt")

    def without(self, *starts, **fields):
        data = form_data(self.post, **fields)
        return {name: data[name] for name in data if not name.startswith(starts)}

    def test_a_draft_from_before_an_update_gets_the_rows_and_fields_there_are_now(self):
        other = make_post("Daneben")
        RelatedPost.objects.create(post=self.post, other=other)
        data = self.without(
            "related_by_hand", "old_addresses", "excerpt", **self.opened(), title="Von damals"
        )
        self.client.post(f"{self.base}autosave/", data)
        page = self.client.post(self.change, {"put_back": "draft"})
        self.assertEqual(page.context["adminform"].form["excerpt"].value(), "Alt")
        self.assertContains(page, "Daneben")
        again = {
            bound.html_name: "" if bound.value() is None else bound.value()
            for shown in page.context["inline_admin_formsets"]
            for form in [shown.formset.management_form, *shown.formset.forms]
            for bound in form
            if bound.name != "DELETE"
        }
        response = self.client.post(self.change, form_data(self.post, title="Von damals") | again)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(self.post.related_by_hand.get().other, other)

    def test_a_text_of_a_browser_from_before_an_update_comes_back_too(self):
        data = self.without("related_by_hand", **self.opened(), title="Offline")
        page = self.client.post(self.change, data | {"put_back": "browser"})
        self.assertNotContains(page, "ManagementForm")
        self.assertEqual(page.context["adminform"].form["title"].value(), "Offline")

    def test_a_box_unticked_in_a_draft_stays_unticked(self):
        Post.objects.update(is_pinned=True)
        self.autosave(**self.opened(), title="Neu")
        page = self.client.post(self.change, {"put_back": "draft"})
        self.assertFalse(page.context["adminform"].form["is_pinned"].value())

    def test_a_draft_of_another_window_is_not_overwritten(self):
        self.autosave(**self.opened(), title="Erstes Fenster")
        answer = self.autosave(**self.opened(), title="Zweites Fenster").json()
        self.assertFalse(answer["kept"])
        self.assertEqual(Draft.objects.get().fields["title"], ["Erstes Fenster"])

    def test_it_can_be_thrown_away(self):
        self.autosave(**self.opened(), title="Neu")
        response = self.client.post(f"{self.base}draft/")
        self.assertRedirects(response, self.change)
        self.assertFalse(Draft.objects.exists())

    def test_what_comes_in_after_the_save_is_no_draft(self):
        hidden = self.opened()
        self.client.post(self.change, form_data(self.post, **hidden, title="Neu"))
        self.autosave(**hidden, title="Neu")
        self.assertFalse(Draft.objects.exists())

    def test_the_browser_is_told_which_forms_were_saved(self):
        hidden = self.opened()
        self.client.post(self.change, form_data(self.post, **hidden, title="Neu"))
        self.assertContains(self.client.get(self.change), f'data-saved="{hidden["sitting"]}"')

    def test_a_new_post_has_its_draft_until_it_is_saved(self):
        hidden = self.opened(ADD)
        data = post_data(**byline_data(make_author("Zoe")), **hidden) | {"title": "Noch neu"}
        self.client.post("/admin/blog/post/autosave/", data)
        self.assertIsNone(Draft.objects.get().post)
        response = self.client.post(ADD, {"put_back": "draft"})
        self.assertEqual(response.context["adminform"].form["title"].value(), "Noch neu")
        self.assertEqual(self.client.post(ADD, data).status_code, 302)
        self.assertFalse(Draft.objects.exists())

    def test_drafts_of_two_posts_stand_side_by_side(self):
        self.autosave(**self.opened(), title="Neu")
        self.client.post("/admin/blog/post/autosave/", post_data(**self.opened(ADD)))
        self.assertEqual(Draft.objects.count(), 2)

    def test_a_control_character_does_not_break_it(self):
        self.autosave(**self.opened(), title="a\x00b")
        self.assertEqual(Draft.objects.get().fields["title"], ["ab"])

    def test_tokens_and_buttons_are_not_kept(self):
        self.autosave(**self.opened(), csrfmiddlewaretoken="x", _save="Sichern")
        self.assertFalse({"csrfmiddlewaretoken", "_save"} & set(Draft.objects.get().fields))

    def test_a_beat_keeps_no_draft_and_says_who_else_is_here(self):
        anna = make_user("anna", first_name="Anna", is_staff=True, is_superuser=True)
        EditingSession.objects.touch(self.post, anna)
        answer = self.client.post(f"{self.base}autosave/", {"beat": "1"}).json()
        self.assertIn("Anna", answer["warning"])
        self.assertFalse(Draft.objects.exists())
        self.assertTrue(EditingSession.objects.filter(user=self.user).exists())

    def test_who_left_long_ago_is_not_named(self):
        anna = make_user("anna", first_name="Anna", is_staff=True)
        EditingSession.objects.create(
            post=self.post, user=anna, seen_at=timezone.now() - timedelta(minutes=3)
        )
        answer = self.client.post(f"{self.base}autosave/", {"beat": "1"}).json()
        self.assertEqual(answer["warning"], "")

    def test_the_first_editor_hears_that_the_second_has_saved(self):
        hidden = self.opened()
        anna = make_user("anna", first_name="Anna", is_staff=True, is_superuser=True)
        self.client.force_login(anna)
        self.client.post(self.change, form_data(self.post, title="Annas"))
        self.client.force_login(self.user)
        answer = self.autosave(**hidden, excerpt="Meins").json()
        self.assertIn("Anna", answer["warning"])

    def test_who_may_not_write_keeps_no_draft(self):
        self.client.force_login(make_user("gast", is_staff=True))
        for path in ("autosave/", "draft/", f"{self.post.pk}/autosave/", f"{self.post.pk}/draft/"):
            response = self.client.post(f"/admin/blog/post/{path}", {"title": "x"})
            self.assertIn(response.status_code, {403, 404})
        self.assertFalse(Draft.objects.exists())

    def test_a_lost_session_is_answered_by_the_login_and_not_by_an_error(self):
        self.client.logout()
        self.assertEqual(self.autosave(title="Neu").status_code, 302)

    def test_only_a_post_keeps_and_only_for_posts_there_are(self):
        self.assertEqual(self.client.get(f"{self.base}autosave/").status_code, 404)
        self.assertEqual(self.client.post("/admin/blog/post/999/autosave/").status_code, 404)

    def test_a_draft_is_on_no_page(self):
        self.autosave(**self.opened(), title="Geheimer Titel", body="<p>Geheim</p>")
        self.client.logout()
        for url in ("/", self.post.get_absolute_url(), "/feed/"):
            self.assertNotContains(self.client.get(url), "Geheim")


class ForgettingTests(TestCase):
    def test_drafts_are_forgotten_after_90_days_and_who_was_there_after_one(self):
        post, user = make_post(), make_user("anna")
        now = timezone.now()
        for days, kept in [(91, 0), (89, 1)]:
            Draft.objects.all().delete()
            Draft.objects.create(
                post=post, user=user, fields={}, saved_at=now - timedelta(days=days)
            )
            EditingSession.objects.update_or_create(
                post=post, user=user, defaults={"seen_at": now - timedelta(days=2)}
            )
            tasks.forget_old_drafts.call()
            self.assertEqual((Draft.objects.count(), EditingSession.objects.count()), (kept, 0))
