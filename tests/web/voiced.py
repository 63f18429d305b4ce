"""Closed rounds put straight into a site's storage, where the slips on the way there do not matter."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import delete, select

from questionnaire.core.rounds import Terms, Way, organization_sees_from
from questionnaire.core.voices import Bands, DomainFigure, Forms, GroupResult, Points, RoundResult, TooFew, Void
from questionnaire.store import database, models, rounds
from questionnaire.store.assessments import find_submission
from questionnaire.web.site import Site
from tests.web.stored import id_of

FIGURES: Mapping[str, Points] = {"role": "under 15", "comm": 35, "fit": 55, "support": 45, "recog": 85}


def a_group(
    forms: Forms | None = Forms.TEN, figures: Mapping[str, Points] = FIGURES, items: tuple[Bands, ...] = ()
) -> GroupResult:
    """What may be shown: these figures, and no question by itself unless it is given."""
    shown = tuple(DomainFigure(domain_id=domain_id, points=points) for domain_id, points in figures.items())
    return GroupResult(forms=forms, domains=shown, items=items)


def some_bands(*item_ids: str) -> tuple[Bands, ...]:
    """Spreads that show each kind of share."""
    kinds = (("under 15", "none", "over 85"), (30, 40, 30), ("none", 50, 50), ("over 85", "under 15", "none"))
    return tuple(
        Bands.model_validate(dict(zip(("low", "middle", "high"), kinds[place % 4], strict=True), item_id=item_id))
        for place, item_id in enumerate(item_ids)
    )


def closed(
    site: Site,
    scorecard: str,
    outcome: GroupResult | TooFew | Void | None = None,
    *,
    board: bool = True,
    closed_on: date | None = None,
) -> str:
    """The id of a round beside this scorecard that is closed; since yesterday's yesterday it stands on pages.

    Rounds that are nearer to each other than nine months are taken as they are: a test may want several years.
    """
    organization, year, _scorecard, number = scorecard.rsplit("/", 3)
    organization_id, day = id_of(organization), closed_on or site.today() - timedelta(days=3)
    terms = Terms(
        peer_workers=60, closes_on=day, board=board, network=False, words=True, pay="", operator="", by_employer=False
    )
    with database.writing(site.engine) as connection:
        others = list(connection.execute(select(models.peer_round)).mappings())
        connection.execute(delete(models.peer_round))
        round_id, _token = rounds.propose(
            connection, organization_id, int(year), int(number), terms, on=day - timedelta(days=20)
        )
        submission = find_submission(connection, organization_id, int(year), int(number))
        assert submission
        result = RoundResult(
            year=int(year),
            revision=int(number),
            instrument_id=submission.instrument_id,
            instrument_version=submission.instrument_version,
            instrument_digest=submission.instrument_digest,
            way=Way.MEETING if isinstance(outcome, GroupResult) and outcome.forms is None else Way.SLIPS,
            closed_on=day,
            board=board,
            network=False,
            outcome=outcome or a_group(),
        )
        kept = {"record": result.record(), "digest": result.digest, "words": '["A closing word."]'}
        agreed = {"steward": "Robin", "steward_agreed": True, "opened_on": day - timedelta(days=20)}
        rounds.write(connection, round_id, closes_on=day, words_shown=True, **agreed, **kept)
        for row in others:
            connection.execute(models.peer_round.insert().values(**row))
    return round_id


def seen_from(closed_on: date) -> date:
    """The first day on which an organization sees a round that closed on this one."""
    return organization_sees_from(closed_on)
