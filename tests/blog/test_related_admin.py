"""Related posts in the form of a post: chosen by hand, and found ones taken out."""

from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Post, PostAuthor, RelatedPost, Tag
from blog.reading import around, published_post
from blog.revisions import keep, restore
from tests.blog.test_admin import AdminTestCase
from tests.blog.test_related import compute
from tests.blog.test_revisions import form_data
from tests.factories import make_author, make_post, make_user

PREFIX = "related_by_hand"


def chosen(*posts):
    """What the form sends of posts that are chosen anew, in this order."""
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(posts)), f"{PREFIX}-INITIAL_FORMS": "0"}
    for number, post in enumerate(posts):
        data |= {f"{PREFIX}-{number}-other": post.pk, f"{PREFIX}-{number}-position": number}
    return data


class RelatedAdminTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        tag = Tag.objects.create(name="Empathie")
        self.tags = [tag]
        self.post = make_post("Eins", tags=self.tags)
        self.near = make_post("Nahe bei", tags=self.tags)
        self.far = make_post("Ganz fern")
        compute()
        self.url = f"/admin/blog/post/{self.post.pk}/change/"

    def began_from(self):
        return self.client.get(self.url).context["editing"].began_from

    def send(self, **fields):
        fields = {"began_from": self.began_from(), "tags": [tag.pk for tag in self.tags]} | fields
        return self.client.post(self.url, form_data(self.post, **fields))

    def offered(self):
        return [str(post) for post in around(published_post(self.post.slug))["related"]]

    def test_form_shows_what_was_found_why_and_how_near(self):
        response = self.client.get(self.url)
        for text in ["Nahe bei", "gemeinsames Schlagwort: Empathie", "1,50", "Nicht zeigen"]:
            self.assertContains(response, text)
        self.assertNotContains(response, "Ganz fern")

    def test_form_asks_no_more_for_more_related_posts_and_authors(self):
        def queries():
            keep(self.post)
            self.client.get(self.url)
            with CaptureQueriesContext(connection) as asked:
                page = self.client.get(self.url)
            return len(asked), page.text

        RelatedPost.objects.create(post=self.post, other=self.far, position=0)
        few, _ = queries()
        for number in range(5):
            other = make_post(f"Weiterer {number}", authors=[])
            RelatedPost.objects.create(post=self.post, other=other, position=number + 1)
            author = make_author(f"Autorin {number}")
            PostAuthor.objects.create(post=self.post, author=author, position=number + 1)
        many, shown = queries()
        self.assertEqual(many, few)
        self.assertLess(many, 30)
        for name in ["Weiterer 4", "Autorin 4"]:
            self.assertIn(f"selected>{name}</option>", shown)

    def test_a_new_post_has_nothing_near_it_yet(self):
        self.assertContains(self.client.get("/admin/blog/post/add/"), "Sobald der Beitrag")

    def test_a_choice_is_saved_in_order_and_kept_in_the_history(self):
        self.assertEqual(self.send(**chosen(self.far, self.near)).status_code, 302)
        self.assertEqual(self.offered(), ["Ganz fern", "Nahe bei"])
        newest, before = self.post.revisions.all()[:2]
        names = [row["name"] for row in newest.state["related"]]
        self.assertEqual((names, newest.changed), (["Ganz fern", "Nahe bei"], ["related"]))
        restore(before, ["related"], self.user)
        self.assertFalse(RelatedPost.objects.exists())

    def test_order_is_part_of_the_history(self):
        self.send(**chosen(self.far, self.near))
        first = self.post.revisions.latest("pk")
        RelatedPost.objects.filter(other=self.far).update(position=5)
        self.began_from()  # which writes down what a script has changed
        self.assertEqual(self.offered(), ["Nahe bei", "Ganz fern"])
        restore(first, ["related"], self.user)
        self.assertEqual(self.offered(), ["Ganz fern", "Nahe bei"])

    def test_no_post_can_be_chosen_for_itself_or_twice(self):
        for posts in [(self.post,), (self.far, self.far)]:
            with self.subTest(posts):
                self.assertEqual(self.send(**chosen(*posts)).status_code, 200)
                self.assertFalse(RelatedPost.objects.exists())

    def test_one_that_was_found_can_be_taken_out_and_put_back(self):
        self.send(unrelated=[self.near.pk])
        self.assertEqual(self.offered(), [])
        self.assertContains(self.client.get(self.url), f'value="{self.near.pk}" checked')
        self.assertEqual(self.post.revisions.latest("pk").changed, ["unrelated"])
        self.send()
        compute()
        self.assertEqual(self.offered(), ["Nahe bei"])

    def test_one_that_is_found_no_more_when_the_form_is_sent_is_no_error(self):
        began_from = self.began_from()
        self.near.tags.clear()
        compute()
        response = self.send(began_from=began_from, unrelated=[self.near.pk])
        self.assertEqual(response.status_code, 302)
        self.assertEqual(list(Post.objects.get(pk=self.post.pk).unrelated.all()), [self.near])

    def test_what_somebody_else_has_chosen_meanwhile_is_taken(self):
        began_from = self.began_from()
        RelatedPost.objects.create(post=self.post, other=self.far, position=0)
        response = self.send(began_from=began_from, **chosen())
        self.assertEqual(response.context["editing"].merge.conflicts, [])
        formset = response.context["inline_admin_formsets"][1].formset
        self.assertEqual([form["other"].value() for form in formset.forms], [str(self.far.pk)])

    def test_what_both_have_chosen_is_asked_for(self):
        began_from = self.began_from()
        RelatedPost.objects.create(post=self.post, other=self.far, position=0)
        response = self.send(began_from=began_from, **chosen(self.near))
        merge = response.context["editing"].merge
        self.assertEqual([conflict.name for conflict in merge.conflicts], ["related"])
        self.assertContains(response, "<ins>Nahe bei</ins>")
        formset = response.context["inline_admin_formsets"][1].formset
        sent = {key: value for key, value in formset.data.items() if key.startswith(PREFIX)}
        for choice, expected in [("mine", "Nahe bei"), ("theirs", "Ganz fern")]:
            with self.subTest(choice):
                RelatedPost.objects.all().delete()
                row = RelatedPost.objects.create(post=self.post, other=self.far)
                data = sent | {f"{PREFIX}-0-id": str(row.pk)}
                self.send(**data, began_from=str(merge.theirs.pk), merge_related=choice)
                self.assertEqual([row.other.title for row in RelatedPost.objects.all()], [expected])

    def test_an_author_may_look_and_not_choose(self):
        author = make_user("autorin", is_staff=True)
        author.groups.add(Group.objects.get(name="Author"))
        self.assertTrue(author.has_perm("blog.view_relatedpost"))
        self.assertFalse(author.has_perm("blog.add_relatedpost"))
