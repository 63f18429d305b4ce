"""Resources that tests share. What a test sets up for itself is made by plain builders instead."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import hypothesis
import pytest

from questionnaire.store import database
from tests.moments import PATIENCE
from tests.postgres import Postgres, running_postgres

# Nothing depends on how fast a machine is, and on a server not on luck either.
ALWAYS = hypothesis.settings(deadline=None, max_examples=60, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("here", ALWAYS)
hypothesis.settings.register_profile("ci", ALWAYS, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the whole run; nothing is started where no test asks for it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'alongside.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database. A test that asks for this one runs twice: on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema in it, to be copied."""
    file = tmp_path_factory.mktemp("tables") / "alongside.sqlite3"
    make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: Postgres) -> Iterator[str]:
    """The same on PostgreSQL."""
    with postgres.database() as url:
        make_tables(url)
        yield url


def make_tables(url: str) -> None:
    engine = database.open_database(url, seconds_to_wait=PATIENCE)  # it may be busy with others' tests
    database.upgrade(engine)
    engine.dispose()  # nobody may be connected to what is copied


@pytest.fixture(params=["sqlite", "postgresql"])
def url_with_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the schema in it; a test that asks for this one runs twice, too."""
    if request.param == "sqlite":
        yield f"sqlite:///{copy(request.getfixturevalue('sqlite_with_tables'), tmp_path)}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(like=request.getfixturevalue("postgres_with_tables")) as url:
        yield url
