import json
from datetime import timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from blog import announcing, indexnow
from blog.models import Announcement, SiteSettings
from tests.factories import make_author, make_post
from tests.web import web_of_others

API = indexnow.ENDPOINT


class IndexNowTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = make_author("Ada")

    def setUp(self):
        self.web = self.enterContext(web_of_others())
        self.web.says(API, status=202)
        SiteSettings(tells_indexnow=True).save()

    def rows(self):
        return Announcement.objects.filter(channel="indexnow").order_by("pk")

    def sent(self):
        return [json.loads(request["body"]) for request in self.web.requests]


class SubmitTests(IndexNowTestCase):
    def test_all_that_is_due_is_one_request_with_addresses_of_posts_alone(self):
        for number in range(3):
            make_post(f"Nr {number}", authors=[self.ada], language="de" if number else "en")
        announcing.announce()
        (data,) = self.sent()
        self.assertEqual(
            data,
            {
                "host": "localhost",
                "key": indexnow.key(),
                "keyLocation": f"http://localhost:8000/{indexnow.key()}.txt",
                "urlList": [
                    "http://localhost:8000/en/posts/nr-0/",
                    "http://localhost:8000/posts/nr-1/",
                    "http://localhost:8000/posts/nr-2/",
                ],
            },
        )
        self.assertEqual(set(self.rows().values_list("outcome", flat=True)), {"told"})

    def test_switched_off_nobody_is_asked(self):
        SiteSettings(tells_indexnow=False).save()
        make_post(authors=[self.ada])
        announcing.announce()
        self.assertEqual(self.web.requests, [])
        self.assertEqual(self.rows().get().outcome, "off")

    def test_a_deleted_post_is_told_by_the_address_it_had(self):
        post = make_post("Weg", authors=[self.ada])
        announcing.announce()
        post.delete()
        announcing.announce()
        self.assertEqual(self.sent()[-1]["urlList"], ["http://localhost:8000/posts/weg/"])

    def test_refusals_are_kept_in_words_and_tried_again(self):
        make_post(authors=[self.ada])
        for status, words in [
            (400, "not understood"), (403, "key is not found"), (422, "do not belong"),
            (500, "answered 500"),
        ]:  # fmt: skip
            Announcement.objects.update(due_at=timezone.now())
            self.web.says(API, status=status)
            announcing.announce()
            self.assertIn(words, self.rows().get().last_error)
            self.assertGreater(self.rows().get().due_at, timezone.now())
        self.web.says(API, status=200)
        Announcement.objects.update(due_at=timezone.now())
        announcing.announce()
        self.assertEqual((self.rows().get().outcome, self.rows().get().last_error), ("told", ""))

    def test_too_many_requests_says_when_to_come_again(self):
        make_post(authors=[self.ada])
        for header, least, most in [
            ("7200", 119, 121), ("0", 0, 2), ("999999999", 1439, 1441), ("soon", 0, 2),
            ("Fri, 01 Jan 1990 00:00:00 GMT", 0, 2),
        ]:  # fmt: skip
            self.web.says(API, status=429, Retry_After=header)
            Announcement.objects.update(due_at=timezone.now(), attempts=0)
            announcing.announce()
            wait = self.rows().get().due_at - timezone.now()
            self.assertTrue(timedelta(minutes=least) < wait < timedelta(minutes=most), header)

    def test_after_two_days_it_is_given_up_with_its_error(self):
        make_post(authors=[self.ada])
        self.web.says(API, status=403)
        for _attempt in range(announcing.GIVE_UP_AFTER):
            self.rows().update(due_at=timezone.now())
            announcing.announce()
        row = self.rows().get()
        self.assertEqual((row.outcome, row.attempts), ("given_up", announcing.GIVE_UP_AFTER))
        self.assertIn("403", row.last_error)
        announcing.announce()
        self.assertEqual(len(self.web.requests), announcing.GIVE_UP_AFTER)

    def test_old_rows_are_forgotten_and_waiting_ones_are_not(self):
        make_post("Alt", authors=[self.ada])
        announcing.announce()
        Announcement.objects.update(done_at=timezone.now() - announcing.KEPT_FOR)
        make_post("Neu", authors=[self.ada])
        announcing.forget_old()
        self.assertEqual(Announcement.objects.count(), 2)


class KeyTests(IndexNowTestCase):
    def test_the_key_is_found_at_its_address_while_it_is_used(self):
        self.assertRegex(indexnow.key(), r"^[a-zA-Z0-9-]{8,128}$")
        response = self.client.get(indexnow.key_path())
        self.assertEqual(response.content.decode(), indexnow.key())
        self.assertEqual(response.headers["Content-Type"], "text/plain; charset=utf-8")
        SiteSettings(tells_indexnow=False).save()
        self.assertEqual(self.client.get(indexnow.key_path()).status_code, 404)

    def test_no_other_file_is_a_key(self):
        self.assertEqual(self.client.get(f"/{'0' * 32}.txt").status_code, 404)

    def test_another_secret_is_another_key(self):
        key = indexnow.key()
        with mock.patch("django.conf.settings.SECRET_KEY", "y" * 60):
            self.assertNotEqual(indexnow.key(), key)
