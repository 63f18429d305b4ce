"""The database itself: how it is reached, how one reads or writes it, and how its schema is brought up to date."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
    from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parent / "migrations"
SECONDS_TO_WAIT_FOR_AN_UPGRADE = 120
TRIES_TO_SCRUB, SECONDS_TO_SCRUB = 50, 1
UNAVAILABLE_SQLSTATES = ("08", "25006", "53", "55P03", "57P")  # away, read-only, full, locked, shutting down
UPGRADE_LOCK = 0x414C4F4E47  # any number, as long as every process names the same one


def open_database(url: str | URL, *, connections: int = 8, seconds_to_wait: int = 5) -> Engine:
    """An engine on SQLite or PostgreSQL; errors never show the values of a statement, for they may be answers."""
    if make_url(url).get_backend_name() == "postgresql":
        return create_engine(
            url,
            pool_size=connections,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={
                "connect_timeout": max(5, seconds_to_wait),
                "client_encoding": "utf8",  # of a database without an encoding even its version would come as bytes
                "options": f"-c lock_timeout={seconds_to_wait}s",
            },
        )
    engine = create_engine(url, pool_size=connections, hide_parameters=True)
    event.listen(engine, "do_connect", lambda *_told: _make_private(engine.url))
    event.listen(engine, "connect", partial(_prepare_sqlite, seconds_to_wait))
    event.listen(engine, "begin", _begin_on_sqlite)
    return engine


class UnusableDatabaseError(Exception):
    """The database cannot be reached or brought up to date; the message says why, without its address."""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A look at the data: on SQLite of one moment, on PostgreSQL each statement sees what is newest."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A look at the data as it is in one moment, however long it takes."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with reading(engine) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One use case, one transaction: committed at the end of the block, or not at all."""
    with engine.connect() as connection:
        connection.execution_options(writes=True)
        with connection.begin():
            yield connection


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date, once, however many processes start at the same time.

    Raises UnusableDatabaseError where that cannot be done: nobody answers, another program's or a newer schema,
    an encoding that cannot hold every text.
    """
    from alembic import command  # alembic is slow to import, and only this needs it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    refuse_newer(engine)
    _refuse_other_encoding(engine)
    patient = open_database(engine.url, connections=1, seconds_to_wait=SECONDS_TO_WAIT_FOR_AN_UPGRADE)
    try:
        with writing(patient) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
            _refuse_newer(schema_of(connection))  # again: a newer version may have brought it up to date meanwhile
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise UnusableDatabaseError(f"The database cannot be brought up to date: {reason(error)}") from error
    finally:
        patient.dispose()


def schema(engine: Engine) -> str | None:
    """The schema that a database has; None where it has none. Raises UnusableDatabaseError where nobody answers."""
    try:
        with reading(engine) as connection:
            return schema_of(connection)
    except DBAPIError as error:
        raise UnusableDatabaseError(f"The database cannot be used: {reason(error)}") from error


def schema_of(connection: Connection) -> str | None:
    """The same, over a connection."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def newest_schema() -> str:
    """The schema that this version of Alongside works with."""
    return _known_schemas()[0]


@cache
def _known_schemas() -> tuple[str, ...]:
    """Every schema that there ever was, the newest first."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def refuse_newer(engine: Engine) -> str | None:
    """The schema that a database has. Raises UnusableDatabaseError for one that this version does not know."""
    return _refuse_newer(schema(engine))


def _refuse_newer(found: str | None) -> str | None:
    if found is not None and found not in _known_schemas():
        raise UnusableDatabaseError(
            f"The database is newer than this version of Alongside (its schema is {found}, the newest known here is"
            f" {newest_schema()}): nothing was changed. Install the version that it was used with, or a later one."
        )
    return found


def refuse_other(engine: Engine) -> None:
    """Raises UnusableDatabaseError for a database that has not this version's schema: a newer one, an older, none."""
    found = refuse_newer(engine)
    if found != newest_schema():
        raise UnusableDatabaseError(
            f"The database has {f'the schema {found}' if found else 'no schema'}, and this version the schema"
            f" {newest_schema()}: run `flask db upgrade` first. Nothing was changed."
        )


def _refuse_other_encoding(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        return
    with reading(engine) as connection:
        found = connection.scalar(text("SHOW server_encoding"))
    if found != "UTF8":
        raise UnusableDatabaseError(
            f"The database cannot hold every text, for its encoding is {found}: nothing was changed. Make it anew"
            " with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."
        )


def scrub(engine: Engine) -> None:
    """Leave nothing of what was deleted in SQLite's log; where somebody still reads, the next time does it.

    What was done before stands, so nobody is told where this fails. SQLite's own patience is put aside: as long as it
    waits for who reads, it keeps everybody out who wants to write.
    """
    if engine.dialect.name != "sqlite":
        return
    with suppress(sqlite3.Error, DBAPIError, NoConnectionError), closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()  # outside of any transaction
        [patience] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            for _time in range(TRIES_TO_SCRUB):
                if not cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    break
                sleep(SECONDS_TO_SCRUB / TRIES_TO_SCRUB)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
            cursor.close()


def new_token() -> str:
    """A secret for a link or a cookie: 192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash is enough and nothing slower is needed."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def make_private(file: Path) -> None:
    """Make a file that is not there yet for this user alone; what SQLite keeps beside it is as private as itself.

    One that is there is not opened: that would end the locks that this process has on it.
    """
    with suppress(OSError):  # SQLite itself says what is wrong
        if not file.exists():
            file.touch(mode=0o600, exist_ok=False)


def _make_private(url: URL) -> None:
    if url.database and not url.database.startswith((":", "file:")):
        make_private(Path(url.database))


def _prepare_sqlite(seconds_to_wait: int, connection: "DBAPIConnection", _: "ConnectionPoolEntry") -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late: _begin_on_sqlite says it
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {seconds_to_wait * 1000}")
    keep_log(cursor, seconds_to_wait)
    for pragma in (
        "synchronous = FULL",  # NORMAL acknowledges before the disk has it
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def keep_log(cursor: "DBAPICursor | sqlite3.Cursor", seconds_to_wait: int = 5) -> None:
    """Let SQLite write ahead into a log, from the first connection to a new file on.

    It waits for every other lock by itself; but of several who switch a new file at once it refuses all but one.
    """
    until = monotonic() + seconds_to_wait
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= until:
                raise
            sleep(0.01)
        else:
            return


def _begin_on_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # it waits for nothing and cannot fail, so it goes the short way: every page begins so
        connection.connection.cursor().execute("BEGIN").close()


def is_unavailable(error: Exception) -> bool:
    """Whether an error says that the database cannot be used right now: locked, full, read-only or away."""
    if isinstance(error, OperationalError | NoConnectionError | InterfaceError):
        return True
    code = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return code.startswith(UNAVAILABLE_SQLSTATES)


def reason(error: Exception) -> str:
    """What the database said, without the statement and its values.

    PostgreSQL adds, in lines of its own, which row it was about, and SQLite the text that it cannot read: that is
    nobody's business.
    """
    said = getattr(error, "orig", None)
    main = getattr(getattr(said, "diag", None), "message_primary", None)
    return " ".join(str(main or said or type(error).__name__).partition(" with text ")[0].split())
