from datetime import timedelta
from unittest import mock

import time_machine
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import linkcheck
from blog.models import OutsideLink, PostOutsideLink, SiteSettings
from blog.models.outsidelink import HOST_RESTS_FOR
from blog.publichosts import NoSuchHost
from tests.factories import NOON, make_author, make_post
from tests.web import web_of_others

DAY = timedelta(days=1)
PAGE = "https://example.org/seite"


def link_to(*addresses):
    return "".join(f'<p><a href="{address}">x</a></p>' for address in addresses)


class LinkTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = make_author("Ada")

    def setUp(self):
        self.web = self.enterContext(web_of_others())
        self.clock = self.enterContext(time_machine.travel(NOON, tick=False))

    def make(self, *addresses, **fields):
        return make_post(body=link_to(*addresses), authors=[self.ada], **fields)

    def link(self, address=PAGE):
        return OutsideLink.objects.get(address=address)

    def check(self, *, after=timedelta(0)):
        self.clock.shift(after)
        return linkcheck.check_due()


class RowsTests(LinkTestCase):
    def addresses(self, post):
        return set(post.outside_links.values_list("link__address", flat=True))

    def test_links_to_other_sites_are_noted_once(self):
        post = self.make(
            PAGE, f"{PAGE}#unten", "http://EXAMPLE.com/a?b=c", "/posts/eigener/", "#h-unten",
            "http://localhost:8000/posts/eigener/", "mailto:ada@example.org",
        )  # fmt: skip
        self.assertEqual(self.addresses(post), {PAGE, "http://EXAMPLE.com/a?b=c"})
        self.assertEqual(self.link("http://EXAMPLE.com/a?b=c").host, "example.com")

    def test_rows_follow_the_text_and_are_shared(self):
        one, other = self.make(PAGE), self.make(PAGE, "https://example.com/")
        one.body = link_to("https://example.com/")
        one.save()
        self.assertEqual(self.addresses(one), {"https://example.com/"})
        self.assertEqual(self.addresses(other), {PAGE, "https://example.com/"})
        self.assertEqual(OutsideLink.objects.count(), 2)

    def test_a_text_whose_links_stay_costs_one_query_for_them(self):
        post = self.make(PAGE)
        with CaptureQueriesContext(connection) as queries:
            PostOutsideLink.keep(post, {PAGE})
        self.assertEqual(len(queries), 1)

    def test_addresses_that_no_index_holds_are_left_out(self):
        post = self.make(f"https://example.org/{'x' * 1000}", f"https://{'ä' * 300}.example.org/")
        self.assertEqual(self.addresses(post), set())

    def test_links_that_no_post_holds_are_forgotten(self):
        self.make(PAGE).delete()
        self.make("https://example.com/")
        linkcheck.forget_unused()
        self.assertEqual(OutsideLink.objects.get().address, "https://example.com/")


class StandingTests(LinkTestCase):
    def setUp(self):
        super().setUp()
        self.make(PAGE)

    def test_what_is_there_is_checked_again_in_a_week(self):
        self.web.says(PAGE)
        self.assertEqual(self.check(), 1)
        self.assertEqual((self.link().standing, self.link().status), ("alive", 200))
        self.assertEqual(self.check(after=6 * DAY), 0)
        self.assertEqual(self.check(after=DAY), 1)
        self.assertEqual([method for method, _url in self.web.asked], ["HEAD", "HEAD"])

    def test_what_leads_on_is_there(self):
        self.web.leads(PAGE, "https://example.com/neu")
        self.web.says("https://example.com/neu")
        self.check()
        self.assertEqual(self.link().standing, "alive")

    def test_who_does_not_understand_head_is_asked_as_readers_ask(self):
        for status in (404, 405, 500, 403):
            self.web.answers["HEAD", PAGE] = (status, {}, b"")
            self.web.answers["GET", PAGE] = (200, {}, b"x" * 2_000_000)
            OutsideLink.objects.update(due_at=timezone.now(), standing="new")
            self.check(after=HOST_RESTS_FOR)
            self.assertEqual((self.link().standing, self.link().status), ("alive", 200), status)

    def test_nothing_there_on_two_days_is_dead(self):
        for status in (404, 410):
            OutsideLink.objects.update(due_at=timezone.now(), standing="new", missing_since=None)
            self.web.says(PAGE, status=status)
            self.check(after=HOST_RESTS_FOR)
            self.assertEqual(self.link().standing, "unknown")
            since = self.link().missing_since
            self.check(after=DAY)
            self.assertEqual((self.link().standing, self.link().missing_since), ("dead", since))

    def test_twice_on_one_day_is_not(self):
        for _time in range(2):
            OutsideLink.objects.update(due_at=timezone.now())
            self.check(after=HOST_RESTS_FOR)
        self.assertEqual(self.link().standing, "unknown")

    def test_a_name_that_leads_nowhere_is_dead_if_others_answer(self):
        self.web.addresses["example.org"] = NoSuchHost("no such name", is_sure=True)
        for _day in range(2):
            self.check(after=DAY)
        self.assertEqual(self.link().standing, "unknown")  # perhaps it is we who are cut off
        self.web.says("https://example.com/")
        self.make("https://example.com/")
        self.check(after=7 * DAY)
        OutsideLink.objects.filter(host="example.org").update(due_at=timezone.now())
        self.check(after=timedelta(hours=1))
        self.check(after=DAY - timedelta(hours=2))
        OutsideLink.objects.filter(host="example.com").update(due_at=timezone.now())
        self.check(after=timedelta(hours=1))
        OutsideLink.objects.filter(host="example.org").update(due_at=timezone.now())
        self.check(after=timedelta(hours=1))
        self.assertEqual(self.link().standing, "dead")

    def test_other_answers_say_neither_yes_nor_no(self):
        for status in (301, 401, 403, 429, 451, 500, 503):
            OutsideLink.objects.update(due_at=timezone.now(), standing="new")
            self.web.says(PAGE, status=status)
            self.check(after=HOST_RESTS_FOR + DAY)
            self.assertEqual((self.link().standing, self.link().status), ("unknown", status))
            self.assertIsNone(self.link().missing_since)

    def test_without_a_clear_answer_it_is_asked_less_and_less_often(self):
        self.web.says(PAGE, status=503)
        waits = []
        for _time in range(5):
            self.clock.move_to(self.link().due_at)
            self.check()
            waits.append((self.link().due_at - timezone.now()).days)
        self.assertEqual(waits, [1, 2, 4, 7, 7])

    def test_what_was_dead_is_so_until_it_is_seen_again(self):
        self.check()
        self.check(after=DAY)
        self.web.says(PAGE, status=503)
        self.check(after=7 * DAY)
        self.assertEqual(self.link().standing, "dead")
        self.web.says(PAGE)
        self.check(after=7 * DAY)
        self.assertEqual((self.link().standing, self.link().missing_since), ("alive", None))


class PoliteTests(LinkTestCase):
    def test_one_of_a_host_in_a_minute(self):
        self.make("https://example.org/1", "https://example.org/2", "https://example.com/1")
        self.assertEqual(self.check(), 2)
        self.assertEqual(self.check(after=HOST_RESTS_FOR / 2), 0)
        self.assertEqual(self.check(after=HOST_RESTS_FOR / 2), 1)
        hosts = [url.split("/")[2] for method, url in self.web.asked if method == "HEAD"]
        self.assertEqual(sorted(hosts), ["example.com", "example.org", "example.org"])

    def test_a_host_that_another_worker_asks_is_left_in_peace(self):
        self.make("https://example.org/1", "https://example.org/2")
        OutsideLink.objects.one_of_each_host().claim(1)
        self.assertEqual(self.check(), 0)

    def test_switched_off_nobody_is_asked(self):
        SiteSettings(checks_links=False).save()
        self.make(PAGE)
        self.assertEqual(self.check(), 0)
        self.assertEqual(self.web.dialled, [])

    def test_other_work_does_not_wait_for_long(self):
        self.make(*(f"https://h{number}.example.org/" for number in range(5)))
        clock = mock.Mock(monotonic=mock.Mock(side_effect=[0, 1, 8, 20]))
        with mock.patch.object(linkcheck, "time", clock):
            self.assertEqual(self.check(), 2)

    def test_addresses_behind_our_doors_are_not_asked(self):
        self.web.addresses["example.org"] = ["10.0.0.1"]
        self.make(PAGE, "http://example.com:8080/")
        self.check()
        self.assertEqual(self.web.dialled, [])
        self.assertEqual({self.link().standing}, {"unknown"})

    def test_an_error_of_ours_is_kept_and_holds_nothing_up(self):
        self.make("https://example.org/1", "https://example.com/2")
        self.web.says("https://example.com/2")
        real = linkcheck.look_at

        def broken(address):
            if address.endswith("1"):
                raise ZeroDivisionError("ours")
            return real(address)

        with mock.patch.object(linkcheck, "look_at", broken):
            self.check()
        self.assertIn("ours", self.link("https://example.org/1").last_error)
        self.assertEqual(self.link("https://example.com/2").standing, "alive")
