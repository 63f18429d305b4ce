"""What is done in the same moment, or in the moment between two statements of another."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import monotonic
from typing import TypeVar

from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from questionnaire.store import database

T = TypeVar("T")
PATIENCE = 120  # seconds; for a lock, too: on a slow disk SQLite passes one of many writers over for long


def at_once(deeds: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of this in the same moment; what came of each."""
    together = Barrier(len(deeds), timeout=PATIENCE)

    def do(deed: Callable[[], T]) -> T:
        together.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


@contextmanager
def just_before(engine: Engine, statement: str, deed: Callable[[Engine], object]) -> Iterator[list[bool]]:
    """Let somebody else do something, once, just before a statement that begins like this is said to a database.

    Whether it could be done: who finds locked what it needs waits a second, and then does not do it.
    """
    done: list[bool] = []
    met: list[str] = []

    def listen(*told: object) -> None:
        if not met and str(told[2]).startswith(statement):
            met.append(statement)
            done.append(_done(engine, deed))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield done
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert met, f"nobody said {statement}"


def until_somebody_waits(engine: Engine) -> None:
    """Until another connection stands before a lock; on SQLite one that writes keeps out all others, seen or not."""
    if engine.dialect.name == "sqlite":
        return
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    until = monotonic() + 30
    while monotonic() < until:
        with database.reading(engine) as connection:
            if connection.scalar(text(query)):
                return
    raise TimeoutError


def _done(engine: Engine, deed: Callable[[Engine], object]) -> bool:
    other = database.open_database(engine.url, connections=1, seconds_to_wait=1)
    try:
        deed(other)
    except DBAPIError as error:
        if not database.is_unavailable(error):
            raise
        return False
    finally:
        other.dispose()
    return True
