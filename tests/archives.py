"""An archive to load, and archives that were tampered with."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from questionnaire.core.answers import Answer, Choice, GateAnswer
from questionnaire.core.archive import (
    MANIFEST,
    PLAN,
    Archive,
    Colleague,
    Deed,
    Reason,
    RefusedArchiveError,
    Revision,
    read,
    write,
)
from questionnaire.core.instrument import Instrument
from questionnaire.core.plan import Action, Status
from questionnaire.core.submission import Submission, freeze
from tests.builders import A_DAY, a_profile, an_action, an_instrument, levels

INSTRUMENT = an_instrument(domains=3, items=4, gated=("a.1",))
PROFILE = a_profile(work=GateAnswer.NO)
FIRST, DRAFT = "2025-1.json", "2026-2.json"


def an_archive() -> Archive:
    """Two revisions of 2025; one of 2026, and a draft that amends it; a plan."""
    years = ((2025, 1), (2025, 2), (2026, 1), (2026, 2))
    return Archive(
        made_on=date(2026, 11, 2),
        name="Harbour Street “Déjà” 🌱",
        started_on=A_DAY,
        colleagues=(Colleague(email="owner@example.org", role="owner"),),
        instruments=(INSTRUMENT,),
        revisions=tuple(a_revision(year, number, draft=(year, number) == (2026, 2)) for year, number in years),
        plan=a_plan(),
        events=(Deed(happened_on=A_DAY, event="started", who="", year=2025, revision=None, about=""),),
    )


def a_revision(year: int, number: int, *, draft: bool = False, instrument: Instrument = INSTRUMENT) -> Revision:
    given = {**levels(instrument, number), "a.2": Answer(Choice.DOES_NOT_APPLY, reason="We have none.")}
    given["b.1"] = Answer(Choice.DONT_KNOW, note="Ask\nagain: “é” 🌱", come_back=True)
    given.pop("b.2", None)
    frozen = freeze(
        instrument,
        organization="Harbour Street",
        year=year,
        revision=number,
        on=A_DAY,
        profile=PROFILE,
        answers=given,
    )
    return Revision(
        year=year,
        number=number,
        started_on=A_DAY,
        imported_on=A_DAY if year == 2025 else None,
        instrument_digest=instrument.digest,
        profile=PROFILE,
        answers=given,
        submission=None if draft else Submission.read(frozen.record()),
    )


def a_plan() -> tuple[Action, ...]:
    """What comes first, and is made from advice; what is done; what was dropped."""
    return (
        an_action(
            id=an_id(1),
            year=2025,
            notes="Ask\nfirst: “é” 🌱",
            status=Status.UNDER_WAY,
            items=("a.3", "b.1"),
            advice_id="a.3.advice",
            is_first=True,
        ),
        an_action("Name who covers", id=an_id(2), who="", due_on=None, status=Status.DONE, items=("c.1",)),
        an_action(
            "Move the office", id=an_id(3), status=Status.DROPPED, why_dropped="Peers said no.", involvement=""
        ),
    )


def an_id(number: int) -> str:
    return f"{number:08}-0000-4000-8000-000000000001"


def without_years() -> Archive:
    return replace(an_archive(), instruments=(), revisions=(), plan=())


def of_version_1(archive: Archive) -> dict[str, bytes]:
    """The files of an archive as the first version had them: without a plan."""
    files = write(archive)
    del files[PLAN]
    return sealed(files, version=1)


def sealed(files: Mapping[str, bytes], **changes: Any) -> dict[str, bytes]:
    """These files under a manifest that is right about them, as somebody makes it who knows how."""
    manifest = json.loads(files[MANIFEST])
    parts = {name: content for name, content in files.items() if name != MANIFEST}
    manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    return {MANIFEST: json.dumps({**manifest, **changes}).encode(), **parts}


def with_file(name: str, content: bytes) -> dict[str, bytes]:
    """The files of an archive, one of them another or new."""
    return sealed({**write(an_archive()), name: content})


def with_value(name: str, path: str, value: object) -> dict[str, bytes]:
    """The files of an archive with another value at a path such as `scores/overall`; `…` takes it out."""
    content = json.loads(write(an_archive())[name])
    *parents, last = path.split("/")
    part = content
    for step in parents:
        part = part[int(step) if isinstance(part, list) else step]
    key: Any = int(last) if isinstance(part, list) else last
    if value is ...:
        del part[key]
    else:
        part[key] = value
    return with_file(name, json.dumps(content, ensure_ascii=False).encode(errors="surrogatepass"))


def refusal(files: Mapping[str, bytes]) -> tuple[Reason, str | int | None, str | int | None]:
    """Why these files are refused, which of them, and where in it."""
    with pytest.raises(RefusedArchiveError) as refused:
        read(files)
    about = refused.value.about
    return refused.value.reason, about.get("file"), about.get("where")


def zipped(files: Mapping[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", compression) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return packed.getvalue()
