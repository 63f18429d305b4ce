"""Backups: made while the site runs, whole, without what a copy has no use for, and restored into either database."""

import errno
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from stat import S_IMODE, S_ISDIR

import pytest
from sqlalchemy import Engine, event, select, text, update

from questionnaire.store import backups, checks, database, models, organizations
from questionnaire.store.asides import aside
from questionnaire.store.backups import BackupError
from questionnaire.store.checks import quietly
from questionnaire.store.database import UnusableDatabaseError
from tests.store.copied import as_copied, held
from tests.store.earlier import NEWEST, fill


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


def drafts_of(engine: Engine) -> list[bytes]:
    with database.reading(engine) as connection:
        found = list(connection.scalars(select(models.slip.c.draft).where(models.slip.c.draft.is_not(None))))
    assert found
    return found


def test_no_draft_is_in_what_a_backup_is_written_from(full: Engine, tmp_path: Path) -> None:
    drafts, looked = drafts_of(full), set()

    def look(what: str, _done: int, _whole: int) -> None:
        if what == "Writing" or full.dialect.name == "postgresql":  # SQLite copies all first
            looked.add(what)
            for file in tmp_path.glob(".alongside-copy-*/*"):
                assert not any(draft[:32] in file.read_bytes() for draft in drafts), file

    backups.back_up(full, tmp_path / "backup", look)
    assert "Writing" in looked


MANY = (
    "CREATE TABLE many AS WITH RECURSIVE up(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM up LIMIT 100000)"
    " SELECT number FROM up"
)
KILLED = """
import os, sys
from pathlib import Path
from questionnaire.store import backups, database
backups._forget = lambda *_: os.kill(os.getpid(), 9)
backups._publish = backups._forget
backups.back_up(database.open_database(sys.argv[1]), Path(sys.argv[2]), lambda *_: None)
"""


def test_what_a_killed_backup_left_is_removed_by_the_next_and_what_another_works_at_is_not(
    full: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    url = full.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", KILLED, url, str(folder / "one")], check=False)
    assert killed.returncode == -9
    [left] = folder.iterdir()
    assert left.name.startswith(".alongside-copy-")
    with aside(folder) as others:
        assert not left.exists()
        backups.back_up(full, folder / "two", quietly)
        assert others.exists()
    assert [file.name for file in folder.iterdir()] == ["two"]


def test_two_that_sweep_at_once_leave_each_other_a_folder(tmp_path: Path) -> None:
    def once(_number: int) -> bool:
        with aside(tmp_path) as folder:
            (folder / "copy").write_text("mine")
            return (folder / "copy").read_text() == "mine"

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(once, range(200)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["what?.sqlite", "100%41#.sqlite", "a b&c=d"])
def test_a_backup_may_have_any_name(full: Engine, tmp_path: Path, name: str) -> None:
    backups.back_up(full, tmp_path / name, quietly)
    with backups.opened(tmp_path / name) as (copy, lost):
        assert [*lost, *backups.faults_in(copy, quietly)] == []
    assert [file.name for file in tmp_path.iterdir() if not file.name.startswith("alongside.")] == [name]


def test_a_backup_in_a_folder_that_cannot_be_made_sure_of_is_there_and_is_not_said_to_be_missing(
    full: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def refuse_folders(opened: int) -> None:
        if S_ISDIR(os.fstat(opened).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(opened)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    backups.back_up(full, tmp_path / "backup", quietly)
    assert (tmp_path / "backup").exists()


def test_every_step_of_a_backup_and_a_restore_says_how_far_it_is(full: Engine, empty: Engine, tmp_path: Path) -> None:
    told: list[str] = []

    def tell(what: str, done: int, whole: int) -> None:
        assert 0 <= done <= whole
        if what not in told[-1:]:
            told.append(what)

    backups.back_up(full, tmp_path / "backup", tell)
    assert told == ["Copying", "Writing"]
    backups.restore(empty, tmp_path / "backup", tell)
    assert told[2:] == ["Reading", "Checking", "Restoring"]


def test_sqlite_can_be_stopped_within_one_long_statement(sqlite_url: str, tmp_path: Path) -> None:
    engine = database.open_database(sqlite_url)
    fill(engine, NEWEST)
    database.upgrade(engine)
    with database.writing(engine) as connection:
        connection.execute(text(MANY))

    class Stopped(BaseException):
        """As Ctrl+C does."""

    def stop(_what: str, done: int, whole: int) -> None:
        if done < whole:
            raise Stopped

    with pytest.raises(Stopped):
        backups._vacuum(engine, tmp_path / "copy", "Copying", stop)
    with database.reading(engine) as again:
        assert again.scalar(text("SELECT count(*) FROM many"))
    engine.dispose()


def test_a_backup_never_takes_the_place_of_a_file(full: Engine, tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"the only one")
    with pytest.raises(BackupError, match="is there already, and was left as it is"):
        backups.back_up(full, tmp_path / "backup", quietly)
    assert (tmp_path / "backup").read_bytes() == b"the only one"


def test_a_file_that_another_backup_made_meanwhile_is_left_as_it_is(full: Engine, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "backup"
    file.parent.mkdir()

    def come(_what: str, _done: int, _whole: int) -> None:
        file.write_bytes(b"another's")

    with pytest.raises(BackupError, match="is there already, and was left as it is"):
        backups.back_up(full, file, come)
    assert file.read_bytes() == b"another's"
    assert list(file.parent.iterdir()) == [file]


def test_a_backup_on_a_stick_without_links_is_whole_and_takes_the_place_of_nothing(
    full: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_files: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    backups.back_up(full, tmp_path / "backup", quietly)
    with backups.opened(tmp_path / "backup") as (copy, lost):
        assert [*lost, *backups.faults_in(copy, quietly)] == []
    before = (tmp_path / "backup").read_bytes()
    with pytest.raises(BackupError):
        backups.back_up(full, tmp_path / "backup", quietly)
    assert (tmp_path / "backup").read_bytes() == before
    assert not list(tmp_path.glob(".backup*"))


def test_a_backup_that_cannot_be_written_leaves_no_file_and_says_so(full: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"nowhere/backup could not be written: No such file.* No file was left"):
        backups.back_up(full, tmp_path / "nowhere" / "backup", quietly)
    (tmp_path / "letter").write_text("no folder")
    with pytest.raises(BackupError, match=r"letter/backup could not be written: Not a directory"):
        backups.back_up(full, tmp_path / "letter" / "backup", quietly)


def test_a_database_that_is_not_up_to_date_is_not_copied(database_url: str, tmp_path: Path) -> None:
    engine = database.open_database(database_url)
    with pytest.raises(UnusableDatabaseError, match="flask db upgrade"):
        backups.back_up(engine, tmp_path / "backup", quietly)
    engine.dispose()
    assert not (tmp_path / "backup").exists()


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
