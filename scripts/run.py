"""Prepare a local site and run web server, worker and scheduler together: `make run`."""

import contextlib
import ctypes
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.process import Popen, Process

from scripts.services import wait_for_port
from scripts.translations import compile_all

ROOT = Path(__file__).resolve().parent.parent
DOTENV = ROOT / ".env"
PREPARED = ROOT / "var" / "prepared"
PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    _die_with_parent(signal.SIGTERM)
    os.chdir(ROOT)
    port = _port()
    _write_dotenv()
    os.environ.setdefault("BASE_URL", _base_url(port))
    compile_all()
    _prepare()
    sys.exit(run_together(port))


def _prepare() -> None:
    """Bring database and content up to date, unless nothing they depend on has changed since.

    That is what keeps the second start short. A database elsewhere may have changed by itself.
    """
    state = _state()
    given = "\n".join(os.environ) + DOTENV.read_text("utf-8")
    is_elsewhere = "DATABASE_URL" in given or "DATA_DIR" in given
    is_there = PREPARED.exists() and (PREPARED.parent / "db.sqlite3").exists()
    if not is_elsewhere and is_there and PREPARED.read_text("utf-8") == state:
        return
    prepared = subprocess.run([sys.executable, "manage.py", "prepare_local"])
    if prepared.returncode:
        sys.exit(prepared.returncode)
    PREPARED.parent.mkdir(exist_ok=True)
    PREPARED.write_text(state, "utf-8")


def _state() -> str:
    """Return a digest of the packages, the environment file and every migration of ours."""
    digest = hashlib.sha256()
    for path in [ROOT / "requirements.lock", DOTENV, *sorted(ROOT.glob("*/migrations/*.py"))]:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _port() -> str:
    """Return the port to serve, or end with one sentence if it cannot be had."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"resonanz: PORT={port} is not a port; choose one, as in: make run PORT=8001")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            sys.exit(
                f"resonanz: port {port} cannot be used ({error.strerror}); "
                f"choose another one, as in: make run PORT={int(port) % 65535 + 1}"
            )
    return port


def _write_dotenv() -> None:
    """Keep one local secret, so that sessions outlive a restart; an existing file is left alone."""
    try:
        descriptor = os.open(DOTENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(f"DEBUG=1\nSECRET_KEY={secrets.token_urlsafe(50)}\n")
    print("Wrote .env with a secret of this machine.", flush=True)


def _base_url(port: str) -> str:
    """Return the address for links in mails: the one in .env, or this port's."""
    for line in DOTENV.read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "BASE_URL" and value.strip():
            return value.strip().strip("\"'")
    return f"http://localhost:{port}"


class _Process(Process):
    """A process of the Procfile that ends when honcho ends, even if that is killed outright."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._child_ctor = _popen

    def run(self, *args, **kwargs):
        _die_with_parent(signal.SIGKILL)
        super().run(*args, **kwargs)


def _popen(command, **kwargs):
    # `exec`, or a shell would stand between the signal and the program.
    return Popen(f"exec {command}", preexec_fn=lambda: _die_with_parent(signal.SIGTERM), **kwargs)


def _die_with_parent(number: int) -> None:
    """Ask the kernel to send this process a signal when its parent is gone; Linux alone can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def _say_when_ready(port: int) -> None:
    with contextlib.suppress(TimeoutError):
        wait_for_port(port)
        site = os.environ.get("BASE_URL")
        lines = [
            "",
            f"  The site     {site}/",
            f"  The admin    {site}/admin/",
            f"  Its mails    {site}/mail/  (nothing leaves this machine)",
            "",
            "  Ready. Ctrl-C ends everything.",
            "",
        ]
        print("\n".join(lines), flush=True)


def run_together(port: str) -> int:
    environment = os.environ | {"PORT": port, "PYTHONUNBUFFERED": "1"}
    manager = Manager()
    manager._process_ctor = _Process
    for name, command in parse_procfile(Path("Procfile").read_text("utf-8")).processes.items():
        manager.add_process(name, command, env=environment)
    threading.Thread(target=_say_when_ready, args=[int(port)], daemon=True).start()
    # A closed terminal ends the site as Ctrl-C does.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    # Ctrl-C is how one leaves; make need not call that an error.
    return 0 if manager.returncode == 130 else manager.returncode or 0


if __name__ == "__main__":
    main()
