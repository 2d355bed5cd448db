import tempfile
from pathlib import Path
from unittest import mock

from django.test import SimpleTestCase

from scripts import run


class PrepareOnceTests(SimpleTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "blog" / "migrations").mkdir(parents=True)
        (self.root / "requirements.lock").write_text("django==6.1.3")
        (self.root / ".env").write_text("DEBUG=1\n")
        places = {
            "ROOT": self.root,
            "DOTENV": self.root / ".env",
            "PREPARED": self.root / "var" / "prepared",
        }
        patches = [mock.patch.object(run, name, place) for name, place in places.items()]
        for patch in [*patches, mock.patch.dict("os.environ", clear=True)]:
            patch.start()
            self.addCleanup(patch.stop)

    def times_prepared(self, between=lambda: None):
        """Start twice, with something done between; return how often the site was prepared."""
        with mock.patch.object(run.subprocess, "run") as prepare:
            prepare.return_value.returncode = 0
            run._prepare()
            (self.root / "var" / "db.sqlite3").touch()
            between()
            run._prepare()
        return prepare.call_count

    def test_second_start_has_nothing_to_prepare(self):
        self.assertEqual(self.times_prepared(), 1)

    def test_new_migration_package_or_setting_is_prepared(self):
        for path in ["blog/migrations/0002.py", "requirements.lock", ".env"]:
            with self.subTest(path):
                change = (self.root / path).write_text
                self.assertEqual(self.times_prepared(lambda c=change: c("changed")), 2)
                (self.root / "var" / "prepared").unlink()

    def test_lost_database_is_made_again(self):
        self.assertEqual(self.times_prepared((self.root / "var" / "db.sqlite3").unlink), 2)

    def test_database_elsewhere_is_always_looked_at(self):
        (self.root / ".env").write_text("DATABASE_URL=postgresql://db/resonanz\n")
        self.assertEqual(self.times_prepared(), 2)

    def test_failed_preparation_is_not_taken_for_done(self):
        with mock.patch.object(run.subprocess, "run") as prepare, self.assertRaises(SystemExit):
            prepare.return_value.returncode = 1
            run._prepare()
        self.assertFalse((self.root / "var" / "prepared").exists())
