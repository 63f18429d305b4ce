"""Hostile text: what people type, in every field that takes text, must be text wherever it comes out again."""

import csv
import io
import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import openpyxl
import pikepdf
from werkzeug.datastructures import MultiDict

from questionnaire.web import logs
from tests.pages import page_of
from tests.soak.hostile import Form, Stage
from tests.soak.rows import Row, at_least, exactly
from tests.web.mailbox import Mailbox

MARK = "xlive"  # what a payload brings to life has this in its name
SUM = 7 * 1910917
PAYLOADS = (
    f"<{MARK}>",
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"' onmouseover='{MARK}()",
    f"javascript:{MARK}()",
    f"</textarea></title></style><{MARK} a=",
    f"--><{MARK}/>]]><{MARK}/>",
    f"&lt;{MARK}&gt;&#60;{MARK}&#62;",
    f"<svg onload={MARK}()><foreignObject>",
    f"<!DOCTYPE a [<!ENTITY {MARK} SYSTEM 'file:///etc/passwd'>]>&{MARK};",
    "{{ 7*1910917 }}{% raw %}",
    "${7*1910917} #{7*1910917} <%= 7*1910917 %>",
    '#eval("7*1910917") #link("http://xlive.example")[a] $ x $ *b* @c \\ `d`',
    "$\\frac{1}{0}$ \\input{/etc/passwd}",
    f'=HYPERLINK("http://{MARK}.example","a")',
    "+1910917*7",
    f"-2+3+cmd|' /C {MARK}'!A0",
    f"@SUM(1,{MARK})",
    f"%s %n %({MARK})s {{0.__class__}} %00",
    f"\u202e{MARK}\u2066\u200f ']; DROP TABLE organization; --",
    f"a\r\nBcc: {MARK}@example.org",
)
ACTS = re.compile(r"^\s*[=+\-@\t\r]")  # how a cell begins that a spreadsheet would work out

LEADS_AWAY = re.compile(r"\s*(?:(?:javascript|data|vbscript|http):|//)", re.IGNORECASE)
LINES_THAT_ACT = {b"Bcc", b"ATTACH", b"X-ALT-DESC"}


@dataclass
class Outcome:
    """What came of it."""

    payloads: int = 0
    typed: int = 0  # fields, for each payload
    kept: int = 0  # forms that took it
    looked_at: dict[str, int] = field(default_factory=dict)
    live: list[str] = field(default_factory=list)

    def rows(self, *, payloads: int) -> Iterator[Row]:
        yield at_least("hostile text: payloads", self.payloads, payloads)
        yield at_least("hostile text: fields typed into", self.typed, self.payloads)
        yield at_least("hostile text: forms that took it", self.kept, self.payloads)
        yield exactly(f"hostile text: live in {', '.join(sorted(self.looked_at))}", len(self.live), 0)

    def look(self, where: str, kind: str, content: bytes) -> None:
        """Look for life in one page or file."""
        name, check = next(((name, check) for name, check in CHECKS.items() if name in kind), ("other", _plain))
        self.looked_at[name] = self.looked_at.get(name, 0) + 1
        self.live += [f"{where}: {fault}" for fault in check(content)]


def trial(
    stage: Stage, mailbox: Mailbox, payloads: tuple[str, ...] = PAYLOADS, *, by_everybody: bool = True
) -> Outcome:
    """Type each into every field, then look at every page and file there is, the log and the mails."""
    outcome = Outcome()
    pages, forms = stage.pages, stage.forms
    if not by_everybody:  # each page and each form once
        pages = list({address: (who, address) for who, address in pages}.values())
        forms = list({(form.action, form.typed): form for form in forms}.values())
    for payload in payloads:
        outcome.payloads += 1
        with stage.unharmed(), _listening() as said:
            _type_everywhere(outcome, stage, forms, payload)
            _have_mailed(stage, payload)
            for who, address in pages:
                status, content, kind = stage.ask(who, "GET", address)
                if status == 200:
                    outcome.look(f"{payload!r} at {address}", kind, content)
        outcome.look(f"{payload!r} in the log", "log", "\n".join(said).encode())
        for recipients, mail in mailbox.taken:
            outcome.look(f"{payload!r} in a mail", "mail", json.dumps([recipients, mail.items()]).encode())
        mailbox.empty()
    return outcome


def _type_everywhere(outcome: Outcome, stage: Stage, forms: list[Form], payload: str) -> None:
    """In every form, all that is typed at once; then, where that is refused, each field by itself."""
    for form in forms:
        if form.method != "POST" or not form.typed or form.page.endswith(("/delete", "/leave", "/hand-over")):
            continue
        outcome.typed += len(form.typed)
        for names in (form.typed, *((name,) for name in form.typed)):
            fields = MultiDict(form.fields.items(multi=True))
            for name in names:
                fields[name] = payload
            status, content, kind = stage.ask(form.who, "POST", form.action, fields)
            outcome.look(f"{payload!r} typed into {names} of {form.page}", kind, content)
            if status == 303:
                outcome.kept += 1
                break


def _have_mailed(stage: Stage, payload: str) -> None:
    """A mail, by somebody who says something hostile of where to go afterwards."""
    form = next(form for form in stage.forms if form.page == "/sign-up")
    fields = MultiDict(form.fields.items(multi=True))
    fields["email"], fields["to"] = "somebody@example.org", f"/{payload}"
    assert stage.ask(form.who, "POST", form.action, fields)[0] == 303


def _html(content: bytes) -> Iterator[str]:
    for element in page_of(content.decode()).elements:
        tag = str(element.tag).lower()
        if MARK in tag or (tag == "script" and not (element.get("src") or "").startswith("/static/")):
            yield f"<{tag}>"
        for name, value in element.attrib.items():
            if name.startswith("on") or MARK in name:
                yield f"{tag} {name}"
            if name in {"href", "src", "action", "formaction"} and LEADS_AWAY.match(value or ""):
                yield f"{tag} {name}={value[:50]}"
    if str(SUM).encode() in content:
        yield "it was worked out"


def _svg(content: bytes) -> Iterator[str]:
    for element in ET.fromstring(content).iter():
        name = str(element.tag).rpartition("}")[2]
        if MARK in name or name in {"script", "foreignObject", "image", "a"}:
            yield f"<{name}>"
        yield from (f"{name} {attribute}" for attribute in element.attrib if attribute.startswith("on"))
    if str(SUM).encode() in content:
        yield "it was worked out"


def _pdf(content: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(content)) as document:
        for thing in document.objects:
            told = str(thing.keys()) if isinstance(thing, pikepdf.Dictionary) else ""
            if any(key in told for key in ("/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFile")):
                yield f"it acts: {told[:80]}"
            if isinstance(thing, pikepdf.Dictionary) and MARK in str(thing.get("/URI", "")):
                yield "a link"


def _csv(content: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        for cell in row:
            if ACTS.match(cell) and not re.fullmatch(r"-?[\d.,]+", cell):
                yield f"a cell that acts: {cell[:40]!r}"


def _xlsx(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or (cell.hyperlink and MARK in str(cell.hyperlink.target)):
                    yield f"a cell that acts: {cell.coordinate}"
    if book.defined_names and MARK in str(book.defined_names):
        yield "a name"


def _zip(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from (f"a path: {name}" for name in archive.namelist() if ".." in name or name.startswith("/"))


def _json(content: bytes) -> Iterator[str]:
    if not isinstance(json.loads(content), dict | list):
        yield "no JSON"


def _calendar(content: bytes) -> Iterator[str]:
    names = {line.partition(b":")[0].partition(b";")[0] for line in content.replace(b"\r\n ", b"").split(b"\r\n")}
    yield from (f"a line {name!r}" for name in names if name in LINES_THAT_ACT or MARK.encode() in name)


def _nowhere(content: bytes) -> Iterator[str]:
    if MARK.encode() in content or str(SUM).encode() in content:
        yield "it stands there"


def _mail(content: bytes) -> Iterator[str]:
    recipients, headers = json.loads(content)
    if len(recipients) != 1 or any(name.lower() in {"bcc", "cc"} for name, _value in headers):
        yield "it went to others"
    if any(MARK in str(value) for name, value in headers if name.lower() != "to"):
        yield "it stands in the head of a mail"


def _plain(_content: bytes) -> Iterator[str]:
    yield from ()


CHECKS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "html": _html,
    "svg": _svg,
    "pdf": _pdf,
    "csv": _csv,
    "spreadsheetml": _xlsx,
    "zip": _zip,
    "json": _json,
    "calendar": _calendar,
    "log": _nowhere,
    "mail": _mail,
}


@contextmanager
def _listening() -> Iterator[list[str]]:
    """All that is logged while the block runs, as it would be written."""
    said: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logs.Lines())
    logging.getLogger().addHandler(handler)
    try:
        yield said
    finally:
        logging.getLogger().removeHandler(handler)
