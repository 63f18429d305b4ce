"""The site as `make run` starts it: a process of its own, to be killed and started again on the same folder."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from questionnaire.config import ROOT, from_environment

HOST = "127.0.0.1"
PATIENCE = 60  # seconds for the site to start, or to answer; never a measure, only an end to waiting
IS_READY = "Alongside is ready"


class SiteDidNotStart(Exception):
    """The site ended, or did not say that it is ready. The message is what it said instead."""


class ServedSite:
    """One folder, one port, and one process after the other that serves them."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        with socket.create_server((HOST, 0)) as free:
            self.port: int = free.getsockname()[1]
        self.log = folder / "log"
        # Nothing else of this environment: a developer's own settings must not lead to another database.
        self.environment = {
            "PATH": os.defpath,
            "HOST": HOST,
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://{HOST}:{self.port}",
            "INSTANCE": str(folder / "instance"),
            "DATABASE_URL": database_url,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def database_url(self) -> str:
        """The database that the site itself makes of these settings."""
        return from_environment(self.environment).database_url

    def start(self) -> None:
        """Start it and wait until it answers; raises SiteDidNotStart."""
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl+C is for the trial: it stops the site itself
            )
        deadline = time.monotonic() + PATIENCE
        while IS_READY not in self.said():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise SiteDidNotStart(self.said() or "It said nothing.")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill -9, this process and no other; nothing where it has ended already."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def served_site(database_url: str = "") -> Iterator[ServedSite]:
    """A site in a folder of its own, not yet started. With the block both its process and its folder end."""
    with tempfile.TemporaryDirectory(prefix="alongside-soak-") as folder:
        site = ServedSite(Path(folder), database_url)
        try:
            yield site
        finally:
            site.kill()
