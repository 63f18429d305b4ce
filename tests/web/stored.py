"""Years put straight into a site's storage, where the pages on the way there do not matter."""

from collections.abc import Mapping

from sqlalchemy import Connection

from questionnaire.core.answers import BLANK, Answer, Change, Choice, GateAnswer, Profile
from questionnaire.core.instrument import Instrument
from questionnaire.core.submission import Submission, freeze
from questionnaire.store import assessments, database, instruments, organizations
from questionnaire.web.site import Site
from tests.builders import A_DAY


def submitted(
    site: Site, organization: str, year: int, level: int | None = 2, /, *, given: Mapping[str, str] | None = None
) -> str:
    """The address of a year's scorecard: every question at this level, but for those that are given another choice.

    The year's draft is submitted; where there is none, the year is amended, or begun on the site's own instrument.
    """
    organization_id = id_of(organization)
    with database.writing(site.engine) as connection:
        draft = _draft(connection, site.instrument, organization_id, year)
        instrument = instruments.recall(connection, draft.instrument_digest)
        everywhere = {} if level is None else dict.fromkeys(instrument.items, str(level))
        changes = {
            item_id: Change(draft.answers.get(item_id, BLANK).fingerprint, Answer(Choice(choice)))
            for item_id, choice in {**everywhere, **(given or {})}.items()
        }
        assert assessments.save_answers(connection, draft, changes) == ()
        draft = assessments.draft_to_write(connection, organization_id, year, draft.number)
        submission = freeze(
            instrument,
            organization=organizations.name_of(connection, organization_id) or "",
            year=year,
            revision=draft.number,
            on=site.today(),
            profile=draft.profile,
            answers=draft.answers,
        )
        assessments.submit(connection, draft, submission)
    return f"{organization}/{year}/scorecard/{draft.number}"


def record_of(site: Site, scorecard: str) -> Submission:
    """What was frozen, by the address of its scorecard."""
    organization, year, _scorecard, number = scorecard.rsplit("/", 3)
    with database.reading(site.engine) as connection:
        found = assessments.find_submission(connection, id_of(organization), int(year), int(number))
    assert found
    return found


def id_of(organization: str) -> str:
    """The id in an organization's address."""
    return organization.rsplit("/", 1)[1]


def _draft(connection: Connection, instrument: Instrument, organization_id: str, year: int) -> assessments.Draft:
    found = assessments.find_draft(connection, organization_id, year)
    if found is None and not assessments.amend(connection, organization_id, year, on=A_DAY):
        gates = dict.fromkeys((gate.id for gate in instrument.gates), GateAnswer.YES)
        profile = Profile(kind=instrument.kinds[0].id, size=instrument.sizes[0].id, peer_workers=6, gates=gates)
        instruments.record(connection, instrument)
        assessments.begin(connection, organization_id, year, instrument, profile, on=A_DAY)
    found = found or assessments.find_draft(connection, organization_id, year)
    assert found
    return assessments.draft_to_write(connection, organization_id, year, found.number)
