"""The cache of pages with Django behind it: which change takes which page."""

from datetime import timedelta

import time_machine
from django.core.wsgi import get_wsgi_application
from django.test import TransactionTestCase
from django.urls import reverse
from django.utils import timezone

from blog.models import Post, SiteSettings, Tag
from comments import actions, likes, tree
from comments.own import COOKIE as OWN_COOKIE
from config.http import SHARED
from config.pagecache import PageCache
from config.pagechanges import LOOK_EVERY_SECONDS
from newsletter.models import Newsletter
from tests.config.wsgi import Answered, Clock, Counted, environ
from tests.factories import (
    make_author,
    make_category,
    make_comment,
    make_newsletter,
    make_post,
    make_user,
)  # fmt: skip


class WholeSiteTests(TransactionTestCase):
    """With Django behind it: which change takes which page."""

    def setUp(self):
        self.clock = Clock()
        self.counted = Counted(get_wsgi_application())
        self.cache = PageCache(self.counted, clock=self.clock)
        self.author = make_author("Autorin")
        self.tag = Tag.objects.create(name="Service")
        category = make_category("Rubrik")
        self.post = make_post(authors=[self.author], category=category, tags=[self.tag])
        self.other = make_post("Anderer", authors=[make_author("Andere")])
        self.paths = {
            "front": "/",
            "post": self.post.get_absolute_url(),
            "other": self.other.get_absolute_url(),
            "category": category.get_absolute_url(),
            "tag": self.tag.get_absolute_url(),
            "author": self.author.get_absolute_url(),
            "archive": reverse("blog:archive_list"),
            "privacy": reverse("blog:privacy"),
        }
        self.category = category
        self.read_all()

    def read_all(self):
        """Read every page a second later; return the names of those that had to be made."""
        self.clock.now += LOOK_EVERY_SECONDS
        self.counted.asked.clear()
        for path in self.paths.values():
            self.assertEqual(Answered(self.cache, environ(path)).status, 200, path)
        return {name for name, path in self.paths.items() if path in self.counted.asked}

    def test_nothing_changed_and_nothing_is_made(self):
        self.assertEqual(self.read_all(), set())

    def test_pages_say_how_long_they_may_be_kept(self):
        headers = Answered(self.cache, environ(self.paths["post"])).headers
        self.assertEqual(headers["Cache-Control"], SHARED)
        self.assertIn("ETag", headers)

    def test_answer_takes_its_post_and_where_its_count_stands(self):
        shown = {"front", "post", "category", "tag", "author"}
        comment = make_comment(self.post)
        # The other post offers this one and is made anew, too: it may show how it is answered.
        self.assertEqual(self.read_all() - {"other"}, shown)
        actions.remove(comment.pk, make_user())
        self.assertEqual(self.read_all() - {"other"}, shown)

    def test_waiting_answer_takes_nothing(self):
        make_comment(self.post, status="pending")
        self.assertEqual(self.read_all(), set())

    def test_like_takes_the_post(self):
        comment = make_comment(self.post)
        self.read_all()
        likes.set_like(comment.pk, "browser", True)
        self.assertIn("post", self.read_all())

    def test_moved_answer_takes_both_posts(self):
        comment = make_comment(self.post)
        self.read_all()
        tree.move_thread(comment.pk, self.other)
        self.assertLessEqual({"post", "other"}, self.read_all())

    def test_new_title_takes_the_pages_that_show_it_and_no_list_without_it(self):
        self.post.title = "Neuer Titel"
        self.post.save()
        made = self.read_all()
        self.assertLessEqual({"front", "post", "category", "tag", "author"}, made)
        self.assertNotIn("archive", made)
        self.assertIn(b"Neuer Titel", Answered(self.cache, environ("/")).body)

    def test_new_post_takes_every_list(self):
        make_post("Neu", authors=[self.author])
        self.assertEqual(self.read_all(), set(self.paths) - {"privacy"})

    def test_deleted_post_is_gone_at_once(self):
        Post.objects.filter(pk=self.post.pk).delete()
        del self.paths["post"], self.paths["author"]  # who has written nothing has no page
        self.assertLessEqual({"front", "other", "archive"}, self.read_all())

    def test_tag_that_is_set_shows(self):
        self.other.tags.add(self.tag)
        self.assertLessEqual({"other", "tag"}, self.read_all())

    def test_renamed_category_and_author_show(self):
        self.category.name = "Umbenannt"
        self.category.save()
        self.assertLessEqual({"category", "post", "front"}, self.read_all())
        self.author.name = "Neue Autorin"
        self.author.save()
        self.assertEqual(self.read_all(), set(self.paths))

    def test_settings_and_newsletter_take_every_page(self):
        SiteSettings(comment_policy="closed").save()
        self.assertEqual(self.read_all(), set(self.paths))
        newsletter = make_newsletter()
        self.assertEqual(self.read_all(), set(self.paths))
        Newsletter.objects.filter(pk=newsletter.pk).delete()
        self.assertEqual(self.read_all(), set(self.paths))

    def test_settings_of_a_second_ago_make_no_page_that_stays(self):
        SiteSettings.load()
        # Another process has written: this one still has the old row in its memory.
        old = SiteSettings._read
        SiteSettings(comment_policy="closed").save()
        SiteSettings._read = old
        self.read_all()
        page = Answered(self.cache, environ(self.paths["post"])).body.decode()
        self.assertIn("Dieses Gespräch ist geschlossen.", page)

    def test_somebody_new_who_answers_takes_no_page(self):
        make_author("Jemand")
        self.assertEqual(self.read_all(), set())

    def test_scheduled_post_appears_by_time_alone(self):
        soon = timezone.now() + timedelta(hours=1)
        make_post("Geplant", authors=[self.author], published_at=soon)
        self.read_all()
        with time_machine.travel(soon + timedelta(seconds=1), tick=False):
            self.assertIn("front", self.read_all())
            self.assertIn(b"Geplant", Answered(self.cache, environ("/")).body)

    def test_writer_of_a_waiting_answer_neither_gets_nor_fills_the_cache(self):
        cookie = f"{OWN_COOKIE}=anything"
        answer = Answered(self.cache, environ(self.paths["post"], cookie=cookie))
        self.assertIn("no-store", answer.headers["Cache-Control"])
        self.assertEqual(self.read_all(), set())

    def test_unkeyed_headers_put_nothing_into_a_page(self):
        self.cache.clear()
        nasty = "evil.example"
        Answered(self.cache, environ(
            "/", x_forwarded_host=nasty, x_original_url="/evil.example/", referer=nasty,
            accept_language="en", user_agent=nasty, x_forwarded_for=nasty,
        ))  # fmt: skip
        page = Answered(self.cache, environ("/"))
        self.assertNotIn(b"evil.example", page.body)
        self.assertEqual(page.headers["Content-Language"], "de")

    def test_foreign_host_gets_no_page(self):
        self.assertEqual(Answered(self.cache, environ("/", host="evil.example")).status, 400)

    def test_forms_are_never_kept(self):
        path = reverse("comments:comment_create", args=[self.post.slug])
        for _ in range(2):
            answer = Answered(self.cache, environ(path))
            self.assertIn("no-store", answer.headers["Cache-Control"])
        self.assertEqual(self.counted.asked.count(path), 2)
