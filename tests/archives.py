"""An archive to load, and archives that were tampered with."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from questionnaire.core.answers import Answer, Choice, GateAnswer
from questionnaire.core.archive import MANIFEST, Archive, Colleague, Deed, Revision, write
from questionnaire.core.instrument import Instrument
from questionnaire.core.submission import Submission, freeze
from tests.builders import A_DAY, a_profile, an_instrument, levels

INSTRUMENT = an_instrument(domains=3, items=4, gated=("a.1",))
PROFILE = a_profile(work=GateAnswer.NO)
FIRST, DRAFT = "2025-1.json", "2026-2.json"


def an_archive() -> Archive:
    """Two revisions of 2025; one of 2026, and a draft that amends it."""
    years = ((2025, 1), (2025, 2), (2026, 1), (2026, 2))
    return Archive(
        made_on=date(2026, 11, 2),
        name="Harbour Street “Déjà” 🌱",
        started_on=A_DAY,
        colleagues=(Colleague(email="owner@example.org", role="owner"),),
        instruments=(INSTRUMENT,),
        revisions=tuple(a_revision(year, number, draft=(year, number) == (2026, 2)) for year, number in years),
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


def without_years() -> Archive:
    return replace(an_archive(), instruments=(), revisions=())


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


def zipped(files: Mapping[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", compression) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return packed.getvalue()
