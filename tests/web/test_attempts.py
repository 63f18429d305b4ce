"""Wrong passwords: how many are looked at, against whom they count, and who still gets in meanwhile."""

import re
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from questionnaire.store import database, models, passwords
from questionnaire.web import attempts, work
from questionnaire.web.site import Site
from tests.moments import at_once
from tests.web import walks
from tests.web.client import form_fields
from tests.web.conftest import browser_of, running
from tests.web.crowd import everything, known, site_of

KIM, SAM = "kim@example.org", "sam@example.org"
WRONG = "a wrong password"
MINUTE = 60


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


class Visitor:
    """Somebody at a device of their own, who signs in often; their pages are not checked each time."""

    def __init__(self, app: Flask, place: str = "10.0.0.1") -> None:
        self.browser = FlaskClient(app, app.response_class)
        self.browser.environ_base["REMOTE_ADDR"] = place
        self.open_form()

    def open_form(self) -> None:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.get("/sign-in").text)
        assert found
        self.form = {"csrf_token": found[1], "to": ""}

    def try_(self, password: str, email: str = KIM, place: str | None = None) -> int:
        if place:
            self.browser.environ_base["REMOTE_ADDR"] = place
        return self.browser.post("/sign-in", data={**self.form, "email": email, "password": password}).status_code


def fill(app: Flask, email: str = KIM) -> None:
    """Ten wrong passwords from ten places."""
    visitor = Visitor(app)
    assert [visitor.try_(WRONG, email, f"10.0.1.{number}") for number in range(10)] == [400] * 10


def device(app: Flask, email: str = KIM) -> Visitor:
    """A device that signed in before."""
    visitor = Visitor(app, "10.0.9.9")
    assert visitor.try_(walks.PASSWORD, email) == 303
    return visitor


def test_after_ten_wrong_passwords_the_right_one_is_refused_too_wherever_it_comes_from(
    app: Flask, clock: Clock
) -> None:
    known(app)
    fill(app)
    clock.looked_at.clear()
    for place in ("10.0.1.1", "10.0.2.2", "2001:db8::1"):
        assert Visitor(app, place).try_(walks.PASSWORD) == 429
    assert clock.looked_at == [], "it is not even looked at"
    page = walks.sign_in(browser_of(app))
    assert "There were too many attempts. Wait 15 minutes, then try again." in page.text
    assert f'value="{KIM}"' in page.text


def test_an_address_without_an_account_is_closed_alike(app: Flask, clock: Clock) -> None:
    known(app)
    for email in (KIM, SAM):
        fill(app, email)
    answers = [walks.sign_in(browser_of(app), email) for email in (KIM, SAM)]
    texts = {
        answer.text.replace(KIM, "").replace(SAM, "").replace(walks.token_of(answer.text), "") for answer in answers
    }
    assert ({answer.status_code for answer in answers}, len(texts)) == ({429}, 1)


def test_one_address_in_other_letters_counts_as_the_same(app: Flask, clock: Clock) -> None:
    known(app)
    visitor = Visitor(app)
    spelled = (KIM, "KIM@EXAMPLE.ORG", " Kim@example.org ")
    assert [visitor.try_(WRONG, spelled[number % 3]) for number in range(10)] == [400] * 10
    assert visitor.try_(walks.PASSWORD) == 429


def test_another_account_is_not_touched(app: Flask, clock: Clock) -> None:
    known(app)
    known(app, SAM)
    fill(app)
    assert Visitor(app).try_(walks.PASSWORD, SAM) == 303


def test_the_time_of_waiting_ends_and_is_not_made_longer_by_trying(app: Flask, clock: Clock) -> None:
    known(app)
    fill(app)
    clock.now += 15 * MINUTE - 1
    assert Visitor(app).try_(walks.PASSWORD) == 429
    assert "Wait 1 minute, then" in walks.sign_in(browser_of(app)).text
    clock.now += 1
    assert Visitor(app).try_(walks.PASSWORD) == 303


def test_a_device_that_signed_in_before_gets_in_while_others_guess(app: Flask, clock: Clock) -> None:
    known(app)
    mine = device(app)
    mine.browser.post("/sign-out", data=mine.form)
    fill(app)
    assert Visitor(app).try_(walks.PASSWORD) == 429
    mine.open_form()
    assert mine.try_(walks.PASSWORD) == 303


def test_a_known_device_is_closed_by_ten_failures_of_its_own_and_no_other_with_it(app: Flask, clock: Clock) -> None:
    known(app)
    mine, other = device(app), device(app)
    assert [mine.try_(WRONG, place=f"10.0.3.{number}") for number in range(10)] == [400] * 10
    assert mine.try_(walks.PASSWORD) == 429
    assert other.try_(walks.PASSWORD) == 303
    assert Visitor(app).try_(walks.PASSWORD) == 303
    clock.now += 15 * MINUTE
    assert mine.try_(walks.PASSWORD) == 303


def test_signing_in_rightly_does_not_count(app: Flask, clock: Clock) -> None:
    known(app)
    assert [Visitor(app).try_(walks.PASSWORD) for _ in range(12)] == [303] * 12


def test_signing_in_rightly_forgives_nobody_elses_failures(app: Flask, clock: Clock) -> None:
    known(app)
    visitor = Visitor(app)
    for number in range(9):
        assert visitor.try_(WRONG, place=f"10.0.1.{number}") == 400
    assert Visitor(app).try_(walks.PASSWORD) == 303
    assert Visitor(app).try_(WRONG) == 400
    assert Visitor(app).try_(walks.PASSWORD) == 429


def test_guesses_from_a_place_keep_nobody_else_of_that_place_out(app: Flask, clock: Clock) -> None:
    known(app)
    guesser = Visitor(app)
    assert [guesser.try_(WRONG, f"a{number}@example.org") for number in range(40)] == [400] * 40
    assert Visitor(app).try_(walks.PASSWORD) == 303, "a new device behind the same address"


def cookie_of_device(browser: FlaskClient) -> str:
    return site_of(browser.application).settings.cookie("device")


def altered(cookie: str) -> str:
    """The same with another letter well inside: the last letter of a signature has bits that mean nothing."""
    return cookie[:-9] + ("A" if cookie[-9] != "A" else "Q") + cookie[-8:]


@pytest.mark.parametrize("cookie", ["another account's", "altered", "of another site's key", "nonsense", ""])
def test_a_forged_or_borrowed_proof_of_a_device_is_none(app: Flask, clock: Clock, cookie: str) -> None:
    known(app)
    known(app, SAM)
    theirs = device(app, SAM).browser
    mine = device(app).browser
    name = cookie_of_device(theirs)
    genuine = [found.value for browser in (theirs, mine) if (found := browser.get_cookie(name))]
    assert len(genuine) == 2
    forged = {
        "another account's": genuine[0],
        "altered": altered(genuine[1]),
        "of another site's key": str(attempts._serializer_of("another key").dumps(["1", KIM])),
        "nonsense": "é\\000.\\377",
        "": "",
    }
    fill(app)
    attacker = Visitor(app)
    attacker.browser.set_cookie(name, forged[cookie])
    clock.looked_at.clear()
    assert attacker.try_(walks.PASSWORD) == 429
    assert clock.looked_at == []
    attacker.browser.set_cookie(name, genuine[1])
    assert attacker.try_(walks.PASSWORD) == 303


def test_a_proof_of_a_device_names_nobody(app: Flask, clock: Clock) -> None:
    known(app)
    browser = device(app).browser
    cookie = browser.get_cookie(cookie_of_device(browser))
    assert cookie
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert "kim" not in str(attempts._serializer_of("a key for tests").loads(cookie.value))


def test_many_attempts_at_once_do_not_slip_through(app_on_both: Flask, clock: Clock) -> None:
    known(app_on_both)
    visitors = [Visitor(app_on_both, f"10.0.0.{number}") for number in range(8)]

    def often(visitor: Visitor) -> list[int]:
        return [visitor.try_(WRONG) for _ in range(3)]

    told = at_once([partial(often, visitor) for visitor in visitors])
    assert sorted(status for three in told for status in three) == [400] * 10 + [429] * 14
    assert clock.looked_at == [WRONG] * 10
    assert visitors[0].try_(walks.PASSWORD) == 429


def test_the_password_until_now_can_be_guessed_no_faster_than_at_the_door(app: Flask, clock: Clock) -> None:
    thief = known(app)  # a session, but no proof that its device signed in
    form = form_fields(thief.read("/account/password"))

    def guess(password: str) -> int:
        return thief.send(
            "/account/password", form, until_now=password, password="a password of the thief's"
        ).status_code

    assert [guess(WRONG) for _ in range(10)] == [400] * 10
    assert guess(walks.PASSWORD) == 429
    assert Visitor(app).try_(walks.PASSWORD) == 429


def test_counts_go_when_their_time_is_over(app: Flask, clock: Clock) -> None:
    visitor = Visitor(app)
    visitor.try_(WRONG)
    assert len(everything(site_of(app).engine)["throttle"]) == 1
    clock.now += 15 * MINUTE
    visitor.try_(WRONG, SAM, place="10.0.0.2")
    assert len(everything(site_of(app).engine)["throttle"]) == 1, "only the new one is left"
    clock.now += 15 * MINUTE
    assert app.test_cli_runner().invoke(args=["tick"]).exit_code == 0
    assert everything(site_of(app).engine)["throttle"] == []


def test_what_is_no_address_is_not_counted(app: Flask, clock: Clock) -> None:
    visitor = Visitor(app)
    assert [visitor.try_(WRONG, "kim") for _ in range(3)] == [400] * 3
    assert everything(site_of(app).engine)["throttle"] == []
    assert clock.looked_at == []


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
    work.look(site)
    assert not any(bucket.encode() in one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


def test_a_device_is_known_no_more_once_the_password_is_another(app: Flask, clock: Clock) -> None:
    known(app)
    thiefs, mine = device(app), device(app)
    form = form_fields(mine.browser.get("/account/password").text)
    typed = {"until_now": walks.PASSWORD, "password": "a password of my own"}
    assert mine.browser.post("/account/password", data={**form, **typed}).status_code == 303
    fill(app)
    assert thiefs.try_(WRONG) == 429
    assert mine.try_(WRONG) == 400, "this device proved it with the new one"


def test_counts_against_a_place_are_gone_two_minutes_later_without_anybody_asking(app: Flask, clock: Clock) -> None:
    browser_of(app).get("/in/nobodys")
    assert everything(site_of(app).engine)["throttle"] != []
    work.look(site_of(app))
    assert everything(site_of(app).engine)["throttle"] != [], "its minute is not over"
    clock.now += MINUTE
    work.look(site_of(app))
    assert everything(site_of(app).engine)["throttle"] == []


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
