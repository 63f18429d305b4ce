"""Drafts to write on."""

from sqlalchemy import Engine

from questionnaire.core.answers import BLANK, Answer, Change, Choice
from questionnaire.store import assessments, database, instruments, organizations
from questionnaire.store.assessments import Draft
from tests.builders import A_DAY, a_profile, an_instrument

YEAR = 2026


def a_draft(engine: Engine, *, items: int = 5) -> Draft:
    """A new organization's first draft on a small instrument."""
    instrument = an_instrument(items=items)
    with database.writing(engine) as connection:
        instruments.record(connection, instrument)
        organization_id = organizations.start(connection, "Harbour Street", on=A_DAY)
        assessments.begin(connection, organization_id, YEAR, instrument, a_profile(), on=A_DAY)
        return assessments.draft_to_write(connection, organization_id, YEAR, 1)


def change(draft: Draft, item_id: str, level: int) -> dict[str, Change]:
    """What somebody sends who saw the draft as it is and chooses a level."""
    seen = draft.answers.get(item_id, BLANK).fingerprint
    return {item_id: Change(seen=seen, answer=Answer(Choice(str(level)), note=f"level {level}"))}


def answers_of(engine: Engine, draft: Draft) -> dict[str, int | None]:
    """The levels that stand."""
    with database.reading(engine) as connection:
        found = assessments.find_draft(connection, draft.organization_id, draft.year)
    assert found
    return {item_id: answer.level for item_id, answer in found.answers.items()}
