"""Every saved state of a post is kept, can be compared and put back; two editors lose nothing."""

from unittest import mock

from django.core.exceptions import ValidationError
from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import comparison, differences, revisions
from blog.differences import html_diff, paragraphs, word_diff
from blog.models import EditingSession, Post, PostRevision, Tag
from tests.blog.test_admin import AdminTestCase, byline_data, post_data
from tests.factories import NOON, make_author, make_category, make_post, make_user


class KeepTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("anna")
        cls.post = make_post("Alt")
        cls.first = revisions.keep(cls.post, cls.user)

    def save(self, **fields):
        for name, value in fields.items():
            setattr(self.post, name, value)
        self.post.save()
        return revisions.keep(self.post, self.user)

    def test_every_field_that_an_editor_decides_is_in_it(self):
        self.assertEqual(list(self.first.state), list(Post.REVISED))
        decided = {field.name for field in Post._meta.fields if field.editable}
        decided |= {field.name for field in Post._meta.many_to_many}
        self.assertLessEqual(decided - {"id", "created_at", "updated_at"}, set(Post.REVISED))

    def test_nothing_is_written_if_nothing_changed(self):
        self.assertIsNone(self.save())
        self.assertEqual(self.post.revisions.count(), 1)

    def test_it_says_who_changed_what(self):
        revision = self.save(title="Neu", cover_alt="Ein Bild")
        self.assertEqual((revision.user, revision.changed), (self.user, ["title", "cover_alt"]))

    def test_a_category_with_a_better_name_is_no_change_of_the_post(self):
        category = make_category("Servis")
        self.save(category=category)
        category.name = "Service"
        category.save()
        self.assertIsNone(self.save())

    def test_what_passed_by_is_written_down_by_nobody(self):
        Post.objects.update(title="Von Hand")
        found = revisions.current(Post.objects.get())
        self.assertEqual((found.state["title"], found.user), ("Von Hand", None))
        self.assertEqual(revisions.current(Post.objects.get()), found)

    def test_names_of_people_are_not_in_it(self):
        self.assertNotIn("Ada", str(self.first.state))


class RestoreTests(TestCase):
    def setUp(self):
        self.user = make_user("anna")
        self.tags = [Tag.objects.create(name=name) for name in ("Eins", "Zwei")]
        self.authors = [make_author("Zoe"), make_author("Ada")]
        self.post = make_post(
            "Alt", body="<p>Alt</p>", tags=self.tags, authors=self.authors, excerpt="Alt"
        )
        self.old = revisions.keep(self.post, self.user)

    def change(self, **fields):
        Post.objects.filter(pk=self.post.pk).update(**fields)

    def test_one_field_comes_back_and_the_others_stay(self):
        self.change(title="Neu", excerpt="Neu")
        revision = revisions.restore(self.old, ["title"], self.user)
        self.post.refresh_from_db()
        self.assertEqual((self.post.title, self.post.excerpt), ("Alt", "Neu"))
        self.assertEqual((revision.restored_from, revision.changed), (self.old, ["title"]))

    def test_what_stood_there_is_kept_before(self):
        self.change(title="Neu")
        revisions.restore(self.old, ["title"], self.user)
        titles = [row.state["title"] for row in self.post.revisions.order_by("pk")]
        self.assertEqual(titles, ["Alt", "Neu", "Alt"])

    def test_the_page_is_made_anew(self):
        self.change(body="<p>Neu</p>", body_html="<p>Neu</p>")
        revisions.restore(self.old, ["body"], self.user)
        self.post.refresh_from_db()
        self.assertEqual(self.post.body_html, "<p>Alt</p>")

    def test_tags_and_authors_come_back_in_their_order(self):
        self.post.tags.set([])
        self.post.bylines.all().delete()
        self.post.bylines.create(author=self.authors[1])
        revisions.restore(self.old, ["tags", "authors"], self.user)
        post = Post.objects.with_page_data().get()
        self.assertEqual(post.bylined_authors, self.authors)
        self.assertEqual(list(post.tags.order_by("pk")), self.tags)

    def test_what_is_gone_is_said_and_nothing_changed(self):
        self.change(title="Neu")
        self.tags[0].delete()
        with self.assertRaisesMessage(ValidationError, "Eins"):
            revisions.restore(self.old, ["title", "tags"], self.user)
        self.assertEqual(Post.objects.get().title, "Neu")

    def test_an_address_that_another_post_has_now_is_refused(self):
        self.change(slug="neu")
        make_post("Alt", slug="alt", authors=[])
        with self.assertRaises(ValidationError):
            revisions.restore(self.old, ["slug"], self.user)

    def test_nothing_is_published_or_hidden_by_it(self):
        self.change(status="draft")
        self.assertIsNone(revisions.restore(self.old, list(Post.REVISED), self.user))
        self.assertEqual(Post.objects.get().status, "draft")

    def test_a_field_that_posts_did_not_have_then_is_left_alone(self):
        del self.old.state["excerpt"]
        self.change(title="Neu", excerpt="Neu")
        revisions.restore(self.old, list(Post.REVISED), self.user)
        self.post.refresh_from_db()
        self.assertEqual((self.post.title, self.post.excerpt), ("Alt", "Neu"))


class DifferenceTests(SimpleTestCase):
    def test_text_is_compared_by_words_and_not_by_tags(self):
        diff = html_diff("<p>Das <b>ist</b> gut so.</p>", "<p>Das ist sehr gut.</p>")
        self.assertIn("<ins>sehr gut.</ins>", diff)
        self.assertNotIn("&lt;", diff)

    def test_far_paragraphs_that_stay_are_counted_and_not_shown(self):
        same = "".join(f"<p>Absatz {number} bleibt.</p>" for number in range(9))
        diff = html_diff(f"{same}<p>Ein Ende.</p>", f"{same}<p>Ein gutes Ende.</p>")
        self.assertNotIn("Absatz 0", diff)
        self.assertIn("Absatz 8", diff)
        self.assertIn("diff-skipped", diff)

    def test_a_new_paragraph_leaves_its_neighbours_unmarked(self):
        diff = html_diff("<p>Eins</p><p>Zwei</p>", "<p>Eins</p><p>Neu hier</p><p>Zwei</p>")
        self.assertEqual(diff, "<p>Eins</p><p><ins>Neu hier</ins></p><p>Zwei</p>")

    def test_headings_points_links_and_pictures_can_be_told_apart(self):
        found = paragraphs(
            '<h2>Titel</h2><ul><li><p>Punkt</p></li></ul><p><a href="/x">Link</a></p>'
            '<figure><img src="/media/a.webp" alt="Hase"><figcaption>Unten</figcaption></figure>'
        )
        self.assertEqual(
            [paragraph.text for paragraph in found],
            ["## Titel", "• Punkt", "Link (/x)", "[Hase /media/a.webp]", "Unten"],
        )

    def test_other_formatting_alone_is_named(self):
        diff = html_diff("<p>Ein Wort</p>", "<p>Ein <strong>Wort</strong></p>")
        self.assertIn("<em>(", diff)
        self.assertNotIn("<ins>", diff)

    def test_markup_in_a_text_stays_text(self):
        diff = html_diff("<p>a</p>", "<p>&lt;script&gt;x&lt;/script&gt;</p>")
        self.assertIn("&lt;script&gt;", diff)

    def test_only_changed_paragraphs_of_a_long_text_are_compared_by_words(self):
        old = "".join(f"<p>{'Wort ' * 60}{number}</p>" for number in range(300))
        with mock.patch.object(differences, "word_diff", wraps=word_diff) as compared:
            diff = html_diff(old, old.replace("150</p>", "anders</p>"))
        self.assertEqual((compared.call_count, diff.count("<ins>")), (1, 1))


class ComparisonTests(TestCase):
    def test_fields_are_named_and_their_values_read_as_words(self):
        ada, zoe = make_author("Ada"), make_author("Zoe")
        post = make_post("Alt", authors=[ada], accepts_linkbacks=True)
        old = revisions.snapshot(post)
        post.title, post.status, post.accepts_linkbacks = "Neu", "archived", False
        post.bylines.create(author=zoe, position=1)
        shown = {row.name: row.diff for row in comparison.compare(old, revisions.snapshot(post))}
        self.assertEqual(list(shown), ["title", "authors", "status", "accepts_linkbacks"])
        self.assertEqual(shown["title"], "<del>Alt</del><ins>Neu</ins>")
        self.assertEqual(shown["authors"], "<del>Ada</del> <ins>Ada, Zoe</ins>")
        self.assertIn("<ins>Archiv", shown["status"].replace("archiviert", "Archiv"))


def form_data(post, **fields):
    """What the change form of `post` sends, its authors as they are."""
    data = post_data(
        title=post.title, slug=post.slug, body=post.body, excerpt=post.excerpt, status=post.status,
        subtitle=post.subtitle,
    )  # fmt: skip
    if post.published_at:
        local = timezone.localtime(post.published_at)
        data |= {"published_at_0": f"{local:%d.%m.%Y}", "published_at_1": f"{local:%H:%M:%S}"}
    rows = list(post.bylines.all())
    data |= {"bylines-TOTAL_FORMS": str(len(rows)), "bylines-INITIAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        name = f"bylines-{number}-"
        data |= {f"{name}id": row.pk, f"{name}post": post.pk, f"{name}author": row.author_id}
        data |= {f"{name}position": row.position}
    return data | {"update": "keep", "comment_policy": post.comment_policy} | fields


class FormTests(AdminTestCase):
    """The form of a post, opened by two editors."""

    def setUp(self):
        super().setUp()
        self.anna = make_user("anna", first_name="Anna", is_staff=True, is_superuser=True)
        self.post = make_post("Alt", body="<p>Alt</p>", excerpt="Alt")
        self.url = f"/admin/blog/post/{self.post.pk}/change/"

    def open(self):
        return self.client.get(self.url).context["editing"].began_from

    def send(self, **fields):
        return self.client.post(self.url, form_data(self.post, **fields))

    def anna_saves(self, **fields):
        self.client.force_login(self.anna)
        response = self.send(began_from=self.open(), **fields)
        self.assertEqual(response.status_code, 302)
        self.client.force_login(self.user)

    def sent_back(self, response):
        self.assertEqual(response.status_code, 200)
        return response.context["editing"].merge, response.context["adminform"].form

    def test_a_save_writes_a_revision_and_the_state_before(self):
        self.assertEqual(self.send(began_from=self.open(), title="Neu").status_code, 302)
        newer, older = self.post.revisions.all()
        self.assertEqual((newer.state["title"], newer.user), ("Neu", self.user))
        self.assertEqual((older.state["title"], older.user), ("Alt", None))

    def test_a_save_without_a_change_writes_none(self):
        self.send(began_from=self.open())
        self.assertEqual(self.post.revisions.count(), 1)

    def test_a_new_post_begins_its_history(self):
        self.client.post(
            "/admin/blog/post/add/", post_data(title="Erst", **byline_data(make_author("Zoe")))
        )
        self.assertEqual(PostRevision.objects.get().state["title"], "Erst")

    def test_whoever_is_later_overwrites_nothing(self):
        began_from = self.open()
        self.anna_saves(title="Annas")
        merge, form = self.sent_back(self.send(began_from=began_from, title="Meins"))
        self.assertEqual([conflict.name for conflict in merge.conflicts], ["title"])
        self.assertEqual(form["title"].value(), "Meins")
        self.assertEqual(Post.objects.get().title, "Annas")

    def test_the_page_names_the_other_and_both_texts(self):
        began_from = self.open()
        self.anna_saves(title="Annas")
        response = self.send(began_from=began_from, title="Meins")
        self.assertContains(response, "Anna")
        self.assertContains(response, "<del>Annas</del><ins>Meins</ins>")

    def test_what_only_the_other_changed_is_taken_and_mine_stays(self):
        began_from = self.open()
        self.anna_saves(title="Annas", comment_policy="closed")
        merge, form = self.sent_back(self.send(began_from=began_from, excerpt="Meins"))
        self.assertEqual((len(merge.taken), merge.conflicts), (2, []))
        self.assertEqual(form["title"].value(), "Annas")
        self.assertEqual(form["comment_policy"].value(), "closed")
        self.assertEqual(form["excerpt"].value(), "Meins")

    def test_my_choice_is_saved(self):
        for choice, expected in [("mine", "Meins"), ("theirs", "Annas")]:
            with self.subTest(choice=choice):
                began_from = self.open()
                self.anna_saves(title="Annas", excerpt=choice)
                merge, form = self.sent_back(self.send(began_from=began_from, title="Meins"))
                chosen = {"title": "Meins", "excerpt": choice, "merge_title": choice}
                self.send(began_from=str(merge.theirs.pk), **chosen)
                self.assertEqual(Post.objects.get().title, expected)
                self.post.refresh_from_db()

    def test_the_same_change_by_both_is_no_conflict(self):
        began_from = self.open()
        self.anna_saves(title="Gleich", excerpt="Annas")
        merge, _form = self.sent_back(self.send(began_from=began_from, title="Gleich"))
        self.assertEqual(merge.conflicts, [])

    def test_times_tags_and_authors_of_the_other_are_taken(self):
        mine = form_data(self.post, title="Meins", began_from=self.open())
        zoe, tag = make_author("Zoe"), Tag.objects.create(name="Neu")
        self.anna_saves(
            **{"tags": [tag.pk], "published_at_0": "02.01.2026", "bylines-TOTAL_FORMS": "2"},
            **{"bylines-1-author": zoe.pk, "bylines-1-position": "1"},
        )
        response = self.client.post(self.url, mine)
        merge, form = self.sent_back(response)
        formset = response.context["inline_admin_formsets"][0].formset
        self.assertEqual([row["author"].value() for row in formset.forms][1], str(zoe.pk))
        self.assertEqual(form["tags"].value(), [str(tag.pk)])
        self.assertEqual(form["published_at"].value()[0], "02.01.2026")
        self.assertEqual(len(merge.taken), 3)

    def test_authors_that_both_changed_are_asked_for_and_saved_as_chosen(self):
        zoe, max_ = make_author("Zoe"), make_author("Max")
        second = {"bylines-TOTAL_FORMS": "2", "bylines-1-position": "1"}
        began_from = self.open()
        self.anna_saves(**second, **{"bylines-1-author": zoe.pk})
        response = self.send(began_from=began_from, **second, **{"bylines-1-author": max_.pk})
        merge, form = self.sent_back(response)
        self.assertEqual([conflict.name for conflict in merge.conflicts], ["authors"])
        formset = response.context["inline_admin_formsets"][0].formset
        sent = {key: value for key, value in formset.data.items() if key.startswith("bylines-")}
        self.send(**sent, began_from=str(merge.theirs.pk), merge_authors="mine")
        names = [author.name for author in Post.objects.with_card_data().get().bylined_authors]
        self.assertEqual(names, ["Ada Beispiel", "Max"])

    def test_a_change_from_elsewhere_is_not_overwritten_either(self):
        began_from = self.open()
        Post.objects.update(title="Vom Skript")
        merge, _form = self.sent_back(self.send(began_from=began_from, title="Meins"))
        self.assertEqual([conflict.name for conflict in merge.conflicts], ["title"])

    def test_whoever_opens_a_post_hears_who_is_in_it(self):
        self.client.force_login(self.anna)
        self.open()
        self.client.force_login(self.user)
        self.assertContains(self.client.get(self.url), "Anna")

    def test_whoever_has_saved_is_not_in_it_any_more(self):
        self.anna_saves(title="Annas")
        self.assertFalse(EditingSession.objects.filter(user=self.anna).exists())

    def test_a_real_change_is_dated_and_shown_to_readers(self):
        self.send(began_from=self.open(), update="updated", change_note="Zahlen von 2026.")
        self.post.refresh_from_db()
        self.assertIsNotNone(self.post.modified_at)
        self.assertContains(self.client.get(self.post.get_absolute_url()), "Zahlen von 2026.")

    def test_a_small_change_is_not_dated(self):
        self.send(began_from=self.open(), title="Tippfehler")
        self.assertIsNone(Post.objects.get().modified_at)
        page = self.client.get(self.post.get_absolute_url())
        self.assertNotContains(page, "post-update")

    def test_an_update_can_be_taken_back(self):
        Post.objects.update(modified_at=timezone.now(), change_note="Doch nicht")
        self.send(began_from=self.open(), update="withdrawn", change_note="Doch nicht")
        post = Post.objects.get()
        self.assertEqual((post.modified_at, post.change_note), (None, ""))


class HistoryTests(AdminTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post = make_post("Eins", published_at=NOON)
        cls.old = revisions.keep(cls.post, cls.user)
        cls.post.title = "Zwei"
        cls.post.save()
        cls.new = revisions.keep(cls.post, cls.user)
        cls.url = f"/admin/blog/post/{cls.post.pk}/revisions/"

    def test_the_list_says_who_saved_what_and_when(self):
        response = self.client.get(self.url)
        self.assertContains(response, "chefin")
        self.assertContains(response, comparison.label_of("title"))

    def test_djangos_history_leads_there(self):
        response = self.client.get(f"/admin/blog/post/{self.post.pk}/history/")
        self.assertRedirects(response, self.url)

    def test_two_are_compared_whichever_is_named_first(self):
        for old, new in [(self.old, self.new), (self.new, self.old)]:
            response = self.client.get(f"{self.url}compare/", {"old": old.pk, "new": new.pk})
            self.assertContains(response, "<del>Eins</del><ins>Zwei</ins>")

    def test_without_names_the_last_two_are_compared(self):
        response = self.client.get(f"{self.url}compare/")
        self.assertContains(response, "<del>Eins</del><ins>Zwei</ins>")

    def test_a_revision_of_another_post_is_not_found(self):
        other = revisions.keep(make_post("Fremd", authors=[]))
        for path in (f"compare/?old={other.pk}&new={self.new.pk}", f"{other.pk}/restore/"):
            self.assertEqual(self.client.get(self.url + path).status_code, 404)
        self.assertEqual(self.client.get(f"{self.url}compare/?old=x").status_code, 404)

    def test_a_revision_is_named(self):
        self.client.post(f"{self.url}{self.old.pk}/name/", {"name": "vor dem Interview"})
        self.assertContains(self.client.get(self.url), "vor dem Interview")

    def test_a_name_too_long_is_refused_with_a_sentence(self):
        response = self.client.post(
            f"{self.url}{self.old.pk}/name/", {"name": "x" * 101}, follow=True
        )
        self.assertContains(response, "100")
        self.assertFalse(PostRevision.objects.exclude(name="").exists())

    def test_looking_changes_nothing(self):
        response = self.client.get(f"{self.url}{self.old.pk}/restore/")
        self.assertContains(response, "<del>Zwei</del><ins>Eins</ins>")
        self.assertEqual(Post.objects.get().title, "Zwei")

    def test_one_field_is_put_back(self):
        self.client.post(f"{self.url}{self.old.pk}/restore/", {"field": "title"})
        self.assertEqual(Post.objects.get().title, "Eins")

    def test_nothing_ticked_changes_nothing(self):
        self.client.post(f"{self.url}{self.old.pk}/restore/")
        self.assertEqual(Post.objects.get().title, "Zwei")

    def test_who_may_only_look_sees_no_earlier_state(self):
        from django.contrib.auth.models import Permission

        reader = make_user("gast", is_staff=True)
        reader.user_permissions.add(Permission.objects.get(codename="view_post"))
        self.client.force_login(reader)
        for path in ("", "compare/", f"{self.old.pk}/restore/", f"{self.old.pk}/name/"):
            response = self.client.post(self.url + path, {"field": "title"})
            self.assertEqual(response.status_code, 403)

    def test_who_is_not_of_the_team_is_sent_to_the_login(self):
        self.client.force_login(make_user())
        self.assertEqual(self.client.get(self.url).status_code, 302)

    def test_500_revisions_cost_as_many_queries_as_two(self):
        self.client.get(self.url)
        few = self.queries(self.url)
        state = self.new.state | {"body": "<p>Wort</p>" * 2000}
        PostRevision.objects.bulk_create(
            PostRevision(post=self.post, user=self.user, state=state, changed=["body"])
            for _ in range(500)
        )
        PostRevision.objects.create(
            post=self.post, user=self.user, state=self.new.state, changed=["body"]
        )
        with CaptureQueriesContext(connection) as queries:
            self.client.get(self.url)
        self.assertEqual(len(queries), few)
