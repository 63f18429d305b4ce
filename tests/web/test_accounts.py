"""Signing in and out: what a browser gets by it, what ends it, and what nobody learns from it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaire.store import accounts, database, models, passwords
from questionnaire.web.access import onward
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser, all_forms, form_fields, session_cookie
from tests.web.conftest import browser_of
from tests.web.crowd import colleague, cookie_name, everything, known, overheard, owner, site_of

KIM, MAX, NOBODY = "kim@example.org", "max@example.org", "who@example.org"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"


def with_token(browser: Browser, token: str) -> Browser:
    """Another browser that says it has this session."""
    other = browser.as_somebody_else()
    other.set_cookie(cookie_name(browser.application), token)
    return other


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def devices(browser: Browser) -> list[str]:
    """The handles of the other devices in an account's list."""
    return [fields["handle"] for fields in all_forms(browser.read("/account")) if "handle" in fields]


def test_an_address_in_any_letters_and_its_password_sign_in(app: Flask, browser: Browser) -> None:
    known(app)
    assert walks.sign_in(browser, " KIM@Example.org ").headers["Location"] == "/"
    assert KIM in browser.read("/account")


def heard_of(browser: Browser, email: str, checked: list[object]) -> tuple[object, ...]:
    """All that a wrong password tells, but for the address that was typed."""
    stranger = browser.as_somebody_else()
    page = stranger.read("/sign-in")
    checked.clear()
    with overheard(site_of(browser.application).engine) as said:
        answer = stranger.post("/sign-in", data={**form_fields(page), "email": email, "password": "a wrong password"})
    text = answer.text.replace(email, "").replace(walks.token_of(answer.text), "")
    return answer.status_code, text, list(answer.headers), said, len(checked)


def test_nothing_tells_a_wrong_password_an_unknown_address_and_a_disabled_account_apart(
    app: Flask, browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(app, KIM)
    known(app, MAX)
    with database.writing(site.engine) as connection:
        max_ = accounts.find(connection, MAX)
        assert max_
        accounts.disable(connection, max_.account_id, on=site.today())
    passwords.matches(None, "so that the hash of nobody is there")
    checked: list[object] = []
    hasher = passwords._hasher()

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            checked.append(kept)
            return hasher.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    told = [heard_of(browser, email, checked) for email in (KIM, NOBODY, MAX)]
    assert told[0] == told[1] == told[2]
    assert told[0][0] == 400
    assert told[0][-1] == 1, "Argon2 is asked once"
    assert walks.sign_in(browser.as_somebody_else(), MAX).status_code == 400


NO_PAGES = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\r\nLocation: https://evil.example",
    "https://evil.example",
    "https:/start",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "evil.example",
    " //evil.example",
    "/" + "a" * 5000,
    "/\0",
    "/é",
    "",
)


def test_signing_in_leads_nowhere_else(app: Flask, browser: Browser) -> None:
    known(app)
    page = form_fields(browser.read("/sign-in"))
    with app.test_request_context():
        assert [to for to in NO_PAGES if onward(to) != "/"] == []
        assert onward(None) == "/"
    for to in ("//evil.example", "/\\evil.example", "/\r\nLocation: https://evil.example"):
        answer = browser.send("/sign-in", page, email=KIM, password=walks.PASSWORD, to=to)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert "evil" not in browser.get("/sign-in", query_string={"to": to}).text


def test_signing_in_leads_on_to_the_page_that_asked_for_it(app: Flask, browser: Browser) -> None:
    known(app)
    asked = browser.get("/account/password")
    assert asked.headers["Location"] == "/sign-in?to=/account/password"
    page = browser.get(asked.headers["Location"]).text
    assert walks.sign_in(browser, password="a wrong password").status_code == 400
    answer = browser.post("/sign-in", data={**form_fields(page), "email": KIM, "password": walks.PASSWORD})
    assert answer.headers["Location"] == "/account/password"


def test_a_session_that_was_planted_before_signing_in_gets_nothing(app: Flask, browser: Browser) -> None:
    known(app)
    attacker = browser.as_somebody_else()
    walks.start(attacker, name="A trap")
    planted = session_cookie(attacker).value
    victim = with_token(browser, planted)
    assert walks.sign_in(victim).status_code == 303
    assert session_cookie(victim).value != planted
    assert is_signed_in(victim)
    assert not is_signed_in(with_token(browser, planted))
    assert not is_signed_in(attacker)


def test_what_private_links_opened_comes_along_when_signing_in(app: Flask, browser: Browser) -> None:
    known(app)
    organization = walks.start(browser)
    walks.sign_in(browser)
    assert browser.get(organization).status_code == 200
    assert "Harbour Street" in browser.read("/account")


def test_another_account_on_the_same_browser_takes_the_place_of_the_first(app: Flask, browser: Browser) -> None:
    first, organization = owner(app)
    known(app, "sam@example.org")
    old = session_cookie(first).value
    assert walks.sign_in(first, "sam@example.org").status_code == 303
    assert "sam@example.org" in first.read("/account")
    assert first.get(organization).status_code == 404
    assert not is_signed_in(with_token(browser, old))


def test_after_signing_out_no_session_that_this_browser_ever_had_opens_anything(app: Flask, browser: Browser) -> None:
    known(app)
    had = []
    organization = walks.start(browser, name="First")
    for step in ("sign in", "open a link", "sign in", "change"):
        had.append(session_cookie(browser).value)
        if step == "sign in":
            walks.sign_in(browser)
        elif step == "open a link":
            other = browser.as_somebody_else()
            address = walks.start(other, name="Second")
            browser.get(walks.private_link(other.read(f"{address}/private-link")))
        else:
            browser.fill("/account/password", until_now=walks.PASSWORD, password="somewhere over the hill")
    had.append(session_cookie(browser).value)
    assert len(set(had)) == 5
    assert browser.fill("/sign-out").status_code == 303
    for token in had:
        thief = with_token(browser, token)
        assert not is_signed_in(thief)
        assert thief.get(organization).status_code == 404


@pytest.mark.parametrize("kept", [0, 1])
def test_signing_out_ends_both_sessions_that_one_was_exchanged_for(browser: Browser, kept: int) -> None:
    """As when two links are opened at once, or an answer is lost on its way: the browser keeps one of the two."""
    walks.start(browser, name="First")
    first = session_cookie(browser)
    opened = []
    for name in ("Second", "Third"):
        other = browser.as_somebody_else()
        address = walks.start(other, name=name)
        link = walks.private_link(other.read(f"{address}/private-link"))
        browser.set_cookie(first.key, first.value)
        browser.get(link)
        opened.append(session_cookie(browser).value)
    browser.set_cookie(first.key, opened[kept])
    assert "First" in browser.read("/")
    browser.fill("/sign-out")
    for token in (first.value, *opened):
        assert "First" not in with_token(browser, token).read("/")


def test_signing_out_everywhere_ends_every_session(app: Flask, browser: Browser) -> None:
    here = known(app)
    walks.sign_in(browser)
    page = here.read("/account")
    token = session_cookie(here).value
    ended = here.post("/account/devices/end-all", data={"csrf_token": walks.token_of(page)})
    assert ended.headers["Location"] == "/sign-in"
    assert not is_signed_in(here)
    assert not is_signed_in(browser)
    assert not is_signed_in(with_token(browser, token))


def test_one_device_is_signed_out_from_the_list_of_another(app: Flask, browser: Browser) -> None:
    here, third = known(app), browser.as_somebody_else()
    browser.environ_base["HTTP_USER_AGENT"] = IPHONE
    third.environ_base["HTTP_USER_AGENT"] = FIREFOX
    walks.sign_in(browser)
    walks.sign_in(third)
    page = here.read("/account")
    assert "Safari · iPhone" in page
    assert "Firefox · Linux" in page
    assert page.count("(this device)") == 1
    handles = devices(here)
    assert len(handles) == 2
    iphone = next(
        handle for handle in handles if page.index("iPhone") < page.index(handle) < page.index("iPhone") + 900
    )
    data = {"csrf_token": walks.token_of(page), "handle": iphone}
    assert here.post("/account/devices/end", data=data).status_code == 303
    assert [is_signed_in(one) for one in (here, browser, third)] == [True, False, True]
    assert here.post("/account/devices/end", data=data).status_code == 404


def test_a_device_keeps_its_name_when_it_opens_a_private_link(app: Flask, browser: Browser) -> None:
    known(app)
    browser.environ_base["HTTP_USER_AGENT"] = FIREFOX
    walks.sign_in(browser)
    other = browser.as_somebody_else()
    address = walks.start(other)
    browser.get(walks.private_link(other.read(f"{address}/private-link")))
    assert browser.read("/account").count("Firefox · Linux") == 1


@pytest.mark.parametrize("handle", ["another account's", "\0"])
def test_the_device_of_another_account_cannot_be_ended(app_on_both: Flask, handle: str) -> None:
    kim, sam = known(app_on_both), known(app_on_both, "sam@example.org")
    if handle == "another account's":
        handle = database.token_hash(session_cookie(sam).value)
    token = walks.token_of(kim.read("/account"))
    answer = kim.post("/account/devices/end", data={"csrf_token": token, "handle": handle})
    assert answer.status_code == 404
    assert is_signed_in(sam)


def test_what_names_a_device_in_the_list_opens_nothing(app: Flask, browser: Browser) -> None:
    known(app)
    walks.sign_in(browser)
    other = browser.as_somebody_else()
    walks.sign_in(other)
    for handle in devices(browser):
        assert not is_signed_in(with_token(browser, handle))


def test_a_session_ends_after_90_days(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = known(app)
    today = site_of(app).today()
    for days, open_ in ((90, True), (91, False)):
        monkeypatch.setattr(Site, "today", lambda _site, days=days: today + timedelta(days=days))
        assert is_signed_in(kim) == open_


def test_links_that_are_opened_meanwhile_make_a_session_no_longer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim, organization = owner(app)
    kim.post(f"{organization}/private-link", data={"csrf_token": walks.token_of(kim.read(organization))})
    link = walks.private_link(kim.read(f"{organization}/private-link"))
    today = site_of(app).today()
    for days, open_ in ((60, True), (60, True), (90, True), (91, False)):
        monkeypatch.setattr(Site, "today", lambda _site, days=days: today + timedelta(days=days))
        assert kim.get(link).status_code == 303
        assert is_signed_in(kim) == open_
        assert kim.get(organization).status_code == 200, "a link that is in force opens what it opens"


def test_a_disabled_account_is_out_at_once_and_stays_out(app: Flask, browser: Browser) -> None:
    kim, organization = owner(app)
    run = app.test_cli_runner().invoke
    assert run(args=["user", "disable", KIM]).exit_code == 0
    assert kim.get(organization).status_code == 404
    assert not is_signed_in(kim)
    assert walks.sign_in(browser).status_code == 400
    link = run(args=["user", "reset-link", KIM]).output.split()[0].removeprefix("http://localhost")
    browser.get(link)
    answer = browser.fill("/choose-password", password="a password that lets me in")
    assert (answer.status_code, "This link does not work" in answer.text) == (404, True)
    assert not is_signed_in(browser)
    assert run(args=["user", "disable", "--undo", KIM]).exit_code == 0
    assert not is_signed_in(kim), "its old sessions have ended for good"
    assert walks.sign_in(browser).status_code == 303
    assert browser.get(organization).status_code == 200


@pytest.mark.parametrize("meanwhile", ["another password", "disabled"])
def test_a_password_that_was_replaced_while_it_was_looked_at_opens_no_session(
    app_on_both: Flask, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who knows an old password and tries it without pause would stay in when a new one is chosen."""
    site, attacker = site_of(app_on_both), known(app_on_both)
    guest = browser_of(app_on_both)

    def look(_kept: str | None, _password: str) -> bool:
        with database.writing(site.engine) as connection:
            found = accounts.find(connection, KIM)
            assert found
            if meanwhile == "disabled":
                accounts.disable(connection, found.account_id, on=site.today())
            else:
                accounts.set_password(connection, found.account_id, "another hash")
        return True

    forms = form_fields(guest.read("/sign-in")), form_fields(attacker.read("/account/password"))
    monkeypatch.setattr(passwords, "matches", look)
    guest.send("/sign-in", forms[0], email=KIM, password=walks.PASSWORD)
    attacker.send("/account/password", forms[1], until_now=walks.PASSWORD, password="an attacker's own password")
    assert not is_signed_in(guest)
    assert not is_signed_in(attacker)
    with database.reading(site.engine) as connection:
        assert connection.execute(select(models.session)).all() == []
        found = accounts.find(connection, KIM)
        assert found
        assert (found.password_hash == "another hash") == (meanwhile == "another password")


def test_signing_out_says_which_organizations_only_a_private_link_brings_back(app: Flask, browser: Browser) -> None:
    boss, _organization = owner(app, name="Owned")
    walks.start(boss.as_somebody_else())
    assert "Owned" not in boss.read("/sign-out").partition("<main")[2]
    walks.start(browser, name="By link")
    assert "By link" in browser.read("/sign-out").partition("<main")[2]


def test_a_session_cookie_of_nonsense_is_no_session(browser: Browser) -> None:
    name = cookie_name(browser.application)
    for value in ("", "x", "a" * 5000, "é", "\ud800", "%00", "none", "\\000"):
        assert browser.get("/account", headers={"Cookie": f"{name}={value}"}).status_code == 303


def test_everything_of_colleagues_stays_when_one_signs_out(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization)
    before = {name: rows for name, rows in everything(site_of(app).engine).items() if not name.startswith("session")}
    sam.fill("/sign-out")
    after = {name: rows for name, rows in everything(site_of(app).engine).items() if not name.startswith("session")}
    assert before == after
    assert boss.get(organization).status_code == 200
