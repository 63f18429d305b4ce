"""Private links and the sessions they become."""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from questionnaire.config import Settings
from questionnaire.core.access import Role
from questionnaire.store import access, database, models
from questionnaire.web import create_app
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser, session_cookie


def follow(browser: Browser, link: str) -> str:
    response = browser.get(link)
    assert response.status_code == 303
    return response.headers["Location"]


def link_of(browser: Browser, organization: str) -> str:
    return walks.private_link(browser.read(f"{organization}/private-link"))


def renew(browser: Browser, organization: str) -> None:
    token = walks.token_of(browser.read(organization))
    assert browser.post(f"{organization}/private-link", data={"csrf_token": token}).status_code == 303


def test_a_private_link_brings_another_device_to_the_organization(browser: Browser) -> None:
    organization = walks.start(browser)
    link = link_of(browser, organization)
    other = browser.as_somebody_else()
    assert other.get(organization).status_code == 404
    assert follow(other, link) == organization
    assert "Harbour Street" in other.read(organization)


def test_a_private_link_is_shown_once(browser: Browser) -> None:
    organization = walks.start(browser)
    token = link_of(browser, organization).removeprefix("/in/")
    assert token not in browser.read(f"{organization}/private-link")


def test_a_private_link_is_built_from_the_sites_own_address_whatever_the_request_says(browser: Browser) -> None:
    address = browser.fill("/start", **walks.ABOUT).headers["Location"]
    for name in (session_cookie(browser).key, browser.application.config["SESSION_COOKIE_NAME"]):
        cookie = browser.get_cookie(name)
        assert cookie
        browser.set_cookie(name, cookie.value, domain="evil.example")
    page = browser.get(address, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "http://localhost/in/" in page.text
    assert "evil.example" not in page.text


def test_the_link_is_saved_as_a_file_only_with_the_link_itself(browser: Browser) -> None:
    organization = walks.start(browser)
    page = browser.get(f"{organization}/private-link")
    fields = walks.link_form(page.text)
    saved = browser.post(f"{organization}/private-link/file", data=fields)
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert f"http://localhost/in/{fields['token']}" in saved.text
    fields["token"] = "another"
    assert browser.post(f"{organization}/private-link/file", data=fields).status_code == 404


def test_a_new_link_ends_the_old_one_and_every_browser_that_came_by_it(browser: Browser) -> None:
    organization = walks.start(browser)
    old = link_of(browser, organization)
    other = browser.as_somebody_else()
    follow(other, old)
    renew(browser, organization)
    assert other.get(organization).status_code == 404
    assert browser.as_somebody_else().get(old).status_code == 404
    assert browser.get(organization).status_code == 200
    assert follow(other, link_of(browser, organization)) == organization


def test_wrong_altered_revoked_and_expired_links_get_the_same_answer_by_the_same_statements(
    browser: Browser, site: Site
) -> None:
    organization = walks.start(browser)
    revoked = link_of(browser, organization)
    renew(browser, organization)
    good = link_of(browser, organization)
    with database.writing(site.engine) as connection:
        token, link = access.make_link(connection, organization.rsplit("/", 1)[1], Role.EDITOR, on=site.today())
        connection.execute(
            models.capability.update()
            .where(models.capability.c.capability_id == link.capability_id)
            .values(expires_on=site.today().replace(year=2020))
        )
    altered = good[:-1] + ("a" if good[-1] != "a" else "b")
    answers = set()
    for address in ("/in/wrong", altered, revoked, f"/in/{token}", "/in/" + "x" * 32):
        said: list[str] = []

        def listen(*told: object, said: list[str] = said) -> None:
            said.append(str(told[2]))

        event.listen(site.engine, "before_cursor_execute", listen)
        response = browser.as_somebody_else().get(address)
        event.remove(site.engine, "before_cursor_execute", listen)
        answers.add((response.status_code, response.text, tuple(response.headers.items()), tuple(said)))
    assert len(answers) == 1
    assert browser.as_somebody_else().get(good).status_code == 303


def test_opening_a_link_twice_keeps_other_organizations_open(browser: Browser) -> None:
    first = walks.start(browser, name="First")
    second = walks.start(browser, name="Second")
    home = browser.read("/")
    assert first in home
    assert second in home


def test_leaving_a_device_closes_everything_and_the_old_cookie_with_it(app: Flask, browser: Browser) -> None:
    organization = walks.start(browser)
    cookie = session_cookie(browser)
    assert browser.fill("/sign-out").status_code == 303
    assert browser.get(organization).status_code == 404
    thief = browser.as_somebody_else()
    thief.set_cookie(cookie.key, cookie.value)
    assert thief.get(organization).status_code == 404


def test_neither_link_nor_session_is_stored_or_logged_as_it_is(
    browser: Browser, site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    organization = walks.start(browser)
    link = link_of(browser, organization)
    cookie = session_cookie(browser)
    monkeypatch.setattr(access, "find_link", lambda *_args, **_more: 1 / 0)
    response = browser.get(link)
    assert response.status_code == 500
    assert "reference" in response.text
    token = link.removeprefix("/in/")
    assert token not in caplog.text
    assert token not in response.text
    with database.reading(site.engine) as connection:
        for table in models.metadata.sorted_tables:
            stored = str(connection.execute(select(table)).all())
            assert token not in stored
            assert cookie.value not in stored


def test_cookies_are_for_the_server_alone_and_secure_where_the_site_is(sqlite_url: str) -> None:
    app = create_app(Settings(secret_key="k", database_url=sqlite_url, public_url="https://alongside.example"))
    site = prepare(app)
    browser = Browser(app)
    page = browser.get("/start", base_url="https://alongside.example")
    response = browser.post(
        "/start",
        data={**walks.ABOUT, "csrf_token": walks.token_of(page.text)},
        base_url="https://alongside.example",
        headers={"Referer": "https://alongside.example/start"},
    )
    cookies = response.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "Secure" in cookie
        assert "SameSite=Lax" in cookie
    site.engine.dispose()


def test_without_an_address_of_its_own_the_site_says_how_to_set_it(sqlite_url: str) -> None:
    app = create_app(Settings(secret_key="k", database_url=sqlite_url))
    site = prepare(app)
    response = Browser(app).get("/start")
    assert response.status_code == 503
    assert "PUBLIC_URL" in response.text
    site.engine.dispose()


def test_renewing_twice_with_one_cookie_locks_nobody_out(browser: Browser) -> None:
    """As when the answer to the first press is lost on its way."""
    organization = walks.start(browser)
    cookie = session_cookie(browser)
    renew(browser, organization)
    browser.set_cookie(cookie.key, cookie.value)
    renew(browser, organization)
    assert follow(browser.as_somebody_else(), link_of(browser, organization)) == organization


def test_an_earlier_session_of_a_browser_lives_on_for_the_day(browser: Browser, site: Site) -> None:
    """As when the answer that brings the new session is lost on its way."""
    organization = walks.start(browser, name="First")
    old = session_cookie(browser)
    walks.start(browser, name="Second")
    browser.set_cookie(old.key, old.value)
    assert browser.get(organization).status_code == 200
    with database.reading(site.engine) as connection:
        hash_of_old = database.token_hash(old.value)
        ends = connection.scalar(
            select(models.session.c.expires_on).where(models.session.c.token_hash == hash_of_old)
        )
    assert ends == site.today()


def test_two_sites_at_one_address_do_not_take_each_others_sessions(sqlite_url: str, browser: Browser) -> None:
    other = create_app(Settings(secret_key="a key for tests", database_url=sqlite_url, public_url="http://localhost"))
    walks.start(browser)
    theirs = other.extensions["alongside"].settings.cookie_suffix
    assert session_cookie(browser).key != f"alongside_{theirs}"
    assert other.config["SESSION_COOKIE_NAME"] != browser.application.config["SESSION_COOKIE_NAME"]


def test_a_wrong_name_can_be_corrected_and_scorecards_keep_the_old_one(browser: Browser) -> None:
    organization = walks.start(browser, name="Harbor Stret")
    scorecard = walks.submit(browser, organization)
    assert browser.fill(f"{organization}/name", name=" ").status_code == 400
    response = browser.fill(f"{organization}/name", name="Harbour Street")
    assert response.status_code == 303
    assert "Harbour Street" in browser.read(organization)
    assert "Harbor Stret" in browser.read(scorecard)


def test_work_that_is_only_looked_at_is_not_idle(
    browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = walks.start(browser)
    later = site.today() + timedelta(days=30)
    monkeypatch.setattr(Site, "today", lambda _site: later)
    browser.read(organization)
    with database.reading(site.engine) as connection:
        assert connection.scalar(select(models.organization.c.last_used_on)) == later
