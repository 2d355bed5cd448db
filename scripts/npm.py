"""Tools from npm that only developers use, in a cache outside the repository."""

import os
import shutil
import subprocess
from pathlib import Path

# Lighthouse 13 asks for Node 22, which Debian stable has not.
TOOLS = {"lighthouse": "12.8.2", "vnu-jar": "26.9.27"}
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "resonanz" / "npm"


def missing(*programs: str) -> str:
    """Return which of `programs` this machine has not, in words; "" if it has all."""
    return ", ".join(name for name in programs if not shutil.which(name))


def installed(tool: str) -> Path:
    """Return the folder of a tool; npm installs it there if it is not in its version.

    Raise SystemExit with what npm said if it cannot.
    """
    version, folder = TOOLS[tool], CACHE / f"{tool}-{TOOLS[tool]}"
    found = folder / "node_modules" / tool
    if not (found / "package.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"Installing {tool} {version} with npm into {folder} …", flush=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        command += ["--prefix", str(folder), f"{tool}@{version}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"npm could not install {tool}:\n{done.stderr[-2000:]}")
    return found
