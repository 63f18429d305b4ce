"""Backups: made while the site runs, whole, without what a copy has no use for, and restored into either database."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text, update

from questionnaire.store import backups, checks, database, models, organizations
from questionnaire.store.backups import BackupError
from questionnaire.store.database import UnusableDatabaseError
from tests.conftest import make_tables
from tests.postgres import Postgres
from tests.store.earlier import SAMPLES, fill

NEWEST = max(file.stem for file in SAMPLES.glob("*.sql"))
LEFT_OUT = {"throttle", "chart"}


def quietly(_done: int, _whole: int) -> None:
    """Nobody looks."""


@pytest.fixture
def full(database_url: str) -> Iterator[Engine]:
    """A database with something of everything in it."""
    engine = database.open_database(database_url)
    fill(engine, NEWEST)
    database.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A place to restore into, where there is nothing yet."""
    if request.param == "sqlite":
        engine = database.open_database(f"sqlite:///{tmp_path / 'restored.sqlite'}")
        yield engine
        engine.dispose()
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        engine = database.open_database(url)
        yield engine
        engine.dispose()


def held(engine: Engine) -> dict[str, list[Any]]:
    """All that a database holds, as it is read: the same on both."""
    with database.reading(engine) as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in models.metadata.sorted_tables
        }


def as_copied(before: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What a copy of it holds: no drafts of peer workers, and nobody works at a batch."""
    slips, parts = models.slip.c.keys(), models.batch_part.c.keys()
    blank = {"slip": (slips, {"draft"}), "batch_part": (parts, {"held_by", "held_until"})}
    return {
        name: sorted(
            (
                tuple(None if column in emptied else value for column, value in zip(columns, row, strict=True))
                for row in found
            ),
            key=repr,
        )
        if (columns := blank.get(name, ((), set()))[0]) and (emptied := blank[name][1])
        else ([] if name in LEFT_OUT else found)
        for name, found in before.items()
    }


def test_what_is_restored_is_what_was_there_on_either_database(full: Engine, empty: Engine, tmp_path: Path) -> None:
    before = held(full)
    assert [name for name, found in before.items() if not found] == ["mishap"], "something of everything"
    backups.back_up(full, tmp_path / "backup", quietly)
    assert held(full) == before, "a backup changes nothing"
    assert backups.restore(empty, tmp_path / "backup", quietly) == []
    assert held(empty) == as_copied(before)
    with database.reading(empty) as connection:
        assert list(checks.faults(connection)) == []


def test_a_backup_is_one_file_for_its_owner_alone_and_nothing_is_left_beside_it(full: Engine, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    backups.back_up(full, tmp_path / "kept" / "backup", quietly)
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["backup"]
    assert S_IMODE((tmp_path / "kept" / "backup").stat().st_mode) == 0o600


def test_a_backup_made_while_a_round_is_open_holds_no_byte_of_a_draft_and_no_place(
    full: Engine, tmp_path: Path
) -> None:
    with database.reading(full) as connection:
        drafts = list(connection.scalars(select(models.slip.c.draft).where(models.slip.c.draft.is_not(None))))
        places = list(connection.scalars(select(models.throttle.c.bucket)))
    assert drafts
    assert places
    backups.back_up(full, tmp_path / "backup", quietly)
    content = (tmp_path / "backup").read_bytes()
    for draft in drafts:
        assert not any(draft[at : at + 32] in content for at in range(0, len(draft) - 32, 32))
    assert not any(place.encode() in content for place in places)


def test_a_backup_never_takes_the_place_of_a_file(full: Engine, tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"the only one")
    with pytest.raises(BackupError, match="is there already, and was left as it is"):
        backups.back_up(full, tmp_path / "backup", quietly)
    assert (tmp_path / "backup").read_bytes() == b"the only one"


def test_a_backup_on_a_stick_without_links_is_whole_and_takes_the_place_of_nothing(
    full: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_files: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    backups.back_up(full, tmp_path / "backup", quietly)
    with backups.opened(tmp_path / "backup") as copy, database.reading(copy) as connection:
        assert list(checks.faults(connection)) == []
    before = (tmp_path / "backup").read_bytes()
    with pytest.raises(BackupError):
        backups.back_up(full, tmp_path / "backup", quietly)
    assert (tmp_path / "backup").read_bytes() == before
    assert not list(tmp_path.glob(".backup*"))


def test_a_backup_that_cannot_be_written_leaves_no_file_and_says_so(full: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"could not be written: .*No such file.* No file was left"):
        backups.back_up(full, tmp_path / "nowhere" / "backup", quietly)


def test_a_database_that_is_not_up_to_date_is_not_copied(database_url: str, tmp_path: Path) -> None:
    engine = database.open_database(database_url)
    with pytest.raises(BackupError, match="flask db upgrade"):
        backups.back_up(engine, tmp_path / "backup", quietly)
    engine.dispose()
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("revision", sorted(file.stem for file in SAMPLES.glob("*.sql")))
def test_a_backup_of_every_earlier_release_is_restored(tmp_path: Path, empty: Engine, revision: str) -> None:
    earlier = database.open_database(f"sqlite:///{tmp_path / 'earlier.sqlite'}")
    fill(earlier, revision)
    with closing(earlier.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(tmp_path / "backup"),)).close()
    database.upgrade(earlier)
    wanted = as_copied(held(earlier))
    earlier.dispose()
    kept = (tmp_path / "backup").read_bytes()
    assert backups.restore(empty, tmp_path / "backup", quietly) == []
    assert held(empty) == wanted
    assert (tmp_path / "backup").read_bytes() == kept


def test_nothing_is_restored_over_what_somebody_has_kept(full: Engine, empty: Engine, tmp_path: Path) -> None:
    backups.back_up(full, tmp_path / "backup", quietly)
    database.upgrade(empty)
    with database.writing(empty) as connection:
        organizations.start(connection, "Somebody's", on=date(2026, 3, 2))
    before = held(empty)
    with pytest.raises(BackupError, match=r"is not empty\. Nothing was changed"):
        backups.restore(empty, tmp_path / "backup", quietly)
    assert held(empty) == before


def test_a_restore_that_was_stopped_anywhere_leaves_the_place_empty_and_can_be_begun_anew(
    full: Engine, empty: Engine, tmp_path: Path
) -> None:
    backups.back_up(full, tmp_path / "backup", quietly)
    before = held(full)

    class Stopped(BaseException):
        """As Ctrl+C does."""

    for at in (1, 40, 90):

        def stop(done: int, _whole: int, at: int = at) -> None:
            if done >= at:
                raise Stopped

        with pytest.raises(Stopped):
            backups.restore(empty, tmp_path / "backup", stop)
        assert not any(held(empty).values())
    backups.restore(empty, tmp_path / "backup", quietly)
    assert held(empty) == as_copied(before)


def another_programs(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE other (one)")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.write_text("a letter"), "is no backup of Alongside"),
        (lambda file: file.write_bytes(file.read_bytes()[:20_000]), "malformed|damaged"),
        (lambda file: file.unlink(), "cannot be read: No such file"),
        (another_programs, "not one of"),
        (lambda file: file.with_name("backup-wal").write_bytes(b"more"), "a database in use, not a backup"),
    ],
    ids=["a text", "half a file", "no file", "another program's", "a live database"],
)
def test_what_is_no_backup_is_refused_and_changes_nothing(
    full: Engine, tmp_path: Path, spoil: Any, said: str
) -> None:
    file = tmp_path / "backup"
    backups.back_up(full, file, quietly)
    spoil(file)
    place = database.open_database(f"sqlite:///{tmp_path / 'restored.sqlite'}")
    with pytest.raises(BackupError, match=said):
        backups.restore(place, file, quietly)
    assert database.schema(place) is None
    place.dispose()


def test_a_backup_of_a_newer_version_is_refused_in_a_line(full: Engine, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    backups.back_up(full, file, quietly)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    place = database.open_database(f"sqlite:///{tmp_path / 'restored.sqlite'}")
    with pytest.raises(UnusableDatabaseError, match=r"newer than this version.*nothing was changed") as refused:
        backups.restore(place, file, quietly)
    assert "\n" not in str(refused.value)
    place.dispose()


def test_a_backup_is_of_one_moment_while_others_write(full: Engine, tmp_path: Path) -> None:
    """Somebody writes into a table that was copied, and into one that is not yet copied: it holds both or neither."""
    begun: list[int] = []

    def write(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM organization" in statement and not begun:
            begun.append(1)
            with database.writing(full) as connection:
                organizations.start(connection, "Begun meanwhile", on=date(2026, 3, 2))
                connection.execute(update(models.network).values(name="Renamed meanwhile"))

    event.listen(full, "before_cursor_execute", write)
    try:
        backups.back_up(full, tmp_path / "backup", quietly)
    finally:
        event.remove(full, "before_cursor_execute", write)
    with closing(sqlite3.connect(tmp_path / "backup")) as copy:
        names = [name for (name,) in copy.execute("SELECT name FROM organization UNION SELECT name FROM network")]
    assert ("Begun meanwhile" in names) == ("Renamed meanwhile" in names)


SPOILED = {
    "a submission's record": ("UPDATE submission SET record = replace(record, 'note', 'n0te')", "another digest"),
    "a submission's digest": ("UPDATE submission SET digest = repeat", "another digest"),
    "a score": ("UPDATE domain_score SET points = 1 WHERE points > 50", "stand otherwise in the table of scores"),
    "no score": ("DELETE FROM domain_score", "stand otherwise in the table of scores"),
    "a result": (
        "UPDATE peer_round SET record = replace(record, '1', '2') WHERE record IS NOT NULL",
        "another digest",
    ),
    "a release": ("UPDATE network_release SET record = replace(record, '1', '2')", "another digest"),
    "a report": ("UPDATE report SET record = replace(record, '2025', '2024')", "another fingerprint"),
    "a contribution": ("UPDATE contribution SET digest = replace(digest, 'a', 'b')", "another digest"),
    "questions": ("UPDATE instrument SET content = replace(content, 'One sees', 'All see')", "another digest"),
    "no questions": ("UPDATE instrument SET content = 'none'", "cannot be read"),
    "no submission": ("DELETE FROM submission", "is no draft, and has no submission"),
    "a draft that is none": ("UPDATE revision SET is_draft = true WHERE year = 2024", "is a draft, and submitted"),
    "a link over nothing": ("UPDATE access_grant SET scope_id = 'gone' WHERE scope = 'report'", "is not there"),
    "a role of nobody": ("UPDATE access_grant SET principal_id = 'gone' WHERE role = 'viewer'", "is not there"),
    "a schema of long ago": ("UPDATE alembic_version SET version_num = '0003'", "schema: it is 0003"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_check_finds_what_is_spoiled(full: Engine, what: str) -> None:
    statement, said = SPOILED[what]
    statement = statement.replace("= repeat", f"= '{'0' * 64}'")
    with database.reading(full) as connection:
        assert list(checks.faults(connection)) == []
    with suppress(Exception), database.writing(full) as connection:
        connection.execute(text(statement))
    with database.reading(full) as connection:
        assert any(said in fault for fault in checks.faults(connection)), list(checks.faults(connection))


def test_a_check_finds_rows_that_belong_to_nothing_where_the_database_did_not_look(tmp_path: Path) -> None:
    make_tables(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with closing(sqlite3.connect(tmp_path / "one.sqlite")) as connection:
        connection.execute("INSERT INTO assessment VALUES ('gone', 2026)")
        connection.commit()
    engine = database.open_database(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with database.reading(engine) as connection:
        assert any("belongs to nothing in organization" in fault for fault in checks.faults(connection))
    engine.dispose()
