from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletter.models import ConfirmationMail, ConsentEvent, Newsletter, Subscription
from tests.factories import make_author, make_newsletter, make_subscription, make_user


def make_rows(count, newsletter):
    """Subscriptions of `count` people, each with a mail and two events."""
    offset = Subscription.objects.count()
    for number in range(offset, offset + count):
        author = make_author(f"Leser {number} <x>", email=f"{number}@example.org")
        subscription = make_subscription(
            newsletter, author=author, state="pending", confirmed_at=None
        )
        ConfirmationMail.objects.create(subscription=subscription, kind="confirm")
        for kind in ("requested", "mail_sent"):
            ConsentEvent.objects.create(subscription=subscription, kind=kind, language="de")


class AdminTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.newsletter = make_newsletter()
        cls.editor = make_user(is_staff=True, is_superuser=True)

    def setUp(self):
        self.client.force_login(self.editor)

    def url(self, model, page="changelist", *args):
        return reverse(f"admin:newsletter_{model}_{page}", args=args)

    def act(self, model, action, *rows):
        data = {"action": action, "_selected_action": [row.pk for row in rows]}
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(self.url(model), data, follow=True)


class ListTests(AdminTestCase):
    def count_queries(self, url):
        with CaptureQueriesContext(connection) as queries:
            response = self.client.get(url)
        self.assertEqual(response.status_code, 200)
        return len(queries)

    def test_lists_cost_the_same_for_two_rows_and_twenty(self):
        make_rows(2, self.newsletter)
        models = ("newsletter", "subscription", "confirmationmail")
        few = {model: self.count_queries(self.url(model)) for model in models}
        make_rows(18, self.newsletter)
        for number in range(18):
            make_newsletter(f"Brief {number}")
        many = {model: self.count_queries(self.url(model)) for model in models}
        self.assertEqual(few, many)
        self.assertLessEqual(max(many.values()), 10)

    def test_subscriptions_are_found_by_address_and_name(self):
        make_rows(3, self.newsletter)
        for wanted in ("1@example.org", "Leser 1"):
            response = self.client.get(self.url("subscription"), {"q": wanted})
            self.assertContains(response, "1@example.org")
            self.assertNotContains(response, "2@example.org")
            self.assertContains(response, "Leser 1 &lt;x&gt;")

    def test_filters_work(self):
        make_rows(1, self.newsletter)
        for model, query in [
            ("subscription", {"state__exact": "ended"}),
            ("confirmationmail", {"sent_at__isempty": "0"}),
            ("newsletter", {"is_public__exact": "0"}),
        ]:
            response = self.client.get(self.url(model), query)
            self.assertEqual(response.context["cl"].result_count, 0)

    def test_failed_mail_shows_its_error(self):
        make_rows(1, self.newsletter)
        ConfirmationMail.objects.get().postpone(OSError("no route to host"))
        self.assertContains(self.client.get(self.url("confirmationmail")), "no route to host")

    def test_newsletter_shows_how_many_get_it(self):
        make_rows(2, self.newsletter)
        make_subscription(self.newsletter)
        row = self.client.get(self.url("newsletter")).context["cl"].result_list[0]
        self.assertEqual((row.active_count, row.pending_count), (1, 2))


class PageTests(AdminTestCase):
    def test_newsletter_is_made_and_its_address_with_it(self):
        data = {"name": "Neu & gut", "language": "de", "description": "Text", "position": "0"}
        self.client.post(self.url("newsletter", "add"), data | {"rhythm": "monatlich"})
        self.assertEqual(Newsletter.objects.get(name="Neu & gut").slug, "neu-und-gut")

    def test_newsletter_with_two_lines_in_its_name_is_refused(self):
        data = {"name": "A\x07", "language": "de", "description": "T", "rhythm": "nie"}
        response = self.client.post(self.url("newsletter", "add"), data | {"position": "0"})
        self.assertIn("name", response.context["adminform"].form.errors)

    def test_subscription_shows_its_consent_read_only(self):
        make_rows(1, self.newsletter)
        subscription = Subscription.objects.get()
        ConsentEvent.objects.create(
            subscription=subscription, kind="confirmed", wording="Ja, <b>ich</b> will."
        )
        response = self.client.get(self.url("subscription", "change", subscription.pk))
        self.assertContains(response, "Ja, &lt;b&gt;ich&lt;/b&gt; will.")
        self.assertNotContains(response, 'name="_save"')

    def test_nobody_is_subscribed_changed_or_deleted_by_hand(self):
        make_rows(1, self.newsletter)
        rows = [("subscription", Subscription), ("confirmationmail", ConfirmationMail)]
        for name, model in rows:
            key = model.objects.get().pk
            pages = [self.url(name, page, key) for page in ("change", "delete")]
            for page in [self.url(name, "add"), *pages]:
                self.assertEqual(self.client.post(page, {"post": "yes"}).status_code, 403)

    def test_pages_open_for_all(self):
        make_rows(1, self.newsletter)
        for model, row in [
            ("newsletter", self.newsletter),
            ("subscription", Subscription.objects.get()),
            ("confirmationmail", ConfirmationMail.objects.get()),
        ]:
            response = self.client.get(self.url(model, "change", row.pk))
            self.assertEqual(response.status_code, 200)


class ActionTests(AdminTestCase):
    def test_editor_ends_subscriptions(self):
        make_rows(2, self.newsletter)
        self.act("subscription", "end_subscriptions", *Subscription.objects.all())
        self.assertEqual(Subscription.objects.filter(state="ended").count(), 2)
        event = ConsentEvent.objects.filter(kind="withdrawn").first()
        self.assertEqual((event.way, event.ip, event.page_url), ("admin", None, ""))

    def test_editor_sends_a_mail_again_as_a_new_one(self):
        make_rows(1, self.newsletter)
        row = ConfirmationMail.objects.get()
        for _ in range(2):
            self.act("confirmationmail", "send_again", row)
        ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
        self.assertEqual(ids, [f"<signup.{row.pk}.v{n}@localhost>" for n in (2, 3)])

    def test_mail_that_is_needless_is_left_out(self):
        make_rows(1, self.newsletter)
        Subscription.objects.get().end()
        self.act("confirmationmail", "send_again", ConfirmationMail.objects.get())
        self.assertEqual(mail.outbox, [])

    def test_who_may_only_look_has_no_actions(self):
        make_rows(1, self.newsletter)
        viewer = make_user("viewer", is_staff=True)
        viewer.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        self.client.force_login(viewer)
        self.act("subscription", "end_subscriptions", Subscription.objects.get())
        self.act("confirmationmail", "send_again", ConfirmationMail.objects.get())
        self.assertEqual(Subscription.objects.get().state, "pending")
        self.assertEqual(mail.outbox, [])
