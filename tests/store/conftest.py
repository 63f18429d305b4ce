"""A database with its schema, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from questionnaire.store import database
from tests.moments import PATIENCE
from tests.postgres import Postgres
from tests.store.earlier import NEWEST, fill


@pytest.fixture
def engine(url_with_tables: str) -> Iterator[Engine]:
    engine = database.open_database(url_with_tables, seconds_to_wait=PATIENCE)
    yield engine
    engine.dispose()


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
