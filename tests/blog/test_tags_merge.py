from datetime import timedelta

from django.core.exceptions import ValidationError
from django.test import TestCase
from django.urls import reverse

from blog import terms
from blog.models import Redirect, Tag, TagMerge
from tests.blog.test_admin import AdminTestCase
from tests.factories import make_post, make_user


def names(post):
    return sorted(post.tags.values_list("name", flat=True))


class TagMergeTests(TestCase):
    def setUp(self):
        self.user = make_user()
        self.stays, self.goes = Tag.objects.create(name="Mut"), Tag.objects.create(name="Courage")
        self.other = Tag.objects.create(name="Anderes")
        self.one = make_post("Eins", tags=[self.goes, self.other])
        self.both = make_post("Beide", tags=[self.goes, self.stays], authors=[])

    def merge(self):
        return terms.merge(self.stays, [self.goes], self.user)

    def test_posts_get_the_tag_that_stays(self):
        self.merge()
        self.assertEqual(names(self.one), ["Anderes", "Mut"])
        self.assertEqual(names(self.both), ["Mut"])
        self.assertEqual(self.one.revisions.first().user, self.user)

    def test_the_former_address_leads_to_it(self):
        self.merge()
        self.assertRedirects(self.client.get("/en/tags/courage/"), "/en/tags/mut/", 301)

    def test_undone_each_post_has_what_it_had(self):
        terms.undo(self.merge(), self.user)
        self.assertEqual(names(self.one), ["Anderes", "Courage"])
        self.assertEqual(names(self.both), ["Courage", "Mut"])
        self.assertEqual(self.client.get("/tags/courage/").status_code, 200)
        self.assertFalse(Redirect.objects.exists())

    def test_posts_deleted_since_are_no_obstacle(self):
        merged = self.merge()
        self.one.delete()
        terms.undo(merged, self.user)
        self.assertEqual(names(self.both), ["Courage", "Mut"])

    def test_a_merge_is_undone_once_and_for_thirty_days(self):
        merged = self.merge()
        TagMerge.objects.update(at=merged.at - timedelta(days=30))
        with self.assertRaises(ValidationError):
            terms.undo(merged, self.user)
        TagMerge.objects.update(at=merged.at)
        terms.undo(merged, self.user)
        with self.assertRaises(ValidationError):
            terms.undo(merged, self.user)

    def test_a_new_tag_at_the_former_address_is_an_obstacle(self):
        merged = self.merge()
        Tag.objects.create(name="Courage")
        with self.assertRaisesMessage(ValidationError, "Courage"):
            terms.undo(merged, self.user)
        self.assertEqual(names(self.one), ["Anderes", "Mut"])


class TagMergeAdminTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        self.stays, self.goes = Tag.objects.create(name="Mut"), Tag.objects.create(name="Courage")
        self.post = make_post("Eins", tags=[self.goes])
        self.url = "/en" + reverse("admin:blog_tag_merge").removeprefix("/en")

    def test_the_action_shows_what_will_happen_and_changes_nothing(self):
        data = {"action": "merge", "_selected_action": [self.stays.pk, self.goes.pk]}
        response = self.client.post("/en/admin/blog/tag/", data, follow=True)
        self.assertContains(response, "1 post comes here.")
        self.assertContains(response, "<li>Eins</li>")
        self.assertEqual(Tag.objects.count(), 2)

    def test_merged_by_a_button_and_undone_by_another(self):
        data = {"row": [self.stays.pk, self.goes.pk], "target": self.stays.pk}
        response = self.client.post(self.url, data, follow=True)
        self.assertContains(response, "are one now")
        self.assertEqual(names(self.post), ["Mut"])
        merged = TagMerge.objects.get()
        undo = reverse("admin:blog_tagmerge_undo", args=[merged.pk])
        self.assertContains(response, undo)
        self.client.post(undo)
        self.assertEqual(names(self.post), ["Courage"])

    def test_a_choice_is_needed(self):
        response = self.client.post(self.url, {"row": [self.stays.pk, self.goes.pk]})
        self.assertContains(response, "Please choose what stays.")
        response = self.client.get(f"{self.url}?row={self.goes.pk}&row=x", follow=True)
        self.assertContains(response, "Please choose at least two.")
