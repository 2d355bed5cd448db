from django.contrib.auth.models import Permission
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from blog.models import SiteSettings
from comments import actions, tree
from comments.models import Comment, SpamCheck, SpamFeedback
from tests.factories import make_author, make_comment, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason
URL = "/admin/comments/comment/"


class AdminTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("moderatorin", is_staff=True, is_superuser=True)
        cls.post = make_post()
        cls.comment = make_comment(
            cls.post, name="Berta Leserin", status=Status.PENDING, status_reason=Reason.FIRST_ANSWER
        )

    def setUp(self):
        self.client.force_login(self.user)

    def status(self, comment=None):
        return Comment.objects.get(pk=(comment or self.comment).pk).status

    def change_url(self, comment=None):
        return f"{URL}{(comment or self.comment).pk}/change/"


class ListTests(AdminTestCase):
    def queries(self):
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(URL).status_code, 200)
        return len(queries)

    def test_the_list_costs_the_same_with_two_answers_and_with_twenty(self):
        make_comment(self.post, parent=self.comment)
        few = self.queries()
        for number in range(18):
            other = make_post(f"Beitrag {number}", authors=[make_author(f"A{number}")])
            make_comment(other, author=make_author(f"B{number}"))
        self.assertEqual(self.queries(), few)

    def test_a_row_says_who_what_where_and_why(self):
        response = self.client.get(URL)
        for words in ("Berta Leserin", "Gut gesagt.", self.post.title):
            self.assertContains(response, words)
        self.assertContains(response, str(Reason.FIRST_ANSWER.label))

    def test_the_place_in_the_conversation_shows(self):
        reply = make_comment(self.post, parent=self.comment)
        for _ in range(10):
            reply = make_comment(self.post, parent=reply)
        response = self.client.get(URL)
        self.assertContains(response, "thread-depth-1")
        self.assertContains(response, "thread-depth-8")
        self.assertNotContains(response, "thread-depth-9")
        self.assertNotContains(response, "style=")

    def test_the_newest_stand_first(self):
        newer = make_comment(self.post, minutes=5)
        rows = list(self.client.get(URL).context["cl"].result_list)
        self.assertEqual(rows, [newer, self.comment])

    def test_what_visitors_type_is_escaped(self):
        make_comment(self.post, name="<script>a</script>", body="&lt;script&gt;b&lt;/script&gt;")
        response = self.client.get(URL)
        self.assertNotContains(response, "<script>a")
        self.assertNotContains(response, "<script>b")

    def test_it_can_be_filtered_and_searched(self):
        other = make_post("Anderer Beitrag", authors=[])
        make_comment(other, name="Carlo", email="carlo@example.org", body="Widerspruch")
        for query in ("?queue=waiting", f"?post={self.post.pk}", "?status__exact=pending",
                      "?q=berta", "?queue=undecided&q=gesagt"):  # fmt: skip
            with self.subTest(query):
                rows = list(self.client.get(URL + query).context["cl"].result_list)
                self.assertEqual(rows, [self.comment])

    def test_a_filter_by_nonsense_shows_everything(self):
        for value in ("abc", "-1", "²", "9" * 30):
            response = self.client.get(URL, {"post": value})
            self.assertEqual(len(response.context["cl"].result_list), 1)

    def test_the_filter_by_post_keeps_the_others(self):
        response = self.client.get(f"{URL}?queue=waiting&post={self.post.pk}")
        self.assertContains(response, '<input type="hidden" name="queue" value="waiting">')
        self.assertContains(response, f'<option value="{self.post.pk}" selected>')

    def test_both_languages_have_it(self):
        self.assertContains(self.client.get(f"/en{URL}"), "not seen by a moderator")


class BulkTests(AdminTestCase):
    def act(self, action, *comments):
        ids = [comment.pk for comment in comments or [self.comment]]
        return self.client.post(URL, {"action": action, "_selected_action": ids}, follow=True)

    def test_each_decision_is_made(self):
        for action, expected in [
            ("approve", Status.APPROVED), ("mark_spam", Status.SPAM), ("remove", Status.REMOVED),
            ("restore", Status.SPAM),
        ]:  # fmt: skip
            with self.subTest(action):
                self.act(action)
                self.assertEqual(self.status(), expected)
        self.assertEqual(list(tree.check()), [])

    def test_who_decided_is_noted(self):
        self.act("approve")
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.decided_by, self.user)

    def test_the_receipt_counts_what_changed_and_what_did_not(self):
        other = make_comment(self.post)
        response = self.act("approve", self.comment, other)
        (message,) = response.context["messages"]
        self.assertEqual([word for word in str(message).split() if word.isdigit()], ["1", "1"])

    def test_the_list_sends_what_was_seen_of_each_row(self):
        page = self.client.get(URL)
        self.assertContains(page, f'name="seen" value="{self.comment.pk}:pending"')

    def test_who_acts_on_an_old_list_is_told_and_overwrites_nothing(self):
        actions.mark_spam(self.comment.pk, make_user("erste"))
        seen = f"{self.comment.pk}:pending"
        for action in ("approve", "remove", "restore", "delete_for_good"):
            with self.subTest(action):
                response = self.client.post(
                    f"{URL}?queue=waiting",  # where it does not stand any more
                    {"action": action, "_selected_action": [self.comment.pk], "seen": [seen]},
                    follow=True,
                )
                self.assertEqual(self.status(), Status.SPAM)
                warning = next(iter(response.context["messages"]))
                self.assertEqual(warning.level_tag, "warning")
                self.assertIn("erste", str(warning))

    def test_who_acts_on_what_is_deleted_is_told(self):
        pk = self.comment.pk
        tree.delete(pk)
        response = self.client.post(
            URL,
            {"action": "approve", "_selected_action": [pk], "seen": [f"{pk}:pending", "x", ":"]},
            follow=True,
        )
        warning = next(iter(response.context["messages"]))
        self.assertIn("inzwischen gelöscht", str(warning))

    def test_all_on_every_page_are_decided_too(self):
        others = [make_comment(self.post, status=Status.PENDING) for _number in range(3)]
        data = {"action": "approve", "_selected_action": [self.comment.pk], "select_across": "1"}
        self.client.post(URL, data)
        pending = Comment.objects.filter(status=Status.PENDING)
        self.assertFalse(pending.filter(pk__in=[self.comment.pk, *(o.pk for o in others)]).exists())

    def test_case_does_not_matter_in_the_search(self):
        make_comment(self.post, name="Jörg Müller", body="Über alles.")
        for word in ("MÜLLER", "müller", "jÖRG", "ÜBER"):
            with self.subTest(word):
                self.assertContains(self.client.get(URL, {"q": word}), "Jörg Müller")

    def test_deleting_keeps_the_place_of_what_was_answered(self):
        make_comment(self.post, parent=self.comment)
        self.act("delete_for_good")
        self.comment.refresh_from_db()
        self.assertTrue(self.comment.is_tombstone)

    def test_a_conversation_chosen_whole_goes_whole(self):
        reply = make_comment(self.post, parent=self.comment)
        self.act("delete_for_good", self.comment, reply)
        self.assertFalse(Comment.objects.exists())
        self.assertEqual(list(tree.check()), [])

    def test_djangos_own_deletion_is_not_there(self):
        actions_offered = self.client.get(URL).context["action_form"].fields["action"].choices
        self.assertNotIn("delete_selected", dict(actions_offered))
        self.assertEqual(self.client.get(f"{URL}{self.comment.pk}/delete/").status_code, 404)

    def test_a_post_can_be_deleted_with_its_answers(self):
        make_comment(self.post, parent=self.comment)
        url = f"/admin/blog/post/{self.post.pk}/delete/"
        self.assertRedirects(self.client.post(url, {"post": "yes"}), "/admin/blog/post/")
        self.assertFalse(Comment.objects.exists())


class ChangeFormTests(AdminTestCase):
    def save(self, comment=None, **fields):
        comment = comment or self.comment
        data = {name: getattr(comment, name) for name in
                ("name", "email", "website", "body", "language")}  # fmt: skip
        for prefix in ("spam_check", "spam_feedback"):
            data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        return self.client.post(self.change_url(comment), data | fields)

    def decide(self, decision, comment=None, **data):
        comment = comment or self.comment
        url = f"{URL}{comment.pk}/decide/{decision}/"
        return self.client.post(url, {"seen": comment.status} | data, follow=True)

    def test_what_an_answer_answers_is_shown(self):
        reply = make_comment(self.post, parent=self.comment, name="Carlo")
        response = self.client.get(self.change_url(reply))
        self.assertContains(response, f'<a href="{self.change_url()}">Berta Leserin</a>')

    def test_text_is_put_right_and_cleaned_by_the_rules_of_visitors(self):
        self.assertRedirects(self.save(body="Neu <b>x</b><script>y</script><h2>z</h2>"), URL)
        self.comment.refresh_from_db()
        self.assertIn("Neu", self.comment.body)
        self.assertNotIn("<script", self.comment.body_html)
        self.assertNotIn("<h2", self.comment.body_html)
        self.assertIsNotNone(self.comment.edited_at)

    def test_saving_without_a_change_writes_nothing(self):
        self.save()
        self.comment.refresh_from_db()
        self.assertIsNone(self.comment.edited_at)

    def test_a_control_character_is_refused_at_its_field(self):
        response = self.save(name="a\x00b")
        self.assertIn("name", response.context["adminform"].form.errors)

    def test_the_place_in_the_tree_cannot_be_changed(self):
        other = make_comment(self.post)
        reply = make_comment(self.post, parent=self.comment)
        self.save(reply, parent=other.pk, post="", lft="7", name="Neu")
        reply.refresh_from_db()
        self.assertEqual((reply.parent, reply.name), (self.comment, "Neu"))
        self.assertEqual(list(tree.check()), [])

    def test_buttons_decide_one_by_one(self):
        self.decide("approve")
        self.assertEqual(self.status(), Status.APPROVED)

    def test_only_decisions_that_make_sense_are_offered(self):
        response = self.client.get(self.change_url())
        self.assertEqual([name for name, _ in response.context["decisions"]],
                         ["approve", "spam", "remove"])  # fmt: skip

    def test_the_second_moderator_is_told_and_changes_nothing(self):
        actions.mark_spam(self.comment.pk, make_user("erste"))
        response = self.decide("approve")
        self.assertEqual(self.status(), Status.SPAM)
        (message,) = response.context["messages"]
        self.assertEqual(message.level_tag, "warning")
        self.assertIn("erste", str(message))

    def test_a_look_changes_nothing(self):
        response = self.client.get(f"{URL}{self.comment.pk}/decide/approve/")
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self.status(), Status.PENDING)

    def test_unknown_decisions_and_comments_are_not_found(self):
        for path in (f"{self.comment.pk}/decide/explode/", "999/decide/approve/"):
            self.assertEqual(self.client.post(URL + path).status_code, 404)

    def test_what_was_sent_to_akismet_and_why_it_failed_is_shown(self):
        SpamCheck.objects.create(
            comment=self.comment, last_error="Akismet hat Schnupfen", fields={"user_ip": "::1"}
        )
        SpamFeedback.objects.create(comment=self.comment, kind="spam", reporter="moderatorin")
        response = self.client.get(self.change_url())
        self.assertContains(response, "Akismet hat Schnupfen")
        self.assertNotContains(response, 'name="spam_check-0-last_error"')

    def test_akismet_can_be_asked_again(self):
        Comment.objects.update(status_reason=Reason.SPAM_CHECK)
        check = SpamCheck.objects.create(comment=self.comment, fields={"user_ip": "::1"})
        check.postpone("down")
        self.assertTrue(self.client.get(self.change_url()).context["can_ask_again"])
        self.decide("ask")
        self.assertTrue(SpamCheck.objects.due().filter(pk=check.pk).exists())

    def test_a_check_that_is_decided_is_not_asked_again(self):
        SpamCheck.objects.create(comment=self.comment, fields={"user_ip": "::1"}).finish()
        self.decide("ask")
        self.assertFalse(SpamCheck.objects.due().exists())

    def test_a_tombstone_offers_no_decision(self):
        make_comment(self.post, parent=self.comment)
        tree.delete(self.comment.pk)
        response = self.client.get(self.change_url())
        self.assertEqual(response.context["decisions"], [])

    def test_an_answer_that_does_not_exist_leads_to_the_start(self):
        self.assertRedirects(self.client.get(f"{URL}999/change/"), "/admin/")


class PermissionTests(AdminTestCase):
    def setUp(self):
        self.looker = make_user("looker", is_staff=True)
        self.looker.user_permissions.add(Permission.objects.get(codename="view_comment"))
        self.client.force_login(self.looker)

    def test_who_may_only_look_sees_no_button_and_can_decide_nothing(self):
        self.assertEqual(self.client.get(self.change_url()).context["decisions"], [])
        response = self.client.post(f"{URL}{self.comment.pk}/decide/approve/", {"seen": "pending"})
        self.assertEqual(response.status_code, 403)
        self.client.post(URL, {"action": "approve", "_selected_action": [self.comment.pk]})
        self.assertEqual(self.status(), Status.PENDING)

    def test_nobody_writes_answers_in_the_admin(self):
        self.client.force_login(self.user)
        self.assertEqual(self.client.get(f"{URL}add/").status_code, 403)


@override_settings(AKISMET_API_KEY="a-key")
class FeedbackTests(AdminTestCase):
    def setUp(self):
        super().setUp()
        SiteSettings(akismet_consent="notice").save()

    def test_a_decision_against_akismet_is_noted_for_it(self):
        SpamCheck.objects.create(
            comment=self.comment, verdict="ham", fields={"user_ip": "::1"},
            asked_at=self.comment.created_at,
        )  # fmt: skip
        self.client.post(URL, {"action": "mark_spam", "_selected_action": [self.comment.pk]})
        feedback = SpamFeedback.objects.get()
        self.assertEqual((feedback.kind, feedback.reporter), ("spam", "moderatorin"))
