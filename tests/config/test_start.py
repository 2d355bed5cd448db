import json
import logging

from django.test import SimpleTestCase

from tests.config.process import PRODUCTION, manage, run_python

LOGIN = """
import django, json, sys
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0)
response = Client(SERVER_NAME="example.org").get("/admin/login/", secure=True)
print(json.dumps([[cookie.OutputString() for cookie in response.cookies.values()],
                  settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE]))
"""


SERVED = """
import config.wsgi, gc, json
print(json.dumps([gc.get_freeze_count() > 10_000, gc.get_threshold()[0]]))
"""


class ServerTests(SimpleTestCase):
    def test_no_collection_walks_through_what_is_loaded_at_the_start(self):
        served = run_python("-c", SERVED, **PRODUCTION)
        self.assertEqual(json.loads(served.stdout), [True, 20_000], served.stderr)


class LogTests(SimpleTestCase):
    def test_no_line_is_printed_twice(self):
        for name in ("django", "django.tasks", "django_tasks_db"):
            with self.subTest(name):
                logger = logging.getLogger(name)
                self.assertEqual((logger.handlers, logger.propagate), ([], True))


class WrongValueTests(SimpleTestCase):
    def assertStopsWith(self, sentence, **environment):
        stopped = manage("check", **environment)
        self.assertEqual(stopped.returncode, 1)
        self.assertEqual(stopped.stderr.strip(), f"resonanz: {sentence}")

    def test_missing_secret_stops_the_start(self):
        self.assertStopsWith(
            "SECRET_KEY has a wrong value: it needs 50 random characters, not 0",
            BASE_URL="https://example.org",
        )

    def test_unknown_database_stops_the_start(self):
        self.assertStopsWith(
            "DATABASE_URL has a wrong value: it begins with neither sqlite:// nor postgresql://",
            DEBUG="1",
            DATABASE_URL="oracle://db/blog",
        )

    def test_unknown_time_zone_stops_the_start(self):
        self.assertStopsWith(
            "TIME_ZONE has a wrong value: 'Berlin' is no time zone such as Europe/Berlin",
            DEBUG="1",
            TIME_ZONE="Berlin",
        )


class ProductionTests(SimpleTestCase):
    def test_deploy_check_is_clean(self):
        checked = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_celery_settings_are_clean_too(self):
        redis = {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
        checked = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, **redis)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn("no issues", checked.stdout)

    def test_no_migration_is_missing(self):
        checked = manage("makemigrations", "--check", "--dry-run", **PRODUCTION)
        self.assertEqual(checked.returncode, 0, checked.stdout)

    def test_cookies_are_bound_to_the_host_over_https(self):
        shown = run_python("-c", LOGIN, DJANGO_SETTINGS_MODULE="config.settings", **PRODUCTION)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        (csrf,), session_name, session_is_secure = json.loads(shown.stdout)
        self.assertTrue(csrf.startswith("__Host-csrf="), csrf)
        self.assertIn("; Path=/;", csrf)
        self.assertIn("Secure", csrf)
        self.assertNotIn("Domain", csrf)
        self.assertEqual(session_name, "__Host-session")
        self.assertTrue(session_is_secure)

    def test_local_preparation_refuses_to_run(self):
        refused = manage("prepare_local", **PRODUCTION)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("DEBUG is off", refused.stderr)
