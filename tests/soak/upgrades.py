"""Upgrades of every earlier schema, with odd data in it, killed at points spread over all that they do."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from questionnaire.config import ROOT
from questionnaire.store import database
from tests.soak.rows import Row, at_least, exactly
from tests.store.earlier import SAMPLES, fill, rows

NewDatabase = Callable[[], AbstractContextManager[str]]


@dataclass
class Outcome:
    """What a trial has seen."""

    upgrades: int = 0
    kills: int = 0
    differ: int = 0  # rows of tables that are not as after an upgrade that nobody disturbed

    def rows(self, name: str, *, least: int) -> Iterator[Row]:
        yield at_least(f"upgrade, {name}: kills", self.kills, least)
        yield exactly(f"upgrade, {name}: rows that differ afterwards", self.differ, 0)


def earlier() -> list[str]:
    """Every earlier schema."""
    return sorted(file.stem for file in SAMPLES.glob("*.sql"))


def trial(new_database: NewDatabase, *, points: int, revisions: list[str]) -> Outcome:
    """Upgrade each, killed at so many points in turn, and go on after each kill."""
    outcome = Outcome()
    for revision in revisions:
        with new_database() as url:
            changes = _undisturbed(url, revision)
            wanted = _content(url)
        outcome.upgrades += 1
        with new_database() as url:
            _filled(url, revision)
            for point in sorted({1 + changes * part // points for part in range(points)}):
                killed = _run(url, point)
                outcome.kills += killed.returncode == -9
            _run(url, 0)
            found = _content(url)
        for table in wanted.keys() | found.keys():
            outcome.differ += len(set(wanted.get(table, ())) ^ set(found.get(table, ())))
    return outcome


def _filled(url: str, revision: str) -> None:
    engine = database.open_database(url)
    fill(engine, revision)
    engine.dispose()


def _undisturbed(url: str, revision: str) -> int:
    _filled(url, revision)
    done = _run(url, 0)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def _run(url: str, point: int) -> "subprocess.CompletedProcess[str]":
    """Upgrade; with a point, killed there, and without, to the end."""
    return subprocess.run(
        [sys.executable, "-m", "tests.soak.upgrader", url, str(point)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _content(url: str) -> dict[str, list[str]]:
    engine = database.open_database(url)
    try:
        return {name: [f"{columns} {row}" for row in held] for name, (columns, held) in rows(engine).items()}
    finally:
        engine.dispose()
