"""The site as its tests meet it: on an empty database, with the whole instrument."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from questionnaire.config import Settings
from questionnaire.store import database, passwords
from questionnaire.store.keys import Keys
from questionnaire.web import create_app
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.moments import PATIENCE
from tests.web import walks
from tests.web.client import Browser

PUBLIC_URL = "http://localhost"
DEFAULTS: dict[str, Any] = {"secret_key": "a key for tests", "public_url": PUBLIC_URL}


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and the instrument in it, to be copied."""
    file = tmp_path_factory.mktemp("prepared") / "alongside.sqlite"
    app = create_app(Settings(secret_key="k", database_url=f"sqlite:///{file}"))
    prepare(app).engine.dispose()  # the last connection to close leaves one whole file
    return file


@pytest.fixture(scope="session")
def one_app(prepared_file: Path) -> Flask:
    """The site, made once: making it takes longer than most tests. Each test gives it a database of its own."""
    app = create_app(Settings(database_url=f"sqlite:///{prepared_file}", **DEFAULTS))
    app.test_client_class = Browser
    return app


@pytest.fixture
def app(one_app: Flask, prepared_file: Path, tmp_path: Path) -> Iterator[Flask]:
    with on_a_database(one_app, f"sqlite:///{shutil.copy(prepared_file, tmp_path / 'alongside.sqlite')}"):
        yield one_app


@pytest.fixture
def app_on_both(one_app: Flask, url_with_tables: str) -> Iterator[Flask]:
    """The same site twice: on SQLite and on PostgreSQL."""
    with on_a_database(one_app, url_with_tables):
        prepare(one_app)
        yield one_app


@contextmanager
def on_a_database(app: Flask, url: str) -> Iterator[None]:
    """Let a site work on another database for a while; what a test changes of its configuration is undone."""
    site: Site = app.extensions["alongside"]
    configured = dict(app.config)
    site.engine = patient(url, site)
    site.looked_at = None
    with TemporaryDirectory() as folder:
        site.keys = Keys(Path(folder) / "keys")
        yield
    site.engine.dispose()
    app.config.clear()
    app.config.update(configured)


def patient(url: str, site: Site) -> Engine:
    """For many at once, who wait for each other however slow the disk is."""
    return database.open_database(url, connections=site.settings.threads * 2, seconds_to_wait=PATIENCE)


def running(url: str, **settings: Any) -> Iterator[Flask]:
    with TemporaryDirectory() as folder:
        app = create_app(Settings(database_url=url, **{**DEFAULTS, "keys": Path(folder) / "keys", **settings}))
        app.test_client_class = Browser
        site: Site = app.extensions["alongside"]
        site.engine = patient(url, site)
        prepare(app)
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


@pytest.fixture
def facilitator(browser: Browser) -> Browser:
    """Signed in; with `network`, who facilitates it."""
    walks.account(browser, "facilitator@example.org")
    return browser


@pytest.fixture
def network(facilitator: Browser) -> str:
    """The path of an empty network."""
    return walks.network(facilitator)


@dataclass
class Clock:
    """What the site takes for the time, and which passwords it looked at."""

    now: int
    looked_at: list[str]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands until it is moved; and a right password is walks.PASSWORD, without Argon2's time."""
    clock = Clock(1_800_000_000, [])

    def look(kept: str | None, password: str) -> bool:
        clock.looked_at.append(password)
        return kept is not None and password == walks.PASSWORD

    monkeypatch.setattr(Site, "now", lambda _site: clock.now)
    monkeypatch.setattr(passwords, "matches", look)
    return clock
