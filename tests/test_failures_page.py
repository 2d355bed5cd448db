"""docs/failures.md names tests; each of them is there."""

import re
from pathlib import Path

from django.test import SimpleTestCase

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


class FailuresPageTests(SimpleTestCase):
    def test_every_test_it_names_is_there(self):
        named = NAMED.findall((ROOT / "docs" / "failures.md").read_text("utf-8"))
        self.assertGreater(len(named), 80)
        for file, name in named:
            with self.subTest(file, name=name):
                self.assertRegex((ROOT / "tests" / file).read_text("utf-8"), rf"def {name}\(")

    def test_every_failure_has_its_line(self):
        page = (ROOT / "docs" / "failures.md").read_text("utf-8")
        numbers = {int(number) for number in re.findall(r"^\| (\d+)\. ", page, re.MULTILINE)}
        self.assertEqual(numbers, set(range(1, 33)))
