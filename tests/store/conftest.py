"""A database with its schema, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from questionnaire.store import database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = database.open_database(database_url)
    database.upgrade(engine)
    yield engine
    engine.dispose()
