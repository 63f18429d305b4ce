"""A database with its schema, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from questionnaire.store import database


@pytest.fixture
def engine(url_with_tables: str) -> Iterator[Engine]:
    engine = database.open_database(url_with_tables)
    yield engine
    engine.dispose()
