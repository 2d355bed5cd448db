"""What a page loads in production: its script is one file, which holds what it imports."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import SimpleTestCase, override_settings

from config.staticfiles import IMPORT

STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "config.staticfiles.BundledStaticFilesStorage"}
}


class BundleTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(tempfile.mkdtemp(prefix="resonanz-static-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        with override_settings(STATIC_ROOT=cls.folder, STORAGES=STORAGES):
            call_command("collectstatic", interactive=False, verbosity=0)
        cls.source = Path(settings.BASE_DIR) / "static" / "js"

    def test_the_script_of_a_page_imports_nothing_and_holds_all(self):
        (bundle,) = self.folder.glob("js/site.????????????.js")
        text = bundle.read_text("utf-8")
        self.assertNotRegex(text, r"^import ")
        for name in IMPORT.findall((self.source / "site.js").read_text("utf-8")):
            module = (self.source / name).read_text("utf-8")
            self.assertIn(module, text)
            # A block has no exports, and nothing else may be brought in.
            self.assertIsNone(re.search(r"^(export|import)\b", module, re.MULTILINE), name)

    def test_it_is_still_a_script(self):
        node = shutil.which("node")
        if node is None:
            self.skipTest("node is not installed")
        copy = self.folder / "site.mjs"
        copy.write_text((self.folder / "js" / "site.js").read_text("utf-8"), "utf-8")
        done = subprocess.run([node, "--check", copy], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
