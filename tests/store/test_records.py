"""Submissions and instruments, once they are frozen."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select, update

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.instrument import parse
from questionnaire.core.submission import digest, freeze
from questionnaire.store import assessments, charts, database, instruments, models, organizations
from questionnaire.store.instruments import InstrumentChangedError
from tests.builders import A_DAY, a_tree, an_instrument, text
from tests.store.drafts import a_draft, change


def submitted(engine: Engine) -> tuple[assessments.Draft, str]:
    """A draft with one answer, frozen; and the record that was stored."""
    draft = a_draft(engine)
    with database.writing(engine) as connection:
        held = assessments.draft_to_write(connection, draft.organization_id, draft.year, 1)
        assessments.save_answers(connection, held, change(held, "a.1", 3))
        held = assessments.draft_to_write(connection, draft.organization_id, draft.year, 1)
        submission = freeze(
            instruments.recall(connection, held.instrument_digest),
            organization="Harbour Street",
            year=held.year,
            revision=1,
            on=A_DAY,
            profile=held.profile,
            answers=held.answers,
        )
        assessments.submit(connection, held, submission)
    return draft, submission.record()


def test_a_submission_is_read_back_as_it_was_frozen(engine: Engine) -> None:
    draft, record = submitted(engine)
    with database.reading(engine) as connection:
        found = assessments.find_submission(connection, draft.organization_id, draft.year, 1)
        stored = connection.scalar(select(models.submission.c.digest))
    assert found
    assert found.record() == record
    assert found.digest == stored == digest(record)
    assert found.answers["a.1"] == Answer(Choice.LEVEL_3, note="level 3")


def test_a_stored_submission_is_never_recomputed(engine: Engine) -> None:
    """Even where its figures are not what today's rules would give."""
    draft, record = submitted(engine)
    older = record.replace('"overall":null', '"overall":12.5')
    assert older != record
    with database.writing(engine) as connection:
        connection.execute(update(models.submission).values(record=older))
    with database.reading(engine) as connection:
        found = assessments.find_submission(connection, draft.organization_id, draft.year, 1)
    assert found
    assert found.scores.overall == 12.5
    assert found.record() == older


def test_the_scores_stand_also_in_a_narrow_table(engine: Engine) -> None:
    submitted(engine)
    with database.reading(engine) as connection:
        rows = connection.execute(select(models.domain_score.c.domain_id, models.domain_score.c.points)).all()
    assert [tuple(row) for row in rows] == [(name, None) for name in "abcd"]


def test_a_submitted_draft_takes_no_more_answers(engine: Engine) -> None:
    draft, _record = submitted(engine)
    with database.writing(engine) as connection, pytest.raises(assessments.NoDraftError):
        assessments.draft_to_write(connection, draft.organization_id, draft.year, 1)


def test_amending_copies_the_answers_into_a_new_draft(engine: Engine) -> None:
    draft, _record = submitted(engine)
    with database.writing(engine) as connection:
        assessments.amend(connection, draft.organization_id, draft.year, on=A_DAY)
        assessments.amend(connection, draft.organization_id, draft.year, on=A_DAY)
        amended = assessments.draft_to_write(connection, draft.organization_id, draft.year, 2)
        history = assessments.history(connection, draft.organization_id)
    assert amended.answers["a.1"].note == "level 3"
    assert [(revision.number, revision.is_draft) for revision in history] == [(2, True), (1, False)]


def test_there_is_nothing_to_amend_where_nothing_was_submitted(engine: Engine) -> None:
    draft = a_draft(engine)
    with database.writing(engine) as connection:
        connection.execute(models.revision.delete())
        assessments.amend(connection, draft.organization_id, draft.year, on=A_DAY)
        assert assessments.history(connection, draft.organization_id) == []


def test_an_instrument_is_recalled_by_its_digest_as_it_was_recorded(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instruments, "_RECALLED", {})
    instrument = an_instrument()
    with database.writing(engine) as connection:
        instruments.record(connection, instrument)
        instruments.record(connection, instrument)
        assert instruments.recall(connection, instrument.digest) == instrument


def test_a_translation_that_comes_later_is_recalled_with_the_same_instrument(engine: Engine) -> None:
    draft = a_draft(engine)
    translated = parse({**a_tree(), "title": {"en": "A small instrument", "fr": "Un petit instrument"}})
    assert translated.digest == draft.instrument_digest
    with database.writing(engine) as connection:
        instruments.record(connection, translated)
        assert instruments.recall(connection, draft.instrument_digest).title.fr == "Un petit instrument"


def test_a_version_that_is_used_cannot_say_something_else(engine: Engine) -> None:
    a_draft(engine)
    changed = parse({**a_tree(), "title": text("Other words")})
    with database.writing(engine) as connection, pytest.raises(InstrumentChangedError, match="small version 1"):
        instruments.record(connection, changed)


def test_a_version_that_nobody_used_may_still_be_mended(engine: Engine) -> None:
    changed = parse({**a_tree(), "title": text("Other words")})
    with database.writing(engine) as connection:
        instruments.record(connection, an_instrument())
        instruments.record(connection, changed)
        assert connection.scalars(select(models.instrument.c.digest)).all() == [changed.digest]


def test_a_chart_is_kept_once_and_forgotten_after_90_days(engine: Engine) -> None:
    with database.writing(engine) as connection:
        whose = organizations.start(connection, "Harbour Street", on=A_DAY)
        charts.keep(connection, whose, "digest", b"picture", on=A_DAY)
        charts.keep(connection, whose, "digest", b"another", on=A_DAY)
        charts.keep(connection, "of nobody any more", "digest", b"picture", on=A_DAY)
        assert charts.find(connection, whose, "digest") == b"picture"
        assert charts.find(connection, "of nobody any more", "digest") is None
        charts.forget_old(connection, on=A_DAY.replace(year=2027))
        assert charts.find(connection, whose, "digest") is None


def test_six_who_amend_at_once_begin_one_draft(engine: Engine) -> None:
    draft, _record = submitted(engine)

    def amend(_number: int) -> None:
        with database.writing(engine) as connection:
            assessments.amend(connection, draft.organization_id, draft.year, on=A_DAY)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(amend, range(6)))
    with database.reading(engine) as connection:
        history = assessments.history(connection, draft.organization_id)
    assert [(revision.number, revision.is_draft) for revision in history] == [(2, True), (1, False)]


def test_four_who_record_the_same_instrument_at_once_record_one(engine: Engine) -> None:
    def record(_number: int) -> None:
        with database.writing(engine) as connection:
            instruments.record(connection, an_instrument())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(record, range(4)))
    with database.reading(engine) as connection:
        assert len(connection.execute(select(models.instrument)).all()) == 1
