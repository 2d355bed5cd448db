"""Servers of their own for tests: in a temporary folder, on no port that others can reach."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

READY_SECONDS = 30


def postgres_folder() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest there is; None if there is none.

    Debian keeps `initdb` out of PATH.
    """
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    return (
        max(map(Path, folders), key=lambda path: float(path.parts[-3])).parent if folders else None
    )


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Run a PostgreSQL server and yield its DATABASE_URL; afterwards nothing of it is left.

    It listens on a socket in its own folder alone, and forgets durability for speed.
    """
    programs = postgres_folder()
    if programs is None:
        raise FileNotFoundError("initdb")
    with tempfile.TemporaryDirectory(prefix="resonanz-pg-", dir="/tmp") as folder:
        owner = _unprivileged(folder)
        data = f"{folder}/data"
        create = ["-D", data, "-U", "resonanz", "-A", "trust", "-E", "UTF8", "-N"]
        # Letters are ICU's, whatever locales this machine has: lower() must know umlauts.
        create += ["--locale=C", "--locale-provider=icu", "--icu-locale=und"]
        _run([str(programs / "initdb"), *create], owner)
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off"
        options += " -c full_page_writes=off -c max_connections=200 -c timezone=UTC"
        control = [str(programs / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log"]
        _run([*control, "-o", options, "start"], owner)
        try:
            yield f"postgresql://resonanz@{quote(folder, safe='')}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], owner)


@contextmanager
def temporary_redis() -> Iterator[str]:
    """Run a Redis server and yield its address."""
    with (
        tempfile.TemporaryDirectory(prefix="resonanz-redis-") as folder,
        socket.socket() as probe,
    ):
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        command += ["--save", "", "--appendonly", "no"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                wait_for_port(port)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                server.terminate()


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, *, timeout_seconds: float = READY_SECONDS) -> None:
    """Return when something listens on the loopback `port`; raise TimeoutError if nothing does."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port} after {timeout_seconds:.0f} s")


def _unprivileged(folder: str) -> str | None:
    """Give `folder` to a user PostgreSQL will run as, and return that user; None if we may run it.

    PostgreSQL refuses to run as root.
    """
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    owner = "postgres" if "postgres" in known else "nobody"
    shutil.chown(folder, owner)
    return owner


def _run(command, owner):
    # Its own output goes to a file: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command, user=owner, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/"
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed: {output.read()[-2000:]}")
