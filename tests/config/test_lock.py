"""What is installed is pinned, checked by hash, and says nothing of where it came from."""

import re

from django.test import SimpleTestCase

from config.env import BASE_DIR

LOCKS = [BASE_DIR / "requirements.lock", BASE_DIR / "deploy" / "requirements.lock"]


class LockTests(SimpleTestCase):
    def test_no_lock_names_a_host_or_a_path(self):
        for lock in LOCKS:
            with self.subTest(lock.name):
                self.assertNotRegex(lock.read_text(), r"://|--index|--find-links|--extra| @ |file:")

    def test_every_package_has_a_version_and_hashes(self):
        for lock in LOCKS:
            with self.subTest(lock.name):
                for entry in _entries(lock):
                    self.assertRegex(entry, r"^[\w.-]+(\[\w+\])?==[^ ]+", entry)
                    self.assertIn("--hash=sha256:", entry)

    def test_servers_run_the_versions_that_were_tested(self):
        tested, deployed = (set(map(_pin, _entries(lock))) for lock in LOCKS)
        self.assertLessEqual(deployed, tested)
        self.assertFalse([pin for pin in deployed if pin.startswith(("pytest", "playwright"))])

    def test_every_dependency_of_the_project_is_locked(self):
        project = (BASE_DIR / "pyproject.toml").read_text()
        wanted = set(re.findall(r'^  "([\w-]+)(?:\[\w+\])?[>=<]', project, re.MULTILINE))
        locked = {re.split(r"[\[=]", entry)[0] for entry in _entries(LOCKS[0])}
        self.assertLessEqual(wanted, locked)


def _entries(lock):
    """Return each requirement of `lock` with its hashes, as one text."""
    return re.findall(r"^[^\s#].*(?:\n    .*)*", lock.read_text(), re.MULTILINE)


def _pin(entry):
    return entry.split()[0]
