import json
from urllib.parse import parse_qsl

from defusedxml import ElementTree
from django.test import TestCase

from blog import announcing, websub
from blog.models import Announcement, Change, SiteSettings
from tests.factories import make_author, make_category, make_post
from tests.web import web_of_others

HUB = "https://hub.example.org/push"


class WebSubTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = make_author("Ada")

    def setUp(self):
        self.web = self.enterContext(web_of_others())
        SiteSettings(websub_hub=HUB).save()

    def test_the_hub_hears_once_of_every_feed_that_names_it(self):
        self.web.says(HUB, status=204)
        for title in ("Eins", "Zwei"):
            make_post(title, authors=[self.ada])
        announcing.announce()
        (request,) = self.web.requests
        form = parse_qsl(request["body"].decode())
        self.assertEqual(form[0], ("hub.mode", "publish"))
        topics = [value for name, value in form if name == "hub.url"]
        self.assertEqual(len(topics), 12)
        for topic in topics:
            feed = self.client.get(topic.removeprefix("http://localhost:8000")).content.decode()
            self.assertIn(HUB, feed)
            self.assertIn(topic, feed)  # its own address: a hub compares them

    def test_each_format_says_it_as_its_standard_does(self):
        rss = ElementTree.fromstring(self.client.get("/feed/").content)
        atom = ElementTree.fromstring(self.client.get("/feed/atom/").content)
        name = "{http://www.w3.org/2005/Atom}link"
        for found in (rss.findall(f"channel/{name}"), atom.findall(name)):
            links = {link.get("rel"): link.get("href") for link in found}
            self.assertEqual(links["hub"], HUB)
            self.assertIn("self", links)
        feed = json.loads(self.client.get("/feed/json/").content)
        self.assertEqual(feed["hubs"], [{"type": "WebSub", "url": HUB}])

    def test_feeds_that_nobody_tells_the_hub_of_do_not_name_it(self):
        category = make_category()
        make_post(authors=[self.ada], category=category)
        for path in (f"{category.get_absolute_url()}feed/", "/search/feed/?q=Absatz"):
            response = self.client.get(path)
            self.assertEqual(response.status_code, 200)
            self.assertNotContains(response, HUB)

    def test_without_a_hub_feeds_name_none_and_nobody_is_told(self):
        SiteSettings(websub_hub="").save()
        make_post(authors=[self.ada])
        announcing.announce()
        self.assertEqual(self.web.requests, [])
        for path in ("/feed/", "/feed/atom/", "/feed/json/"):
            self.assertNotContains(self.client.get(path), "hub")

    def test_a_hub_that_does_not_take_it_is_asked_again_later(self):
        self.web.says(HUB, "<p>Topic URL is <b>not</b> allowed</p>", status=400)
        make_post(authors=[self.ada])
        announcing.announce()
        row = Announcement.objects.get(channel="hub")
        self.assertEqual((row.done_at, row.attempts), (None, 1))
        self.assertIn("it answered 400 Topic URL is not allowed", row.last_error)

    def test_a_hub_inside_our_own_network_is_not_asked(self):
        self.web.addresses["hub.example.org"] = ["10.0.0.7"]
        make_post(authors=[self.ada])
        announcing.announce()
        self.assertEqual(self.web.dialled, [])
        self.assertIn("not public", Announcement.objects.get(channel="hub").last_error)

    def test_another_hub_takes_feeds_out_of_every_cache(self):
        Change.objects.all().delete()
        SiteSettings(websub_hub="").save()
        self.assertEqual(Change.objects.get().tag, "site")

    def test_the_privacy_page_says_who_hears_of_what(self):
        self.assertContains(self.client.get("/privacy/"), "hub.example.org")
        SiteSettings(websub_hub="").save()
        self.assertNotContains(self.client.get("/privacy/"), 'id="hub"')

    def test_topics_are_those_of_the_languages(self):
        self.assertTrue(all("/en/" not in topic for topic in websub.topics(["de"])[:6]))
