"""The days and numbers of a round."""

from datetime import date, timedelta

import pytest

from questionnaire.core.rounds import (
    FLOOR,
    Limits,
    is_late,
    is_open,
    most_slips,
    next_from,
    organization_sees_from,
    peers_see_from,
)
from tests.voices import some_terms

LAST = date(2026, 10, 30)


@pytest.mark.parametrize("name", list(Limits.__dataclass_fields__))
def test_a_site_may_raise_a_number_and_never_lower_it(name: str) -> None:
    floor = getattr(FLOOR, name)
    assert getattr(Limits(**{name: floor + 1}), name) == floor + 1
    with pytest.raises(ValueError, match=f"{name} may not be lower than {floor}"):
        Limits(**{name: floor - 1})


def test_forms_are_taken_up_to_the_end_of_the_announced_day() -> None:
    assert is_open(LAST, on=LAST)
    assert not is_open(LAST, on=LAST + timedelta(days=1))


def test_peer_workers_see_the_result_two_days_before_the_organization() -> None:
    assert peers_see_from(LAST) == LAST + timedelta(days=1)
    assert organization_sees_from(LAST) == LAST + timedelta(days=3)
    assert organization_sees_from(LAST, Limits(first_days=5)) == LAST + timedelta(days=6)


@pytest.mark.parametrize(("days", "late"), [(3, False), (2, True), (0, True), (-1, False)])
def test_the_last_three_days_are_late(days: int, *, late: bool) -> None:
    assert is_late(LAST, on=LAST - timedelta(days=days)) is late


@pytest.mark.parametrize(
    ("closed_on", "first"),
    [
        (date(2026, 1, 15), date(2026, 10, 15)),
        (date(2026, 5, 31), date(2027, 2, 28)),
        (date(2027, 5, 30), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 9, 1)),
    ],
)
def test_another_round_may_open_nine_months_later(closed_on: date, first: date) -> None:
    assert next_from(closed_on) == first


def test_there_are_two_slips_more_than_peer_workers() -> None:
    assert most_slips(12) == 14


def test_terms_that_differ_have_another_fingerprint() -> None:
    terms = some_terms()
    others = {
        some_terms(**{name: value}).fingerprint
        for name, value in {
            "peer_workers": 13,
            "closes_on": LAST + timedelta(days=1),
            "board": True,
            "network": True,
            "words": True,
            "pay": "Two hours each.",
            "operator": "Ourselves",
            "by_employer": True,
        }.items()
    }
    assert len(others) == 8
    assert terms.fingerprint not in others
    assert terms.fingerprint == some_terms().fingerprint
