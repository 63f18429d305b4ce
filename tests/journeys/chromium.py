"""Which Chromium the journeys drive. `python -m tests.journeys.chromium` sees to it that there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = (
    "The journeys need Chromium, and there is none on the PATH. Install it, for example: sudo apt install chromium"
    "\nOr name the browser to use: CHROMIUM=/path/to/chrome make test"
)


class ChromiumMissing(Exception):
    """There is no browser to test with. The message says what to do."""


def find_chromium() -> str:
    """The browser's path: what CHROMIUM names, or else the first one found."""
    if named := os.environ.get("CHROMIUM"):
        if path := shutil.which(named):
            return path
        raise ChromiumMissing(f"CHROMIUM names {named}, and that is no program here.")
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise ChromiumMissing(MISSING)


def install_chromium() -> None:
    """By apt, where this process may: as root on Debian and its relatives."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ChromiumMissing(MISSING)
    print("Installing Chromium with apt-get (once; a minute or two)", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr).decode(errors="replace")[-2000:]
            raise ChromiumMissing(f"{' '.join(command)} failed:\n{said}\n{MISSING}")


def main() -> None:
    try:
        try:
            path = find_chromium()
        except ChromiumMissing:
            if os.environ.get("CHROMIUM"):
                raise
            install_chromium()
            path = find_chromium()
    except ChromiumMissing as error:
        sys.exit(str(error))
    print(path)


if __name__ == "__main__":
    main()
