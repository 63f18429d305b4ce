"""What peer workers said over the years: identical sets of questions only, and words only for small groups."""

from datetime import date

import pytest

from questionnaire.core.instrument import Instrument, dump, parse
from questionnaire.core.plan import ItemLevels, Movement
from questionnaire.core.voices import Forms, Outcome, Points, TooFew
from questionnaire.core.voices_years import Heard, confirmed, peer_line
from questionnaire.core.years import Segment
from questionnaire.language import languages
from tests.voices import a_group, a_result, a_voiced_instrument, items_of

ENGLISH = languages()["en"]
INSTRUMENT = a_voiced_instrument()


def heard(year: int, outcome: Outcome, instrument: Instrument = INSTRUMENT) -> Heard:
    return Heard(a_result(instrument, outcome, year=year, closed_on=date(year, 10, 30)), instrument)


def reworded() -> Instrument:
    """The next version: a.1 is another question now, and all others are as they were."""
    tree = dump(INSTRUMENT)
    assert isinstance(tree, dict)
    tree["version"] = 2
    next(item for item in items_of(tree) if item["id"] == "a.1")["revision"] = 2
    return parse(tree)


def said_of(earlier: Outcome, later: Outcome, domain: str = "a", instrument: Instrument = INSTRUMENT) -> str:
    line = peer_line(
        instrument.domain(domain) or INSTRUMENT.domains[0], (heard(2025, earlier), heard(2026, later, instrument))
    )
    return " ".join(map(ENGLISH.say, line.sentences))


@pytest.mark.parametrize(
    ("earlier", "later", "forms", "said"),
    [
        (30, 50, Forms.FIVE, "Domain a: peer workers say clearly more than in 2025"),
        (50, 30, Forms.FIVE, "Domain a: peer workers say clearly less than in 2025"),
        (30, 45, Forms.FIVE, "Domain a: no clear change since 2025 in what peer workers say"),
        (30, 45, Forms.TEN, "Domain a: peer workers say clearly more than in 2025 (+15)"),
        (45, 30, Forms.TEN, "Domain a: peer workers say clearly less than in 2025 (−15)"),
        (30, 40, Forms.TEN, "Domain a: no clear change since 2025 in what peer workers say"),
        (30, 40, Forms.TWENTY, "Domain a: peer workers say clearly more than in 2025 (+10)"),
        (30, 30, Forms.FIFTY, "Domain a: no clear change since 2025 in what peer workers say"),
        ("under 15", 35, Forms.FIVE, "Domain a: peer workers say clearly more than in 2025"),
        ("under 15", 30, Forms.FIVE, "Domain a: no clear change since 2025 in what peer workers say"),
        (35, "under 15", Forms.TEN, "Domain a: peer workers say clearly less than in 2025 (−20)"),
        ("over 85", "under 15", Forms.TEN, "Domain a: peer workers say clearly less than in 2025 (−70)"),
        ("under 15", "under 15", Forms.TEN, "Domain a: no clear change since 2025 in what peer workers say"),
    ],
)
def test_a_change_is_told_by_the_thresholds_and_in_words_alone_for_few(
    earlier: Points, later: Points, forms: Forms, said: str
) -> None:
    assert said_of(a_group(forms, a=earlier), a_group(forms, a=later)) == said


def test_the_smaller_group_decides() -> None:
    assert said_of(a_group(Forms.FIFTY, a=30), a_group(Forms.FIVE, a=45)).startswith("Domain a: no clear change")
    assert said_of(a_group(Forms.FIVE, a=30), a_group(Forms.FIFTY, a=50)).endswith("more than in 2025")
    assert said_of(a_group(Forms.FIFTY, a=30), a_group(None, a=50)).endswith("more than in 2025")


def test_another_question_breaks_the_line_of_its_domain_alone() -> None:
    earlier, later = a_group(Forms.TEN, a=30, b=30), a_group(Forms.TEN, a=60, b=60)
    assert "cannot be compared" in said_of(earlier, later, "a", reworded())
    assert "clearly more" in said_of(earlier, later, "b", reworded())


def test_a_domain_that_one_instrument_lacks_is_not_compared() -> None:
    smaller = a_voiced_instrument(domains=3)
    larger = a_voiced_instrument(domains=4)
    line = peer_line(
        larger.domains[3],
        (heard(2025, a_group(a=30), smaller), heard(2026, a_group(a=30, d=30), larger)),
    )
    assert not line.changes[0].comparable


def test_a_line_joins_comparable_years_and_leaves_the_others_alone() -> None:
    line = peer_line(
        INSTRUMENT.domains[0],
        (
            heard(2023, a_group(a=30)),
            heard(2024, a_group(a="over 85")),
            heard(2025, TooFew()),
            heard(2026, a_group(a=45)),
        ),
    )
    assert line.segments == (Segment(2023, 30, 2024, 90),)
    assert list(line.alone) == [(2026, 45)]
    assert [(year, ENGLISH.say(phrase)) for year, phrase in line.figures] == [
        (2023, "30"),
        (2024, "over 85"),
        (2025, "Not enough answers"),
        (2026, "45"),
    ]
    assert [change.is_clear for change in line.changes] == [True, False, False]
    assert line.changes[1].least == 0


def test_years_ascend() -> None:
    with pytest.raises(ValueError, match="one round a year"):
        peer_line(INSTRUMENT.domains[0], (heard(2026, a_group(a=30)), heard(2026, a_group(a=30))))


def a_movement(*item_ids: str) -> Movement:
    levels = tuple(ItemLevels(item_id=item_id, earlier=1, later=3) for item_id in item_ids)
    return Movement(earlier_year=2025, later_year=2026, up=2, same=0, down=0, not_comparable=0, levels=levels)


def test_peer_workers_confirm_an_action_by_the_domains_of_its_questions() -> None:
    rounds = (heard(2025, a_group(a=30, b=30)), heard(2026, a_group(a=60, b=35)))
    said = confirmed(a_movement("a.1", "a.2", "b.1", "gone"), rounds)
    assert list(map(ENGLISH.say, said)) == [
        "Domain a: peer workers say clearly more than in 2025",
        "Domain b: no clear change since 2025 in what peer workers say",
    ]


def test_without_two_rounds_or_without_figures_nothing_is_confirmed() -> None:
    one, other = heard(2025, a_group(a=30)), heard(2026, a_group(b=60))
    assert confirmed(a_movement("a.1"), (one,)) == ()
    assert confirmed(a_movement("a.1", "b.1"), (one, other)) == ()
    assert confirmed(None, (one, other)) == ()
