import ipaddress
import os
from pathlib import Path
from unittest import mock

from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase

from config import env


def given(value):
    return mock.patch.dict(os.environ, {"NAME": value})


class ReadersTests(SimpleTestCase):
    def assertRefused(self, value, read, *args, saying, **kwargs):
        with given(value), self.assertRaises(ImproperlyConfigured) as caught:
            read("NAME", *args, **kwargs)
        sentence = str(caught.exception)
        self.assertTrue(sentence.startswith("NAME has a wrong value: "), sentence)
        self.assertIn(saying, sentence)
        self.assertNotIn("\n", sentence)

    def test_flag_knows_the_usual_words(self):
        for value, expected in [("1", True), ("true", True), ("0", False), ("false", False)]:
            with self.subTest(value), given(value):
                self.assertIs(env.flag("NAME", default=not expected), expected)

    def test_empty_flag_is_the_default(self):
        with given(""):
            self.assertTrue(env.flag("NAME", default=True))

    def test_flag_refuses_other_words(self):
        self.assertRefused("maybe", env.flag, default=False, saying="say 1 or 0, true or false")

    def test_choice_refuses_what_is_not_offered(self):
        self.assertRefused("fr", env.choice, "de", ["de", "en"], saying="'fr' is none of de, en")

    def test_words_are_parted_by_commas(self):
        with given(" a.example, ,b.example "):
            self.assertEqual(env.words("NAME"), ["a.example", "b.example"])

    def test_networks_may_be_addresses_too(self):
        with given("10.0.0.0/8, ::1"):
            expected = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128")]
            self.assertEqual(env.networks("NAME"), expected)

    def test_networks_refuse_what_is_none(self):
        self.assertRefused("10.0.0.0/40", env.networks, saying="10.0.0.0/40")

    def test_secret_has_a_default_in_debug_alone(self):
        with given(""):
            self.assertGreaterEqual(len(env.secret("NAME", debug=True)), 50)
        self.assertRefused("", env.secret, debug=False, saying="it needs 50 random characters")

    def test_short_secret_is_refused_and_not_repeated(self):
        with given("hunter2"), self.assertRaises(ImproperlyConfigured) as caught:
            env.secret("NAME", debug=False)
        self.assertNotIn("hunter2", str(caught.exception))

    def test_base_url_is_a_host_without_path(self):
        with given("https://example.org/"):
            self.assertEqual(env.base_url("NAME", "http://localhost"), "https://example.org")
        for value in ["example.org", "ftp://example.org", "https://example.org/blog", "https://"]:
            with self.subTest(value):
                self.assertRefused(value, env.base_url, "", saying="https://example.org")

    def test_web_address_needs_a_host(self):
        self.assertRefused("akismet", env.web_address, "", saying="http:// or https://")

    def test_mail_address_may_have_a_name(self):
        with given("Resonanz <post@example.org>"):
            self.assertEqual(env.mail_address("NAME", ""), "Resonanz <post@example.org>")
        self.assertRefused("Resonanz", env.mail_address, "", saying="is not like Resonanz")


class ServersTests(SimpleTestCase):
    assertRefused = ReadersTests.assertRefused

    def test_database_is_sqlite_unless_named(self):
        with given(""):
            database = env.database("NAME", Path("/data/db.sqlite3"))
        self.assertEqual(database["NAME"], "/data/db.sqlite3")
        self.assertEqual(database["OPTIONS"]["transaction_mode"], "IMMEDIATE")
        self.assertEqual(database["CONN_MAX_AGE"], 60)

    def test_postgresql_connections_are_kept_and_checked(self):
        with given("postgresql://me:secret@db.example:5433/blog"):
            database = env.database("NAME", Path("unused"))
        self.assertEqual(database["ENGINE"], "django.db.backends.postgresql")
        self.assertEqual((database["HOST"], database["PORT"]), ("db.example", 5433))
        self.assertEqual((database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]), (60, True))

    def test_other_databases_are_refused(self):
        self.assertRefused("mysql://db/blog", env.database, Path("x"), saying="postgresql://")

    def test_cache_is_memory_or_redis(self):
        with given(""):
            self.assertIn("locmem", env.cache("NAME")["BACKEND"])
        with given("redis://cache:6379/1"):
            self.assertEqual(env.cache("NAME")["LOCATION"], "redis://cache:6379/1")
        self.assertRefused("memcached://cache", env.cache, saying="redis://")

    def test_broker_is_redis_or_rabbitmq(self):
        with given("amqp://queue"):
            self.assertEqual(env.broker("NAME"), "amqp://queue")
        self.assertRefused("http://queue", env.broker, saying="amqp://")

    def test_mailer_reads_account_and_encryption(self):
        with given("smtp://me%40example.org:se%3Acret@mail.example:587?tls=1"):
            options = env.mailer("NAME", Path("unused"))["OPTIONS"]
        self.assertEqual((options["username"], options["password"]), ("me@example.org", "se:cret"))
        self.assertEqual((options["host"], options["port"]), ("mail.example", 587))
        self.assertEqual((options["use_tls"], options["use_ssl"]), (True, False))

    def test_smtps_has_a_port_of_its_own(self):
        with given("smtps://mail.example"):
            options = env.mailer("NAME", Path("unused"))["OPTIONS"]
        self.assertEqual((options["port"], options["use_ssl"]), (465, True))

    def test_mailer_refuses_what_is_no_mail_server(self):
        self.assertRefused("mail.example:25", env.mailer, Path("x"), saying="smtp://")

    def test_without_mail_server_mails_become_files(self):
        with given(""):
            mailer = env.mailer("NAME", Path("/data/mail"))
        self.assertEqual(mailer["OPTIONS"], {"file_path": "/data/mail"})
