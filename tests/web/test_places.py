"""What counts against a place, a browser or a link: when it is refused, who goes on, and what is left of it."""

import time
from ipaddress import ip_network
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from questionnaire.store import database, models
from questionnaire.web import attempts
from tests.web import walks
from tests.web.conftest import Clock, browser_of, running
from tests.web.crowd import everything, known, site_of

SAM = "sam@example.org"
MINUTE = 60


def test_guesses_at_links_are_stopped_and_a_right_link_opens_all_the_same(app: Flask, clock: Clock) -> None:
    owner = known(app)
    link = walks.invite(owner, walks.own(owner, SAM))
    guesser = browser_of(app)
    told = [guesser.get(f"/in/{number:032d}") for number in range(12)]
    assert [answer.status_code for answer in told] == [404] * 10 + [429] * 2
    assert "Wait 1 minute" in told[-1].text
    assert told[-1].headers["Retry-After"] == str(MINUTE)
    assert browser_of(app).get(link).status_code == 303, "a neighbour behind the same address"
    clock.now += MINUTE
    assert guesser.get("/in/nobodys").status_code == 404


def test_what_waits_is_written_down_no_more(app: Flask, clock: Clock) -> None:
    guesser = browser_of(app)
    for number in range(30):
        guesser.get(f"/in/{number}")
    with database.reading(site_of(app).engine) as connection:
        assert list(connection.scalars(select(models.throttle.c.attempts))) == [10]


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_one_browser_has_thirty_files_a_minute_and_others_go_on(
    app: Flask, clock: Clock, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for made in ("questionnaire.output.pdf.report_pdf", "questionnaire.output.sheets.workbook"):
        monkeypatch.setattr(made, lambda *_args: b"made")
    greedy = known(app)
    organization = walks.own(greedy, SAM)
    walks.answer(greedy, organization)
    scorecard = walks.submit(greedy, organization)
    report = walks.report(greedy, scorecard)
    told = [greedy.get(f"{report}/report.{kind}").status_code for _ in range(31)]
    assert told == [200] * 30 + [429]
    reader = browser_of(app)
    reader.get(walks.share(greedy, organization, report))
    assert reader.get(f"{report}/report.{kind}").status_code == 200
    assert greedy.get(report).status_code == 200, "pages go on"


def test_many_browsers_with_one_link_have_no_more_files_than_the_link_has(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("questionnaire.output.pdf.report_pdf", lambda *_args: b"made")
    monkeypatch.setattr(attempts, "FILES_BY_RIGHT", 5)
    mine = known(app)
    organization = walks.own(mine, SAM)
    report = walks.report(mine, walks.submit(mine, organization))
    links = [walks.share(mine, organization, report) for _ in range(2)]

    def read(link: str) -> int:
        reader = browser_of(app)
        reader.get(link)
        return reader.get(f"{report}/report.pdf").status_code

    assert [read(links[0]) for _ in range(7)] == [200] * 5 + [429] * 2
    assert read(links[1]) == 200, "who has another link reads on"


def test_nobody_fills_the_disk_with_organizations_and_who_has_an_account_starts_theirs(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "STARTS", 3)
    told = [browser_of(app).fill("/start", **walks.ABOUT) for _ in range(4)]
    assert [answer.status_code for answer in told] == [303] * 3 + [429]
    assert walks.ABOUT["name"] in told[-1].text, "what was typed is kept"
    assert known(app).fill("/start", **walks.ABOUT).status_code == 303
    clock.now += MINUTE
    assert browser_of(app).fill("/start", **walks.ABOUT).status_code == 303


def test_what_was_counted_is_gone_from_the_log_of_sqlite_too(app: Flask, clock: Clock) -> None:
    site = site_of(app)
    browser_of(app).get("/in/nobodys")
    with database.reading(site.engine) as connection:
        [bucket] = connection.scalars(select(models.throttle.c.bucket))
    file = Path(str(site.engine.url.database))
    assert any(bucket.encode() in one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    clock.now += MINUTE
    site.forget_attempts()
    assert not any(bucket.encode() in one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


def test_counts_against_a_place_are_gone_after_their_minute_though_nobody_asks_and_the_database_was_away(
    app_on_both: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, was_away, looked = site_of(app_on_both), Event(), Event()
    really = site.forget_attempts

    def forget_attempts() -> None:
        if not was_away.is_set():
            was_away.set()
            raise OperationalError("SELECT", {}, Exception("away"))
        really()
        looked.set()

    browser_of(app_on_both).get("/in/nobodys")
    monkeypatch.setattr(attempts, "FORGET_SECONDS", 0.01)
    monkeypatch.setattr(site, "forget_attempts", forget_attempts)
    with attempts.forgetting(site):
        assert looked.wait(30)
        assert everything(site.engine)["throttle"] != [], "its minute is not over"
        clock.now += MINUTE
        until = time.monotonic() + 30
        while everything(site.engine)["throttle"] and time.monotonic() < until:
            time.sleep(0.01)
    assert everything(site.engine)["throttle"] == []


@pytest.mark.parametrize("trusted", [False, True])
def test_a_forged_address_changes_nothing_unless_a_trusted_proxy_says_it(
    database_url: str, clock: Clock, *, trusted: bool
) -> None:
    proxies = (ip_network("127.0.0.1"),) if trusted else ()
    for app in running(database_url, trusted_proxies=proxies):
        guesser = browser_of(app)
        told = [
            guesser.get(f"/in/{number}", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
            for number in range(11)
        ]
        assert told == ([404] * 11 if trusted else [404] * 10 + [429])
        guesser.environ_base["REMOTE_ADDR"] = "::ffff:127.0.0.1"  # the proxy, where the site listens at ::
        told = [
            guesser.get(f"/in/{number}", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
            for number in range(11)
        ]
        assert told == ([404] * 11 if trusted else [429] * 11)
        guesser.environ_base["REMOTE_ADDR"] = "203.0.113.9"  # somebody who reaches the site without its proxy
        told = [
            guesser.get(f"/in/{number}", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
            for number in range(11)
        ]
        assert told == [404] * 10 + [429]


def test_behind_two_trusted_proxies_each_visitor_is_a_place_of_their_own(database_url: str, clock: Clock) -> None:
    proxies = (ip_network("127.0.0.1"), ip_network("10.0.0.0/24"))
    for app in running(database_url, trusted_proxies=proxies):

        def guess(told: str, app: Flask = app) -> int:
            return browser_of(app).get("/in/nobodys", headers={"X-Forwarded-For": told}).status_code

        assert [guess(f"192.0.2.{number}, 10.0.0.7") for number in range(11)] == [404] * 11
        assert [guess(f"{number}.1.1.1, 203.0.113.9, 10.0.0.7") for number in range(11)] == [404] * 10 + [429]
        assert [guess(f"192.0.2.99, nonsense {number}") for number in range(11)] == [404] * 10 + [429]


def test_what_a_client_told_its_proxy_changes_nothing(database_url: str, clock: Clock) -> None:
    for app in running(database_url, trusted_proxies=(ip_network("127.0.0.1"),)):
        guesser = browser_of(app)
        told = [
            guesser.get(f"/in/{number}", headers={"X-Forwarded-For": f"192.0.2.{number}, 203.0.113.9"}).status_code
            for number in range(11)
        ]
        assert told == [404] * 10 + [429]


def test_one_machine_with_many_addresses_of_ipv6_is_one_place(app: Flask, clock: Clock) -> None:
    guesser = browser_of(app)

    def guess(place: str) -> int:
        guesser.environ_base["REMOTE_ADDR"] = place
        return guesser.get("/in/nobodys").status_code

    assert [guess(f"2001:db8:1:{number:x}::1") for number in range(11)] == [404] * 10 + [429]
    assert guess("2001:db8:2:3::1") == 404
    assert [guess("::ffff:192.0.2.1") for _ in range(10)] == [404] * 10
    assert guess("192.0.2.1") == 429
