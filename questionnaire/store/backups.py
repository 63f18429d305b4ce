"""Backups: all that the database holds in one SQLite file, whichever database it is; and from there into either.

What a copy has no use for is left out, so that it tells less than the database itself: drafts of peer workers, what
is counted against guessing, charts. The keys of rounds stand in no database, and so in no backup.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from questionnaire.store import checks, database, models

ROWS_AT_ONCE = 500
LEFT_OUT = (models.throttle, models.chart)
SQLITE_BEGINS = b"SQLite format 3\0"

Progress = Callable[[int, int], None]  # how many of how many rows are done


class BackupError(Exception):
    """A backup that cannot be made or restored; the message says why, and what is there now."""


def back_up(engine: Engine, file: Path, progress: Progress) -> None:
    """Write a copy of the database into a new file, which is there whole or not at all. The site may go on meanwhile.

    Raises BackupError where it cannot be written, and UnusableDatabaseError where there is no database to copy.
    """
    _must_be_current(engine)
    if file.exists():
        raise BackupError(f"{file} is there already, and was left as it is. Name another file.")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600, exist_ok=False)  # for this user alone, from the first byte
        if engine.dialect.name == "sqlite":
            _vacuum_into(engine, draft)
        else:
            _copy_into(engine, draft, progress)
        _leave_out(draft)
        _publish(draft, file)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise BackupError(f"The backup could not be written: {_why(error)}. No file was left.") from error
    finally:
        for left in (draft, *(draft.with_name(f"{draft.name}{end}") for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)


def restore(engine: Engine, file: Path, progress: Progress) -> list[str]:
    """Fill an empty database from a backup, of this version or an earlier one: wholly, or not at all.

    The faults of the copy, by checks.faults(): what the database itself held already, and is restored all the same.
    Raises BackupError where the file is no backup or the database is not empty, and UnusableDatabaseError where
    one of them is newer than this version.
    """
    with opened(file) as source:
        try:
            with database.reading(source) as connection:
                found = [*checks.faults(connection)]
            database.upgrade(engine)
            with database.writing(engine) as target, database.reading(source) as backup:
                if not is_empty(target):
                    raise BackupError("The database is not empty. Nothing was changed: restore into a new one.")
                for table in reversed(models.metadata.sorted_tables):
                    target.execute(delete(table))
                _copy(backup, target, progress)
        except DBAPIError as error:
            raise BackupError(f"It could not be restored: {database.reason(error)}. Nothing was changed.") from error
    return found


@contextmanager
def opened(file: Path) -> Iterator[Engine]:
    """A private copy of a backup, brought up to date; the file itself is not touched. Raises as restore() does."""
    _must_be_backup(file)
    with TemporaryDirectory(prefix="alongside-") as folder:
        copy = Path(folder) / "copy.sqlite"
        try:
            _read_into(file, copy)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"{file} cannot be read: {_why(error)}. Nothing was changed.") from error
        engine = database.open_database(f"sqlite:///{copy}")
        try:
            if database.schema(engine) is None:
                raise BackupError(f"{file} is a database, but not one of Alongside. Nothing was changed.")
            database.upgrade(engine)
            with database.writing(engine) as connection:
                _forget(connection)
            yield engine
        finally:
            engine.dispose()


def _must_be_backup(file: Path) -> None:
    try:
        with file.open("rb") as content:
            is_backup = content.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}. Nothing was changed.") from error
    if not is_backup:
        raise BackupError(f"{file} is no backup of Alongside. Nothing was changed.")
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size:
        raise BackupError(f"{file} is a database in use, not a backup. Nothing was changed. See: flask backup --help")


def _why(error: OSError | sqlite3.Error | DBAPIError) -> str:
    if isinstance(error, DBAPIError):
        return database.reason(error)
    return (isinstance(error, OSError) and error.strerror) or str(error)


def is_empty(connection: Connection) -> bool:
    """Whether nobody has kept anything in this database yet."""
    tables = (models.organization, models.account, models.network)
    return not any(connection.execute(select(table).limit(1)).first() for table in tables)


def _must_be_current(engine: Engine) -> None:
    known = database.schema(engine)
    if known != database.newest_schema():
        raise BackupError(
            f"The database has the schema {known or 'of no version'}, and this version the schema"
            f" {database.newest_schema()}: run `flask db upgrade` first. No file was made."
        )


def _vacuum_into(engine: Engine, draft: Path) -> None:
    """SQLite's own copy of one moment, without what was deleted. Copying the file would lose what is just written."""
    with closing(engine.raw_connection()) as connection:  # outside of any transaction
        connection.cursor().execute("VACUUM INTO ?", (str(draft),)).close()


def _copy_into(engine: Engine, draft: Path, progress: Progress) -> None:
    """One moment of PostgreSQL, row by row."""
    target = database.open_database(f"sqlite:///{draft}")
    try:
        database.upgrade(target)
        steady = engine.execution_options(isolation_level="REPEATABLE READ")
        with database.reading(steady) as source, database.writing(target) as connection:
            _copy(source, connection, progress)
    finally:
        target.dispose()


def _read_into(file: Path, copy: Path) -> None:
    """A copy of the backup that may be changed; SQLite itself says whether the file is whole."""
    with (
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        [(told,)] = target.execute("PRAGMA integrity_check(1)").fetchall()
    if told != "ok":
        raise BackupError(f"{file} is damaged: {told}. Nothing was changed. Take an earlier backup.")


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    tables = [table for table in models.metadata.sorted_tables if table not in LEFT_OUT]
    counts = {table.name: source.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    whole, done = sum(counts.values()), 0
    for table in tables:
        for rows in _by(ROWS_AT_ONCE, source, table):
            target.execute(insert(table), [_without_references(table, row) for row in rows])
            done += len(rows)
            progress(done, whole)
        _put_references(source, target, table)


def _by(size: int, source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    with source.execute(select(table), execution_options={"yield_per": size}) as rows:
        while some := [dict(row) for row in islice(rows.mappings(), size)]:
            yield some


def _references(table: Table) -> list[Column[Any]]:
    """The columns that name another row of the same table, which may come later."""
    return [column for column in table.c for key in column.foreign_keys if key.column.table is table]


def _without_references(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return row | dict.fromkeys((column.name for column in _references(table)), None)


def _put_references(source: Connection, target: Connection, table: Table) -> None:
    [*keys] = table.primary_key.columns
    for column in _references(table):
        for row in source.execute(select(*keys, column).where(column.is_not(None))).mappings():
            this = [key == row[key.name] for key in keys]
            target.execute(update(table).where(*this).values({column.name: row[column.name]}))


def _leave_out(draft: Path) -> None:
    """Take out what a copy has no use for, so that no byte of it is left."""
    copy = database.open_database(f"sqlite:///{draft}")
    try:
        with database.writing(copy) as connection:
            _forget(connection)
    finally:
        copy.dispose()
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


def _forget(connection: Connection) -> None:
    for table in LEFT_OUT:
        connection.execute(delete(table))
    connection.execute(update(models.slip).values(draft=None))
    connection.execute(update(models.batch_part).values(held_by=None, held_until=None))


def _publish(draft: Path, file: Path) -> None:
    """Give the whole file its name, on the disk before anybody is told; one that came meanwhile stays."""
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as sticks and shared folders have
        file.touch(exist_ok=False)
        draft.replace(file)
    folder = os.open(file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
