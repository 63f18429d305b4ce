"""Plain builders of what peer workers say: an instrument with their questions, forms, tallies and results."""

from collections.abc import Iterable
from datetime import date

from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.instrument import Instrument, Tree, parse
from questionnaire.core.rounds import Terms, Way
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import (
    Bands,
    DomainFigure,
    Form,
    Forms,
    GateSaid,
    GroupResult,
    Outcome,
    Points,
    RoundResult,
    Said,
    Tally,
    count,
)
from tests.builders import a_tree, text

CLOSED_ON = date(2026, 10, 30)


def a_voiced_instrument(
    *, domains: int = 3, items: int = 5, gated: tuple[str, ...] = (), alone: tuple[str, ...] = ()
) -> Instrument:
    """Domains a, b, c … of items that peer workers are asked, too, but for those that stand alone."""
    tree = a_tree(domains=domains, items=items, gated=gated)
    for item in items_of(tree):
        if item["id"] not in alone:
            item["peer"] = {
                "question": text(f"And {item['id']}?"),
                "levels": [text(f"Answer {level}") for level in range(5)],
            }
    return parse(tree)


def items_of(tree: dict[str, Tree]) -> Iterable[dict[str, Tree]]:
    domains = tree["domains"]
    assert isinstance(domains, list)
    for domain in domains:
        assert isinstance(domain, dict)
        items = domain["items"]
        assert isinstance(items, list)
        for item in items:
            assert isinstance(item, dict)
            yield item


def a_form(words: str = "", /, work: GateSaid | None = None, **domains: str) -> Form:
    """What somebody says, a character an item: a="012?x-" is levels, "I don't know", "rather not" and skipped."""
    beside = {"?": Said.DONT_KNOW, "x": Said.RATHER_NOT}
    said = {
        f"{domain}.{place}": beside.get(sign) or Said(sign)
        for domain, signs in domains.items()
        for place, sign in enumerate(signs, start=1)
        if sign != "-"
    }
    return Form(gates={} if work is None else {"work": work}, said=said, words=words)


def tallied(instrument: Instrument, forms: Iterable[Form]) -> Tally:
    tally = Tally()
    for form in forms:
        tally = count(tally, instrument, form)
    return tally


def a_group(forms: Forms | None = Forms.FIVE, items: tuple[Bands, ...] = (), **points: Points) -> GroupResult:
    figures = tuple(DomainFigure(domain_id=domain, points=figure) for domain, figure in points.items())
    return GroupResult(forms=forms, domains=figures, items=items)


def a_result(
    instrument: Instrument,
    outcome: Outcome,
    *,
    year: int = 2026,
    board: bool = True,
    way: Way = Way.SLIPS,
    closed_on: date = CLOSED_ON,
) -> RoundResult:
    return RoundResult(
        year=year,
        revision=1,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_digest=instrument.digest,
        way=way,
        closed_on=closed_on,
        board=board,
        network=False,
        outcome=outcome,
    )


def both(scorecard: Scorecard, group: GroupResult) -> Voices:
    result = a_result(scorecard.instrument, group, year=scorecard.submission.year)
    return Voices(scorecard, result, both_asked(scorecard))


def some_terms(**changes: object) -> Terms:
    fields: dict[str, object] = {
        "peer_workers": 12,
        "closes_on": CLOSED_ON,
        "board": False,
        "network": False,
        "words": False,
        "pay": "An hour each.",
        "operator": "Coast Network",
        "by_employer": False,
    }
    return Terms.model_validate({**fields, **changes})
