from django.test import TestCase, override_settings

from blog.models import Author, SiteSettings
from comments import tree
from comments.actions import submit_comment
from comments.formtoken import FormUse
from comments.models import Comment, SpamCheck
from tests.factories import make_author, make_comment, make_post, make_user

Status, Reason = Comment.Status, Comment.Reason
with_key = override_settings(AKISMET_API_KEY="a-key")


class SubmitTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.post = make_post()
        cls.carlo = make_author("Carlo", email="carlo@example.org")

    def submit(self, **fields):
        typed = {"name": "Berta", "email": "berta@example.org", "body": "Gut gesagt."} | fields
        return submit_comment(Comment(post=self.post, **typed))

    def assert_decided(self, comment, status, reason):
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.status_reason), (status, reason))


class WithoutKeyTests(SubmitTestCase):
    def test_the_first_answer_of_somebody_waits(self):
        self.assert_decided(self.submit(), Status.PENDING, Reason.FIRST_ANSWER)
        self.assertFalse(SpamCheck.objects.exists())

    def test_a_typed_address_is_no_proof_however_well_known(self):
        make_comment(self.post, author=self.carlo, is_verified=True)
        comment = self.submit(email="carlo@example.org")
        self.assert_decided(comment, Status.PENDING, Reason.UNVERIFIED)
        self.assertFalse(comment.is_verified)

    def test_a_proved_person_with_an_approved_proved_answer_appears(self):
        make_comment(self.post, author=self.carlo, is_verified=True)
        comment = self.submit(author=self.carlo, is_verified=True)
        self.assert_decided(comment, Status.APPROVED, Reason.KNOWN)

    def test_earlier_answers_count_only_if_proved_and_approved(self):
        make_comment(self.post, author=self.carlo)
        make_comment(self.post, author=self.carlo, is_verified=True, status=Status.SPAM)
        comment = self.submit(author=self.carlo, is_verified=True)
        self.assert_decided(comment, Status.PENDING, Reason.UNVERIFIED)

    def test_the_author_of_the_post_appears(self):
        author = self.post.bylined_authors[0]
        comment = self.submit(author=author, is_verified=True)
        self.assert_decided(comment, Status.APPROVED, Reason.TEAM)

    def test_the_team_appears(self):
        author = make_author("Team", user=make_user(is_staff=True))
        comment = self.submit(author=author, is_verified=True)
        self.assert_decided(comment, Status.APPROVED, Reason.TEAM)

    def test_a_closed_staff_account_is_team_no_more(self):
        author = make_author("Team", user=make_user(is_staff=True, is_active=False))
        comment = self.submit(author=author, is_verified=True)
        self.assertEqual(comment.status, Status.PENDING)


@with_key
class WithKeyTests(SubmitTestCase):
    def setUp(self):
        SiteSettings(akismet_consent="notice").save()

    def test_an_answer_waits_with_its_check_until_after_commit(self):
        with self.captureOnCommitCallbacks() as callbacks:
            comment = self.submit(ip="192.0.2.1")

        self.assert_decided(comment, Status.PENDING, Reason.SPAM_CHECK)
        self.assertEqual(comment.spam_check.fields["user_ip"], "192.0.2.1")
        self.assertEqual(len(callbacks), 1)

    def test_the_honeypot_is_told(self):
        comment = Comment(post=self.post, name="Berta", body="x")
        submit_comment(comment, use=FormUse(60, "f0123", "filled"))
        self.assertEqual(comment.spam_check.fields["honeypot_field_name"], "f0123")
        self.assertEqual(comment.spam_check.fields["f0123"], "filled")

    def test_team_and_known_people_are_not_told_of(self):
        make_comment(self.post, author=self.carlo, is_verified=True)
        comment = self.submit(author=self.carlo, is_verified=True)
        self.assert_decided(comment, Status.APPROVED, Reason.KNOWN)
        self.assertFalse(SpamCheck.objects.exists())

    def test_no_row_is_left_when_the_parent_is_gone(self):
        parent = make_comment(self.post)
        tree.delete(parent.pk)
        with self.assertRaises(Comment.DoesNotExist):
            self.submit(parent=parent, email="neu@example.org")
        self.assertFalse(SpamCheck.objects.exists())
        self.assertFalse(Author.objects.filter(email="neu@example.org").exists())


class StoredTests(SubmitTestCase):
    def test_text_is_kept_as_typed_and_cleaned_beside(self):
        typed = "<script>x</script>Gut,\n<b>sehr</b> gut: z.B. www.example.org"
        comment = self.submit(body=typed, website="https://Example.org/")
        comment.refresh_from_db()
        self.assertEqual((comment.body, comment.website), (typed, "https://Example.org/"))
        self.assertNotIn("<script>", comment.body_html)
        self.assertIn('<a href="http://www.example.org"', comment.body_html)

    def test_an_unknown_address_makes_an_unproved_author(self):
        comment = self.submit(email="Berta@Example.org", language="en")
        self.assertEqual(comment.author.email, "berta@example.org")
        self.assertEqual((comment.author.name, comment.author.language), ("Berta", "en"))
        self.assertFalse(comment.author.is_verified)

    def test_a_known_address_changes_nothing_in_its_author(self):
        comment = self.submit(name="Mallory", email="CARLO@example.org", website="https://m.org")
        self.carlo.refresh_from_db()
        self.assertEqual(comment.author, self.carlo)
        self.assertEqual((self.carlo.name, self.carlo.website), ("Carlo", ""))
        self.assertEqual(comment.name, "Mallory")

    def test_without_an_address_there_is_no_author(self):
        self.assertIsNone(self.submit(email="").author)

    def test_an_author_smuggled_in_without_proof_is_replaced(self):
        comment = self.submit(author=self.carlo, is_verified=False)
        self.assertNotEqual(comment.author, self.carlo)

    def test_an_answer_stands_under_its_parent(self):
        parent = make_comment(self.post)
        reply = self.submit(parent=parent)
        self.assertEqual((reply.parent, reply.level), (parent, 1))
        self.assertEqual(list(tree.check()), [])
