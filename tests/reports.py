"""Reports of an organization that wrote another word into every field, and when each of these may be seen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations

from questionnaire.core.answers import Answer, Choice, GateAnswer, Profile
from questionnaire.core.benchmark import Quarter
from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.plan import Action, Status
from questionnaire.core.readable import Readable
from questionnaire.core.report import NetworkPlaces, Part, Report, YearPlace, make, with_places, with_voices
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import freeze
from questionnaire.core.voices import Bands, Forms, GroupResult
from tests.builders import A_DAY, an_action, levels
from tests.voices import a_group, a_result, a_voiced_instrument

MADE_ON = date(2026, 11, 2)
INSTRUMENT = a_voiced_instrument(domains=4, items=4)
KNOWN = {INSTRUMENT.digest: INSTRUMENT}
Chosen = frozenset[Part]

# Places in networks touch nothing else: they are chosen alone, and with all others.
_OTHERS = tuple(part for part in Part if part is not Part.PLACE)
EVERY_CHOICE: tuple[Chosen, ...] = (
    *(frozenset(chosen) for size in range(len(_OTHERS) + 1) for chosen in combinations(_OTHERS, size)),
    frozenset({Part.PLACE}),
    frozenset(Part),
)


def where(*parts: Part) -> Callable[[Chosen], bool]:
    return frozenset(parts).issubset


def never(chosen: Chosen) -> bool:
    return False


# A field, and with which parts its word may be seen.
WORDS: Mapping[str, Callable[[Chosen], bool]] = {
    "organization": where(),
    "note at level 4": where(Part.ANSWERS, Part.NOTES),
    "reason at level 4": where(Part.ANSWERS, Part.NOTES),
    "note below level 4": where(Part.ANSWERS, Part.NOTES),
    "reason": where(Part.ANSWERS, Part.NOTES),
    "note of what nobody knows": where(Part.ANSWERS, Part.NOTES),
    "note without an answer": where(Part.ANSWERS, Part.NOTES),
    "what": where(Part.PLAN),
    "who": where(Part.PLAN),
    "involvement": where(Part.PLAN),
    "notes of the plan": where(Part.PLAN, Part.NOTES),
    "why dropped": where(Part.PLAN, Part.NOTES),
    "action of an earlier year": where(Part.PLAN),
    "notes of an earlier year": where(Part.PLAN, Part.NOTES),
    "action of a later year": never,
    "name in an earlier year": where(Part.EARLIER),
    "note in an earlier year": never,
    "reason in an earlier year": never,
    "network": where(Part.PLACE),
    "kind": never,
    "size": never,
    "gate": never,
}


def word(field: str) -> str:
    return f"«{field}»"


def a_profile_of_words() -> Profile:
    return Profile(
        kind=word("kind"), size=word("size"), peer_workers=98_765, gates={word("gate"): GateAnswer.DONT_KNOW}
    )


def cards() -> tuple[Scorecard, Scorecard]:
    """Two years; between them a.2 rose, a.3 fell, a.4 stayed, and b.1 has a level no more."""
    then = {
        **levels(INSTRUMENT, 2),
        "a.2": Answer(Choice.LEVEL_0, note=word("note in an earlier year")),
        "d.4": Answer(Choice.DOES_NOT_APPLY, reason=word("reason in an earlier year")),
    }
    now = {
        **levels(INSTRUMENT, 2),
        "a.1": Answer(Choice.LEVEL_4, reason=word("reason at level 4"), note=word("note at level 4")),
        "a.2": Answer(Choice.LEVEL_1, note=word("note below level 4")),
        "a.3": Answer(Choice.LEVEL_0),
        "b.1": Answer(Choice.DOES_NOT_APPLY, reason=word("reason")),
        "b.2": Answer(Choice.DONT_KNOW, note=word("note of what nobody knows"), come_back=True),
        "c.1": Answer(note=word("note without an answer")),
    }
    return a_card(2025, word("name in an earlier year"), then), a_card(2026, word("organization"), now)


def a_card(year: int, organization: str, answers: Mapping[str, Answer]) -> Scorecard:
    frozen = freeze(
        INSTRUMENT,
        organization=organization,
        year=year,
        revision=1,
        on=A_DAY.replace(year=year),
        profile=a_profile_of_words(),
        answers=answers,
    )
    return Scorecard(frozen, INSTRUMENT)


def actions() -> tuple[Action, ...]:
    this_year = an_action(
        word("what"),
        id="1",
        who=word("who"),
        involvement=word("involvement"),
        notes=word("notes of the plan"),
        why_dropped=word("why dropped"),
        status=Status.DROPPED,
        items=("a.2",),
        advice_id="a.2.advice",
    )
    before = an_action(
        word("action of an earlier year"),
        id="2",
        year=2025,
        notes=word("notes of an earlier year"),
        items=("a.2", "a.3", "a.4", "b.1", "gone"),
        advice_id="gone.advice",
        is_first=True,
    )
    return this_year, before, an_action(word("action of a later year"), id="3", year=2027)


BANDS = (Bands(item_id="a.1", low="under 15", middle="none", high="over 85"),)
SAID = a_group(Forms.TEN, BANDS, a="over 85", c=50, d=45)
"""What peer workers say: more than the organization does, so that the order of the advice stays as it was frozen."""


def voices_beside(card: Scorecard, group: GroupResult = SAID, *, board: bool = True) -> Voices:
    result = a_result(INSTRUMENT, group, year=card.submission.year, board=board)
    return Voices(card, result, both_asked(card))


def told(
    card: Scorecard, then: Scorecard, parts: Iterable[Part], actions: Iterable[Action], network: str = word("network")
) -> Report:
    """The report, with both voices and the places in a network where they were chosen."""
    chosen = frozenset(parts)
    report = make(card, chosen, on=MADE_ON, earlier=(then,), actions=actions)
    before = a_result(INSTRUMENT, a_group(Forms.FIVE, a=30, c=50), year=2025)
    if Part.VOICES in chosen:
        report = with_voices(report, voices_beside(card), (before,))
    return with_places(report, [places(network)]) if Part.PLACE in chosen else report


def places(network: str) -> NetworkPlaces:
    """Two releases up to the report's year, and one after it; of the last domain there is no place."""
    stood = (Quarter.HIGHEST, Quarter.LOWEST, Quarter.SECOND)
    quarters = {domain.id: quarter for domain, quarter in zip(INSTRUMENT.domains, stood, strict=False)}
    years = (YearPlace(year=year, release_digest="0" * 64, quarters=quarters) for year in (2025, 2026, 2027))
    return NetworkPlaces(network=network, years=tuple(years))


def a_report(parts: Iterable[Part] = Part, **changes: object) -> Report:
    then, now = cards()
    return told(now, then, parts, actions()).model_copy(update=changes)


def readable(parts: Iterable[Part] = Part, **changes: object) -> Readable:
    return Readable(a_report(parts, **changes), KNOWN)


def saying(text: str) -> Readable:
    """A report in which every field that somebody writes says the same, whatever that is."""
    then, now = cards()
    said = {
        item_id: replace(answer, note=text, reason=text if answer.choice is Choice.DOES_NOT_APPLY else "")
        for item_id, answer in now.submission.answers.items()
    }
    fields = {"who": text, "involvement": text, "notes": text, "why_dropped": text, "items": ("a.2",)}
    planned = [an_action(text, id="1", **fields), an_action(text, id="2", year=2025, **fields)]
    card = a_card(2026, text, said)
    return Readable(told(card, then, Part, planned, text), KNOWN)
