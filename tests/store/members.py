"""Organizations that submitted, put straight into a database, as members of a network."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.instrument import Instrument
from questionnaire.core.submission import freeze
from questionnaire.store import assessments, instruments, networks, organizations
from tests.builders import a_profile, answers_scoring
from tests.networks import ABOUT, ON, small


def a_network(connection: Connection, account_id: str = "account") -> str:
    """The id of a new network."""
    return networks.create(connection, ABOUT, account_id, on=ON)


def an_organization(connection: Connection, name: str = "Harbour Street", *, is_case: bool = False) -> str:
    """The id of a new organization, which has not answered anything yet."""
    return organizations.start(connection, name, on=ON, is_case=is_case)


def submitted(
    connection: Connection,
    organization_id: str,
    year: int = 2026,
    points: float = 50,
    *,
    instrument: Instrument | None = None,
    dont_know: Iterable[str] = (),
    on: date = ON,
) -> None:
    """Submit a year, or its next revision, with these points in every domain, of the items that it knows."""
    instrument = instrument or small()
    instruments.record(connection, instrument)
    if not assessments.amend(connection, organization_id, year, on=on):
        assessments.begin(connection, organization_id, year, instrument, a_profile(), on=on)
    number = max(one.number for one in assessments.history(connection, organization_id) if one.year == year)
    draft = assessments.draft_to_write(connection, organization_id, year, number)
    given = answers_scoring(instrument, **{domain.id: points for domain in instrument.domains})
    given |= {item_id: Answer(choice=Choice.DONT_KNOW) for item_id in dont_know}
    submission = freeze(
        instrument,
        organization=organizations.name_of(connection, organization_id) or "",
        year=year,
        revision=number,
        on=on,
        profile=draft.profile,
        answers=given,
    )
    assessments.submit(connection, draft, submission)


def members(
    connection: Connection,
    network_id: str,
    number: int,
    year: int = 2026,
    *,
    by_name: bool = False,
    lends_scorecard: bool = False,
    instrument: Instrument | None = None,
) -> list[str]:
    """So many new members that submitted, each 10 points above the one before; 25 with another instrument."""
    made = []
    for place in range(number):
        organization_id = an_organization(connection, f"House {place:02}")
        points = 25.0 * (place % 5) if instrument else 10.0 * (place % 11)
        submitted(connection, organization_id, year, points, instrument=instrument)
        networks.join(
            connection, network_id, organization_id, by_name=by_name, lends_scorecard=lends_scorecard, on=ON
        )
        made.append(organization_id)
    return made
