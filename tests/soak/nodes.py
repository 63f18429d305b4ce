"""Two processes on one PostgreSQL behind nginx: one is killed under writers, then the database crashes."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from tests.postgres import Postgres
from tests.soak import kills, proxies
from tests.soak.kills import Writer
from tests.soak.rows import Row, at_least, exactly, told
from tests.soak.served import PATIENCE, served_site
from tests.soak.visitor import UnexpectedAnswer

PUBLIC = f"https://{proxies.NAME}"


@dataclass
class Outcome:
    """What a trial has seen."""

    acknowledged: int = 0
    refused: int = 0
    recovered: int = 0  # times that every writer was acknowledged again, by itself
    lost: int = 0
    torn: int = 0

    def rows(self, name: str) -> Iterator[Row]:
        yield at_least(f"{name}: writes acknowledged", self.acknowledged, 1)
        yield told(f"{name}: refused or broken off", self.refused)
        yield exactly(f"{name}: acknowledged, and lost or torn", self.lost + self.torn, 0)
        yield exactly(f"{name}: recovered by itself, after a process and after the database", self.recovered, 2)


def trial(server: Postgres, database_url: str, *, seconds: float) -> Outcome:
    """Write through nginx; kill a process; let the database crash and start it again."""
    outcome, stopped = Outcome(), Event()
    with TemporaryDirectory(prefix="alongside-proxy-") as folder:
        settings = {"PUBLIC_URL": PUBLIC, "TRUSTED_PROXY": "127.0.0.1"}
        with served_site(database_url, **settings) as first:
            second = first.another()
            first.start()
            second.start()
            try:
                with proxies.nginx(Path(folder), [first.port, second.port]) as port:
                    organization, writers = kills.begin(first, through=port)
                    with ThreadPoolExecutor(len(writers)) as pool:
                        try:
                            tasks = [pool.submit(_write, writer, port, stopped) for writer in writers]
                            time.sleep(seconds)
                            second.kill()
                            outcome.recovered += _all_write(writers)
                            time.sleep(seconds)
                            server.crash()
                            time.sleep(0.5)
                            server.start()
                            outcome.recovered += _all_write(writers)
                        finally:
                            stopped.set()
                        outcome.refused = sum(task.result() for task in tasks)
                standing = kills.standing(first.database_url, organization)
            finally:
                second.kill()
    for writer in writers:
        outcome.acknowledged += writer.writes
        lost, torn = writer.compare(standing)
        outcome.lost, outcome.torn = outcome.lost + lost, outcome.torn + torn
    return outcome


def _write(writer: Writer, port: int, stopped: Event) -> int:
    """Write until told to stop, whatever happens; how often it did not go."""
    refused = 0
    while not stopped.is_set():
        try:
            with writer.visitor.connected(port):
                while not stopped.is_set():
                    if writer.write_once() == 303:
                        writer.writes += 1
                    else:
                        refused += 1
                        time.sleep(0.05)
        except (UnexpectedAnswer, OSError, HTTPException):
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
