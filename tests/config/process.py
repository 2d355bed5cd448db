"""Start this project's commands as an operator would, with a chosen environment."""

import os
import subprocess
import sys
import tempfile

from config.env import BASE_DIR

PRODUCTION = {
    "BASE_URL": "https://example.org",
    "SECRET_KEY": "mnbvcxylkjhgfdsapoiuztrewq0987654321MNBVCXYLKJHGFDSAPOIU",
}


def run_python(*arguments, **environment):
    """Run this Python in the project's folder; return the CompletedProcess with its text.

    Nothing of `environment` is inherited but what a process needs to start.
    """
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env={
                "PATH": os.environ["PATH"],
                "RESONANZ_IGNORE_DOTENV": "1",
                "DATA_DIR": folder,
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )


def manage(*arguments, **environment):
    return run_python("manage.py", *arguments, **environment)
