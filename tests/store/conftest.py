"""A database with its schema, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from questionnaire.store import database
from tests.store.earlier import NEWEST, fill


@pytest.fixture
def engine(url_with_tables: str) -> Iterator[Engine]:
    engine = database.open_database(url_with_tables)
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
