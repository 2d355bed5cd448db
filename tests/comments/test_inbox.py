from django.contrib.auth.models import Permission
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.models import Comment, Decision, Report, SpamRule
from comments.models.decision import moderator
from tests.factories import (
    make_author,
    make_comment,
    make_post,
    make_report,
    make_spam_rule,
    make_user,
)

Status, Reason = Comment.Status, Comment.Reason
URL = "/en/admin/comments/comment/inbox/"


class InboxTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("anna", first_name="Anna", is_staff=True, is_superuser=True)
        cls.other = make_user("otto", first_name="Otto", is_staff=True, is_superuser=True)
        cls.post = make_post("Eine Glocke")

    def setUp(self):
        self.client.force_login(self.user)

    def waiting(self, name="Berta", **fields):
        fields = {"status": Status.PENDING, "status_reason": Reason.FIRST_ANSWER} | fields
        return make_comment(self.post, name=name, **fields)

    def items(self, query=""):
        return self.client.get(f"{URL}{query}").context["inbox"].items

    def shown(self, query=""):
        return [item.comment.name for item in self.items(query)]

    def decide(self, decision, *comments, **data):
        data = {"item": [f"{comment.pk}:{comment.status}" for comment in comments]} | data
        return self.client.post(f"{URL}decide/", data | {"decision": decision}, follow=True)

    def status(self, comment):
        return Comment.objects.get(pk=comment.pk).status

    def messages(self, response):
        return [str(message) for message in response.context["messages"]]


class ListTests(InboxTestCase):
    def test_what_waits_and_what_is_reported_stand_in_one_list_the_oldest_first(self):
        self.waiting("Zweite", minutes=2)
        self.waiting("Erste", kind=Comment.Kind.PINGBACK, minutes=1)
        make_report(make_comment(self.post, name="Gemeldet", minutes=3))
        make_comment(self.post, name="Unauffällig")
        make_comment(self.post, name="Spam", status=Status.SPAM)
        self.assertEqual(self.shown(), ["Erste", "Zweite", "Gemeldet"])

    def test_states_have_their_numbers(self):
        self.waiting()
        make_report(make_comment(self.post))
        make_comment(self.post, status=Status.SPAM)
        tabs = self.client.get(URL).context["inbox"].tabs
        self.assertEqual([count for _query, _label, count, _shown in tabs], [2, 1, 1, 1])

    def test_filters_narrow_it(self):
        other = make_post("Anderes", authors=[])
        make_comment(other, name="Dort", status=Status.PENDING)
        self.waiting("Englisch", language="en")
        self.waiting("Erwähnung", kind=Comment.Kind.PINGBACK)
        self.waiting("Gesucht", body="Zur Größe: übel")
        make_comment(self.post, name="Spam", status=Status.SPAM)
        for query, names in [
            (f"?post={other.pk}", ["Dort"]), ("?language=en", ["Englisch"]),
            ("?kind=mention", ["Erwähnung"]), ("?q=größe+üb", ["Gesucht"]),
            ("?q=GRÖ+ÜBEL", ["Gesucht"]), ("?q=%25", []), ("?q=_", []),
            ("?state=spam", ["Spam"]), ("?state=reported", []),
        ]:  # fmt: skip
            with self.subTest(query):
                self.assertEqual(self.shown(query), names)

    def test_nonsense_in_the_address_is_left_out(self):
        self.waiting()
        for query in (
            f"?post={'9' * 30}",
            "?q=%00",
            "?post=x",
            "?state=%00",
            "?after=1",
            "?after=²-1",
            "?kind=a",
            "?language=fr",
        ):
            with self.subTest(query):
                self.assertEqual(self.shown(query), ["Berta"])

    def test_pages_follow_each_other_without_a_gap_also_when_rows_share_a_second(self):
        for number in range(45):
            self.waiting(f"N{number}")
        names, query = [], ""
        while query is not None:
            inbox = self.client.get(f"{URL}?{query}").context["inbox"]
            names += [item.comment.name for item in inbox.items]
            query = inbox.next_query or None
        self.assertEqual(names, [f"N{number}" for number in range(45)])

    def test_a_page_costs_the_same_with_one_item_and_with_twenty(self):
        def queries():
            with CaptureQueriesContext(connection) as found:
                self.client.get(URL)
            return len(found)

        first = self.waiting(author=make_author("B0", email="b0@example.org"))
        make_report(first)
        actions.restore(first.pk, self.user)
        few = queries()
        for number in range(19):
            post = make_post(f"P{number}", authors=[])
            writer = make_author(f"A{number}", email=f"a{number}@example.org")
            root = make_comment(post, author=writer)
            row = make_comment(post, parent=root, author=writer, status=Status.PENDING)
            make_report(make_comment(post, parent=row))
            actions.restore(row.pk, self.user)
        self.assertEqual(queries(), few)


class ItemTests(InboxTestCase):
    def test_it_says_who_what_where_when_and_why(self):
        found = [
            {"code": "too_fast", "weight": 40, "values": {"seconds": 1.2}},
            {"code": "links", "weight": 60, "values": {"count": 4}},
        ]
        self.waiting(
            email="berta@example.org", body="Siehe <a href='https://x.example/ä'>hier</a>",
            status_reason=Reason.AKISMET_SPAM, findings=found,
        )  # fmt: skip
        response = self.client.get(URL)
        for words in (
            "Berta", "berta@example.org", "not verified", "Eine Glocke", "https://x.example/",
            "Akismet: spam; Form in 1.2 s; 4 links", "05/04/2026",
        ):  # fmt: skip
            self.assertContains(response, words)

    def test_it_counts_what_the_same_person_wrote_before(self):
        berta = make_author("Berta", email="berta@example.org")
        self.waiting(author=berta)
        self.assertContains(self.client.get(URL), "first answer")
        for status in (Status.APPROVED, Status.APPROVED, Status.SPAM):
            make_comment(self.post, author=berta, status=status)
        self.assertContains(self.client.get(URL), "before: 2 approved, 1 spam or removed")

    def test_three_answers_above_and_three_below_give_the_context(self):
        rows = [make_comment(self.post, name="Wurzel")]
        for number in range(4):
            rows.append(make_comment(self.post, name=f"O{number}", parent=rows[-1]))
        own = make_comment(self.post, name="Sie", parent=rows[-1], status=Status.PENDING)
        below = make_comment(self.post, name="U0", parent=own)
        make_comment(self.post, name="U1", parent=below)
        for name in ("U2", "U3"):
            make_comment(self.post, name=name, parent=own)
        (item,) = self.items()
        self.assertEqual([row.name for row, _words in item.above], ["O1", "O2", "O3"])
        self.assertEqual([row.name for row, _words in item.below], ["U0", "U1", "U2"])

    def test_reports_are_shown_with_their_words(self):
        make_report(make_comment(self.post), reason="insult", text="Das ist <b>grob</b>.")
        response = self.client.get(URL)
        self.assertContains(response, "It insults or threatens somebody")
        self.assertContains(response, "Das ist &lt;b&gt;grob&lt;/b&gt;.")

    def test_earlier_decisions_are_told(self):
        comment = self.waiting(status=Status.APPROVED)
        actions.mark_spam(comment.pk, self.other)
        self.assertContains(self.client.get(f"{URL}?state=spam"), "Marked as spam by Otto, ")

    def test_what_visitors_typed_is_escaped(self):
        make_comment(
            self.post, name="<script>n</script>", website="https://x.example/?<script>w",
            body="&lt;script&gt;b", status=Status.PENDING,
        )  # fmt: skip
        response = self.client.get(URL)
        for letter in "nwb":
            self.assertNotContains(response, f"<script>{letter}")

    def test_both_languages_have_it(self):
        self.waiting()
        self.assertEqual(self.client.get(URL.removeprefix("/en")).status_code, 200)


class ActTests(InboxTestCase):
    def test_each_act_does_what_it_says_and_leaves_the_list(self):
        for decision, after in [
            ("approve", Status.APPROVED), ("spam", Status.SPAM), ("remove", Status.REMOVED),
        ]:  # fmt: skip
            with self.subTest(decision):
                comment = self.waiting()
                self.decide(decision, comment)
                self.assertEqual(self.status(comment), after)
        self.assertEqual(self.shown(), [])

    def test_a_reported_answer_can_be_kept(self):
        comment = make_comment(self.post)
        make_report(comment)
        self.decide("keep", comment)
        self.assertEqual(Report.objects.get().outcome, "kept")
        self.assertEqual(self.shown(), [])

    def test_several_are_decided_at_once_and_undone_at_once(self):
        comments = [self.waiting(f"N{number}") for number in range(3)]
        response = self.decide("spam", *comments)
        self.assertContains(response, "3 answers marked as spam")
        undo = response.context["undo"]
        self.client.post(f"{URL}undo/", {"act": undo["act"]})
        self.assertEqual({self.status(comment) for comment in comments}, {Status.PENDING})

    def test_the_page_comes_back_as_it_was_at_the_next_item(self):
        comment, following = self.waiting(), self.waiting()
        data = {"back": "state=waiting&q=ber&evil=//x.example", "next": following.pk}
        item = f"{comment.pk}:pending"
        response = self.client.post(f"{URL}decide/", data | {"item": item, "decision": "spam"})
        self.assertEqual(response.url, f"{URL}?state=waiting&q=ber#item-{following.pk}")

    def test_words_go_into_the_log(self):
        self.decide("remove", self.waiting(), words="Beleidigung")
        self.assertEqual(Decision.objects.latest("pk").words, "Beleidigung")

    def test_words_that_are_too_long_are_told_and_nothing_is_decided(self):
        comment = self.waiting()
        response = self.decide("remove", comment, words="x" * 201)
        self.assertEqual(len(self.messages(response)), 1)
        self.assertEqual(self.status(comment), Status.PENDING)

    def test_nothing_selected_is_told(self):
        (message,) = self.messages(self.decide("spam"))
        self.assertIn("No answer was selected", message)

    def test_nonsense_is_refused(self):
        comment = self.waiting()
        self.assertEqual(self.decide("explode", comment).status_code, 400)
        for item in ("x", f"{comment.pk}:", f"{comment.pk}:haha", "²:pending", "9" * 30 + ":spam"):
            self.client.post(f"{URL}decide/", {"item": item, "decision": "spam"})
        self.assertEqual(self.status(comment), Status.PENDING)
        self.assertEqual(self.client.post(f"{URL}undo/", {"act": "x"}).status_code, 400)
        for page in ("decide/", "undo/"):
            self.assertEqual(self.client.get(URL + page).status_code, 405)


class TwoModeratorsTests(InboxTestCase):
    def test_the_second_is_told_who_decided_what_and_overwrites_nothing(self):
        comment = self.waiting()
        actions.approve(comment.pk, self.other)
        (message,) = self.messages(self.decide("spam", comment))
        self.assertIn("the answer by Berta was decided meanwhile (approved by Otto, ", message)
        self.assertEqual(self.status(comment), Status.APPROVED)

    def test_of_several_only_the_one_in_conflict_stays(self):
        first, second = self.waiting("Erste"), self.waiting("Zweite")
        actions.approve(first.pk, self.other)
        (message,) = self.messages(self.decide("spam", first, second))
        self.assertIn("Erste", message)
        self.assertEqual(self.status(second), Status.SPAM)

    def test_what_vanished_because_somebody_else_decided_is_told(self):
        loaded = self.client.get(URL).context["loaded"]
        gone, own = self.waiting("Weg"), self.waiting("Eigene")
        actions.remove(gone.pk, self.other)
        (message,) = self.messages(self.decide("approve", own, loaded=loaded))
        self.assertIn("Meanwhile: the answer by Weg was removed by Otto", message)

    def test_an_open_page_learns_what_was_decided_about_its_items(self):
        loaded = self.client.get(URL).context["loaded"]
        gone, stays = self.waiting(), self.waiting()
        actions.remove(gone.pk, self.other)
        query = {"loaded": loaded, "item": [gone.pk, stays.pk, "x", "²"]}
        news = self.client.get(f"{URL}news/", query).json()
        self.assertEqual(list(news), [str(gone.pk)])
        self.assertIn("removed by Otto", news[str(gone.pk)])
        for nonsense in ("", "x", "nan", "1", "1e300"):
            response = self.client.get(f"{URL}news/", query | {"loaded": nonsense})
            self.assertEqual(response.status_code, 400)

    def test_what_is_deleted_meanwhile_is_told(self):
        comment = Comment(pk=999, status=Status.PENDING)
        (message,) = self.messages(self.decide("spam", comment))
        self.assertIn("1 answer was deleted meanwhile", message)

    def test_an_undo_that_comes_too_late_says_so(self):
        comment = self.waiting()
        undo = self.decide("spam", comment).context["undo"]
        actions.approve(comment.pk, self.other)
        response = self.client.post(f"{URL}undo/", {"act": undo["act"]}, follow=True)
        (message,) = self.messages(response)
        self.assertIn("somebody else has decided", message)
        self.assertEqual(self.status(comment), Status.APPROVED)


class PermissionTests(InboxTestCase):
    def let(self, *names):
        looker = make_user("looker", is_staff=True)
        looker.user_permissions.set(Permission.objects.filter(codename__in=names))
        self.client.force_login(looker)

    def test_who_may_only_look_sees_no_button_and_decides_nothing(self):
        comment = self.waiting()
        self.let("view_comment")
        self.assertNotContains(self.client.get(URL), 'name="decision"')
        self.assertEqual(self.decide("approve", comment).status_code, 403)
        self.assertEqual(self.client.post(f"{URL}undo/", {"act": "x"}).status_code, 403)

    def test_who_may_not_look_sees_nothing(self):
        comment = self.waiting(email="b@example.org")
        self.let()
        for page in ("", f"{comment.pk}/sender/", "news/?loaded=1"):
            self.assertEqual(self.client.get(URL + page).status_code, 403)

    def test_who_may_not_make_rules_cannot_block(self):
        comment = self.waiting(email="b@example.org")
        self.let("view_comment", "change_comment")
        page = f"{URL}{comment.pk}/sender/"
        self.assertIsNone(self.client.get(page).context["form"])
        self.assertEqual(self.client.post(f"{page}block").status_code, 403)


class GroupTests(InboxTestCase):
    def setUp(self):
        super().setUp()
        self.rule = make_spam_rule("word", "Casino")
        values = {"rule": self.rule.pk, "kind": "word", "value": "Casino"}
        found = [{"code": "rule", "weight": 30, "values": values}]
        self.comment = self.waiting(
            email="berta@mail.example",
            ip="192.0.2.7",
            website="https://shop.example/",
            findings=found,
        )
        self.waiting("Adresse", email="BERTA@mail.example")
        self.waiting("Netz", ip="192.0.2.7")
        self.waiting("Laden", body="https://www.shop.example/x")
        self.waiting("Wort", body="Das Casino")
        make_comment(self.post, name="Erschienen", email="berta@mail.example")

    def group(self, path):
        return self.client.get(f"{URL}{self.comment.pk}/{path}/")

    def test_it_gathers_what_waits_by_sender_domain_network_and_rule(self):
        for path, name in [
            ("sender", "Adresse"), ("network", "Netz"), ("domain/shop.example", "Laden"),
            (f"rule/{self.rule.pk}", "Wort"),
        ]:  # fmt: skip
            with self.subTest(path):
                rows = self.group(path).context["rows"]
                self.assertEqual({row.name for row, _words in rows}, {"Berta", name})

    def test_what_an_answer_does_not_have_is_not_found(self):
        for path in ("domain/other.example", "rule/999", "rule/²", "haha", "domain"):
            self.assertEqual(self.group(path).status_code, 404)

    def test_every_item_leads_to_its_groups(self):
        response = self.client.get(URL)
        for path in ("sender", "network", "domain/shop.example", f"rule/{self.rule.pk}"):
            self.assertContains(response, f'"{URL}{self.comment.pk}/{path}/"')

    def test_one_press_decides_for_all_that_were_shown(self):
        rows = [row for row, _words in self.group("sender").context["rows"]]
        late = self.waiting("Später", email="berta@mail.example")
        self.decide("spam", *rows)
        self.assertEqual({self.status(row) for row in rows}, {Status.SPAM})
        self.assertEqual(self.status(late), Status.PENDING)

    def block(self, path="sender", until="2099-12-31", action="spam"):
        url = f"{URL}{self.comment.pk}/{path}/block"
        return self.client.post(url, {"until": until, "action": action}, follow=True)

    def test_a_block_is_a_rule_with_an_end(self):
        for path, kind, value in [
            ("sender", "email", "berta@mail.example"), ("network", "network", "192.0.2.7/32"),
            ("domain/shop.example", "domain", "shop.example"),
        ]:  # fmt: skip
            with self.subTest(path):
                response = self.block(path, until="2030-01-31")
                self.assertEqual(response.status_code, 200)
                rule = SpamRule.objects.get(kind=kind)
                self.assertEqual((rule.value, rule.action), (value, "spam"))
                self.assertEqual(rule.ends_at.isoformat(), "2030-01-31T23:00:00+00:00")

    def test_a_block_that_is_there_is_prolonged_and_one_without_end_stays(self):
        make_spam_rule("email", "berta@mail.example", is_active=False)
        self.block(until="2030-01-31")
        rule = SpamRule.objects.get(kind="email")
        self.assertEqual((rule.is_active, rule.ends_at.year), (True, 2030))
        SpamRule.objects.filter(pk=rule.pk).update(ends_at=None)
        self.block(until="2030-01-31")
        rule.refresh_from_db()
        self.assertIsNone(rule.ends_at)

    def test_a_day_that_is_over_is_refused_at_its_field(self):
        for until in ("2020-01-01", "9999-12-31", "morgen", ""):
            response = self.block(until=until)
            self.assertEqual(response.status_code, 422)
            self.assertIn("until", response.context["form"].errors)
        self.assertFalse(SpamRule.objects.filter(kind="email").exists())

    def test_it_says_whom_the_block_would_have_hit(self):
        Comment.objects.order_by().update(created_at=Decision._meta.get_field("at").default())
        self.assertEqual(self.group("sender").context["trial"].approved_count, 1)


class WayInTests(InboxTestCase):
    def test_index_app_and_list_lead_to_it(self):
        for page in ("/en/admin/", "/en/admin/comments/", "/en/admin/comments/comment/"):
            self.assertContains(self.client.get(page), f'href="{URL}"')

    def test_acts_of_one_press_share_a_key(self):
        act = moderator(self.user)
        for comment in (self.waiting(), self.waiting()):
            actions.moderate(comment.pk, Status.SPAM, act)
        self.assertEqual(set(Decision.objects.values_list("act", flat=True)), {act.key})
