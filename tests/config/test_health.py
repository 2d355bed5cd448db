from unittest import mock

from django.db import DatabaseError
from django.test import SimpleTestCase, TestCase
from django.urls import reverse


class HealthzTests(SimpleTestCase):
    def test_process_answers_without_a_database(self):
        response = self.client.get(reverse("healthz"))
        self.assertEqual((response.status_code, response.content), (200, b"ok\n"))

    def test_nothing_keeps_the_answer(self):
        self.assertIn("no-store", self.client.get(reverse("healthz")).headers["Cache-Control"])

    def test_it_is_for_reading_only(self):
        self.assertEqual(self.client.post(reverse("healthz")).status_code, 405)


class ReadyzTests(TestCase):
    def test_database_answers(self):
        response = self.client.get(reverse("readyz"))
        self.assertEqual((response.status_code, response.content), (200, b"ok\n"))

    def test_without_database_it_is_503(self):
        with mock.patch("config.views.connection.cursor", side_effect=DatabaseError("gone")):
            response = self.client.get(reverse("readyz"))
        self.assertEqual((response.status_code, response.content), (503, b"no database\n"))
