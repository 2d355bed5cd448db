import ast
from pathlib import Path

import django
import polib
from django.conf import settings
from django.test import SimpleTestCase
from django.utils.translation import gettext, override, pgettext

from config.texts import LACKING


class LackingTextTests(SimpleTestCase):
    def test_django_itself_still_lacks_them(self):
        root = Path(django.__file__).parent
        catalogues = [
            *root.glob("conf/locale/de/LC_MESSAGES/django.po"),
            *root.glob("contrib/*/locale/de/LC_MESSAGES/django.po"),
        ]
        has = {
            entry.msgid
            for catalogue in catalogues
            for entry in polib.pofile(str(catalogue))
            if entry.translated() and not entry.msgid_plural
        }
        self.assertEqual([text for text in LACKING if text in has], [])

    def test_the_admin_speaks_them(self):
        with override("de"):
            self.assertEqual([text for text in LACKING if gettext(text) == text], [])


class MarkedTextTests(SimpleTestCase):
    def test_no_text_is_marked_where_nobody_collects_it(self):
        """What collects texts for translation does not look into f-strings."""
        markers = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
        hidden = [
            f"{path.name}:{call.lineno}"
            for app in ["blog", "comments", "newsletter", "config"]
            for path in (settings.BASE_DIR / app).rglob("*.py")
            for text in ast.walk(ast.parse(path.read_text()))
            if isinstance(text, ast.JoinedStr)
            for call in ast.walk(text)
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in markers
        ]
        self.assertEqual(hidden, [])


class WordsTests(SimpleTestCase):
    def test_one_english_word_for_two_things_is_two_german_ones(self):
        with override("de"):
            self.assertEqual(gettext("Archive"), "Archiv")
            self.assertEqual(pgettext("step of a post", "Archive"), "Archivieren")
            self.assertEqual(pgettext("author of a post", "by"), "von")
