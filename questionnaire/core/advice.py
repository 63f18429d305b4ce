"""Which advice is given, in which order, and which three lead."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

from questionnaire.core.answers import BLANK, Answers, Choice, Profile, asked
from questionnaire.core.instrument import Instrument

MOST_LEADING = 3
LEVEL_OF_DONT_KNOW = 1


class GivenAdvice(BaseModel):
    """One advice of the instrument, given for the choice made for an item; the leading ones say where to start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    advice_id: str
    item_id: str
    choice: Choice
    leads: bool


def advise(instrument: Instrument, profile: Profile, answers: Answers) -> tuple[GivenAdvice, ...]:
    """All advice, lowest level first, then in the instrument's order; at most three lead, one a domain.

    "Don't know" counts as level 1. An item at level 4, without an answer, or that does not apply, has no advice.
    """
    return _in_order(instrument, _below_top(instrument, profile, answers))


def promoted(
    instrument: Instrument, given: Iterable[GivenAdvice], domains: frozenset[str]
) -> tuple[GivenAdvice, ...]:
    """The same advice, where that of these domains comes one step earlier, as if answered one level lower."""
    choices = {one.item_id: one.choice for one in given}
    pairs = ((item_id, choices[item_id]) for item_id in instrument.items if item_id in choices)
    return _in_order(instrument, pairs, domains)


def _in_order(
    instrument: Instrument, pairs: Iterable[tuple[str, Choice]], earlier: frozenset[str] = frozenset()
) -> tuple[GivenAdvice, ...]:
    """All advice of items in the instrument's order: the most urgent first, and at most three leading."""

    def urgency(pair: tuple[str, Choice]) -> int:
        return _urgency(pair[1]) - (instrument.domain_of[pair[0]].id in earlier)

    chosen = sorted(pairs, key=urgency)
    leading: dict[str, str] = {}
    for item_id, _ in chosen:
        if len(leading) < MOST_LEADING:
            leading.setdefault(instrument.domain_of[item_id].id, instrument.items[item_id].advice[0].id)
    return tuple(
        GivenAdvice(advice_id=advice.id, item_id=item_id, choice=choice, leads=advice.id in leading.values())
        for item_id, choice in chosen
        for advice in instrument.items[item_id].advice
    )


def _below_top(instrument: Instrument, profile: Profile, answers: Answers) -> Iterator[tuple[str, Choice]]:
    for item in asked(instrument, profile):
        choice = answers.get(item.id, BLANK).choice
        if choice is not None and choice not in (Choice.DOES_NOT_APPLY, Choice.LEVEL_4):
            yield item.id, choice


def _urgency(choice: Choice) -> int:
    return LEVEL_OF_DONT_KNOW if choice.level is None else choice.level
