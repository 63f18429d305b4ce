"""Backups: all that the database holds in one SQLite file, whichever database it is; and from there into either.

What a copy has no use for is left out, so that it tells less than the database itself: drafts of peer workers, what
is counted against guessing, charts. The keys of rounds stand in no database, and so in no backup.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy import table as named
from sqlalchemy.exc import StatementError

from questionnaire.store import checks, database, models
from questionnaire.store.asides import aside, beside, settle
from questionnaire.store.checks import Progress

ROWS_AT_ONCE = 500
STEPS_AT_ONCE = 100_000  # of SQLite: a few hundredths of a second
PAGES_AT_ONCE = 1000
LEFT_OUT = (models.throttle, models.chart)
BLANKED = {models.slip: {"draft": None}, models.batch_part: {"held_by": None, "held_until": None}}
SQLITE_BEGINS = b"SQLite format 3\0"
IN_USE = (models.organization, models.account, models.network)

# Stands in backups only: how many rows of each table were written.
_ROWS = Table(
    "backup_rows",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("number", Integer, nullable=False),
)


class BackupError(Exception):
    """A backup that cannot be made or restored; the message says why, and what is there now."""


def back_up(engine: Engine, file: Path, progress: Progress) -> None:
    """Write a copy of the database into a new file, which is there whole or not at all. The site may go on meanwhile.

    Raises BackupError where it cannot be written, and UnusableDatabaseError where the database is not up to date.
    """
    database.refuse_other(engine)
    try:
        if os.path.lexists(file):
            raise FileExistsError
        with aside(file.absolute().parent) as folder:
            raw, whole = folder / "raw", folder / "whole"
            with _opened(raw) as draft:
                if engine.dialect.name == "sqlite":
                    _vacuum(engine, raw, "Copying", progress)
                    with database.writing(draft) as connection:
                        _forget(connection)
                        _tell_rows(connection, _counts(connection))
                    database.scrub(draft)
                else:
                    _copy_into(engine, draft, progress)
                _vacuum(draft, whole, "Writing", progress)  # no byte of what was taken out is left in it
            _publish(whole, file)
    except FileExistsError as error:  # or came meanwhile
        raise BackupError(f"{file} is there already, and was left as it is. Name another file.") from error
    except (OSError, sqlite3.Error, StatementError) as error:
        raise BackupError(f"{file} could not be written: {_why(error)}. No file was left.") from error


def restore(engine: Engine, file: Path, progress: Progress) -> list[str]:
    """Fill an empty database from a backup, of this version or an earlier one: wholly, or not at all.

    The faults of the copy, by faults_in(): what the database itself held already, and is restored all the same.
    Raises BackupError where the file is no backup or the database is not empty, and UnusableDatabaseError where
    one of them is newer than this version.
    """
    database.refuse_newer(engine)
    with _changing_nothing(), database.reading(engine) as connection:
        _must_be_empty(connection)  # as it is: only what is empty is brought up to date
    with opened(file, progress) as (copy, lost):
        found = [*lost, *faults_in(copy, progress)]
        database.upgrade(engine)
        with _changing_nothing(), database.writing(engine) as target, database.reading(copy) as backup:
            _keep_others_out(target)
            _must_be_empty(target)
            for table in reversed(models.metadata.sorted_tables):
                target.execute(delete(table))
            try:
                _copy(backup, target, "Restoring", progress)
            except (ValueError, TypeError) as error:  # as SQLAlchemy says it of a date that is none
                raise BackupError(
                    "It could not be restored: a value in it is damaged. Nothing was changed."
                    f" Which one is told by: flask check {file}"
                ) from error
    return found


@contextmanager
def opened(file: Path, progress: Progress = checks.quietly) -> Iterator[tuple[Engine, list[str]]]:
    """A private copy of a backup, brought up to date, and what was lost of it; the file itself is not touched.

    Raises as restore() does.
    """
    with _changing_nothing(f"{file} cannot be read"):
        _must_be_backup(file)
        with aside(beside(file)) as folder:
            _read_into(file, folder / "copy", progress)
            with _opened(folder / "copy") as copy:
                if database.schema(copy) is None:
                    raise BackupError(f"{file} is a database, but not one of Alongside. Nothing was changed.")
                with database.reading(copy) as connection:
                    lost = list(_lost(connection))
                database.upgrade(copy)
                with database.writing(copy) as connection:
                    _forget(connection)
                yield copy, lost


def faults_in(copy: Engine, progress: Progress) -> list[str]:
    """All faults of a private copy."""
    with database.reading(copy) as connection:
        return list(checks.faults(connection, progress))


def is_empty(connection: Connection) -> bool:
    """Whether nobody has kept anything in this database yet, whatever schema it has."""
    there = inspect(connection)
    return not any(
        there.has_table(table.name) and connection.scalar(select(1).select_from(named(table.name)).limit(1))
        for table in IN_USE
    )


def _keep_others_out(connection: Connection) -> None:
    """Let nobody keep anything here before the end of this transaction; on SQLite nobody can."""
    if connection.dialect.name == "postgresql":
        tables = ", ".join(table.name for table in IN_USE)
        connection.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def _must_be_empty(connection: Connection) -> None:
    if not is_empty(connection):
        raise BackupError("The database is not empty. Nothing was changed: restore into a new one.")


@contextmanager
def _changing_nothing(what: str = "It could not be restored") -> Iterator[None]:
    """Say in a line what went wrong where nothing is changed by it."""
    try:
        yield
    except (OSError, sqlite3.Error, StatementError) as error:
        raise BackupError(f"{what}: {_why(error)}. Nothing was changed.") from error


def _must_be_backup(file: Path) -> None:
    with file.open("rb") as content:
        is_backup = content.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
    if not is_backup:
        raise BackupError(f"{file} is no backup of Alongside. Nothing was changed.")
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size:
        raise BackupError(f"{file} is a database in use, not a backup. Nothing was changed. See: flask backup --help")


def _why(error: Exception) -> str:
    if isinstance(error, StatementError):
        return database.reason(error)
    return (isinstance(error, OSError) and error.strerror) or str(error)


@contextmanager
def _opened(file: Path) -> Iterator[Engine]:
    """A database file of this process alone, whatever letters stand in its name."""
    file.touch(mode=0o600)
    engine = database.open_database(URL.create("sqlite", database=str(file)), connections=1)
    try:
        yield engine
    finally:
        engine.dispose()


def _vacuum(engine: Engine, into: Path, what: str, progress: Progress) -> None:
    """SQLite's own copy of one moment, without what was deleted. Copying the file would lose what is just written."""
    into.touch(mode=0o600)  # for this user alone, from the first byte
    with closing(engine.raw_connection()) as held:  # outside of any transaction
        connection = cast("sqlite3.Connection", held.driver_connection)
        [(used,)] = connection.execute(
            "SELECT (page_count - freelist_count) * page_size"
            " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
        )
        with _telling(connection, lambda: progress(what, min(into.stat().st_size, used), used)):
            connection.execute("VACUUM INTO ?", (str(into),))
        progress(what, used, used)


@contextmanager
def _telling(connection: sqlite3.Connection, tell: Callable[[], None]) -> Iterator[None]:
    """Say that it moves on while SQLite is at one long statement, and let it be stopped there."""
    stopped: list[BaseException] = []

    def moved() -> int:
        try:
            tell()
        except BaseException as error:  # SQLite would take it for its own
            stopped.append(error)
        return len(stopped)

    connection.set_progress_handler(moved, STEPS_AT_ONCE)
    try:
        yield
    except sqlite3.OperationalError:
        if stopped:
            raise stopped[0] from None
        raise
    finally:
        connection.set_progress_handler(None, STEPS_AT_ONCE)


def _copy_into(engine: Engine, draft: Engine, progress: Progress) -> None:
    """One moment of PostgreSQL, row by row."""
    database.upgrade(draft)
    with database.one_moment(engine) as source, database.writing(draft) as connection:
        _tell_rows(connection, _copy(source, connection, "Copying", progress))


def _read_into(file: Path, copy: Path, progress: Progress) -> None:
    """A copy of the backup that may be changed; SQLite itself says whether the file is whole."""
    copy.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(
            target,
            pages=PAGES_AT_ONCE,
            progress=lambda _status, left, whole: progress("Reading", whole - left, whole),
        )
        with _telling(target, lambda: progress("Checking", 0, 1)):
            [(told,)] = target.execute("PRAGMA integrity_check(1)").fetchall()
    if told != "ok":
        raise BackupError(f"{file} is damaged: {told}. Nothing was changed. Take an earlier backup.")


def _copy(source: Connection, target: Connection, what: str, progress: Progress) -> dict[str, int]:
    """Every row, but for what is left out; how many there are of each table."""
    counts = _counts(source)
    whole, done = sum(counts.values()), 0
    for table in models.metadata.sorted_tables:
        if table in LEFT_OUT:
            continue
        empty = BLANKED.get(table, {}) | dict.fromkeys(column.name for column in _references(table))
        for rows in _by(ROWS_AT_ONCE, source, table):
            target.execute(insert(table), [row | empty for row in rows])
            done += len(rows)
            progress(what, done, whole)
        _put_references(source, target, table)
    return counts


def _by(size: int, source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    with source.execute(select(table), execution_options={"yield_per": size}) as rows:
        while some := [dict(row) for row in islice(rows.mappings(), size)]:
            yield some


def _references(table: Table) -> list[Column[Any]]:
    """The columns that name another row of the same table, which may come later."""
    return [column for column in table.c for key in column.foreign_keys if key.column.table is table]


def _put_references(source: Connection, target: Connection, table: Table) -> None:
    [*keys] = table.primary_key.columns
    for column in _references(table):
        for row in source.execute(select(*keys, column).where(column.is_not(None))).mappings():
            this = [key == row[key.name] for key in keys]
            target.execute(update(table).where(*this).values({column.name: row[column.name]}))


def _forget(connection: Connection) -> None:
    """Take out what a copy has no use for."""
    for table in LEFT_OUT:
        connection.execute(delete(table))
    for table, values in BLANKED.items():
        connection.execute(update(table).values(values))


def _counts(connection: Connection) -> dict[str, int]:
    """How many rows there are of each table that is copied."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in models.metadata.sorted_tables
        if table not in LEFT_OUT
    }


def _tell_rows(connection: Connection, counts: Mapping[str, int]) -> None:
    """Write into a backup how many rows it was given, so that what is lost of it later is missed."""
    _ROWS.drop(connection, checkfirst=True)
    _ROWS.create(connection)
    connection.execute(insert(_ROWS), [{"name": name, "number": number} for name, number in counts.items()])


def _lost(connection: Connection) -> Iterator[str]:
    """Of which tables a backup holds another number of rows than it was given; earlier ones do not tell."""
    if not inspect(connection).has_table(_ROWS.name):
        return
    for name, number in connection.execute(select(_ROWS).order_by(_ROWS.c.name)).all():
        there = connection.scalar(select(func.count()).select_from(named(name)))
        if there != number:
            yield f"{name}: {number} rows were written into this backup, and {there} are in it"


def _publish(whole: Path, file: Path) -> None:
    """Give the whole file its name, on the disk before anybody is told; one that came meanwhile stays."""
    with whole.open("rb") as written:
        os.fsync(written.fileno())
    try:
        os.link(whole, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as sticks and shared folders have
        file.touch(exist_ok=False)
        try:
            whole.replace(file)
        except OSError:
            file.unlink()
            raise
    settle(file.absolute().parent)
