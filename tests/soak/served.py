"""The site as `make run` starts it: a process of its own, to be killed and started again on the same folder."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from questionnaire.config import ROOT, from_environment
from questionnaire.store.keys import Keys

HOST = "127.0.0.1"
PATIENCE = 120  # seconds for the site to start, or to answer; never a measure, only an end to waiting
IS_READY = "Alongside is ready"
PORT_IS_TAKEN = "Nobody can listen"
MOVES = 5  # to another port, at most


class SiteDidNotStart(Exception):
    """The site ended, or did not say that it is ready. The message is what it said instead."""


class ServedSite:
    """One folder, one port, and one process after the other that serves them; more settings as in the environment."""

    def __init__(self, folder: Path, database_url: str = "", **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.program: tuple[str, ...] = ("app.py",)
        self.under: tuple[str, ...] = ()  # a program that starts it, and watches
        # Nothing else of this environment: a developer's own settings must not lead to another database.
        self.environment = {
            "PATH": os.defpath,
            "HOST": HOST,
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://{HOST}:{self.port}",
            "INSTANCE": str(folder / "instance"),
            "DATABASE_URL": database_url,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def another(self, **settings: str) -> "ServedSite":
        """A second process of the same site, at a port of its own."""
        changed = {name: value for name, value in self.environment.items() if name not in {"HOST", "PORT"}}
        other = ServedSite(self.folder)
        other.environment = {**other.environment, **changed, "PORT": str(other.port), **settings}
        return other

    @property
    def keys(self) -> Keys:
        """The keys of its rounds."""
        return Keys(from_environment(self.environment).keys)

    @property
    def database_url(self) -> str:
        """The database that the site itself makes of these settings."""
        return from_environment(self.environment).database_url

    def start(self) -> None:
        """Start it and wait until it answers; raises SiteDidNotStart."""
        self.begin()
        self.wait()

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / f"log-{self.port}"

    def begin(self) -> None:
        """Start it, and do not wait."""
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*self.under, sys.executable, *self.program],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl+C is for the trial: it stops the site itself
            )

    def wait(self, said: str = IS_READY) -> None:
        """Wait until it says that it is ready; raises SiteDidNotStart."""
        assert self.process
        deadline, moves = time.monotonic() + PATIENCE, MOVES
        while said not in self.said():
            if self.process.poll() is not None and PORT_IS_TAKEN in self.said() and moves:
                moves -= 1
                self._move()
            elif self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise SiteDidNotStart(self.said() or "It said nothing.")
            time.sleep(0.02)

    def _move(self) -> None:
        """Begin again at another port: somebody took this one after it was chosen."""
        before, self.port = self.port, free_port()
        self.environment["PORT"] = str(self.port)
        if self.environment["PUBLIC_URL"] == f"http://{HOST}:{before}":
            self.environment["PUBLIC_URL"] = f"http://{HOST}:{self.port}"
        self.begin()

    def kill(self) -> None:
        """Kill -9 of it and all that it started, and of nothing else; nothing where it has ended already."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def flask(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of the site, from its beginning to its end."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """A port that nobody uses, and below those that the system gives to connections, so that it stays free."""
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """So many different ones."""
    with ExitStack() as held:
        ports: list[int] = []
        while len(ports) < number:
            with suppress(OSError):
                free = held.enter_context(socket.create_server((HOST, 10_240 + secrets.randbelow(20_000))))
                ports.append(int(free.getsockname()[1]))
    return ports


@contextmanager
def served_site(database_url: str = "", **settings: str) -> Iterator[ServedSite]:
    """A site in a folder of its own, not yet started. With the block both its process and its folder end."""
    with tempfile.TemporaryDirectory(prefix="alongside-soak-") as folder:
        site = ServedSite(Path(folder), database_url, **settings)
        try:
            yield site
        finally:
            site.kill()
