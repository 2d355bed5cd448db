from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog import people, roles, today
from blog.models import OutsideLink, SiteSettings
from blog.seeding import seed_posts
from comments.models import ClaimMail
from tests.factories import (
    make_author,
    make_comment,
    make_post,
    make_report,
    make_subscription,
    make_user,
)  # fmt: skip

MOST_QUERIES = 30


class TodayTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.now = timezone.now()
        cls.editor = make_user("chefin", is_staff=True, is_superuser=True)
        cls.ada = make_author("Ada", user=cls.editor, bio_de="Schreibt.", bio_en="Writes.")

    def setUp(self):
        self.client.force_login(self.editor)
        self.url = reverse("admin:index")

    def make(self, title, **fields):
        return make_post(title, authors=[self.ada], **fields)

    def ask(self, post, *, days=3, body="Stimmt das?", **fields):
        return make_comment(
            post, body=body, **{"created_at": self.now - timedelta(days=days)} | fields
        )

    def words(self):
        found = today.sections_of(self.editor)
        return [line.words for section in found for line in section.lines]

    def test_nothing_to_do_is_said(self):
        self.assertContains(self.client.get(self.url, headers={"accept": "text/html"}), "today")
        self.assertEqual(today.sections_of(self.editor), [])

    def test_drafts_reviews_and_scheduled_posts_are_named(self):
        self.make("Entwurf", status="draft", published_at=None)
        self.make("Zur Durchsicht", status="in_review", published_at=None)
        self.make("Morgen", published_at=self.now + timedelta(days=1))
        self.make("Erschienen")
        self.assertEqual(self.words(), ["Zur Durchsicht", "Morgen", "Entwurf"])

    def test_answers_that_wait_lead_to_the_inbox(self):
        post = self.make("Beitrag")
        make_comment(post, status="pending")
        make_report(make_comment(post))
        page = self.client.get(self.url)
        self.assertContains(page, f'href="{reverse("admin:comments_inbox")}"')
        self.assertContains(page, "inbox/?state=reported")

    def test_a_question_without_an_answer_for_two_days_is_named(self):
        post = self.make("Beitrag")
        self.ask(post, name="Berta")
        self.ask(post, days=1, name="Zu neu")
        self.ask(post, days=90, name="Zu alt")
        self.ask(post, body="Ohne Frage.", name="Carlo")
        self.assertEqual(self.words(), ["Berta: Stimmt das?"])

    def test_a_question_that_an_author_of_the_post_has_answered_is_done(self):
        post = self.make("Beitrag")
        question = self.ask(post, name="Berta")
        reply = {"parent": question, "body": "Ja.", "author": self.ada, "name": "Ada"}
        make_comment(post, **reply)  # typed under the name, not proved
        self.assertEqual(len(self.words()), 1)
        make_comment(post, **reply, is_verified=True)
        self.assertEqual(self.words(), [])

    def test_questions_below_posts_of_others_are_theirs(self):
        self.ask(make_post("Fremd", authors=[]))
        self.assertEqual(self.words(), [])

    def test_pictures_without_a_description_lead_to_their_post(self):
        self.make("Bilder", body='<p>x</p><img src="/media/a.webp">')
        self.assertEqual(self.words(), ["Bilder"])

    def test_links_that_lead_nowhere_lead_to_the_post_that_holds_them(self):
        body = (
            '<p><a href="https://example.org/weg">x</a> <a href="https://example.org/da">x</a></p>'
        )
        post = self.make("Links", body=body)
        OutsideLink.objects.filter(address__endswith="weg").update(
            standing="dead", missing_since=self.now
        )
        (line,) = today.dead_links(self.editor).lines
        self.assertEqual(line.words, "Links: https://example.org/weg")
        self.assertEqual(line.url, reverse("admin:blog_post_change", args=[post.pk]))
        SiteSettings(checks_links=False).save()
        self.assertEqual(self.words(), [])

    def test_many_dead_links_lead_to_their_list(self):
        body = "".join(f'<a href="https://example.org/{n}">x</a>' for n in range(today.LINES + 1))
        self.make("Links", body=f"<p>{body}</p>")
        OutsideLink.objects.update(standing="dead", missing_since=self.now)
        section = today.dead_links(self.editor)
        self.assertEqual(len(section.lines), today.LINES)
        page = self.client.get(section.more_url)
        self.assertEqual(len(page.context["cl"].result_list), today.LINES + 1)
        self.assertContains(page, ">Links</a>")

    def test_an_author_box_that_is_empty_in_a_language_is_named(self):
        make_post(authors=[make_author("Zoe", bio_de="Da.")])
        make_author("Ohne Beitrag")
        self.assertEqual(len(self.words()), 1)
        self.assertIn("Zoe", self.words()[0])

    def test_what_has_failed_leads_to_the_rows_that_have(self):
        comment = make_comment(self.make("Beitrag"))
        failed = ClaimMail.objects.create(comment=comment, last_error="OSError: away", attempts=1)
        page = self.client.get(self.url)
        line = today.failed_errands(self.editor).lines[0]
        self.assertContains(page, "?errand=failed")
        rows = self.client.get(line.url).context["cl"].result_list
        self.assertEqual(list(rows), [failed])

    def test_each_role_sees_only_what_it_may_act_on(self):
        self.make("Entwurf", status="draft", published_at=None)
        make_comment(self.make("Beitrag"), status="pending")
        for role, titles in [
            (roles.AUTHOR, 0), (roles.NEWSLETTER, 0), (roles.MODERATOR, 1), (roles.EDITOR, 1),
        ]:  # fmt: skip
            user = make_user(role, is_staff=True)
            user.groups.add(Group.objects.get(name=role))
            self.assertEqual(len(today.sections_of(user)), titles, role)

    def test_charts_count_acts_by_week(self):
        post = self.make("Beitrag", published_at=self.now)
        self.ask(post, days=0)
        make_subscription(confirmed_at=self.now - timedelta(days=7 * 40))
        charts = {chart.title: chart for chart in today.charts_of(self.editor)}
        totals = {title: chart.total for title, chart in charts.items()}
        self.assertEqual(
            totals,
            {"Beiträge": 1, "Empfehlungen": 0, "Antworten": 1, "Bestätigte Abonnements": 0},
        )
        self.assertEqual(charts["Beiträge"].weeks[-1][1], 1)
        self.assertEqual(len(charts["Beiträge"].weeks), today.WEEKS)

    def recommendations(self, user=None):
        chart = today.recommendations_by_week(user or self.editor)
        return chart and [count for _week, count in chart.weeks if count]

    def test_a_recommendation_is_somebody_brought_by_somebody_at_a_date(self):
        make_author("Gast", invited_by=self.ada, invited_at=self.now)
        make_author("Noch einer", invited_by=None, invited_at=self.now)  # the host was erased
        make_author("Von damals", invited_by=self.ada, invited_at=self.now - timedelta(weeks=40))
        make_author("Ohne Tag", invited_by=self.ada)
        make_author("Von selbst")
        self.assertEqual(self.recommendations(), [2])

    def test_a_person_of_two_rows_was_brought_once(self):
        guest = make_author("Gast", invited_by=self.ada, invited_at=self.now)
        people.merge(guest, make_author("Gast"), self.editor)
        self.assertEqual(self.recommendations(), [1])

    def test_who_may_not_look_at_people_sees_no_recommendations(self):
        self.assertIsNone(self.recommendations(make_user("autorin", is_staff=True)))

    def test_many_posts_cost_few_queries(self):
        """What ten thousand take in time says `bench/desk.py`."""
        seed_posts(200)
        with CaptureQueriesContext(connection) as queries:
            self.client.get(self.url)
        self.assertLess(len(queries), MOST_QUERIES)
