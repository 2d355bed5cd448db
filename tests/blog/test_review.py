"""Links that show an unpublished post, and what people say with them."""

import re
from datetime import timedelta

from django.core import mail
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone, translation

from blog import review
from blog.models import Post, ReviewAgreement, ReviewLink, ReviewMail, ReviewRemark
from blog.paragraphs import paragraphs
from tests.factories import make_author, make_post, make_user

TEXT = "<h2>Anfang</h2><p>Erster &amp; guter Satz.</p><hr><ul><li>eins</li><li>zwei</li></ul>"


def make_draft(**fields):
    fields = {"status": Post.Status.DRAFT, "published_at": None, "body": TEXT} | fields
    return make_post("Noch nicht", **fields)


def make_review_link(post, *, for_whom="Carla", user=None):
    """Return a link and the path of its page."""
    user = user or make_user("redaktion", email="redaktion@example.org")
    link, url = review.make_link(post, user=user, for_whom=for_whom)
    return link, "/" + url.split("/", 3)[3]


class ParagraphTests(TestCase):
    def test_pieces_are_numbered_and_joined_give_the_whole(self):
        figure = '<figure><img src="x" alt="Bild"></figure>'
        html = f'<h2 id="h-a">A</h2><p>b <em>c</em><br>d</p><hr>{figure}'
        found = paragraphs(html)
        self.assertEqual("".join(piece.html for piece in found), html)
        self.assertEqual(
            [(piece.number, piece.words) for piece in found], [(1, "A"), (2, "b c d"), (3, "Bild")]
        )

    def test_nested_elements_and_entities_stay_together(self):
        html = "<blockquote><p>a</p><p>b</p></blockquote><p>&lt;x&gt; &amp; y</p>"
        self.assertEqual([piece.words for piece in paragraphs(html)], ["a b", "<x> & y"])

    def test_empty_text_has_none(self):
        self.assertEqual(paragraphs(""), [])


class ReviewPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Ada Beispiel", email="ada@example.org")
        cls.post = make_draft(authors=[cls.author])
        cls.link, cls.url = make_review_link(cls.post)

    def remark_url(self, number=2):
        piece = paragraphs(Post.objects.get().body_html)[number - 1]
        return f"{self.url}remarks/{review.digest_of(piece)}/"

    def test_shows_the_draft_with_a_remark_link_for_each_paragraph(self):
        response = self.client.get(self.url)
        self.assertContains(response, "Erster &amp; guter Satz.", html=False)
        self.assertTemplateUsed(response, "blog/post_detail.html")
        self.assertContains(response, "/remarks/", count=3)
        self.assertContains(response, 'id="paragraph-3"')

    def test_its_times_are_such_as_html_knows(self):
        review.remark(self.link, paragraphs(self.post.body_html)[0], name="Carla", text="Kürzer.")
        times = re.findall(r'datetime="([^"]+)"', self.client.get(self.url).text)
        self.assertTrue(times)
        self.assertEqual([time for time in times if "." in time], [])

    def test_nothing_of_it_is_kept_or_told_on(self):
        for url in [self.url, self.remark_url()]:
            response = self.client.get(url)
            self.assertIn("no-store", response.headers["Cache-Control"])
            self.assertIn("private", response.headers["Cache-Control"])
            self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")
            self.assertEqual(response.headers["Referrer-Policy"], "same-origin")
            self.assertContains(response, '<meta name="robots" content="noindex, nofollow">')
            self.assertNotContains(response, 'rel="canonical"')
            self.assertEqual(response.headers["X-Frame-Options"], "DENY")

    def test_draft_itself_stays_hidden(self):
        self.assertEqual(self.client.get(self.post.get_absolute_url()).status_code, 404)

    def test_wrong_token_is_not_found(self):
        self.assertEqual(self.client.get("/review/nonsense/").status_code, 404)

    def test_token_is_not_stored(self):
        token = self.url.split("/")[-2]
        self.assertGreaterEqual(len(token), 43)
        row = ReviewLink.objects.values().get()
        self.assertNotIn(token, str(row))

    def test_ended_link_shows_nothing(self):
        for fields in [
            {"revoked_at": timezone.now()},
            {"revoked_at": None, "expires_at": timezone.now()},
        ]:
            ReviewLink.objects.update(**fields)
            response = self.client.get(self.url)
            self.assertNotContains(response, "guter Satz", status_code=410)
            self.assertIn("no-store", response.headers["Cache-Control"])
            response = self.client.post(f"{self.url}agree/", {"name": "Carla"})
            self.assertEqual(response.status_code, 410)

    def test_link_is_valid_for_seven_days(self):
        self.assertEqual((self.link.expires_at - self.link.created_at).days, 7)

    def test_publication_ends_it_and_leads_to_the_post(self):
        self.post.status = Post.Status.PUBLISHED
        self.post.save()
        self.assertFalse(ReviewLink.objects.open().exists())
        self.assertRedirects(self.client.get(self.url), self.post.get_absolute_url())

    def test_scheduled_post_is_still_in_review_until_its_time(self):
        self.post.status = Post.Status.PUBLISHED
        self.post.published_at = timezone.now() + timedelta(hours=1)
        self.post.save()
        self.assertEqual(self.client.get(self.url).status_code, 200)
        Post.objects.update(published_at=timezone.now())
        self.assertRedirects(self.client.get(self.url), self.post.get_absolute_url())

    def test_remark_is_kept_with_its_paragraph(self):
        self.assertContains(self.client.get(self.remark_url()), "Erster &amp; guter Satz.")
        data = {"name": "Carla", "text": "Bitte <kürzer>."}
        response = self.client.post(self.remark_url(), data)
        self.assertRedirects(response, f"{self.url}#paragraph-2")
        remark = ReviewRemark.objects.get()
        self.assertEqual((remark.paragraph, remark.quote), (2, "Erster & guter Satz."))
        self.assertContains(self.client.get(self.url), "Bitte &lt;kürzer&gt;.")
        self.assertContains(self.client.get(self.remark_url()), 'value="Carla"')

    def test_remark_of_another_link_is_not_shown(self):
        other, _url = make_review_link(self.post, user=self.link.created_by)
        review.remark(other, paragraphs(self.post.body_html)[0], name="Dora", text="Geheim.")
        self.assertNotContains(self.client.get(self.url), "Geheim.")

    def test_remark_moves_with_its_words_and_outlives_them(self):
        review.remark(self.link, paragraphs(self.post.body_html)[1], name="Carla", text="Wie?")
        self.post.body = "<p>Davor.</p><p>Dazu.</p><p>Erster &amp; guter Satz.</p>"
        self.post.save()
        found, gone = review.reviewed(self.post, self.link)
        self.assertEqual([len(piece.remarks) for piece in found], [0, 0, 1])
        self.post.body = "<p>Ganz anders.</p>"
        self.post.save()
        found, gone = review.reviewed(self.post, self.link)
        self.assertEqual([remark.text for remark in gone], ["Wie?"])
        self.assertContains(self.client.get(self.url), "Erster &amp; guter Satz.")

    def test_bad_remark_comes_back_with_its_text(self):
        data = {"name": "", "text": "Behalten."}
        response = self.client.post(self.remark_url(), data)
        self.assertContains(response, "Behalten.", status_code=422)
        data = {"name": "Carla", "text": "x" * 5001}
        self.assertContains(self.client.post(self.remark_url(), data), "5001", status_code=422)
        self.assertFalse(ReviewRemark.objects.exists())

    def test_remark_on_a_paragraph_that_is_gone_is_given_back(self):
        url = self.remark_url()
        self.post.body = "<p>Neu.</p>"
        self.post.save()
        response = self.client.post(url, {"name": "Carla", "text": "Mein Satz"})
        self.assertContains(response, "Mein Satz", status_code=409)
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_many_acts_are_refused_and_the_text_kept(self):
        with self.subTest("limit"):
            from blog import review_views

            for _number in range(review_views.ACTS_PER_WINDOW):
                self.client.post(self.remark_url(), {"name": "", "text": ""})
            response = self.client.post(self.remark_url(), {"name": "Carla", "text": "Zu viel"})
            self.assertContains(response, "Zu viel", status_code=429)
        self.assertFalse(ReviewRemark.objects.exists())

    def test_forms_need_their_token(self):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        for url in [f"{self.url}agree/", self.remark_url()]:
            self.assertEqual(client.post(url, {"name": "Carla"}).status_code, 403)

    def test_agreeing_is_kept_with_what_it_was_about(self):
        data = {"name": "Carla", "version": review.version_of(self.post)}
        for _time in range(2):
            response = self.client.post(f"{self.url}agree/", data)
            self.assertRedirects(response, f"{self.url}#agree")
        self.assertEqual(ReviewAgreement.objects.get().name, "Carla")
        self.assertTrue(review.is_agreed(self.post))
        self.assertContains(self.client.get(self.url), "Carla")

        self.post.body += "<p>Und noch etwas.</p>"
        self.post.save()
        self.assertFalse(review.is_agreed(self.post))
        [(agreement, is_current)] = review.agreements(self.post)
        self.assertFalse(is_current)

    def test_nobody_agrees_to_what_they_have_not_seen(self):
        seen = review.version_of(self.post)
        self.post.body = "<p>Anders.</p>"
        self.post.save()
        response = self.client.post(f"{self.url}agree/", {"name": "Carla", "version": seen})
        self.assertContains(response, review.version_of(self.post), status_code=422)
        self.assertFalse(ReviewAgreement.objects.exists())

    def test_agreeing_needs_a_post_request(self):
        self.assertEqual(self.client.get(f"{self.url}agree/").status_code, 405)

    def test_speaks_both_languages(self):
        with translation.override("en"):
            url = reverse("blog:review_detail", args=[self.url.split("/")[-2]])
        self.assertContains(self.client.get(url), "Not published yet")

    def test_query_count_does_not_grow_with_remarks(self):
        pieces = paragraphs(self.post.body_html)
        review.remark(self.link, pieces[0], name="Carla", text="Eins")
        with self.assertNumQueries(8):
            self.client.get(self.url)
        for number in range(10):
            review.remark(self.link, pieces[number % 3], name="Carla", text=f"Nr. {number}")
        with self.assertNumQueries(8):
            self.client.get(self.url)


class ReviewMailTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = make_author("Ada Beispiel", email="ada@example.org", language="de")
        cls.post = make_draft(authors=[cls.author, make_author("Ohne Adresse")])
        cls.link, cls.url = make_review_link(cls.post)
        cls.piece = paragraphs(cls.post.body_html)[1]

    def send_due(self, *, minutes):
        ReviewMail.objects.filter(done_at=None).update(
            due_at=timezone.now() - timedelta(minutes=minutes)
        )
        return ReviewMail.objects.run(review.send)

    def test_remarks_of_one_sitting_go_into_one_mail_to_each(self):
        review.remark(self.link, self.piece, name="Carla", text="Bitte kürzer.")
        review.remark(self.link, self.piece, name="Carla", text="Und ein Bild.")
        review.agree(self.link, name="Carla")
        self.assertEqual(ReviewMail.objects.run(review.send), 0)

        self.assertEqual(self.send_due(minutes=1), 2)
        to = sorted(message.to[0] for message in mail.outbox)
        self.assertEqual(to, ["ada@example.org", "redaktion@example.org"])
        message = mail.outbox[0]
        for part in (message.body, message.alternatives[0].content):
            self.assertIn("Bitte kürzer.", part)
            self.assertIn("Und ein Bild.", part)
            self.assertIn("Carla", part)
            self.assertIn(f"/admin/blog/post/{self.post.pk}/review/", part)

    def test_next_mail_waits_an_hour_and_tells_only_what_is_new(self):
        review.remark(self.link, self.piece, name="Carla", text="Bitte kürzer.")
        self.send_due(minutes=1)
        mail.outbox.clear()

        review.remark(self.link, self.piece, name="Carla", text="Noch etwas.")
        waiting = ReviewMail.objects.filter(done_at=None)
        self.assertEqual(waiting.count(), 2)
        for row in waiting:
            self.assertGreater(row.due_at, timezone.now() + timedelta(minutes=59))
        self.send_due(minutes=1)
        self.assertEqual(len(mail.outbox), 2)
        self.assertNotIn("Bitte kürzer.", mail.outbox[0].body)
        self.assertIn("Noch etwas.", mail.outbox[0].body)

    def test_what_is_done_before_the_mail_goes_needs_none(self):
        remark = review.remark(self.link, self.piece, name="Carla", text="Bitte kürzer.")
        remark.done_at = timezone.now()
        remark.save()
        self.send_due(minutes=1)
        self.assertEqual(mail.outbox, [])

    def test_maker_of_the_link_who_is_an_author_gets_one_mail(self):
        self.author.user = self.link.created_by
        self.author.save()
        review.remark(self.link, self.piece, name="Carla", text="Bitte kürzer.")
        self.assertEqual(ReviewMail.objects.count(), 1)


class ReviewAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.editor = make_user("redaktion", is_staff=True, is_superuser=True)
        cls.post = make_draft()
        cls.url = reverse("admin:blog_post_review", args=[cls.post.pk])

    def setUp(self):
        self.client.force_login(self.editor)

    def make_remark(self, **fields):
        link, _url = make_review_link(self.post, user=self.editor)
        piece = paragraphs(self.post.body_html)[1]
        return review.remark(link, piece, name="Carla", text="Bitte kürzer.")

    def test_new_link_is_shown_once_and_works(self):
        response = self.client.post(self.url, {"for_whom": "Carla"})
        address = response.context["address"]
        self.assertContains(response, address, status_code=201)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertNotContains(self.client.get(self.url), address)
        self.assertContains(self.client.get(self.url), "Carla")

        self.client.logout()
        path = "/" + address.split("/", 3)[3]
        self.assertContains(self.client.get(path), "guter Satz")

    def test_address_is_in_the_language_of_the_post(self):
        Post.objects.update(language="en")
        response = self.client.post(self.url, {"for_whom": "Carla"})
        self.assertIn("/en/review/", response.context["address"])

    def test_link_needs_to_say_for_whom(self):
        response = self.client.post(self.url, {"for_whom": ""})
        self.assertEqual(response.status_code, 422)
        self.assertFalse(ReviewLink.objects.exists())

    def test_published_post_gets_no_link(self):
        Post.objects.update(status=Post.Status.PUBLISHED, published_at=timezone.now())
        self.client.post(self.url, {"for_whom": "Carla"})
        self.assertFalse(ReviewLink.objects.exists())

    def test_editor_ends_a_link(self):
        link, url = make_review_link(self.post, user=self.editor)
        end = reverse("admin:blog_post_review_end", args=[self.post.pk, link.pk])
        self.assertEqual(self.client.get(end).status_code, 405)
        self.assertRedirects(self.client.post(end), self.url)
        self.assertEqual(self.client.get(url).status_code, 410)

    def test_links_and_remarks_of_another_post_are_not_found(self):
        other = make_draft(authors=[])
        remark = self.make_remark()
        for name, pk in [("end", remark.link_id), ("done", remark.pk)]:
            url = reverse(f"admin:blog_post_review_{name}", args=[other.pk, pk])
            self.assertEqual(self.client.post(url).status_code, 404)

    def test_remarks_stand_in_the_form_and_can_be_done(self):
        remark = self.make_remark()
        review.agree(remark.link, name="Carla Leserin")
        form = reverse("admin:blog_post_change", args=[self.post.pk])
        for words in ["Bitte kürzer.", "Erster &amp; guter Satz.", "Carla Leserin"]:
            self.assertContains(self.client.get(form), words)

        done = reverse("admin:blog_post_review_done", args=[self.post.pk, remark.pk])
        self.assertEqual(self.client.get(done).status_code, 405)
        self.client.post(done)
        remark.refresh_from_db()
        self.assertIsNotNone(remark.done_at)
        self.client.post(done, {"again": "1"})
        remark.refresh_from_db()
        self.assertIsNone(remark.done_at)

    def test_without_the_right_to_change_there_is_no_page(self):
        remark = self.make_remark()
        self.client.force_login(make_user("niemand", is_staff=True))
        done = reverse("admin:blog_post_review_done", args=[self.post.pk, remark.pk])
        end = reverse("admin:blog_post_review_end", args=[self.post.pk, remark.link_id])
        self.assertEqual(self.client.get(self.url).status_code, 404)
        for url in [self.url, done, end]:
            self.assertEqual(self.client.post(url, {"for_whom": "x"}).status_code, 404)
