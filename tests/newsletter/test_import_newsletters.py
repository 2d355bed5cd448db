import json

from django.core.management import CommandError, call_command
from django.test import TestCase

from newsletter.models import Newsletter
from tests.wxr import write_file

LETTER = {
    "slug": "anklopfen",
    "name": "Anklopfen",
    "language": "de",
    "description": "Ein Brief im Monat.",
    "rhythm": "monatlich",
}


def import_newsletters(*records):
    call_command("import_newsletters", write_file(json.dumps(records)), verbosity=0)


class ImportNewslettersTests(TestCase):
    def test_newsletters_come_in_the_order_of_the_file(self):
        import_newsletters(LETTER, LETTER | {"slug": "zweiter", "name": "Zweiter"})
        names = Newsletter.objects.public().values_list("name", flat=True)
        self.assertEqual(list(names), ["Anklopfen", "Zweiter"])

    def test_one_that_is_here_stays_as_it_is(self):
        import_newsletters(LETTER)
        import_newsletters(LETTER | {"name": "Anders"})
        self.assertEqual(Newsletter.objects.get().name, "Anklopfen")

    def test_wrong_records_are_named_and_nothing_is_kept(self):
        for bad, problem in (
            ({"name": "Ohne"}, "entry 2: the slug is missing"),
            (LETTER | {"slug": "b", "description": ""}, "entry 2: description: "),
            (LETTER | {"slug": "b", "farbe": "rot"}, "entry 2: unknown field farbe"),
        ):
            with self.assertRaisesMessage(CommandError, problem):
                import_newsletters(LETTER, bad)
            self.assertFalse(Newsletter.objects.exists())
