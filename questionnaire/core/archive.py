"""An archive: all that an organization has, as files of JSON, described in docs/archive.md.

What is read here may come from anybody: it is refused with the reason, or fits so well that no page stumbles over it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel, StringConstraints, ValidationError

from questionnaire.core.answers import Answer, Answers, Profile
from questionnaire.core.fitting import (
    misfits_of_answers,
    misfits_of_name,
    misfits_of_plan,
    misfits_of_questions,
    misfits_of_record,
)
from questionnaire.core.instrument import FaultyInstrumentError, Instrument, canonical, dump, parse
from questionnaire.core.phrase import Phrase
from questionnaire.core.plan import Action
from questionnaire.core.submission import Submission
from questionnaire.core.text import showable

FORMAT: Literal["alongside-archive"] = "alongside-archive"
VERSION: Literal[2] = 2
HAS_PLAN = 2  # the first version that has one
MANIFEST, ORGANIZATION, PLAN, EVENTS = "manifest.json", "organization.json", "plan.json", "events.json"
LARGEST_INSTRUMENT = 1_000_000  # bytes; the one that is shipped has 77,000
MOST_YEARS = 100  # as many as a chart of years can show
MOST_NAMED = 90  # characters of a name from an archive, in a sentence
MOST_MARKS = 200_000  # commas, braces and brackets in a file: with millions of parts, faults would fill the memory
MOST_FAULTS = 1_000  # that are looked at, to say where the first one stands

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Reason(StrEnum):
    """Why an archive is refused; the words of each stand in language/phrases.py."""

    NOT_OURS = "not-ours"
    NEWER = "newer"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    UNPACKS_TOO_LARGE = "unpacks-too-large"
    LOCKED = "locked"
    REPACKED = "repacked"
    DAMAGED = "damaged"
    TWICE = "twice"
    MISSING = "missing"
    STRANGER = "stranger"
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    UNFIT = "unfit"
    OTHER_WORDS = "other-words"
    NEWER_QUESTIONS = "newer-questions"


class RefusedArchiveError(Exception):
    """An archive that is not loaded, and why. Names that come from it are shortened, and made fit to be shown."""

    def __init__(self, reason: Reason, **about: str | int) -> None:
        super().__init__(reason, about)
        self.reason = reason
        self.about = {
            name: value if isinstance(value, int) else showable(value[:MOST_NAMED]) for name, value in about.items()
        }

    @property
    def in_words(self) -> Phrase:
        """The reason, in one sentence or two."""
        return Phrase(f"archive.{self.reason}", dict(self.about))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Colleague(_Part):
    """Who may do what; only to be read."""

    email: str
    role: str


class Deed(_Part):
    """A line of what was done when by whom; only to be read."""

    happened_on: date
    event: str
    who: str
    year: int | None
    revision: int | None
    about: str


@dataclass(frozen=True)
class Revision:
    """One revision of one year: what was answered, and the record where it was submitted."""

    year: int
    number: int
    started_on: date
    imported_on: date | None
    instrument_digest: str
    profile: Profile
    answers: Answers  # also those to questions that were not asked in the end
    submission: Submission | None


@dataclass(frozen=True)
class Archive:
    """All that an organization has, but for what opens it, and reports that were made: they stay where they are."""

    made_on: date
    name: str
    started_on: date
    colleagues: tuple[Colleague, ...]
    instruments: tuple[Instrument, ...]  # those that the revisions name, by digest
    revisions: tuple[Revision, ...]  # by year and number
    plan: tuple[Action, ...]  # by id
    events: tuple[Deed, ...]  # the earliest first


class _Manifest(_Part):
    format: Literal["alongside-archive"]
    version: Literal[1, 2]
    made_on: date
    files: Mapping[str, Digest]


class _Cover(BaseModel):
    """As much of a manifest as every version has."""

    format: Literal["alongside-archive"]
    version: Annotated[int, Field(ge=1, le=999_999)]


class _Listed(_Part):
    year: Annotated[int, Field(ge=2000, le=2100)]
    number: Annotated[int, Field(ge=1, le=9999)]
    is_draft: bool
    started_on: date
    imported_on: date | None
    instrument: Digest

    @property
    def file(self) -> str:
        return f"{self.year}-{self.number}.json"


class _Organization(_Part):
    name: str
    started_on: date
    colleagues: tuple[Colleague, ...]
    revisions: tuple[_Listed, ...]


class _Answered(_Part):
    profile: Profile
    answers: Mapping[str, Answer]


class _Plan(RootModel[tuple[Action, ...]]):
    pass


class _Events(RootModel[tuple[Deed, ...]]):
    pass


class _Tree(RootModel[dict[str, JsonValue]]):
    pass


M = TypeVar("M", bound=BaseModel)


def write(archive: Archive) -> dict[str, bytes]:
    """The files of an archive by their names, the manifest first; equal archives give equal bytes."""
    listed = tuple(
        _Listed(
            year=revision.year,
            number=revision.number,
            is_draft=revision.submission is None,
            started_on=revision.started_on,
            imported_on=revision.imported_on,
            instrument=revision.instrument_digest,
        )
        for revision in archive.revisions
    )
    organization = _Organization(
        name=archive.name, started_on=archive.started_on, colleagues=archive.colleagues, revisions=listed
    )
    files = {
        ORGANIZATION: _written(organization),
        PLAN: _written(_Plan(archive.plan)),
        EVENTS: _written(_Events(archive.events)),
    }
    for instrument in archive.instruments:
        files[f"instruments/{instrument.digest}.json"] = canonical(dump(instrument)).encode()
    for line, revision in zip(listed, archive.revisions, strict=True):
        files[f"answers/{line.file}"] = _written(_Answered(profile=revision.profile, answers=revision.answers))
        if revision.submission:
            files[f"submissions/{line.file}"] = revision.submission.record().encode()
    digests = {name: _sha256(content) for name, content in sorted(files.items())}
    manifest = _Manifest(format=FORMAT, version=VERSION, made_on=archive.made_on, files=digests)
    return {MANIFEST: _written(manifest), **{name: files[name] for name in digests}}


def recognize(manifest: bytes) -> None:
    """Raises RefusedArchiveError where a manifest is not of our archives, or of newer ones than are read here."""
    try:
        cover = _Cover.model_validate_json(manifest)
    except ValidationError as error:
        raise RefusedArchiveError(Reason.NOT_OURS) from error
    if cover.version > VERSION:
        raise RefusedArchiveError(Reason.NEWER, version=cover.version, known=VERSION)


def read(files: Mapping[str, bytes]) -> Archive:
    """The archive of these files, the manifest among them; raises RefusedArchiveError."""
    manifest = _parsed(_Manifest, files, MANIFEST)
    _compare(files.keys() - {MANIFEST}, manifest.files.keys())
    for name, digest in manifest.files.items():
        if _sha256(files[name]) != digest:
            raise RefusedArchiveError(Reason.ALTERED, file=name)
    organization = _parsed(_Organization, files, ORGANIZATION)
    _refuse(ORGANIZATION, misfits_of_name(organization.name))
    _refuse(ORGANIZATION, _misfits_of_list(organization.revisions))
    _compare(files.keys() - {MANIFEST}, _files_of(organization.revisions, manifest.version))
    digests = sorted({line.instrument for line in organization.revisions})
    instruments = {digest: _instrument(files, digest) for digest in digests}
    return Archive(
        made_on=manifest.made_on,
        name=organization.name,
        started_on=organization.started_on,
        colleagues=organization.colleagues,
        instruments=tuple(instruments.values()),
        revisions=tuple(_revision(files, line, instruments[line.instrument]) for line in organization.revisions),
        plan=_plan(files) if manifest.version >= HAS_PLAN else (),
        events=_parsed(_Events, files, EVENTS).root,
    )


def _revision(files: Mapping[str, bytes], line: _Listed, instrument: Instrument) -> Revision:
    name = f"answers/{line.file}"
    answered = _parsed(_Answered, files, name)
    _refuse(name, misfits_of_answers(instrument, answered.profile, answered.answers))
    return Revision(
        year=line.year,
        number=line.number,
        started_on=line.started_on,
        imported_on=line.imported_on,
        instrument_digest=line.instrument,
        profile=answered.profile,
        answers=answered.answers,
        submission=None if line.is_draft else _submission(files, line, instrument, answered),
    )


def _submission(files: Mapping[str, bytes], line: _Listed, instrument: Instrument, answered: _Answered) -> Submission:
    name = f"submissions/{line.file}"
    submission = _parsed(Submission, files, name)
    if (submission.year, submission.revision) != (line.year, line.number):
        raise RefusedArchiveError(Reason.UNFIT, file=name, where="year")
    _refuse(name, misfits_of_record(submission, instrument, answered.profile, answered.answers))
    return Submission.read(files[name].decode())


def _plan(files: Mapping[str, bytes]) -> tuple[Action, ...]:
    plan = _parsed(_Plan, files, PLAN).root
    _refuse(PLAN, misfits_of_plan(plan))
    return plan


def _instrument(files: Mapping[str, bytes], digest: str) -> Instrument:
    name = f"instruments/{digest}.json"
    if len(files[name]) > LARGEST_INSTRUMENT:
        raise RefusedArchiveError(Reason.UNFIT, file=name, where="…")
    try:
        instrument = parse(_parsed(_Tree, files, name).root)
    except FaultyInstrumentError as error:
        raise RefusedArchiveError(Reason.UNREADABLE, file=name, where=error.faults[0].where) from error
    if instrument.digest != digest:
        raise RefusedArchiveError(Reason.ALTERED, file=name)
    _refuse(name, misfits_of_questions(instrument))
    return instrument


def _misfits_of_list(revisions: Iterable[_Listed]) -> Iterator[str]:
    """Where the revisions are not listed once each, in order, with a draft only as the last of its year."""
    keys = [(line.year, line.number) for line in revisions]
    if keys != sorted(set(keys)) or len({year for year, _number in keys}) > MOST_YEARS:
        yield "revisions"
    for year, lines in groupby(revisions, key=lambda line: line.year):
        *earlier, _last = lines
        if any(line.is_draft for line in earlier):
            yield f"revisions.{year}"


def _files_of(revisions: Iterable[_Listed], version: int) -> set[str]:
    """The files beside the manifest that an archive of these revisions has."""
    names = {ORGANIZATION, EVENTS, PLAN} if version >= HAS_PLAN else {ORGANIZATION, EVENTS}
    for line in revisions:
        names |= {f"instruments/{line.instrument}.json", f"answers/{line.file}"}
        if not line.is_draft:
            names.add(f"submissions/{line.file}")
    return names


def _compare(found: set[str], wanted: Iterable[str]) -> None:
    for name in sorted(found.difference(wanted)):
        raise RefusedArchiveError(Reason.STRANGER, file=name)
    for name in sorted(set(wanted) - found):
        raise RefusedArchiveError(Reason.MISSING, file=name)


def _refuse(name: str, misfits: Iterator[str]) -> None:
    """Refuse a file where anything in it does not fit: the first place is enough."""
    for where in misfits:
        raise RefusedArchiveError(Reason.UNFIT, file=name, where=where)


def _parsed(model: type[M], files: Mapping[str, bytes], name: str) -> M:
    """What a file holds. Pydantic's own JSON reader bears any nesting and any number; Python's would end in a bug."""
    if sum(files[name].count(mark) for mark in (b",", b"{", b"[")) > MOST_MARKS:
        raise RefusedArchiveError(Reason.UNFIT, file=name, where="…")
    try:
        return model.model_validate_json(files[name])
    except ValidationError as error:
        raise RefusedArchiveError(Reason.UNREADABLE, file=name, where=_place(error)) from error


def _place(error: ValidationError) -> str:
    """Where the first fault stands, if there are not too many to look at."""
    if error.error_count() > MOST_FAULTS:
        return "…"
    return ".".join(str(step) for step in error.errors(include_input=False, include_url=False)[0]["loc"]) or "JSON"


def _written(part: BaseModel) -> bytes:
    return canonical(part.model_dump(mode="json")).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
