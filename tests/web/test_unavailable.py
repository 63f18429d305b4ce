"""A database that is locked, read-only or on a full disk: a page in words, nothing typed lost, reading goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, text, update
from sqlalchemy.exc import OperationalError

from questionnaire.store import assessments, database, models
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.postgres import Postgres
from tests.web import walks
from tests.web.client import Browser, Fields, form_fields
from tests.web.conftest import browser_of, on_a_database
from tests.web.crowd import site_of
from tests.web.stored import submitted


@pytest.fixture(autouse=True)
def impatient(site: Site) -> None:
    """Nobody waits for a lock."""

    def wait_not(connection: sqlite3.Connection, *_more: object) -> None:
        connection.execute("PRAGMA busy_timeout = 0")

    site.engine.dispose()
    event.listen(site.engine, "connect", wait_not)


@pytest.fixture
def section(browser: Browser) -> str:
    return f"{walks.start(browser)}/2026/questions/role"


def file_of(site: Site) -> Path:
    return Path(str(site.engine.url.database))


@contextmanager
def locked(site: Site) -> Iterator[None]:
    holder = sqlite3.connect(file_of(site), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.close()


@contextmanager
def every_connection_told(site: Site, pragma: str, undone: str) -> Iterator[None]:
    """A state that SQLite brings about itself: read-only, or no room for another page."""

    def tell(connection: sqlite3.Connection, *_more: object) -> None:
        connection.execute(pragma)

    site.engine.dispose()
    event.listen(site.engine, "connect", tell)
    yield
    event.remove(site.engine, "connect", tell)
    site.engine.dispose()
    mended = sqlite3.connect(file_of(site))
    mended.execute(undone)
    mended.close()


Trouble = Callable[[Site], AbstractContextManager[None]]


def read_only(site: Site) -> AbstractContextManager[None]:
    return every_connection_told(site, "PRAGMA query_only = ON", "PRAGMA query_only = OFF")


def full(site: Site) -> AbstractContextManager[None]:
    return every_connection_told(site, "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823")


def typed(browser: Browser, section: str) -> Fields:
    fields = form_fields(browser.read(section), which="page")
    fields["role.title:choice"] = "3"
    fields["role.title:note"] = "word by word " * 700  # more than fits into what is left of a page
    return fields


@pytest.mark.parametrize("trouble", [locked, read_only, full])
def test_what_was_typed_is_kept_and_saved_by_the_same_button_once_the_trouble_is_over(
    browser: Browser, site: Site, section: str, trouble: Trouble
) -> None:
    fields = typed(browser, section)
    with trouble(site):
        response = browser.post(section, data=fields)
        assert response.status_code == 503
        assert response.headers["Retry-After"]
        assert "What you typed is still here" in response.text
        assert "role.title:choice" not in form_fields(browser.read(section), which="page"), "reading goes on"
    again = form_fields(response.text)
    assert browser.post(section, data=again).status_code == 303
    saved = form_fields(browser.read(section), which="page")
    assert saved["role.title:choice"] == "3"
    assert saved["role.title:note"] == fields["role.title:note"].strip()


def test_a_chart_is_shown_even_where_it_cannot_be_kept(browser: Browser, site: Site, section: str) -> None:
    organization = section.removesuffix("/2026/questions/role")
    scorecard = walks.submit(browser, organization)
    with locked(site):
        assert browser.get(f"{scorecard}/radar.svg").status_code == 200


def test_a_shared_report_is_read_though_its_opening_cannot_be_noted(browser: Browser, site: Site) -> None:
    organization = walks.own(browser)
    report = walks.report(browser, submitted(site, organization, 2026))
    reader = browser.as_somebody_else()
    reader.get(walks.share(browser, organization, report))
    with database.writing(site.engine) as connection:
        connection.execute(update(models.capability).values(last_opened_on=None))
    with locked(site):
        assert reader.get(report).status_code == 200
    reader.get(report)
    with database.reading(site.engine) as connection:
        assert connection.scalar(select(func.count(models.capability.c.last_opened_on))) == 1


def test_a_page_that_cannot_be_read_says_so(browser: Browser, site: Site, section: str) -> None:
    site.engine.dispose()
    file_of(site).rename(file_of(site).with_suffix(".away"))
    file_of(site).mkdir()
    response = browser.get(section)
    assert response.status_code == 503
    assert "cannot reach its storage" in response.text
    file_of(site).rmdir()
    file_of(site).with_suffix(".away").rename(file_of(site))
    assert browser.get(section).status_code == 200


END_ALL = text(
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.mark.parametrize("is_form", [False, True])
def test_a_look_that_the_database_ends_after_all_was_read_is_no_fault(
    app: Flask, postgres: Postgres, *, is_form: bool
) -> None:
    with postgres.database() as url, on_a_database(app, url):
        prepare(app)
        engine, other, browser = site_of(app).engine, database.open_database(url), browser_of(app)
        page = f"{walks.start(browser)}/name"
        form, ended = form_fields(browser.read(page)), list[Connection]()

        def end(connection: Connection) -> None:
            if not ended:
                ended.append(connection)
                with database.reading(other) as another:
                    assert another.execute(END_ALL).all()

        event.listen(engine, "rollback", end)
        answer = browser.send(page, form, name="Harbour Road") if is_form else browser.get(page)
        other.dispose()
        assert ended
        assert answer.status_code == (303 if is_form else 200)
        assert ("Harbour Road" if is_form else "Harbour Street") in browser.read(page)


def test_a_link_that_cannot_be_followed_right_now_says_so(browser: Browser, site: Site) -> None:
    organization = walks.start(browser)
    link = walks.private_link(browser.read(f"{organization}/private-link"))
    with locked(site):
        assert browser.as_somebody_else().get(link).status_code == 503


def test_a_fresh_link_that_could_not_be_shown_is_shown_when_the_trouble_is_over(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = browser.fill("/start", **walks.ABOUT).headers["Location"]

    def away(*_asked: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    with monkeypatch.context() as trouble:
        trouble.setattr(assessments, "history", away)
        assert browser.get(address).status_code == 503
    assert walks.private_link(browser.read(address))


def test_the_log_says_what_happened_but_no_answer(
    browser: Browser, site: Site, section: str, caplog: pytest.LogCaptureFixture
) -> None:
    fields = typed(browser, section)
    with locked(site):
        browser.post(section, data=fields)
    assert "database is locked" in caplog.text
    assert "word by word" not in caplog.text


def test_a_bug_shows_a_reference_that_the_log_holds(
    browser: Browser, section: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("questionnaire.web.questions.steps", lambda *_: 1 / 0)
    response = browser.get(section)
    assert response.status_code == 500
    reference = caplog.records[-1].getMessage().split(":")[0]
    assert reference in response.text
    assert "Traceback" not in response.text
