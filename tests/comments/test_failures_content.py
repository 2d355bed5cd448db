"""Failures 11, 13 and 14: texts that are too long or strange, forged forms, forged headers."""

from itertools import count

from defusedxml.ElementTree import fromstring
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client, SimpleTestCase, TestCase
from django.urls import reverse

from blog.models import Post, SiteSettings
from blog.text import clean_comment, clean_post
from blog.validators import MOST_MARKS, validate_line, validate_text
from comments.forms import MAX_CHARACTERS
from comments.models import Comment
from tests.comments.notices import NoticeTestCase, make_follow
from tests.factories import make_comment, make_form_token, make_post, make_user
from tests.wxr import comment_xml, import_comments, import_wxr, item_xml, write_file, wxr


class FormTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = {"name": "Berta", "email": "b@example.org", "body": "Gut gesagt."}
        cls.valid |= make_form_token(cls.post)

    def setUp(self):
        self.senders = count(1)
        # Such texts look like a robot's; what is asked of its writer then is tested elsewhere.
        SiteSettings(asks_proof_of_work=False).save()

    def send(self, **typed):
        """Send the form, each time from another address, so that no limit is in the way."""
        address = f"192.0.2.{next(self.senders)}"
        return self.client.post(self.url, self.valid | typed, REMOTE_ADDR=address)

    def assert_refused(self, field, value):
        response = self.send(**{field: value})
        self.assertEqual(response.status_code, 422)
        self.assertIn(field, response.context["form"].errors)
        self.assertFalse(Comment.objects.exists())
        return response


class LongTextTests(FormTestCase):
    def setUp(self):
        super().setUp()
        SiteSettings(asks_proof_of_work=False).save()  # so much of the same looks like a robot's

    def test_what_is_too_long_is_refused_with_its_length_and_nothing_is_cut(self):
        text = "Wort " * 13_108
        response = self.assert_refused("body", text)
        self.assertContains(response, "65539", status_code=422)
        self.assertContains(response, text.strip(), status_code=422)

    def test_length_is_counted_in_characters_whatever_they_weigh(self):
        text = "🙂" * MAX_CHARACTERS
        self.assertEqual(self.send(body=text).status_code, 302)
        self.assertEqual(Comment.objects.get().body, text)

    def test_a_line_break_counts_once_as_in_the_browser(self):
        text = "a\r\n" * (MAX_CHARACTERS // 2 - 1) + "ab"
        self.assertEqual(self.send(body=text).status_code, 302)
        self.assertEqual(len(Comment.objects.get().body), MAX_CHARACTERS)

    def test_markup_at_the_end_is_not_cut_open(self):
        text = "x" * (MAX_CHARACTERS - 20) + "<a title='onclick=al"
        self.send(body=text)
        self.assertNotIn("<a", Comment.objects.get().body_html)

    def test_a_name_over_its_length_is_refused(self):
        self.assert_refused("name", "B" * 121)
        self.send(name="🙂" * 120)
        self.assertEqual(Comment.objects.get().name, "🙂" * 120)

    def test_nested_markup_of_full_length_is_cleaned_in_no_time(self):
        for piece in ["<blockquote>", "<b>", "<p>", "<", "&#x", "<!--", "a.", "<a href=", "]]>"]:
            with self.subTest(piece):
                clean_comment(piece * (MAX_CHARACTERS // len(piece)))


class StrangeCharacterTests(FormTestCase):
    def test_controls_are_refused_in_each_field(self):
        for character in ["\0", "\x08", "\x1b", "\x85", "\ufffe", "\uffff"]:
            for field in ["body", "name", "email", "website"]:
                with self.subTest(field, character=ascii(character)):
                    typed = {
                        "email": f"a{character}@b.example",
                        "website": f"https://a.b/{character}",
                    }
                    self.assert_refused(field, typed.get(field, f"a{character}b"))

    def test_lone_surrogates_are_refused_or_replaced_and_never_an_error(self):
        with self.assertRaises(ValidationError):
            validate_text("\ud800")
        raw = f"form_token={self.valid['form_token']}&name=B&email=b%40example.org&body=%ED%A0%80x"
        kind = "application/x-www-form-urlencoded"
        response = self.client.post(self.url, raw, content_type=kind)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(Comment.objects.get().body, "\ufffd\ufffd\ufffdx")

    def test_a_tower_of_accents_is_refused_and_languages_are_not(self):
        self.assert_refused("body", "a" + "\u0301" * 10_000)
        self.assert_refused("name", "a" + "\u0489" * (MOST_MARKS + 1))
        for text in ["Tiếng Việt", "בְּרֵאשִׁ֖ית", "བསྒྲུབས", "กี่", "क्षत्रिय", "👩🏽‍🚀1️⃣"]:
            validate_line(text)

    def test_a_name_cannot_turn_round_what_stands_after_it(self):
        response = self.assert_refused("name", "Berta\u202egnp.exe")
        self.assertContains(response, "U+202E", status_code=422)
        validate_line("שרה لیلا")

    def test_an_import_takes_such_a_name_without_its_turn(self):
        import_comments(comment_xml(1, "Gut.", comment_author="Berta\u202e\u2066 L."))
        self.assertEqual(Comment.objects.get().name, "Berta L.")

    def test_a_text_may_turn_round_itself_alone(self):
        self.send(body="rückwärts \u202e drawkcab")
        self.assertTrue(Comment.objects.get().body_html.startswith("<p>"))

    def test_entities_bring_no_control_character_in(self):
        for source in ["a&#8;b", "a&#x1;b", "a&#xFFFE;b", "<u>a&#x1f;</u>b", "a\ufffeb"]:
            with self.subTest(source):
                self.assertEqual(clean_comment(source), "<p>ab</p>")
                self.assertEqual(clean_post(source), "ab")

    def test_a_character_taken_away_joins_no_address_of_a_program(self):
        for source in ['<a href="java&#1;script:x">y</a>', '<a href="&#8;javascript:x">y</a>']:
            self.assertNotIn("javascript:", clean_comment(source))

    def test_feeds_stay_readable_whatever_was_typed(self):
        make_comment(self.post, body="a&#8;b \ufffe 🙂 ]]> &amp;#8;")
        Post.objects.update(body="<p>a&#8;b</p>")
        Post.objects.get().save()
        for name in ["comments:feed", "comments:atom", "blog:feed"]:
            fromstring(self.client.get(reverse(name)).text)


class LinkbackTextTests(TestCase):
    """Failure 31, as far as linkbacks come in: by an import."""

    def test_dots_and_quotes_of_other_blogs_are_read_once(self):
        words = "[&#8230;] Empathie &#8211; &#8222;gesucht&#8220; &amp; gefunden [...]"
        import_comments(comment_xml(1, words, comment_type="pingback"))
        post = Post.objects.get()
        response = self.client.get(post.get_absolute_url())
        self.assertContains(response, "[…] Empathie – „gesucht“ &amp; gefunden [...]")

    def test_an_export_in_iso_8859_1_is_read_as_such(self):
        for kind in ["pingback", "trackback"]:
            row = comment_xml(1, "Größe & Maß [&#8230;]", comment_type=kind)
            content = wxr(item_xml(1, "<p>Übung</p>", row), site=f"https://{kind}.example")
            content = content.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
            import_wxr(write_file(content.encode("iso-8859-1")))
            comment = Comment.objects.latest("pk")
            self.assertEqual(comment.body_html, "<p>Größe &amp; Maß […]</p>")


class ForgedFormTests(FormTestCase):
    def test_every_page_that_changes_something_asks_for_the_token(self):
        comment = make_comment(self.post)
        user = make_user(is_staff=True, is_superuser=True)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(user)
        addresses = [
            self.url,
            reverse("comments:comment_reply", args=[self.post.slug, comment.pk]),
            reverse("comments:comment_update", args=[comment.pk]),
            reverse("comments:comment_delete", args=[comment.pk]),
            reverse("admin:comments_comment_changelist"),
            reverse("admin:comments_comment_change", args=[comment.pk]),
            reverse("admin:comments_comment_decide", args=[comment.pk, "spam"]),
            reverse("admin:comments_comment_move", args=[comment.pk]),
        ]
        for address in addresses:
            with self.subTest(address):
                self.assertEqual(strict.post(address, self.valid).status_code, 403)
        self.assertEqual(Comment.objects.get().status, Comment.Status.APPROVED)


class HeaderTests(NoticeTestCase):
    def test_a_name_with_a_line_break_is_refused_by_every_form(self):
        for name in ["B\nBcc: x@example.org", "B\r\nBcc: x@example.org", "B\u2028x", "B\x0bx"]:
            with self.assertRaises(ValidationError):
                validate_line(name)

    def test_names_of_mails_are_one_header_each(self):
        comment = self.submit_known("Ada")
        make_follow(comment, author=self.writer)
        self.writer.email = "ada@example.org"
        self.writer.save()
        self.submit('Zoë, <x@example.org>"; Bcc: y@example.org', email="z@example.org")
        self.send_due()
        for message in mail.outbox:
            self.assertEqual(len(message.to), 1)
            parsed = message.message()
            self.assertIsNone(parsed["Bcc"])
            self.assertNotIn("\n", str(parsed["Subject"]).replace("\n ", ""))
        self.assertTrue(mail.outbox)


class RedirectTests(TestCase):
    ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example"]

    def test_after_login_nobody_is_sent_to_another_site(self):
        user = make_user("mod", is_staff=True)
        user.set_password("ein Passwort")
        user.save()
        typed = {"username": "mod", "password": "ein Passwort"}
        for place in self.ELSEWHERE:
            with self.subTest(place):
                response = Client().post(reverse("admin:login"), typed | {"next": place})
                self.assertNotIn("evil", response.headers["Location"])

    def test_a_form_leads_to_its_own_post_whatever_it_says(self):
        post = make_post()
        valid = {"name": "Berta", "email": "b@example.org"} | make_form_token(post)
        url = reverse("comments:comment_create", args=[post.slug])
        for number, place in enumerate(self.ELSEWHERE):
            typed = valid | {"next": place, "redirect_to": place, "body": f"Nr. {number}"}
            response = self.client.post(f"{url}?next={place}", typed)
            self.assertTrue(response.headers["Location"].startswith(post.get_absolute_url()))

    def test_double_slashes_lead_nowhere(self):
        for path in ["//evil.example/", "//evil.example/posts/x", "/%5Cevil.example/"]:
            with self.subTest(path):
                response = self.client.get(path)
                self.assertNotIn("//evil", response.headers.get("Location", ""))


class PlainTests(SimpleTestCase):
    def test_cleaning_what_is_clean_changes_nothing(self):
        for source in ["a\n\nb", "<p>x &amp; y</p>", "https://example.org", "„z.B.“ 🙂"]:
            self.assertEqual(clean_comment(clean_comment(source)), clean_comment(source))
