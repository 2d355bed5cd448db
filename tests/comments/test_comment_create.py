from unittest import mock

from django.core import signing
from django.test import Client, TestCase
from django.urls import reverse

from blog.models import Author
from comments import own
from comments.models import Comment
from tests.factories import make_author, make_comment, make_form_token, make_post, make_user

VALID = {"name": "Berta", "email": "berta@example.org", "body": "Gut gesagt."}


class CommentCreateTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.url = reverse("comments:comment_create", args=[cls.post.slug])
        cls.valid = VALID | make_form_token(cls.post)

    def send(self, url=None, **changes):
        return self.client.post(url or self.url, self.valid | changes)

    def test_first_answer_waits_and_its_writer_sees_it(self):
        response = self.client.post(self.url, self.valid, follow=True)

        comment = Comment.objects.get()
        self.assertEqual(comment.status, Comment.Status.PENDING)
        self.assertContains(response, "Deine Antwort wartet auf Freigabe.")
        self.assertContains(response, f'id="comment-{comment.pk}"')
        self.assertNotContains(Client().get(self.post.get_absolute_url()), "Gut gesagt.")

    def test_page_with_a_waiting_answer_is_kept_by_no_cache(self):
        self.send()
        response = self.client.get(self.post.get_absolute_url())
        self.assertIn("private", response.headers["Cache-Control"])

    def test_reply_hangs_under_what_it_answers(self):
        parent = make_comment(self.post, name="Carlo Düllings")
        url = reverse("comments:comment_reply", args=[self.post.slug, parent.pk])

        self.assertContains(self.client.get(url), "Du antwortest auf Carlo Düllings.")
        self.send(url)

        self.assertEqual(Comment.objects.get(name="Berta").parent, parent)

    def test_stored_as_typed_and_shown_clean(self):
        self.send(body="<u>Hm</u> & <script>x</script>", name="TALER & TALAR")
        comment = Comment.objects.get()
        self.assertEqual(comment.body, "<u>Hm</u> & <script>x</script>")
        self.assertEqual(comment.name, "TALER & TALAR")
        self.assertNotIn("<script", comment.body_html)

    def test_typed_address_links_but_changes_and_proves_nothing(self):
        known = make_author("Berta Berühmt", email="berta@example.org", website="https://b.example")
        self.send(website="https://other.example")
        comment = Comment.objects.get()
        known.refresh_from_db()
        self.assertEqual(comment.author, known)
        self.assertFalse(comment.is_verified)
        self.assertEqual((known.name, known.website), ("Berta Berühmt", "https://b.example"))
        self.assertEqual(Author.objects.filter(email="berta@example.org").count(), 1)

    @mock.patch("comments.views.ANSWERS_PER_WINDOW", 100)
    def test_bad_input_says_what_is_wrong_and_keeps_the_text(self):
        cases = [
            ({"body": ""}, "Bitte schreib etwas."),
            ({"body": "<u></u>"}, "Bitte schreib etwas."),
            ({"body": "x" * 20_001}, "20001 Zeichen; möglich sind 20000"),
            ({"body": "a\0b"}, "Nullzeichen"),
            ({"body": "a\x1bb"}, "U+001B"),
            ({"name": ""}, "wer antwortet"),
            ({"name": "a\nb"}, "nur eine Zeile"),
            ({"name": "x" * 121}, "120"),
            ({"email": ""}, "wird nie gezeigt"),
            ({"email": "keine"}, "keine E-Mail-Adresse"),
            ({"email": "a@example.org\nBcc: b@example.org"}, "keine E-Mail-Adresse"),
            ({"website": "javascript:alert(1)"}, "keine Web-Adresse"),
            ({"website": "ftp://example.org"}, "Web-Adresse"),
        ]
        for changes, words in cases:
            with self.subTest(changes=str(changes)[:60]):
                response = self.send(**({"body": "Mein Text"} | changes))
                self.assertContains(response, words, status_code=422)
                if "body" not in changes:
                    self.assertContains(response, "Mein Text", status_code=422)
                self.assertContains(response, "errorlist", status_code=422)
        self.assertFalse(Comment.objects.exists())

    def test_errors_are_tied_to_their_fields(self):
        response = self.send(email="keine")
        self.assertContains(response, 'aria-invalid="true"', count=1, status_code=422)
        self.assertContains(response, "_email_error", status_code=422)

    def test_english_page_speaks_english(self):
        response = self.client.post(f"/en{self.url}", self.valid | {"body": ""})
        self.assertContains(response, "Please write something.", status_code=422)

    def test_script_gets_the_form_alone_and_then_the_answer(self):
        form = self.client.get(self.url, headers={"HX-Request": "true"})
        self.assertNotContains(form, "<html")
        self.assertContains(form, "csrfmiddlewaretoken")
        taken = self.client.post(self.url, self.valid, headers={"HX-Request": "true"})
        self.assertNotContains(taken, "<html")
        self.assertContains(taken, "wartet auf Freigabe")
        wrong = self.client.post(self.url, {}, headers={"HX-Request": "true"})
        self.assertEqual(wrong.status_code, 422)
        self.assertNotContains(wrong, "<html", status_code=422)

    def test_token_is_asked_for(self):
        client = Client(enforce_csrf_checks=True)
        self.assertEqual(client.post(self.url, self.valid).status_code, 403)

    def test_form_is_kept_by_no_cache(self):
        self.assertIn("no-store", self.client.get(self.url).headers["Cache-Control"])

    def test_closed_conversation_takes_nothing(self):
        self.post.comment_policy = "closed"
        self.post.save()
        self.assertContains(self.send(), "geschlossen")
        self.assertNotContains(self.client.get(self.post.get_absolute_url()), "Was sagst du dazu?")
        self.assertFalse(Comment.objects.exists())

    def test_conversation_closes_after_its_days(self):
        self.post.comment_policy, self.post.comment_days = "closes", 1
        self.post.save()
        self.assertContains(self.send(), "geschlossen")

    def test_unknown_hidden_or_foreign_targets_are_not_found(self):
        hidden = make_comment(self.post, status=Comment.Status.PENDING)
        elsewhere = make_comment(make_post("Anderswo"))
        linkback = make_comment(self.post, kind=Comment.Kind.PINGBACK)
        for pk in [hidden.pk, elsewhere.pk, linkback.pk, 10**12]:
            url = reverse("comments:comment_reply", args=[self.post.slug, pk])
            self.assertEqual(self.send(url).status_code, 404)
        draft = make_post(status="draft")
        url = reverse("comments:comment_create", args=[draft.slug])
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_parent_deleted_meanwhile_keeps_the_text(self):
        with mock.patch("comments.views.submit_once", side_effect=Comment.DoesNotExist):
            response = self.send(body="Mühsam getippt")
        self.assertContains(response, "gerade gelöscht", status_code=409)
        self.assertContains(response, "Mühsam getippt", status_code=409)

    def test_too_many_answers_keep_the_text(self):
        with mock.patch("comments.views.ANSWERS_PER_WINDOW", 1):
            self.send()
            response = self.send(body="Noch eine")
        self.assertContains(response, "viele Antworten auf einmal", status_code=429)
        self.assertContains(response, "Noch eine", status_code=429)
        self.assertEqual(Comment.objects.count(), 1)

    def test_person_with_an_account_is_known(self):
        user = make_user()
        author = make_author("Ada", email="ada@example.org", user=user)
        make_comment(self.post, author=author, is_verified=True)
        self.client.force_login(user)

        self.assertContains(self.client.get(self.url), "Du schreibst als Ada.")
        self.client.post(self.url, {"body": "Angemeldet."} | make_form_token(self.post))

        comment = Comment.objects.get(body="Angemeldet.")
        self.assertEqual((comment.author, comment.is_verified), (author, True))
        self.assertEqual(comment.status, Comment.Status.APPROVED)

    def test_forged_cookie_shows_nothing(self):
        comment = make_comment(self.post, status=Comment.Status.PENDING, body="Fremd")
        self.client.cookies[own.COOKIE] = signing.dumps([comment.pk], salt="another")
        self.assertNotContains(self.client.get(self.post.get_absolute_url()), "Fremd")
