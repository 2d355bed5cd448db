"""Failures 20 to 22: borrowed addresses, words that are others, and senders who are nobody."""

from ipaddress import ip_network

from django.core.cache import cache
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from blog.text import clean_comment
from comments import actions, classifier, gate
from comments.models import Comment, SpamRule
from comments.views import ANSWERS_PER_WINDOW
from tests.factories import (
    make_author,
    make_comment,
    make_form_token,
    make_post,
    make_spam_rule,
    make_user,
)

Status, Reason = Comment.Status, Comment.Reason


class BorrowedAddressTests(TestCase):
    """WordPress and Isso let through whoever types the address of somebody approved before."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.known = make_author("Carlo Düllings", email="carlo@example.org")
        make_comment(cls.post, author=cls.known, is_verified=True, email=cls.known.email)
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])

    def send(self, email, body="Das stimmt so nicht."):
        typed = {"name": "Carlo Düllings", "email": email, "body": body}
        response = Client().post(self.url, typed | make_form_token(self.post))
        self.assertEqual(response.status_code, 302)
        return Comment.objects.get(body=body)

    def test_it_waits_and_nobody_sees_it(self):
        for number, email in enumerate(["carlo@example.org", "CARLO@Example.ORG"]):
            with self.subTest(email):
                comment = self.send(email, f"Nummer {number}.")
                self.assertEqual(comment.status, Status.PENDING)
                self.assertEqual(comment.status_reason, Reason.UNVERIFIED)
                page = Client().get(self.post.get_absolute_url())
                self.assertNotContains(page, f"Nummer {number}.")

    def test_approving_one_does_not_let_in_the_next(self):
        first = self.send("carlo@example.org", "Die erste.")
        actions.approve(first.pk, make_user())
        self.assertEqual(self.send("carlo@example.org", "Die zweite.").status, Status.PENDING)

    def test_an_approved_one_shows_no_page_of_the_person(self):
        first = self.send("carlo@example.org")
        actions.approve(first.pk, make_user())
        html = Client().get(self.post.get_absolute_url()).content.decode()
        turn = html.split(f'id="comment-{first.pk}"')[1].split("</article>")[0]
        self.assertNotIn(self.known.get_absolute_url(), turn)


class OtherWordsTests(TestCase):
    """What a rule looks for is what readers see: whole words, however they are typed."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def is_caught(self, value, kind="word", **typed):
        rule = SpamRule(kind=kind, value=value)
        rule.clean()
        typed = {"name": "Berta"} | typed
        unsaved = Comment(post=self.post, **typed)
        saved = Comment(post=self.post, body_html=clean_comment(unsaved.body), **typed)
        caught = {gate.matches(rule, unsaved), gate.matches(rule, saved)}
        self.assertEqual(len(caught), 1)
        return caught.pop()

    def test_parts_of_words_are_not_the_word(self):
        for body in ["Analyse", "Kanal", "der Kanal-Analytiker", "kanalanal", "banal_es"]:
            with self.subTest(body):
                self.assertFalse(self.is_caught("anal", body=body))

    def test_other_letters_and_markup_hide_nothing(self):
        for body in [
            "ＣＡＳＩＮＯ", "Саsіnо", "Ca\u00adsi\u200dno", "Ca<em>si</em>no", "Ca<b>sino</b>",
            "Cas&#105;no", "Cas&#x69;no", "Ca<!-- -->sino", "<CASINO>Casino</CASINO>",
            "Ca<script></script>sino", "𝗖𝗮𝘀𝗶𝗻𝗼",
        ]:  # fmt: skip
            with self.subTest(body=ascii(body)):
                self.assertTrue(self.is_caught("casino", body=body))
                words = classifier.read(Comment(body=body, language="de")).words.values()
                self.assertIn("casino", words)

    def test_a_host_cannot_be_hidden_in_markup_either(self):
        for body in [
            '<a href="https://shop.evil.example/">x</a>', "<a href=https://evil.example>x</a>",
            '<a href="https://ev&#105;l.example">x</a>', '<a href="ht&#116;ps://evil.example">x</a>',
        ]:  # fmt: skip
            with self.subTest(body):
                self.assertTrue(self.is_caught("evil.example", kind="domain", body=body))

    def test_links_are_counted_as_they_are_shown(self):
        body = " ".join(f'<a href="ht&#116;ps://{n}.example">x</a>' for n in range(4))
        found = gate.look(Comment(post=self.post, name="Berta", body=body))
        self.assertEqual([(f.code, f.values) for f in found], [("links", {"count": 4})])

    def test_an_address_is_compared_whole_and_the_right_way_round(self):
        rule = "fritz@example.org"
        self.assertTrue(self.is_caught(rule, kind="email", email="Fritz@Example.org"))
        for email in ["z@example.org", "f", "", "moritz.fritz@example.org", "fritz@example.org.uk"]:
            with self.subTest(email):
                self.assertFalse(self.is_caught(rule, kind="email", email=email))
        self.assertFalse(self.is_caught("org", kind="word", email="b@example.org", body="Gut."))

    def test_a_hundred_rules_read_a_long_text_once(self):
        for number in range(100):
            make_spam_rule(value=f"wort{number}")
        body = "<em>Ein langer Satz ohne eines davon.</em> " * 400
        found = gate.look(Comment(post=self.post, name="Berta", body=body + "wort99"))
        rules = [f.values["value"] for f in found if f.code == "rule"]
        self.assertEqual(rules, ["wort99"])


class SenderTests(TestCase):
    """Who may send how much is known by the address of the connection, or by a proxy of ours."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])

    def setUp(self):
        cache.clear()

    def statuses(self, senders):
        """Return the status that each of `senders` gets: (address, X-Forwarded-For)."""
        answers = []
        for number, (peer, forwarded_for) in enumerate(senders):
            typed = {"name": "B", "email": f"b{number}@example.org", "body": f"Nummer {number}."}
            headers = {"x_forwarded_for": forwarded_for} if forwarded_for else {}
            client = Client(REMOTE_ADDR=peer, headers=headers)
            answers.append(client.post(self.url, typed | make_form_token(self.post)).status_code)
        return answers

    def limited(self, address, forwarded_for=lambda number: ""):
        """Whether of one more than the limit the last was turned away."""
        numbers = range(ANSWERS_PER_WINDOW + 1)
        *earlier, last = self.statuses([(address(n), forwarded_for(n)) for n in numbers])
        self.assertEqual(set(earlier), {302})
        return last == 429

    def test_a_made_up_header_makes_nobody_somebody_else(self):
        self.assertTrue(self.limited(lambda n: "192.0.2.1", lambda n: f"198.51.100.{n}"))
        self.assertEqual(set(Comment.objects.values_list("ip", flat=True)), {"192.0.2.1"})

    def test_ipv4_addresses_are_each_somebody(self):
        self.assertFalse(self.limited(lambda n: f"192.0.2.{n}"))

    def test_an_ipv6_network_is_one_sender(self):
        self.assertTrue(self.limited(lambda n: f"2001:db8:0:1:{n:x}::1"))

    def test_ipv6_networks_are_each_somebody(self):
        self.assertFalse(self.limited(lambda n: f"2001:db8:0:{n:x}::1"))

    def test_an_ipv4_address_written_as_ipv6_is_the_same_one(self):
        self.assertTrue(self.limited(lambda n: "::ffff:192.0.2.1" if n % 2 else "192.0.2.1"))

    @override_settings(TRUSTED_PROXIES=[ip_network("10.0.0.0/8")])
    def test_behind_our_proxy_each_client_counts_by_itself(self):
        self.assertFalse(self.limited(lambda n: "10.0.0.1", lambda n: f"198.51.100.{n}"))

    @override_settings(TRUSTED_PROXIES=[ip_network("10.0.0.0/8")])
    def test_behind_our_proxy_what_a_client_adds_in_front_counts_for_nothing(self):
        made_up = lambda n: f"203.0.113.{n}, 198.51.100.1"  # noqa: E731
        self.assertTrue(self.limited(lambda n: "10.0.0.1", made_up))
        self.assertEqual(set(Comment.objects.values_list("ip", flat=True)), {"198.51.100.1"})

    @override_settings(TRUSTED_PROXIES=[ip_network("10.0.0.0/8")])
    def test_a_proxy_that_connects_by_a_socket_of_both_kinds_is_known(self):
        """A server that listens on [::] sees IPv4 peers as ::ffff:10.0.0.1."""
        self.assertFalse(self.limited(lambda n: "::ffff:10.0.0.1", lambda n: f"198.51.100.{n}"))

    def test_an_address_with_a_zone_is_no_error(self):
        self.assertEqual(self.statuses([("fe80::1%eth0", "")]), [302])
        self.assertEqual(Comment.objects.get().ip, "fe80::1")
