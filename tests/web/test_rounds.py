"""A round from its proposal to its result, as its owner, its steward and peer workers walk it."""

from datetime import timedelta

import pytest

from tests.web import round_walks, walks
from tests.web.client import Browser
from tests.web.stored import submitted


@pytest.fixture
def opened(browser: Browser) -> round_walks.Opened:
    organization = walks.own(browser)
    submitted(round_walks.site_of(browser), organization, 2026, 2)
    return round_walks.open_round(browser, organization)


def test_twelve_forms_become_a_result_that_peer_workers_see_first(
    opened: round_walks.Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = round_walks.site_of(opened.owner)
    for number, code in enumerate(round_walks.codes_of(opened)):
        round_walks.hand_in(opened, code, str(number % 2 * 3))
    last = site.today() + timedelta(days=round_walks.DAYS)
    round_walks.on_day(opened, monkeypatch, last)
    assert "Type your code" in opened.owner.as_somebody_else().read(opened.address)
    assert "open until" in opened.owner.read(opened.page)
    round_walks.on_day(opened, monkeypatch, last + timedelta(days=1))
    seen = opened.owner.as_somebody_else().read(opened.address)
    assert "10–19 peer workers" in seen
    assert ">40<" in seen
    assert ">40<" not in opened.owner.read(opened.page)
    round_walks.on_day(opened, monkeypatch, last + timedelta(days=3))
    assert ">40<" in opened.owner.read(opened.page)
