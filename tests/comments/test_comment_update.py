from datetime import timedelta
from unittest import mock

from django.core import signing
from django.test import Client, TestCase, TransactionTestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from blog.models import SiteSettings
from comments import editing, own, tasks, verdicts
from comments.models import Comment, CommentRevision, SpamCheck
from comments.spam import Verdict
from tests.factories import make_author, make_comment, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason
MINUTE = timedelta(minutes=1)


def make_waiting():
    return make_comment(
        make_post(),
        body="Alt.",
        created_at=timezone.now(),
        status=Status.PENDING,
        status_reason=Reason.SPAM_CHECK,
    )


class OwnTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()

    def make_own(self, *, minutes_ago=0, **fields):
        """A comment that this client's browser wrote."""
        fields = {"created_at": timezone.now() - minutes_ago * MINUTE, "body": "Alt."} | fields
        comment = make_comment(self.post, **fields)
        self.client.cookies[own.COOKIE] = signing.dumps([comment.pk], salt=own.SALT)
        return comment

    def url(self, comment, name="comment_update"):
        return reverse(f"comments:{name}", args=[comment.pk])

    def send(self, comment, body="Neu.", client=None, **data):
        response = (client or self.client).post(self.url(comment), {"body": body} | data)
        comment.refresh_from_db()
        return response


class CommentUpdateTests(OwnTestCase):
    def test_the_text_is_replaced_cleaned_and_the_old_one_kept(self):
        comment = self.make_own()
        response = self.send(comment, "Neu <script>x</script>")
        self.assertRedirects(response, f"{self.post.get_absolute_url()}#{comment.anchor}")
        self.assertEqual(comment.body, "Neu <script>x</script>")
        self.assertNotIn("<script", comment.body_html)
        self.assertEqual(comment.status, Status.APPROVED)
        revision = CommentRevision.objects.get()
        self.assertEqual((revision.body, revision.edited_by), ("Alt.", "reader"))
        self.assertContains(self.client.get(response.url), "turn-edited")

    def test_the_same_text_again_changes_nothing(self):
        comment = self.make_own()
        self.send(comment)
        self.send(comment)
        self.assertEqual(CommentRevision.objects.count(), 1)

    def test_only_its_own_browser_may(self):
        comment = self.make_own()
        forged = Client()
        forged.cookies[own.COOKIE] = signing.dumps([comment.pk], salt="another")
        for name in ("comment_update", "comment_delete"):
            for client in (Client(), forged):
                for ask in (client.get, client.post):
                    self.assertEqual(ask(self.url(comment, name), {"body": "x"}).status_code, 404)
        comment.refresh_from_db()
        self.assertEqual(comment.body, "Alt.")

    def test_a_verified_author_may_from_anywhere_an_address_typed_is_no_right(self):
        author = make_author("Ada", email="ada@example.org", user=make_user())
        verified = make_comment(self.post, author=author, is_verified=True)
        typed = make_comment(self.post, author=author, email="ada@example.org")
        client = Client()
        client.force_login(author.user)
        self.assertEqual(client.get(self.url(verified)).status_code, 200)
        self.assertEqual(client.get(self.url(typed)).status_code, 404)

    def test_what_a_moderator_took_away_is_no_longer_the_writers(self):
        for status in (Status.SPAM, Status.REMOVED):
            comment = self.make_own(status=status)
            self.assertEqual(self.client.get(self.url(comment)).status_code, 404)

    def test_a_token_is_asked_for_and_no_cache_keeps_the_page(self):
        comment = self.make_own()
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = self.client.cookies
        for name in ("comment_update", "comment_delete"):
            self.assertEqual(strict.post(self.url(comment, name)).status_code, 403)
            page = self.client.get(self.url(comment, name))
            self.assertIn("no-store", page.headers["Cache-Control"])

    def test_bad_input_is_told_and_kept(self):
        comment = self.make_own()
        for body in ("", "<u></u>", "a\x1bb", "x" * 20_001):
            with self.subTest(body[:5]):
                response = self.send(comment, body)
                self.assertContains(response, "errorlist", status_code=422)
        self.assertEqual(comment.body, "Alt.")

    def test_preview_shows_and_stores_nothing(self):
        comment = self.make_own()
        response = self.send(comment, "Neu & <script>x</script>", preview="1")
        self.assertContains(response, "<p>Neu &amp; x</p>")
        self.assertEqual(comment.body, "Alt.")
        self.assertFalse(CommentRevision.objects.exists())

    def test_only_the_owner_sees_the_links(self):
        comment = self.make_own()
        page = self.post.get_absolute_url()
        self.assertContains(self.client.get(page), self.url(comment))
        self.assertNotContains(Client().get(page), self.url(comment))

    def test_many_changes_at_once_are_put_off_with_the_text(self):
        comment = self.make_own()
        with mock.patch("comments.own_views.CHANGES_PER_WINDOW", 0):
            self.assertContains(self.send(comment), "Neu.", status_code=429)


class TimeTests(OwnTestCase):
    def may_change(self, minutes, *, replied_after=None, **reply):
        comment = self.make_own(minutes_ago=minutes)
        if replied_after is not None:
            at = comment.created_at + replied_after * MINUTE
            make_comment(self.post, parent=comment, created_at=at, **reply)
        return editing.may_change(comment)

    def test_a_quarter_of_an_hour(self):
        self.assertTrue(self.may_change(14))
        self.assertFalse(self.may_change(15))

    def test_or_until_somebody_answers(self):
        self.assertFalse(self.may_change(7, replied_after=6))

    def test_but_never_under_five_minutes(self):
        self.assertTrue(self.may_change(4, replied_after=1))
        self.assertFalse(self.may_change(5, replied_after=1))

    def test_an_answer_that_nobody_sees_ends_nothing(self):
        self.assertTrue(self.may_change(7, replied_after=6, status=Status.PENDING))


class AddendumTests(OwnTestCase):
    def test_later_an_addendum_is_shown_below_with_its_date(self):
        comment = self.make_own(minutes_ago=60)
        response = self.send(comment, "Noch <script>etwas</script>")
        self.assertEqual(comment.body, "Alt.")
        self.assertEqual(comment.addendum_html, "<p>Noch etwas</p>")
        page = Client().get(response.url)
        self.assertContains(page, comment.addendum_html)
        self.assertContains(page, "turn-addendum-head")

    def test_there_is_one(self):
        comment = self.make_own(minutes_ago=60)
        self.send(comment, "Eins")
        self.send(comment, "Zwei")
        self.assertEqual(comment.addendum, "Eins")
        with self.assertRaises(editing.Closed):
            editing.add_addendum(comment.pk, "Zwei")

    def test_time_that_ran_out_while_typing_keeps_the_text(self):
        comment = self.make_own(minutes_ago=60)
        response = self.send(comment, "Mühsam getippt", part="body")
        self.assertContains(response, "Mühsam getippt", status_code=422)
        self.assertEqual((comment.body, comment.addendum), ("Alt.", ""))
        self.send(comment, "Mühsam getippt", part="addendum")
        self.assertEqual(comment.addendum, "Mühsam getippt")

    def test_an_answer_that_comes_in_the_same_moment_keeps_the_text(self):
        comment = self.make_own(minutes_ago=7)
        with mock.patch("comments.editing.change_body", side_effect=editing.Closed):
            self.assertContains(self.send(comment, "Getippt"), "Getippt", status_code=409)


class SpamAgainTests(OwnTestCase):
    def test_links_added_later_wait_for_a_moderator(self):
        comment = self.make_own(body="Siehe https://a.example")
        self.send(comment, "Siehe bitte https://a.example")
        self.assertEqual(comment.status, Status.APPROVED)
        self.send(comment, "Siehe https://b.example")
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.EDITED))

    def test_links_in_an_addendum_too(self):
        comment = self.make_own(minutes_ago=60)
        self.send(comment, "https://b.example")
        self.assertEqual(comment.status, Status.PENDING)

    def test_what_our_own_checks_find_anew_holds_it(self):
        comment = self.make_own()
        self.send(comment, "kauf " * 40)
        self.assertEqual((comment.status, comment.status_reason), (Status.PENDING, Reason.HELD))

    def test_the_team_is_trusted(self):
        author = self.post.bylines.get().author
        comment = self.make_own(author=author, is_verified=True)
        self.send(comment, "https://b.example")
        self.assertEqual(comment.status, Status.APPROVED)

    @override_settings(AKISMET_API_KEY="k")
    def test_with_a_key_an_approved_answer_waits_for_a_new_verdict(self):
        SiteSettings(akismet_consent="notice").save()
        comment = self.make_own()
        old = SpamCheck.objects.create(comment=comment, verdict="ham", done_at=timezone.now())
        self.send(comment, "Clean first, spam later")
        check = SpamCheck.objects.get()
        self.assertTrue(comment.awaits_verdict)
        self.assertNotEqual(check.pk, old.pk)
        self.assertEqual(check.fields["recheck_reason"], "edit")
        self.assertEqual(check.fields["comment_content"], "Clean first, spam later")


class CommentDeleteTests(OwnTestCase):
    def test_asking_deletes_nothing(self):
        comment = self.make_own()
        self.assertContains(self.client.get(self.url(comment, "comment_delete")), "Alt.")
        self.assertTrue(Comment.objects.filter(pk=comment.pk).exists())

    def test_unanswered_it_is_gone_and_the_cookie_with_it(self):
        comment = self.make_own()
        response = self.client.post(self.url(comment, "comment_delete"))
        self.assertRedirects(response, f"{self.post.get_absolute_url()}#answers")
        self.assertFalse(Comment.objects.filter(pk=comment.pk).exists())
        self.assertEqual(self.client.cookies[own.COOKIE].value, "")

    def test_answered_it_leaves_an_empty_place(self):
        comment = self.make_own(minutes_ago=60)
        make_comment(self.post, parent=comment, body="Widerspruch")
        self.client.post(self.url(comment, "comment_delete"))
        comment.refresh_from_db()
        self.assertTrue(comment.is_tombstone)
        page = Client().get(self.post.get_absolute_url())
        self.assertContains(page, "Widerspruch")
        self.assertNotContains(page, "Alt.")

    def test_an_empty_place_is_drawn_as_one_for_its_former_writer_too(self):
        comment = self.make_own()
        make_comment(self.post, parent=comment)
        self.client.post(self.url(comment, "comment_delete"))
        self.client.cookies[own.COOKIE] = signing.dumps([comment.pk], salt=own.SALT)
        page = self.client.get(self.post.get_absolute_url())
        self.assertContains(page, "turn-gone")
        self.assertNotContains(page, "wartet auf Freigabe")

    def test_twice_is_not_found(self):
        comment = self.make_own()
        self.client.post(self.url(comment, "comment_delete"))
        response = self.client.post(self.url(comment, "comment_delete"))
        self.assertEqual(response.status_code, 404)


class ExpiredFormTests(OwnTestCase):
    def test_what_was_typed_is_given_back_escaped(self):
        url = reverse("comments:comment_create", args=[self.post.slug])
        strict = Client(enforce_csrf_checks=True)
        response = strict.post(url, {"body": "Mühsam </textarea><script>x</script>"})
        self.assertContains(response, "Mühsam &lt;/textarea&gt;&lt;script&gt;", status_code=403)
        self.assertContains(response, f'href="{url}"', status_code=403)

    def test_another_sites_words_are_not_shown(self):
        url = reverse("comments:comment_create", args=[self.post.slug])
        strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
        response = strict.post(url, {"body": "Ruf diese Nummer an"})
        self.assertNotContains(response, "Ruf diese", status_code=403)


class StaleVerdictTests(TransactionTestCase):
    @override_settings(AKISMET_API_KEY="k")
    def test_a_verdict_on_the_text_before_is_not_one_on_the_new(self):
        """A worker asks about the clean text; while Akismet answers, it becomes another."""
        SiteSettings(akismet_consent="notice").save()
        comment = make_waiting()
        SpamCheck.objects.create(comment=comment, fields={"comment_content": "Alt."})

        def answer(fields):
            if fields["comment_content"] == "Alt.":
                editing.change_body(comment.pk, "Kauf!")
                return Verdict(SpamCheck.Verdict.HAM)
            return Verdict(SpamCheck.Verdict.SPAM)

        with mock.patch("comments.spam.check", side_effect=answer):
            tasks.check_spam.func()

        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.SPAM)

    def test_a_verdict_without_its_row_is_rolled_back(self):
        comment = make_waiting()
        check = SpamCheck.objects.create(comment=comment)
        real_save = SpamCheck.save

        def save_and_lose(self, *args, **kwargs):
            real_save(self, *args, **kwargs)
            SpamCheck.objects.filter(pk=self.pk).delete()

        losing = mock.patch.object(SpamCheck, "save", save_and_lose)
        with losing, self.assertRaises(SpamCheck.NotUpdated):
            verdicts.apply(check, Verdict(SpamCheck.Verdict.HAM))
        comment.refresh_from_db()
        self.assertTrue(comment.awaits_verdict)
