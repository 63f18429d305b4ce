"""Many people, by accounts that cost no time for a password; and what the database is told and holds meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask
from sqlalchemy import Engine, event, select

from questionnaire.core.access import PrincipalKind
from questionnaire.store import access, accounts, database, models, passwords, sessions
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser
from tests.web.conftest import browser_of


def site_of(app: Flask) -> Site:
    found: Site = app.extensions["alongside"]
    return found


def known(app: Flask, email: str = "kim@example.org") -> Browser:
    """A browser that is signed in with a new account; its password is walks.PASSWORD."""
    site = site_of(app)
    with database.writing(site.engine) as connection:
        account_id = accounts.create(connection, email, _kept(), on=site.today())
        token = sessions.open_session(
            connection, [(PrincipalKind.ACCOUNT, account_id)], earlier=None, on=site.today()
        )
    browser = browser_of(app)
    browser.set_cookie(cookie_name(app), token)
    return browser


@cache
def _kept() -> str:
    return passwords.hashed(walks.PASSWORD)


def cookie_name(app: Flask) -> str:
    return site_of(app).settings.cookie()


def owner(app: Flask, email: str = "kim@example.org", **changes: str) -> tuple[Browser, str]:
    """A browser with a new account, and the address of an organization that it owns."""
    browser = known(app, email)
    response = browser.fill("/start", **{**walks.ABOUT, **changes})
    assert response.status_code == 303, response.text
    return browser, response.headers["Location"].partition("/2026")[0]


def colleague(boss: Browser, organization: str, role: str = "editor", email: str = "sam@example.org") -> Browser:
    """A browser of somebody who was invited, with a new account."""
    other = known(boss.application, email)
    assert walks.join(other, walks.invite(boss, organization, role, made_for=email)).status_code == 303
    return other


@contextmanager
def overheard(engine: Engine) -> Iterator[list[str]]:
    """Every statement that is said to the database meanwhile."""
    said: list[str] = []

    def listen(*told: object) -> None:
        said.append(str(told[2]))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with database.reading(engine) as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
            for table in models.metadata.sorted_tables
        }


def roles(app: Flask) -> dict[str, str]:
    """Who has which role over the one organization there is."""
    with database.reading(site_of(app).engine) as connection:
        [organization_id] = connection.scalars(models.organization.select()).all()
        return {one.email: one.role.value for one in access.colleagues(connection, organization_id)}
