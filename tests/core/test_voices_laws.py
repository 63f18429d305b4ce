"""No result holds a figure that its rules forbid: for 0 to 30 forms, and every pattern of skips and gates."""

import json
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaire.core.rounds import Limits
from questionnaire.core.voices import Form, Forms, GateSaid, GroupResult, Said, TooFew, Void, close
from tests.voices import a_result, a_voiced_instrument, tallied

INSTRUMENT = a_voiced_instrument(domains=3, items=4, gated=("a.3", "a.4"), alone=("c.3", "c.4"))
ITEMS = [item.id for item in INSTRUMENT.items.values() if item.peer]
ALLOWED = {"under 15", "over 85", *range(15, 90, 5)}

anything = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(list(Said)), max_size=len(ITEMS))
# Whole patterns as well, or nearly every domain would have too few levels.
alike = st.sampled_from([Said(str(level)) for level in range(5)]).map(lambda said: dict.fromkeys(ITEMS, said))
forms_of_one = st.builds(
    Form,
    gates=st.one_of(st.just({}), st.sampled_from(list(GateSaid)).map(lambda said: {"work": said})),
    said=st.one_of(anything, alike),
)
forms = st.lists(forms_of_one, max_size=30)


def means(given_forms: list[Form], domain_id: str) -> list[Fraction]:
    """The means of the forms that count in a domain, worked out anew from the rule's words."""
    found = []
    for form in given_forms:
        closed = form.gates.get("work") is GateSaid.NO
        asked = [
            item.id for item in INSTRUMENT.items.values() if item.peer and not (closed and item.asked_if == "work")
        ]
        mine = [item_id for item_id in asked if item_id.startswith(f"{domain_id}.")]
        said = [form.said[item_id] for item_id in mine if item_id in form.said]
        levels = [int(one.value) for one in said if one.value in "01234"]
        if mine and Fraction(len(levels), len(mine)) >= Fraction(2, 3):
            found.append(Fraction(25 * sum(levels), len(levels)))
    return found


def levels_of(given_forms: list[Form], item_id: str) -> list[int]:
    gated = INSTRUMENT.items[item_id].asked_if is not None
    said = [form.said.get(item_id) for form in given_forms if not (gated and form.gates.get("work") is GateSaid.NO)]
    return [int(one.value) for one in said if one is not None and one.value in "01234"]


@settings(max_examples=400)
@given(forms, st.integers(0, 30))
def test_no_result_holds_a_figure_that_its_rules_forbid(given_forms: list[Form], peer_workers: int) -> None:
    outcome = close(tallied(INSTRUMENT, given_forms), INSTRUMENT, peer_workers)
    if len(given_forms) > peer_workers:
        assert outcome == Void(why="too-many")
    elif len(given_forms) < 5:
        assert outcome == TooFew()
    else:
        assert isinstance(outcome, GroupResult)
        keeps_the_rules(outcome, given_forms)


def keeps_the_rules(outcome: GroupResult, given_forms: list[Form]) -> None:
    number = len(given_forms)
    assert outcome.forms is (
        Forms.FIVE if number < 10 else Forms.TEN if number < 20 else Forms.TWENTY if number < 50 else Forms.FIFTY
    )
    for domain_id in "abc":
        counting, points = means(given_forms, domain_id), outcome.points(domain_id)
        of_domain = [item_id for item_id in ITEMS if item_id.startswith(f"{domain_id}.")]
        with_level = sum(bool(levels_of(given_forms, item_id)) for item_id in of_domain)
        if len(counting) < 5 or with_level < 3:
            assert points is None
            continue
        assert points in ALLOWED
        mean = sum(counting, Fraction(0)) / len(counting)
        if points == "under 15":
            assert mean < 13
        elif points == "over 85":
            assert mean > 87
        else:
            assert isinstance(points, int)
            assert Fraction(-51, 20) <= mean - points <= Fraction(51, 20)
    assert outcome.items == () or number >= 10
    for bands in outcome.items:
        given_levels = levels_of(given_forms, bands.item_id)
        counts = [sum(level in wanted for level in given_levels) for wanted in ((0, 1), (2,), (3, 4))]
        shares = (bands.low, bands.middle, bands.high)
        assert sum(counts) >= 10
        assert sum(count > 0 for count in counts) >= 2
        assert all(count == 0 or count >= 3 for count in counts)
        assert all((share == "none") is (count == 0) for share, count in zip(shares, counts, strict=True))
        assert all(share in ALLOWED | {"none"} for share in shares)


@given(forms, st.permutations(range(30)))
def test_the_order_of_handing_in_leaves_no_trace(given_forms: list[Form], order: list[int]) -> None:
    other = [given_forms[place] for place in order if place < len(given_forms)]
    assert tallied(INSTRUMENT, given_forms) == tallied(INSTRUMENT, other)


@given(forms, st.integers(5, 12), st.integers(10, 16), st.integers(3, 6))
def test_raised_numbers_hide_more_and_never_less(given_forms: list[Form], least: int, levels: int, band: int) -> None:
    tally = tallied(INSTRUMENT, given_forms)
    floor = close(tally, INSTRUMENT, 30)
    raised = close(tally, INSTRUMENT, 30, Limits(forms=least, item_levels=levels, band=band))
    if isinstance(raised, GroupResult):
        assert isinstance(floor, GroupResult)
        assert set(raised.domains) <= set(floor.domains)
        assert set(raised.items) <= set(floor.items)


@given(forms)
def test_a_record_has_no_key_in_which_a_count_could_stand(given_forms: list[Form]) -> None:
    outcome = close(tallied(INSTRUMENT, given_forms), INSTRUMENT, 30)
    record = json.loads(a_result(INSTRUMENT, outcome).record())["outcome"]
    kinds = {
        "result": {"kind", "forms", "domains", "items"},
        "too-few": {"kind"},
        "void": {"kind", "why"},
    }
    assert record.keys() == kinds[record["kind"]]
