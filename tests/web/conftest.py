"""The site as its tests meet it: on an empty database, with the whole instrument."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from questionnaire.config import Settings
from questionnaire.web import create_app
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.web.client import Browser

PUBLIC_URL = "http://localhost"


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and the instrument in it, to be copied."""
    file = tmp_path_factory.mktemp("prepared") / "alongside.sqlite"
    app = create_app(Settings(secret_key="k", database_url=f"sqlite:///{file}"))
    prepare(app).engine.dispose()  # the last connection to close leaves one whole file
    return file


@pytest.fixture
def app(prepared_file: Path, tmp_path: Path) -> Iterator[Flask]:
    file = tmp_path / "alongside.sqlite"
    shutil.copy(prepared_file, file)
    yield from running(f"sqlite:///{file}")


@pytest.fixture
def app_on_both(url_with_tables: str) -> Iterator[Flask]:
    """The same site twice: on SQLite and on PostgreSQL."""
    yield from running(url_with_tables)


def running(url: str, **settings: Any) -> Iterator[Flask]:
    defaults = {"secret_key": "a key for tests", "public_url": PUBLIC_URL}
    app = create_app(Settings(database_url=url, **{**defaults, **settings}))
    app.test_client_class = Browser
    site = prepare(app)
    yield app
    site.engine.dispose()


@pytest.fixture
def site(app: Flask) -> Site:
    found: Site = app.extensions["alongside"]
    return found


@pytest.fixture
def browser(app: Flask) -> Browser:
    return browser_of(app)


def browser_of(app: Flask) -> Browser:
    client = app.test_client()
    assert isinstance(client, Browser)
    return client
