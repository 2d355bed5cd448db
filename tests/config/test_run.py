"""Web server, worker and scheduler start together and end together, however the end comes."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from django.test import SimpleTestCase

from config.env import BASE_DIR
from tests.config.test_tasks import comes_true

# Each process of the Procfile says that it runs and waits for ever, or dies when the others run.
CHILD = """
import os, sys, time
(name,) = sys.argv[1:]
while name == "dies":
    if os.path.exists("web") and os.path.exists("worker"):
        sys.exit(3)
    time.sleep(0.05)
with open(name, "w") as file:
    file.write(str(os.getpid()))
time.sleep(600)
"""
RUN = "import sys; from scripts.run import run_together; sys.exit(run_together('9'))"


class RunTogetherTests(SimpleTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, *names):
        (self.folder / "child.py").write_text(CHILD)
        python = shlex.quote(sys.executable)
        lines = [f"{name}: {python} child.py {name}\n" for name in names or ["web", "worker"]]
        (self.folder / "Procfile").write_text("".join(lines))
        process = subprocess.Popen(
            [sys.executable, "-c", RUN],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(BASE_DIR)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(process.kill)
        return process

    def pids(self):
        """Return the processes that run, once both have said so."""
        names = ["web", "worker"]
        written = [self.folder / name for name in names]
        self.assertTrue(comes_true(lambda: all(p.exists() and p.read_text() for p in written)))
        return [int(path.read_text()) for path in written]

    def assertAllEnd(self, pids):
        self.assertTrue(comes_true(lambda: not any(map(_runs, pids))))

    def test_ctrl_c_and_a_kill_and_a_closed_terminal_end_all(self):
        for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
            with self.subTest(number.name):
                process = self.start()
                pids = self.pids()
                process.send_signal(number)
                process.wait(timeout=20)
                self.assertAllEnd(pids)
                for name in ["web", "worker"]:
                    (self.folder / name).unlink()

    def test_nothing_outlives_even_a_hard_kill(self):
        if sys.platform != "linux":
            self.skipTest("only Linux tells a process that its parent is gone")
        process = self.start()
        pids = self.pids()
        process.kill()
        process.wait(timeout=20)
        self.assertAllEnd(pids)

    def test_one_that_dies_takes_the_others_along(self):
        process = self.start("web", "worker", "dies")
        pids = self.pids()
        self.assertEqual(process.wait(timeout=20), 3)
        self.assertAllEnd(pids)


def _runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that has ended and that nobody has asked about yet is still listed, as a zombie.
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self").exists()
