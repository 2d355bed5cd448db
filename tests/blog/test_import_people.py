import json

from django.core.management import CommandError, call_command
from django.test import TestCase

from blog.models import Author
from tests.factories import make_author
from tests.wxr import write_file


def import_people(*records):
    call_command("import_people", write_file(json.dumps(records)), verbosity=0)


class ImportPeopleTests(TestCase):
    def test_bio_is_filled_in_and_shown(self):
        ada = make_author(email="ada@example.org")
        import_people(
            {"email": "Ada@example.org", "bio_de": "Ada hobelt.", "bio_en": "Ada planes."}
        )
        ada.refresh_from_db()
        self.assertEqual((ada.bio_html_de, ada.bio_en), ("<p>Ada hobelt.</p>", "Ada planes."))

    def test_what_is_there_stays(self):
        ada = make_author(email="ada@example.org", bio_de="Von mir selbst.")
        import_people({"email": "ada@example.org", "name": "A.", "bio_de": "Von anderen."})
        ada.refresh_from_db()
        self.assertEqual((ada.name, ada.bio_de), ("Ada Beispiel", "Von mir selbst."))

    def test_somebody_new_is_added_unverified(self):
        import_people({"email": "neu@example.org", "name": "Neu", "language": "en"})
        author = Author.objects.get()
        self.assertEqual((author.slug, author.language), ("neu", "en"))
        self.assertFalse(author.is_verified)

    def test_second_run_changes_nothing(self):
        record = {"email": "neu@example.org", "name": "Neu", "bio_de": "Text."}
        import_people(record)
        with self.assertNumQueries(3):  # savepoint, look, release
            import_people(record)

    def test_wrong_records_are_named_and_nothing_is_kept(self):
        good = {"email": "gut@example.org", "name": "Gut"}
        for bad, problem in (
            ({"name": "Ohne"}, "entry 2: the e-mail address is missing"),
            ({"email": "neu@example.org"}, "entry 2: name: "),
            ({"email": "neu@example.org", "name": "N", "website": "javascript:1"}, "website: "),
            ({"email": "neu@example.org", "passwort": "x"}, "entry 2: unknown field passwort"),
            ("nur Text", "entry 2: this is not an object of texts"),
        ):
            with self.assertRaisesMessage(CommandError, problem):
                import_people(good, bad)
            self.assertFalse(Author.objects.exists())

    def test_file_that_is_no_list_is_refused(self):
        for content in ("{}", "[", ""):
            with self.assertRaises(CommandError):
                call_command("import_people", write_file(content))
        with self.assertRaisesMessage(CommandError, "fehlt.json"):
            call_command("import_people", "fehlt.json")
