"""Two processes on one PostgreSQL behind nginx: one is killed under writers, then the database crashes.

After each the writers wait until what stands has been compared: what they write next would hide what was lost.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from tests.postgres import Postgres
from tests.soak import kills, proxies
from tests.soak.kills import Writer
from tests.soak.rows import Row, at_least, exactly, told
from tests.soak.served import PATIENCE, ServedSite, served_site
from tests.soak.visitor import UnexpectedAnswer

PUBLIC = f"https://{proxies.NAME}"
REFUSED = {502, 503, 504}  # what a proxy or the site says while something is down


@dataclass
class Outcome:
    """What a trial has seen."""

    acknowledged: int = 0
    refused: int = 0
    recovered: int = 0  # times that every writer was acknowledged again, by itself
    compared: int = 0  # times that what stands in the database was compared
    lost: int = 0
    torn: int = 0
    errors: list[str] = field(default_factory=list)  # answers that nobody should get, whatever is down

    def rows(self, name: str) -> Iterator[Row]:
        yield at_least(f"{name}: writes acknowledged", self.acknowledged, 1)
        yield told(f"{name}: refused or broken off", self.refused)
        yield exactly(f"{name}: other answers", len(self.errors), 0)
        yield exactly(f"{name}: compared, after each failure and at the end", self.compared, 3)
        yield exactly(f"{name}: acknowledged, and lost or torn", self.lost + self.torn, 0)
        yield exactly(f"{name}: recovered by itself, after a process and after the database", self.recovered, 2)


def trial(server: Postgres, database_url: str, *, seconds: float) -> Outcome:
    """Write through nginx; kill a process; let the database crash and start it again."""
    with (
        TemporaryDirectory(prefix="alongside-proxy-") as folder,
        served_site(database_url, PUBLIC_URL=PUBLIC, TRUSTED_PROXY="127.0.0.1") as first,
    ):
        second = first.another()
        first.start()
        second.start()
        try:
            with proxies.nginx(Path(folder), [first.port, second.port]) as port:
                return _fail_both(server, first, second, port, seconds)
        finally:
            second.kill()


def _fail_both(server: Postgres, first: ServedSite, second: ServedSite, port: int, seconds: float) -> Outcome:
    outcome = Outcome()
    organization, writers = kills.begin(first, through=port)

    def compare() -> None:
        standing = kills.standing(first.database_url, organization)
        for writer in writers:
            writer.compare(standing)
        outcome.compared += 1

    with _writing(outcome, writers, port) as stopped:
        time.sleep(seconds)
        stopped.set()  # each is in the midst of its last write
        second.kill()
    compare()
    with _writing(outcome, writers, port):
        outcome.recovered += _all_write(writers)
        time.sleep(seconds)
        server.crash()
        time.sleep(0.5)
    server.start()
    compare()
    with _writing(outcome, writers, port):
        outcome.recovered += _all_write(writers)
    compare()
    outcome.acknowledged = sum(writer.writes for writer in writers)
    outcome.lost = sum(writer.lost for writer in writers)
    outcome.torn = sum(writer.torn for writer in writers)
    return outcome


@contextmanager
def _writing(outcome: Outcome, writers: list[Writer], port: int) -> Iterator[Event]:
    """All write while the block runs, and until the event is set."""
    stopped = Event()
    with ThreadPoolExecutor(len(writers)) as pool:
        tasks = [pool.submit(_write, outcome, writer, port, stopped) for writer in writers]
        try:
            yield stopped
        finally:
            stopped.set()
    for task in tasks:
        outcome.refused += task.result()


def _write(outcome: Outcome, writer: Writer, port: int, stopped: Event) -> int:
    """Write until told to stop, whatever happens; how often it did not go."""
    refused = 0
    while not stopped.is_set():
        try:
            with writer.visitor.connected(port):
                while not stopped.is_set():
                    if (status := writer.write_once()) == 303:
                        continue
                    refused += 1
                    if status not in REFUSED:
                        outcome.errors.append(f"{status} to {writer.name}")
                    time.sleep(0.05)
        except UnexpectedAnswer as answer:
            outcome.errors.append(f"{writer.name}: {answer}")
        except (OSError, HTTPException):
            refused += 1
            time.sleep(0.05)
    return refused


def _all_write(writers: list[Writer]) -> bool:
    """Whether each of them is acknowledged something more."""
    before, deadline = [writer.writes for writer in writers], time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(writer.writes > so_far + 1 for writer, so_far in zip(writers, before, strict=True)):
            return True
        time.sleep(0.05)
    return False
