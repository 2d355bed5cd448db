"""Failure 10: nothing that anybody types becomes part of a page, wherever it is shown."""

from html import escape

from defusedxml.ElementTree import fromstring
from django.test import SimpleTestCase, TestCase
from django.urls import reverse

from blog.text import clean_comment, clean_post, render_bio, render_post
from comments import actions, editing, tree
from comments.models import AnswerMail, Comment, Report
from comments.notices import mails
from tests.comments.vectors import VECTORS, faults
from tests.factories import make_author, make_comment, make_form_token, make_post, make_user
from tests.wxr import comment_xml, import_comments

ALL = "\n\n".join(VECTORS)
NAMES = [plain for vector in VECTORS if (plain := " ".join(vector.split())[:120])]


class CleanTests(SimpleTestCase):
    def test_the_parser_sees_what_is_wrong_with_most_of_them_unclean(self):
        harmful = [vector for vector in VECTORS if faults(vector)]
        self.assertGreaterEqual(len(VECTORS), 120)
        self.assertGreater(len(harmful), 120)

    def test_what_is_stored_as_html_is_harmless(self):
        for clean in [clean_comment, render_bio, lambda source: render_post(source, "de")]:
            for vector in VECTORS:
                with self.subTest(vector):
                    self.assertEqual(faults(clean(vector)), [])

    def test_what_the_editor_gets_back_is_harmless_and_stable(self):
        for vector in VECTORS:
            with self.subTest(vector):
                once = clean_post(vector)
                self.assertEqual(faults(once), [])
                self.assertEqual(clean_post(once), once)

    def test_all_of_them_at_once_are_harmless(self):
        self.assertEqual(faults(clean_comment(ALL)), [])

    def test_any_two_of_them_in_a_row_are_harmless(self):
        for first, second in zip(VECTORS, [*VECTORS[7:], *VECTORS[:7]], strict=True):
            with self.subTest(first + second):
                self.assertEqual(faults(clean_comment(first + second)), [])


class FormTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = {"name": "Berta", "email": "b@example.org"} | make_form_token(cls.post)

    def send(self, number, **typed):
        """Send the form, each time from another address, so that no limit is in the way."""
        address = f"192.0.2.{number % 250 + 1}"
        data = self.valid | {"body": "Gut gesagt."} | typed
        return self.client.post(self.url, data, REMOTE_ADDR=address)

    def test_preview_shows_text_and_name_harmless(self):
        for number, vector in enumerate(VECTORS):
            with self.subTest(vector):
                response = self.send(number, body=vector, name=vector[:120], preview="1")
                self.assertIn(response.status_code, {200, 422})
                self.assertEqual(faults(response.text), [])
        self.assertFalse(Comment.objects.exists())

    def test_what_is_refused_is_given_back_harmless(self):
        for number, vector in enumerate(VECTORS):
            with self.subTest(vector):
                response = self.send(number, website=vector, email=vector, body=vector)
                self.assertEqual(response.status_code, 422)
                self.assertEqual(faults(response.text), [])

    def test_a_website_is_stored_only_as_a_web_address(self):
        for number, vector in enumerate(VECTORS):
            self.send(number, website=vector)
        for website in Comment.objects.values_list("website", flat=True):
            self.assertRegex(website, "^https?://")

    def test_expired_form_gives_the_text_back_harmless(self):
        strict = self.client_class(enforce_csrf_checks=True)
        response = strict.post(self.url, {"body": ALL})
        self.assertContains(response, "evil.example", status_code=403)
        self.assertEqual(faults(response.text), [])


class ShownTests(TestCase):
    """All of them stored as text and as names, as if no form had been in the way."""

    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Ada Beispiel", email="ada@example.org")
        cls.post = make_post("Ein <script>Beitrag</script> & mehr", authors=[cls.author])
        cls.root = make_comment(cls.post, body=ALL[:20_000], name=NAMES[0])
        for number, (vector, name) in enumerate(zip(VECTORS, NAMES, strict=True)):
            make_comment(cls.post, parent=cls.root, body=vector, name=name, minutes=number)
            make_comment(
                cls.post, kind=Comment.Kind.PINGBACK, body=vector, name=name, minutes=number
            )
        addendum_html = clean_comment(ALL)
        Comment.objects.filter(pk=cls.root.pk).update(addendum=ALL, addendum_html=addendum_html)

    def assert_harmless(self, url, **query):
        response = self.client.get(url, query)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(faults(response.text), [])
        return response

    def test_page_of_the_post(self):
        for language in ["", "/en"]:
            response = self.assert_harmless(f"{language}{self.post.get_absolute_url()}")
            self.assertContains(response, "application/ld+json")
            self.assertContains(response, 'class="mention"')

    def test_page_of_the_thread(self):
        url = reverse("comments:thread_detail", args=[self.post.slug, self.root.tree_id])
        self.assertContains(self.assert_harmless(url), "debug")

    def test_form_that_answers_one_of_them(self):
        for comment in Comment.objects.answers()[:20]:
            url = reverse("comments:comment_reply", args=[self.post.slug, comment.pk])
            self.assert_harmless(url)

    def test_lists_of_the_desk(self):
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        for page in ["1", "2", "3"]:
            self.assert_harmless(reverse("admin:comments_comment_changelist"), p=page)

    def test_forms_of_the_desk(self):
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        for comment in [self.root, *Comment.objects.answers().order_by("pk")[1:160:8]]:
            with self.subTest(comment.body[:80]):
                url = reverse("admin:comments_comment_change", args=[comment.pk])
                self.assert_harmless(url)

    def test_what_waits_and_is_reported_in_the_inbox(self):
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        for start in range(0, len(VECTORS), 20):
            for vector, name in list(zip(VECTORS, NAMES, strict=True))[start : start + 20]:
                waiting = make_comment(self.post, body=vector, name=name, status="pending")
                Report.objects.create(comment=waiting, reason="other", text=vector, name=name)
            response = self.assert_harmless(reverse("admin:comments_inbox"))
            self.assertContains(response, "data-item")
            Comment.objects.update(status=Comment.Status.REMOVED)
            Report.objects.order_by().delete()

    def test_pages_about_one_answer(self):
        for comment in Comment.objects.answers()[:40:2]:
            for page in ["comment_report", "comment_like", "comment_claim"]:
                response = self.client.get(reverse(f"comments:{page}", args=[comment.pk]))
                self.assertEqual(faults(response.text), [])

    def test_mails(self):
        for comment in Comment.objects.answers().select_related("post"):
            mail = AnswerMail(author=self.author, comment=comment, kind=AnswerMail.Kind.POST, pk=1)
            message = mails._to_authors([mail])
            html = message.alternatives[0].content
            # A mail has styles of its own, in attributes; mail programs know nothing else.
            found = [fault for fault in faults(html) if " style>" not in fault]
            with self.subTest(comment.body):
                self.assertEqual(found, [])
                self.assertNotIn("\n", message.subject)


class WritePathTests(TestCase):
    """Every way in makes HTML by the same rules; a moderator's words have no wider ones."""

    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def assert_cleaned(self, comment, field="body"):
        comment.refresh_from_db()
        self.assertEqual(getattr(comment, f"{field}_html"), clean_comment(ALL))
        self.assertEqual(getattr(comment, field), ALL)

    def fresh(self, **fields):
        fields = {"name": "Berta", "email": "b@example.org", "body": "Gut."} | fields
        return actions.submit_comment(Comment(post=self.post, language="de", **fields))

    def test_new_answer(self):
        self.assert_cleaned(self.fresh(body=ALL))

    def test_change_by_its_writer(self):
        comment = self.fresh()
        editing.change_body(comment.pk, ALL)
        self.assert_cleaned(comment)

    def test_addendum(self):
        comment = self.fresh()
        editing.add_addendum(comment.pk, ALL)
        self.assert_cleaned(comment, "addendum")

    def test_change_by_a_moderator(self):
        comment = self.fresh()
        self.client.force_login(make_user(is_staff=True, is_superuser=True))
        typed = {"name": "Berta", "email": "", "website": "", "addendum": "", "language": "de"}
        inlines = {
            f"{prefix}-{name}": 0
            for prefix in ["spam_check", "spam_feedback"]
            for name in ["TOTAL_FORMS", "INITIAL_FORMS"]
        }
        body = "<strong>x</strong><h2 class=a>y</h2><img src=/media/x.png onerror=alert(1)>"
        url = reverse("admin:comments_comment_change", args=[comment.pk])
        self.client.post(url, {**typed, **inlines, "body": body})
        comment.refresh_from_db()
        self.assertEqual(comment.body, body)
        self.assertEqual(comment.body_html, "<p><strong>x</strong><br>y</p>")

    def test_answer_of_the_team(self):
        writer = make_author("Mod", user=make_user(is_staff=True, is_superuser=True))
        comment = self.fresh(author=writer, is_verified=True, body=ALL)
        self.assertTrue(comment.is_visible)
        self.assert_cleaned(comment)

    def test_import(self):
        for kind in ["", "pingback", "trackback", "webmention"]:
            Comment.objects.order_by()._raw_delete("default")
            rows = [
                comment_xml(
                    number,
                    vector.replace("]]>", "]]]]><![CDATA[>").replace("\x01", ""),
                    comment_author=f"{' '}{vector}".replace("\x01", ""),
                    comment_author_url=f"{' '}{vector}".replace("\x01", ""),
                    comment_type=kind,
                )
                for number, vector in enumerate(VECTORS, start=1)
                if not set(vector) & set("\x0b\x0c")
            ]
            import_comments(*rows)
            comments = list(Comment.objects.all())
            self.assertGreater(len(comments), 120)
            for comment in comments:
                with self.subTest(comment.body):
                    self.assertEqual(comment.body_html, clean_comment(comment.body))
                    self.assertEqual(faults(comment.body_html), [])
                    for address in [comment.website, comment.source_url]:
                        self.assertRegex(address or "https://", "^https?://")

    def test_the_tree_is_whole_after_all_of_it(self):
        self.fresh(body=ALL)
        self.assertEqual(list(tree.check()), [])


class FeedTests(TestCase):
    def test_entries_of_feeds_are_harmless(self):
        post = make_post()
        for vector, name in zip(VECTORS, NAMES, strict=True):
            make_comment(post, body=vector, name=name.replace("\x01", ""))
        for address in ["feed", "atom"]:
            for start in range(0, len(VECTORS), 50):
                shown = Comment.objects.order_by("pk").values("pk")[start : start + 50]
                Comment.objects.update(status=Comment.Status.SPAM)
                Comment.objects.filter(pk__in=list(shown.values_list("pk", flat=True))).update(
                    status=Comment.Status.APPROVED
                )
                text = self.client.get(reverse(f"comments:{address}")).text
                entries = [
                    self.as_html(element)
                    for element in fromstring(text).iter()
                    if element.tag.rpartition("}")[2]
                    in {"description", "summary", "encoded", "content"}
                ]
                self.assertGreater(len(entries), 8)
                for entry in entries:
                    with self.subTest(entry):
                        self.assertEqual(faults(entry), [])

    def as_html(self, element):
        """Return what a reader makes of an entry: Atom's are text unless they say otherwise."""
        words = element.text or ""
        is_text = (
            element.tag.startswith("{http://www.w3.org/2005/Atom}") and "type" not in element.attrib
        )
        return escape(words) if is_text else words
