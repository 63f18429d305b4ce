"""Restores: of any release, into an empty place of either kind, wholly or not at all; and what is refused."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from questionnaire.store import backups, database, organizations
from questionnaire.store.backups import BackupError
from questionnaire.store.checks import quietly
from questionnaire.store.database import UnusableDatabaseError
from tests.store.copied import as_copied, held
from tests.store.earlier import SAMPLES, fill


def test_rows_that_a_backup_lost_are_missed(full: Engine, empty: Engine, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    backups.back_up(full, file, quietly)
    with closing(sqlite3.connect(file)) as connection:
        [(events,)] = connection.execute("SELECT count(*) FROM event").fetchall()
        connection.execute("DELETE FROM event")
        connection.commit()
    told = f"event: {events} rows were written into this backup, and 0 are in it"
    with backups.opened(file) as (_copy, lost):
        assert lost == [told]
    assert backups.restore(empty, file, quietly) == [told]


def test_a_damaged_value_ends_a_restore_in_a_line(full: Engine, empty: Engine, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    backups.back_up(full, file, quietly)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE account SET made_on = 'yesterday'")
        connection.commit()
    with pytest.raises(BackupError, match=r"a value in it is damaged\. Nothing was changed") as refused:
        backups.restore(empty, file, quietly)
    assert "\n" not in str(refused.value)
    assert not any(held(empty).values())


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


def test_a_database_in_use_of_an_earlier_version_is_refused_before_it_is_brought_up_to_date(
    full: Engine, empty: Engine, tmp_path: Path
) -> None:
    backups.back_up(full, tmp_path / "backup", quietly)
    fill(empty, "0003")
    with pytest.raises(BackupError, match=r"is not empty\. Nothing was changed"):
        backups.restore(empty, tmp_path / "backup", quietly)
    assert database.schema(empty) == "0003"


def test_nobody_begins_anything_while_it_is_restored(full: Engine, empty: Engine, tmp_path: Path) -> None:
    backups.back_up(full, tmp_path / "backup", quietly)
    database.upgrade(empty)
    somebody = database.open_database(empty.url, seconds_to_wait=1)
    kept_out: list[Exception] = []

    def begin(what: str, _done: int, _whole: int) -> None:
        if what == "Restoring" and not kept_out:
            with pytest.raises(OperationalError) as refused, database.writing(somebody) as connection:
                organizations.start(connection, "Begun meanwhile", on=date(2026, 3, 2))
            kept_out.append(refused.value)

    backups.restore(empty, tmp_path / "backup", begin)
    somebody.dispose()
    assert kept_out


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

        def stop(what: str, done: int, _whole: int, at: int = at) -> None:
            if what == "Restoring" and done >= at:
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
