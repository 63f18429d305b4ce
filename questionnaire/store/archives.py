"""Archives: all that an organization has is gathered, and loaded elsewhere as a new organization."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from questionnaire.core.answers import Answer, Choice, Profile
from questionnaire.core.archive import Archive, Colleague, Deed, Reason, RefusedArchiveError, Revision
from questionnaire.core.instrument import Instrument, untranslated
from questionnaire.core.submission import Submission
from questionnaire.store import access, assessments, events, instruments, models, organizations, plans
from questionnaire.store.instruments import InstrumentChangedError

_REVISION, _ANSWER, _SUBMISSION = models.revision.c, models.answer.c, models.submission.c
_KEY = ("organization_id", "year", "number")


def gather(connection: Connection, organization_id: str, *, on: date) -> Archive:
    """All that an organization has. It is held meanwhile, so that nothing is submitted, amended or deleted."""
    table = models.organization.c
    name, started_on = connection.execute(
        select(table.name, table.started_on)
        .where(table.organization_id == organization_id)
        .with_for_update(key_share=True)
    ).one()
    revisions = _revisions(connection, organization_id)
    digests = sorted({revision.instrument_digest for revision in revisions})
    entries = events.newest(connection, organization_id, most=None)
    return Archive(
        made_on=on,
        name=name,
        started_on=started_on,
        colleagues=tuple(
            Colleague(email=colleague.email, role=colleague.role)
            for colleague in access.colleagues(connection, organization_id)
        ),
        instruments=tuple(instruments.recall(connection, digest) for digest in digests),
        revisions=revisions,
        plan=tuple(sorted(plans.listed(connection, organization_id), key=lambda action: action.id)),
        events=tuple(
            Deed(
                happened_on=entry.happened_on,
                event=entry.event,
                who=entry.who,
                year=entry.year,
                revision=entry.revision,
                about=entry.about,
            )
            for entry in reversed(entries)
        ),
    )


def load(connection: Connection, archive: Archive, own: Instrument, *, on: date) -> str:
    """The id of a new organization, without an owner, that holds what an archive says; every revision is marked.

    `own` is the instrument of this site. Raises RefusedArchiveError where the archive's questions are at odds with
    what is known here; then the transaction must not be committed.
    """
    instruments.record(connection, own)
    for instrument in archive.instruments:
        _keep(connection, instrument, own)
    organization_id = organizations.start(connection, archive.name, on=on)
    table = models.organization
    connection.execute(
        update(table).where(table.c.organization_id == organization_id).values(started_on=archive.started_on)
    )
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    years = sorted({revision.year for revision in archive.revisions})
    rows[models.assessment] = [{"organization_id": organization_id, "year": year} for year in years]
    known = {instrument.digest: instrument for instrument in archive.instruments}
    for revision in archive.revisions:
        _add_rows(rows, organization_id, revision, known[revision.instrument_digest], on=on)
    for kind in (models.assessment, models.revision, models.answer, models.submission, models.domain_score):
        if rows[kind]:
            connection.execute(insert(kind), rows[kind])
    for action in archive.plan:
        plans.add(connection, organization_id, action)
    return organization_id


def _revisions(connection: Connection, organization_id: str) -> tuple[Revision, ...]:
    answers: dict[tuple[int, int], dict[str, Answer]] = defaultdict(dict)
    given = select(
        _ANSWER.year, _ANSWER.number, _ANSWER.item_id, _ANSWER.choice, _ANSWER.reason, _ANSWER.note, _ANSWER.come_back
    ).where(_ANSWER.organization_id == organization_id)
    for year, number, item_id, choice, reason, note, come_back in connection.execute(given):
        answers[year, number][item_id] = Answer(Choice(choice) if choice else None, reason, note, come_back)
    found = connection.execute(
        select(
            _REVISION.year,
            _REVISION.number,
            _REVISION.started_on,
            _REVISION.imported_on,
            _REVISION.instrument_digest,
            _REVISION.profile,
            _SUBMISSION.record,
        )
        .outerjoin_from(
            models.revision, models.submission, and_(*(_REVISION[name] == _SUBMISSION[name] for name in _KEY))
        )
        .where(_REVISION.organization_id == organization_id)
        .order_by(_REVISION.year, _REVISION.number)
    )
    return tuple(
        Revision(
            year=row.year,
            number=row.number,
            started_on=row.started_on,
            imported_on=row.imported_on,
            instrument_digest=row.instrument_digest,
            profile=Profile.model_validate_json(row.profile),
            answers=answers[row.year, row.number],
            submission=None if row.record is None else Submission.read(row.record),
        )
        for row in found
    )


def _keep(connection: Connection, instrument: Instrument, own: Instrument) -> None:
    """Keep an instrument that this site does not have yet.

    Its digest vouches for its English words, so only these are kept. What the site has already stays as it is, for
    others may be answering on it; and what the site's own instrument is, or will be, is said by the site alone.
    """
    about: dict[str, str | int] = {"id": instrument.id, "version": instrument.version}
    if instrument.id == own.id and instrument.version > own.version:
        raise RefusedArchiveError(Reason.NEWER_QUESTIONS, **about)
    table = models.instrument.c
    if connection.scalar(select(table.digest).where(table.digest == instrument.digest)):
        return
    if instrument.id == own.id and instrument.version == own.version:
        raise RefusedArchiveError(Reason.OTHER_WORDS, **about)
    try:
        instruments.record(connection, untranslated(instrument))
    except InstrumentChangedError as error:
        raise RefusedArchiveError(Reason.OTHER_WORDS, **about) from error


def _add_rows(
    rows: dict[Any, list[dict[str, Any]]],
    organization_id: str,
    revision: Revision,
    instrument: Instrument,
    *,
    on: date,
) -> None:
    key = {"organization_id": organization_id, "year": revision.year, "number": revision.number}
    rows[models.revision].append(
        {
            **key,
            "instrument_digest": revision.instrument_digest,
            "profile": revision.profile.model_dump_json(),
            "is_draft": revision.submission is None,
            "started_on": revision.started_on,
            "imported_on": on,
        }
    )
    rows[models.answer] += [
        {
            **key,
            "item_id": item_id,
            "choice": answer.choice,
            "reason": answer.reason,
            "note": answer.note,
            "come_back": answer.come_back,
        }
        for item_id, answer in revision.answers.items()
    ]
    submission = revision.submission
    if submission:
        rows[models.submission].append({**key, "digest": submission.digest, "record": submission.record()})
        rows[models.domain_score] += assessments.score_rows(key, submission, instrument)
