"""Wrong passwords: how many are looked at, against whom they count, and who still gets in meanwhile."""

import re
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from questionnaire.web import attempts
from tests.moments import at_once
from tests.web import walks
from tests.web.client import form_fields
from tests.web.conftest import Clock, browser_of
from tests.web.crowd import everything, known, site_of

KIM, SAM = "kim@example.org", "sam@example.org"
WRONG = "a wrong password"
MINUTE = 60


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


def test_a_device_is_known_no_more_once_the_password_is_another(app: Flask, clock: Clock) -> None:
    known(app)
    thiefs, mine = device(app), device(app)
    form = form_fields(mine.browser.get("/account/password").text)
    typed = {"until_now": walks.PASSWORD, "password": "a password of my own"}
    assert mine.browser.post("/account/password", data={**form, **typed}).status_code == 303
    fill(app)
    assert thiefs.try_(WRONG) == 429
    assert mine.try_(WRONG) == 400, "this device proved it with the new one"
