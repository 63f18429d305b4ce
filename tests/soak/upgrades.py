"""Upgrades of every earlier schema, with odd data in it, killed at points spread over all that they do."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import inspect, text

from questionnaire.config import ROOT
from questionnaire.store import database
from tests.soak.rows import Row, at_least, exactly
from tests.store.earlier import SAMPLES, fill, rows

DEFINITIONS: Final = {  # as the database itself says them
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master",),
    "postgresql": (
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n'",
    ),
}

NewDatabase = Callable[[], AbstractContextManager[str]]


@dataclass(frozen=True)
class Content:
    """All rows of a database, and all that it says of its tables."""

    rows: Counter[str]
    schema: Counter[str]


@dataclass
class Outcome:
    """What a trial has seen."""

    upgrades: int = 0
    points: int = 0  # of all schemas, at which it was to be killed
    kills: int = 0
    differ: int = 0  # rows of tables that are not as after an upgrade that nobody disturbed
    schema_differs: int = 0  # tables, columns, indices and constraints that are not
    faults: list[str] = field(default_factory=list)

    def rows(self, name: str, *, least: int) -> Iterator[Row]:
        yield at_least(f"upgrade, {name}: points of {self.upgrades} schemas", self.points, least)
        yield exactly(f"upgrade, {name}: kills", self.kills, self.points)
        yield exactly(f"upgrade, {name}: rows that differ afterwards", self.differ, 0)
        yield exactly(f"upgrade, {name}: tables, columns, indices that differ", self.schema_differs, 0)
        yield exactly(f"upgrade, {name}: did not go on to the end", len(self.faults), 0)


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
            for point in spread(changes, points):
                killed = _run(url, point)
                outcome.points += 1
                outcome.kills += killed.returncode == -9
            ended = _run(url, 0)
            if ended.returncode:
                outcome.faults.append(ended.stderr)
            found = _content(url)
        compare(outcome, wanted, found)
    return outcome


def spread(changes: int, points: int) -> list[int]:
    """So many of the changes, from the first to the last; all of them where there are fewer."""
    return sorted({1 + (changes - 1) * part // max(1, points - 1) for part in range(points)})


def compare(outcome: Outcome, wanted: Content, found: Content) -> None:
    """Count what is not alike; what is there twice differs from what is there once."""
    outcome.differ += _unlike(wanted.rows, found.rows)
    outcome.schema_differs += _unlike(wanted.schema, found.schema)


def _unlike(one: "Counter[str]", other: "Counter[str]") -> int:
    return ((one - other) + (other - one)).total()


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


def _content(url: str) -> Content:
    engine = database.open_database(url)
    try:
        held = Counter(
            f"{table}: {columns} {row}" for table, (columns, all_of) in rows(engine).items() for row in all_of
        )
        with database.reading(engine) as connection:
            seen, said = inspect(connection), DEFINITIONS[engine.dialect.name]
            schema = Counter(
                f"{table} {column['name']}: {column['type']} {column['nullable']} {column['default']}"
                for table in seen.get_table_names()
                for column in seen.get_columns(table)
            )
            schema.update(str(tuple(row)) for query in said for row in connection.execute(text(query)))
        return Content(held, schema)
    finally:
        engine.dispose()
