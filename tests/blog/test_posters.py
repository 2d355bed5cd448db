import json
from io import BytesIO
from unittest.mock import patch

import httpx
from django.core.files.storage import default_storage
from django.test import TestCase
from PIL import Image

from blog import revisions
from blog.fetch import Answer, NotAllowed, TooSlow
from blog.models import Change, Post, Poster, SiteSettings
from blog.posters import MOST_ATTEMPTS
from blog.tasks import fetch_posters, forget_unused_posters
from tests.factories import make_post

YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
VIMEO = "https://vimeo.com/123456"
BODY = f"<p>https://youtu.be/dQw4w9WgXcQ?t=5</p><p>{VIMEO}</p><p>https://media.ccc.de/v/x</p>"


def jpeg():
    out = BytesIO()
    Image.new("RGB", (48, 36), "navy").save(out, "JPEG")
    return out.getvalue()


def answer(body=b"", status=200):
    return Answer("https://x.example/", status, httpx.Headers(), body)


class WithAnswers(TestCase):
    def setUp(self):
        self.asked = []
        self.answers = {
            "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg": answer(jpeg()),
            "https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F123456": answer(
                json.dumps(
                    {"thumbnail_url": "https://i.vimeocdn.com/1.jpg", "html": "<x>"}
                ).encode()
            ),
            "https://i.vimeocdn.com/1.jpg": answer(jpeg()),
        }
        self.enterContext(patch("blog.posters.fetch", self.fetch))

    def fetch(self, address, **limits):
        self.asked.append(address)
        found = self.answers.get(address, answer(status=404))
        if isinstance(found, Exception):
            raise found
        return found

    def work(self):
        fetch_posters.func()


class PosterTests(WithAnswers):
    def test_saving_a_post_asks_nobody_and_leaves_rows(self):
        post = make_post(body=BODY)
        self.assertEqual(self.asked, [])
        self.assertEqual(set(post.posters.values_list("page", flat=True)), {YOUTUBE, VIMEO})
        self.assertNotIn("<img", post.body_html)

    def test_the_worker_fetches_each_once_and_cards_show_our_copy(self):
        post = make_post(body=BODY)
        make_post("Noch einer", body=BODY)
        self.work()
        self.work()
        self.assertEqual(sorted(self.asked), sorted(self.answers))
        post.refresh_from_db()
        self.assertEqual(post.body_html.count('<img class="embed-poster" src="/media/posters/'), 2)
        self.assertIn(".webp", post.body_html)
        self.assertIn('width="48" height="36" alt=""', post.body_html)
        self.assertEqual(post.undescribed_count, 0)
        self.assertTrue(Change.objects.filter(tag=f"post:{post.pk}").exists())

    def test_a_post_saved_later_has_the_picture_at_once(self):
        make_post(body=BODY)
        self.work()
        self.assertIn("embed-poster", make_post("Später", body=BODY).body_html)

    def test_what_is_no_picture_is_never_kept(self):
        for body in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b""):
            Post.objects.all().delete()
            Poster.objects.all().delete()
            self.answers["https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg"] = answer(body)
            post = make_post(body=f"<p>{YOUTUBE}</p>")
            self.work()
            post.refresh_from_db()
            self.assertNotIn("<img", post.body_html)
            self.assertFalse(Poster.objects.due().exists())

    def test_an_answer_that_names_no_picture_is_the_end_of_it(self):
        for body in (b"", b"[]", b'{"thumbnail_url": 7}', b"[" * 100_000):
            Post.objects.all().delete()
            Poster.objects.all().delete()
            self.answers[next(key for key in self.answers if "oembed" in key)] = answer(body)
            make_post(body=f"<p>{VIMEO}</p>")
            self.work()
            self.assertIsNotNone(Poster.objects.get().done_at)

    def test_an_address_that_is_not_public_is_the_end_of_it(self):
        self.answers["https://i.vimeocdn.com/1.jpg"] = NotAllowed("not public")
        make_post(body=f"<p>{VIMEO}</p>")
        self.work()
        self.assertIsNotNone(Poster.objects.get().done_at)

    def test_who_is_slow_is_asked_again_later_and_not_for_ever(self):
        self.answers["https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg"] = TooSlow("too long")
        make_post(body=f"<p>{YOUTUBE}</p>")
        for _attempt in range(MOST_ATTEMPTS):
            self.assertIsNone(Poster.objects.get().done_at)
            self.work()
            Poster.objects.get().again() if Poster.objects.get().done_at is None else None
        self.assertIsNotNone(Poster.objects.get().done_at)

    def test_a_site_that_wants_none_asks_nobody(self):
        SiteSettings(shows_posters=False).save()
        make_post(body=BODY)
        self.work()
        self.assertEqual(self.asked, [])

    def test_a_video_that_is_taken_out_is_no_longer_the_posts(self):
        post = make_post(body=BODY)
        post.body = f"<p>{VIMEO}</p>"
        post.save()
        self.assertEqual(list(post.posters.values_list("page", flat=True)), [VIMEO])


class ForgetUnusedTests(WithAnswers):
    def setUp(self):
        super().setUp()
        self.post = make_post(body=BODY)
        revisions.keep(self.post)
        self.work()
        self.files = {row.page: row.file.name for row in Poster.objects.all()}

    def forget(self):
        with self.captureOnCommitCallbacks(execute=True):
            forget_unused_posters.func()

    def test_what_a_post_shows_stays(self):
        make_post("Noch einer", body=f"<p>{YOUTUBE}</p>")
        self.post.delete()
        self.forget()
        self.assertEqual(Poster.objects.get().page, YOUTUBE)
        self.assertTrue(default_storage.exists(self.files[YOUTUBE]))
        self.assertFalse(default_storage.exists(self.files[VIMEO]))

    def test_a_draft_shows_its_videos_too(self):
        self.post.status = Post.Status.DRAFT
        self.post.save()
        self.forget()
        self.assertEqual(Poster.objects.count(), 2)

    def test_one_that_never_had_a_picture_goes_too(self):
        Poster.objects.create(page="https://vimeo.com/7")
        self.forget()
        self.assertEqual(Poster.objects.count(), 2)

    def test_a_revision_that_is_put_back_has_it_asked_for_anew(self):
        revision = revisions.current(self.post)
        self.post.body = "<p>Ohne</p>"
        self.post.save()
        revisions.keep(self.post)
        self.forget()
        self.assertFalse(Poster.objects.exists())
        revisions.restore(revision, ["body"], None)
        self.work()
        self.assertIn("embed-poster", Post.objects.get().body_html)
