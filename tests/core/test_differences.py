"""Both voices side by side: rules 6 and 7, and advice that comes earlier."""

from fractions import Fraction

import pytest

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.differences import BothAsked, Difference, Voices, both_asked
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import Bands, Forms, Points, TooFew
from questionnaire.language import languages
from tests.builders import a_submission
from tests.voices import a_group, a_result, a_voiced_instrument, both

ENGLISH = languages()["en"]
INSTRUMENT = a_voiced_instrument(items=5, alone=("c.2", "c.3", "c.4", "c.5"))


def a_card(**levels: str) -> Scorecard:
    """A scorecard, a character an item; ? is "we don't know", x "doesn't apply", and - was not asked."""
    beside = {"?": Choice.DONT_KNOW, "x": Choice.DOES_NOT_APPLY}
    given = {
        f"{domain}.{place}": Answer(beside.get(sign) or Choice(sign))
        for domain, signs in levels.items()
        for place, sign in enumerate(signs, start=1)
        if sign != "-"
    }
    submission = a_submission(INSTRUMENT, given)
    not_asked = {
        f"{domain}.{place}" for domain, signs in levels.items() for place, sign in enumerate(signs, 1) if sign == "-"
    }
    kept = {item_id: answer for item_id, answer in submission.answers.items() if item_id not in not_asked}
    return Scorecard(submission.model_copy(update={"answers": kept}), INSTRUMENT)


def a_difference(shared: int, levels: int, peers: Points | None, forms: Forms = Forms.FIVE) -> Difference:
    asked = BothAsked(domain_id="a", same_items=True, shared=shared, levels=levels)
    return Difference(INSTRUMENT.domains[0], asked, peers, forms.clear_points)


@pytest.mark.parametrize("shared", [3, 4, 5, 6, 12])
@pytest.mark.parametrize("forms", list(Forms))
def test_a_difference_is_wide_from_what_either_voice_needs(shared: int, forms: Forms) -> None:
    peers_need = {Forms.FIVE: 20, Forms.TEN: 15}.get(forms, 10)
    needed = max(Fraction(10), Fraction(50, shared), Fraction(peers_need))
    for levels in range(4 * shared + 1):
        for peers in range(15, 90, 5):
            one = a_difference(shared, levels, peers, forms)
            apart = Fraction(25 * levels, shared) - peers
            assert one.is_wide is (abs(apart) >= needed)
            assert one.is_lower is (apart >= needed)
            assert one.points is not None
            assert (abs(one.points) >= one.needed) is one.is_wide


@pytest.mark.parametrize(
    ("levels", "peers", "points", "wide"),
    [
        (20, "under 15", 85, True),
        (4, "under 15", 5, False),
        (0, "under 15", 0, False),
        (8, "over 85", -45, True),
        (20, "over 85", 0, False),
    ],
)
def test_beyond_an_open_end_nothing_is_certain(levels: int, peers: Points, points: int, *, wide: bool) -> None:
    one = a_difference(5, levels, peers)
    assert (one.points, one.is_wide) == (points, wide)
    said = ENGLISH.say(one.figure)
    assert said == (f"{points:+d} or more".replace("-", "−") if wide else "Not far apart")


def test_a_difference_is_over_the_questions_that_both_were_asked() -> None:
    card = a_card(a="44440", b="22222", c="44444")
    found = both(card, a_group(a=45, b=50)).difference("a")
    assert found.organization == 80
    assert found.points == 35
    only_one = both(card, a_group(a=45, b=50)).difference("c")
    assert only_one.asked.shared == 1
    assert (only_one.organization, only_one.points) == (None, None)


@pytest.mark.parametrize("signs", ["4444-", "44?x?"], ids=["not asked", "two levels"])
def test_what_was_not_asked_of_both_is_not_compared(signs: str) -> None:
    one = both(a_card(a=signs, b="22222"), a_group(a=25, b=50)).difference("a")
    assert not one.comparable
    assert not one.is_wide
    assert ENGLISH.say(one.figure) == "Not compared"
    assert "not compared" in ENGLISH.say(one.in_words)


def test_a_question_that_nobody_knows_leaves_the_rest_comparable() -> None:
    assert both(a_card(a="44?xx", b="22222"), a_group(a=25)).difference("a").comparable is False
    assert both(a_card(a="444?x", b="22222"), a_group(a=25)).difference("a").points == 75


def test_a_domain_without_a_figure_is_not_compared() -> None:
    one = both(a_card(a="44444"), a_group(b=50)).difference("a")
    assert one.points is None
    assert ENGLISH.say(one.peers_figure) == "Not enough answers"
    assert one.figure.id == "difference.not-compared"


@pytest.mark.parametrize(
    ("a", "b", "headline"),
    [
        (45, 50, "Peer workers say clearly less than Harbour Street does on Domain a"),
        (75, 75, "Peer workers say clearly more than Harbour Street does on Domain b"),
        (45, 75, "Peer workers say clearly less than Harbour Street does on Domain a, and clearly more on Domain b"),
        (75, 50, "What Harbour Street says and what its peer workers say lie nowhere far apart"),
        (None, None, "No domain can be compared between Harbour Street and its peer workers"),
    ],
)
def test_the_headline_says_how_far_the_voices_lie_apart(a: int | None, b: int | None, headline: str) -> None:
    points = {name: value for name, value in (("a", a), ("b", b)) if value is not None}
    voices = both(a_card(a="33333", b="22222"), a_group(**points))  # type: ignore[arg-type]
    assert ENGLISH.say(voices.headline) == headline


def test_the_widest_difference_comes_first() -> None:
    voices = both(a_card(a="33333", b="44444"), a_group(a=50, b=25))
    assert [one.domain.id for one in voices.wide] == ["b", "a"]


def test_each_is_said_in_one_sentence() -> None:
    voices = both(a_card(a="33333", b="22222"), a_group(a="under 15", b=45))
    first, second = (ENGLISH.say(one.in_words) for one in voices.differences[:2])
    asked = "On 5 questions that both were asked, the organization has"
    assert first == f"Domain a: far apart. {asked} 75 points and peer workers under 15."
    assert second == f"Domain b: not far apart. {asked} 50 points and peer workers 45."


def test_the_questions_whose_spread_may_be_shown_stand_with_their_domains() -> None:
    bands = Bands(item_id="b.2", low=30, middle="none", high=70)
    group = a_group(Forms.TEN, (bands,), a=45)
    assert [(domain.id, item.id, one) for domain, item, one in both(a_card(a="33333"), group).spreads] == [
        ("b", "b.2", bands)
    ]


def test_the_line_breaks_where_there_is_no_figure() -> None:
    assert both(a_card(a="33333"), a_group(a="over 85", b=45)).line == (90, 45, None)


def test_how_many_stand_behind_it_is_a_band_and_a_meeting_says_so() -> None:
    card = a_card(a="33333")
    assert ENGLISH.say(both(card, a_group(Forms.TEN)).behind) == "10–19 peer workers handed in a form."
    assert ENGLISH.say(both(card, a_group(Forms.FIFTY)).behind) == "50 and more peer workers handed in a form."
    assert "Not anonymous" in ENGLISH.say(both(card, a_group(None)).behind)


def test_without_a_result_there_are_no_voices() -> None:
    card = a_card(a="33333")
    with pytest.raises(ValueError, match="no result"):
        _ = Voices(card, a_result(INSTRUMENT, TooFew()), both_asked(card)).group


def test_advice_comes_one_step_earlier_where_peer_workers_say_clearly_less() -> None:
    card = a_card(a="11133", b="22222", c="22222")
    assert [one.item_id for one in card.submission.advice][:3] == ["a.1", "a.2", "a.3"]
    voices = both(card, a_group(a=45, b=25))
    heard = voices.heard
    assert [one.item.id for one in heard.advice][:4] == ["a.1", "a.2", "a.3", "b.1"]
    assert [one.item.id for one in heard.start_here] == ["a.1", "b.1", "c.1"]
    promoted = {one.item.id for one in heard.advice if one.promoted}
    assert promoted == {f"b.{place}" for place in range(1, 6)}
    told = next(one.also for one in heard.advice if one.promoted)
    assert told
    assert "one step earlier" in ENGLISH.say(told)
    assert [one.also for one in card.advice] == [None] * len(card.advice)


def test_a_step_earlier_passes_what_is_a_level_lower_and_later_in_order() -> None:
    card = a_card(a="11111", b="22222", c="22222")
    order = [one.domain.id for one in both(card, a_group(b=25)).heard.advice]
    assert order == ["a"] * 5 + ["b"] * 5 + ["c"] * 5
    behind = a_card(a="22222", b="22222", c="22222")
    heard = both(behind, a_group(a=50, b=25)).heard
    assert [one.domain.id for one in heard.advice] == ["b"] * 5 + ["a"] * 5 + ["c"] * 5


def test_where_peer_workers_say_more_the_frozen_order_stays() -> None:
    card = a_card(a="11111", b="22222", c="22222")
    heard = both(card, a_group(a=75, b=50)).heard
    assert heard.submission.advice == card.submission.advice
    assert not heard.promoted
