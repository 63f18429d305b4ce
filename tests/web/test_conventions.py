"""What every route keeps to."""

import re

import pytest
from flask import Flask
from sqlalchemy import event

from questionnaire.config import ROOT
from questionnaire.store import database, plans
from questionnaire.web.site import Site
from tests.builders import an_action
from tests.web import network_walks, round_walks, walks
from tests.web.casting import Cast, address_of
from tests.web.client import Browser, form_fields
from tests.web.conftest import browser_of, running
from tests.web.stored import id_of

# What a page that is only read may write: a browser's session, the day an organization was last used, drawn charts,
# the digest of a file that is handed out, and what counts against guessing and flooding.
MAY_BE_WRITTEN_ON_GET = {"session", "throttle", "session_principal", "organization", "chart", "issued"}
NEEDS_MORE = {  # a link, several years, a batch, or a round that is in another state
    "batches.download",
    "batches.show",
    "colleagues.accept",
    "colleagues.leave",
    "memberships.join",
    "passwords.choose",
    "years.compared",
    "years.choose",
    "rounds.terms",
    "stewards.terms",
    "stewards.read_words",
    "together.meeting",
    "together.type_totals",
}
AT_LAST = {"voices.stopped": 1, "voices.scan": 2, "voices.paper": 3}  # a browser forgets one form, and gets another
WRITES = re.compile(
    r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|REPLACE INTO)\s+\"?(\w+)", re.IGNORECASE
)


def test_reading_a_page_changes_nothing_that_is_answered(app: Flask, browser: Browser, site: Site) -> None:
    organization = walks.own(browser)
    token = walks.token_of(browser.read(organization))
    browser.post(f"{organization}/private-link", data={"csrf_token": token})
    link = walks.private_link(browser.read(f"{organization}/private-link"))
    walks.answer(browser, organization)
    walks.submit(browser, organization)
    walks.amend(browser, organization)
    report = walks.report(browser, f"{organization}/2026/scorecard/1")
    with database.writing(site.engine) as connection:
        plans.add(connection, id_of(organization), an_action())
    opened = round_walks.open_round(browser, organization)
    first, second = round_walks.codes_of(opened)[:2]
    peer_worker = browser.as_somebody_else()
    round_walks.begin(peer_worker, opened, first)
    network = walks.network(browser)
    walks.join_network(browser, walks.invite_to(browser, network))
    stewards = {"stewards": opened.steward, "together": opened.steward}
    release = network_walks.frozen(site, network)
    cast = Cast(organization, report, opened, dict(stewards), network.rsplit("/", 1)[1], release)
    cast.people["voices"] = peer_worker
    written: set[str] = set()

    def listen(*told: object) -> None:
        found = WRITES.match(str(told[2]))
        if found:
            written.add(found[1])

    event.listen(site.engine, "before_cursor_execute", listen)
    looked_at = 0
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: AT_LAST.get(rule.endpoint, 0)):
        if "GET" in (rule.methods or set()) and rule.endpoint != "static":
            address = link if "token" in rule.arguments else address_of(rule, cast, code=second)
            who = cast.people.get(rule.endpoint.partition(".")[0], browser)
            head = None if rule.endpoint in AT_LAST else who.head(address)
            status = who.get(address).status_code
            assert head is None or (head.status_code, head.data) == (status, b""), address
            assert status in {200, 303} or rule.endpoint in NEEDS_MORE, f"{status}: {address}"
            looked_at += 1
    assert looked_at > 10
    assert written <= MAY_BE_WRITTEN_ON_GET
    assert "chart" in written, "the listener hears nothing"


@pytest.mark.parametrize("address", ["/", "/start", "/nowhere", "/static/alongside.css"])
def test_every_answer_carries_what_guards_it(browser: Browser, address: str) -> None:
    response = browser.get(address)
    response.close()
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert (headers["Cross-Origin-Opener-Policy"], headers["Cross-Origin-Resource-Policy"]) == ("same-origin",) * 2
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers, "over http nobody can promise https"


def test_private_pages_are_not_stored(browser: Browser) -> None:
    organization = walks.start(browser)
    scorecard = walks.submit(browser, organization)
    for address in (organization, f"{organization}/private-link", scorecard, f"{scorecard}/radar.svg"):
        assert browser.get(address).headers["Cache-Control"] == "no-store"


def test_the_readers_language_is_english_whatever_the_browser_wishes_until_there_is_another(browser: Browser) -> None:
    page = browser.get("/", headers={"Accept-Language": "fr-CA, en;q=0.5"})
    assert '<html lang="en">' in page.text


def test_over_https_browsers_are_told_to_stay_there_and_cookies_are_of_this_site_alone(database_url: str) -> None:
    for app in running(database_url, public_url="https://alongside.example.org"):
        browser = browser_of(app)
        answer = browser.get("/start", base_url="https://alongside.example.org")
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
        form = form_fields(answer.text)
        started = browser.post(
            "/start",
            data={**form, **walks.ABOUT},
            base_url="https://alongside.example.org",
            headers={"Referer": "https://alongside.example.org/start"},
        )
        assert started.status_code == 303
        cookies = answer.headers.getlist("Set-Cookie") + started.headers.getlist("Set-Cookie")
        assert len(cookies) >= 2
        for cookie in cookies:
            assert cookie.startswith("__Host-alongside_")
            assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
            assert "Domain" not in cookie


def test_whoever_is_let_in_finds_the_way_out_on_every_page(browser: Browser) -> None:
    organization = walks.own(browser)
    by_link = browser.as_somebody_else()
    started = walks.start(by_link)
    scorecard = walks.submit(browser, organization)
    for address in (organization, scorecard, f"{organization}/2026/review", "/account", "/", "/nowhere"):
        assert 'href="/sign-out"' in browser.get(address, follow_redirects=True).text, address
    assert 'href="/sign-out"' in by_link.read(started)


def test_a_password_is_hidden_and_may_come_from_a_password_manager(browser: Browser) -> None:
    page = browser.read("/sign-in")
    [field] = re.findall(r'<input[^>]*name="password"[^>]*>', page)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_no_script_of_ours_writes_html() -> None:
    scripts = list((ROOT / "questionnaire" / "web" / "static").glob("*.js"))
    assert scripts
    for script in scripts:
        written = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script.read_text())
        assert written == [], script.name


def test_signing_out_leaves_nothing_in_the_browser(browser: Browser) -> None:
    walks.own(browser)
    left = browser.fill("/sign-out")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "alongside" in left.headers["Set-Cookie"]
    assert "Expires=Thu, 01 Jan 1970" in left.headers["Set-Cookie"]
