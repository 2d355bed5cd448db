import re
from io import StringIO

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import TestCase, override_settings

from blog.models import Author, Post
from tests.factories import make_post

User = get_user_model()


def prepare():
    """Run the command as `make run` does; return what it prints."""
    output = StringIO()
    with override_settings(DEBUG=True):
        call_command("prepare_local", stdout=output)
    return output.getvalue()


class PrepareLocalTests(TestCase):
    def test_empty_database_gets_the_sample(self):
        prepare()
        self.assertTrue(Post.objects.published().exists())

    def test_posts_of_ones_own_are_left_alone(self):
        make_post("Meiner")
        prepare()
        self.assertEqual(Post.objects.get().title, "Meiner")

    def test_password_that_is_printed_opens_the_admin(self):
        make_post()
        password = re.search(r"with the password  (\S+)", prepare())[1]
        self.assertTrue(self.client.login(username="admin", password=password))
        self.assertContains(self.client.get("/en/admin/"), "admin")

    def test_admin_writes_under_a_public_name(self):
        make_post()
        prepare()
        self.assertEqual(Author.objects.get(user__username="admin").name, "Redaktion")

    def test_second_start_adds_nothing_and_shows_no_password(self):
        make_post()
        prepare()
        rows = (User.objects.count(), Author.objects.count(), Post.objects.count())
        self.assertNotIn("password", prepare())
        self.assertEqual(rows, (User.objects.count(), Author.objects.count(), Post.objects.count()))
