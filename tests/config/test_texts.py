from pathlib import Path

import django
import polib
from django.test import SimpleTestCase
from django.utils.translation import gettext, override

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
