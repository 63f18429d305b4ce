"""What would be live in a page, a file, a mail or the log; and the text that stands in it, as its reader sees it."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import openpyxl
import pikepdf

from tests.pages import page_of

MARK = "xlive"  # what a payload brings to life has this in its name
SUM = str(7 * 1910917)
HOSTS = {"", "localhost", "doi.org"}  # this site's own pages, and the study
LINKS = {"href", "src", "action", "formaction", "data", "srcset", "poster", "ping", "background", "cite", "manifest"}
FOREIGN = {"iframe", "object", "embed", "base", "applet", "math", "foreignobject", "frame", "portal"}
ACTS = re.compile(r"^\s*[=+\-@\t\r]")  # how a cell begins that a spreadsheet would work out
IN_WORKBOOKS = re.compile(r"vba|externalLink|embeddings|activeX|ctrlProps|connections|queryTable|customXml")
IN_CALENDARS = {  # how every line of a calendar of ours begins
    *("BEGIN", "END", "PRODID", "VERSION", "METHOD", "NAME", "X-WR-CALNAME", "UID", "DTSTAMP", "DTSTART", "SUMMARY"),
    *("DESCRIPTION", "TRANSP", ""),
}
DEEDS = {"/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFile", "/EmbeddedFiles", "/URI", "/XFA"}
ACTIONS = {
    *("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/GoToR", "/GoToE", "/ImportData", "/Rendition", "/Named"),
    *("/Sound", "/Movie", "/Hide", "/ResetForm", "/SetOCGState", "/Trans", "/GoTo3DView", "/RichMediaExecute"),
}
IN_TO_UNICODE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
SHOWN = {"Tj", "TJ", "'", '"'}


@dataclass(frozen=True)
class Kind:
    """A kind of page or file: how its content type begins, what is live in it, and its text."""

    begins: str
    live: Callable[[bytes], Iterator[str]]
    text: Callable[[bytes], str]
    ending: str = ""


def kind_of(content_type: str) -> str | None:
    """The kind of what comes with this type; None for one that the site is not known to send."""
    return next((name for name, kind in KINDS.items() if kind.begins and content_type.startswith(kind.begins)), None)


@lru_cache(maxsize=500)
def seen_in(kind: str, content: bytes) -> tuple[list[str], str]:
    """What is live in it, and its text; many documents are the same ones whatever was typed."""
    return list(KINDS[kind].live(content)), squeezed(KINDS[kind].text(content))


def is_touched(content: bytes, payload: str) -> bool:
    """Whether any of what was typed can stand in it, in whatever way it is written there, or what comes of it."""
    core = MARK if MARK in payload else max(re.findall(r"[a-z0-9]+", payload.lower()), key=len)
    return core.encode() in content.lower() or SUM.encode() in content


def squeezed(text: str) -> str:
    """Letters and digits alone: lines, marks and quotes differ from kind to kind."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _plain_name(name: object) -> str:
    return str(name).rpartition("}")[2].rpartition(":")[2].lower()


def _leads_away(value: str) -> bool:
    """As browsers read it: without blanks and control characters, and with either slash."""
    try:
        parts = urlsplit(re.sub(r"[\x00-\x20]", "", value).replace("\\", "/"))
    except ValueError:
        return True
    return parts.scheme not in {"", "http", "https"} or parts.netloc not in HOSTS


def _html(content: bytes) -> Iterator[str]:
    for element in page_of(content.decode()).elements:
        tag = _plain_name(element.tag)
        attributes = {_plain_name(name): value or "" for name, value in element.attrib.items()}
        is_own_script = tag == "script" and attributes.get("src", "").startswith("/static/")
        if MARK in tag or tag in FOREIGN or (tag == "script" and not is_own_script):
            yield f"<{tag}>"
        if tag == "meta" and "http-equiv" in attributes:
            yield f"<meta {attributes['http-equiv']}>"
        for name, value in attributes.items():
            if name.startswith("on") or MARK in name or name in {"srcdoc", "style"}:
                yield f"{tag} {name}"
            if name in LINKS and _leads_away(value):
                yield f"{tag} {name}={value[:50]}"
    yield from _worked_out(content.decode())


def _html_text(content: bytes) -> str:
    root = page_of(content.decode()).root
    values = (value or "" for element in root.iter() for value in element.attrib.values())
    return " ".join((*root.itertext(), *values))


def _svg(content: bytes) -> Iterator[str]:
    for element in ET.fromstring(content).iter():
        name = _plain_name(element.tag)
        if MARK in name or name in {*FOREIGN, "script", "image", "a", "animate", "set", "handler"}:
            yield f"<{name}>"
        if name == "style" and re.search(r"url|@import|expression", element.text or ""):
            yield "a style that loads something"
        for attribute, value in element.attrib.items():
            if _plain_name(attribute).startswith("on"):
                yield f"{name} {attribute}"
            if _plain_name(attribute) in LINKS and not value.startswith("#"):
                yield f"{name} {attribute}={value[:50]}"
    yield from _worked_out(content.decode())


def _svg_text(content: bytes) -> str:
    root = ET.fromstring(content)
    values = (value for element in root.iter() for value in element.attrib.values())
    return " ".join((*root.itertext(), *values))


def _pdf(content: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(content)) as document:
        for thing in (document.trailer, *document.objects):
            yield from _deeds(thing)
    yield from _worked_out(_pdf_text(content))


def _deeds(thing: pikepdf.Object) -> Iterator[str]:
    """Whatever acts in an object, or in what stands directly in it."""
    if isinstance(thing, pikepdf.Array):
        for part in thing:
            if not getattr(part, "is_indirect", False):
                yield from _deeds(part)
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    for key in thing.keys():  # noqa: SIM118  # it is no dict
        part = thing[key]
        if key in DEEDS or (key == "/S" and str(part) in ACTIONS):
            yield f"it acts: {key} {str(part)[:60]}"
        if not getattr(part, "is_indirect", False):
            yield from _deeds(part)


def _pdf_text(content: bytes) -> str:
    """The signs of every page in the order in which they are drawn."""
    told: list[str] = []
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            fonts = {str(name): _signs(font) for name, font in (page.Resources.get("/Font") or {}).items()}
            signs: dict[int, str] = {}
            for step in pikepdf.parse_content_stream(page):
                operator, operands = str(step.operator), list(step.operands)
                if operator == "Tf":
                    signs = fonts[str(operands[0])]
                if operator in SHOWN:
                    parts = operands[-1] if operator == "TJ" else operands[-1:]
                    for part in parts:
                        if isinstance(part, pikepdf.String):
                            drawn = bytes(part)
                            pairs = (drawn[place : place + 2] for place in range(0, len(drawn), 2))
                            told += [signs.get(int.from_bytes(pair, "big"), "") for pair in pairs]
    return "".join(told)


def _signs(font: pikepdf.Object) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    told = font.ToUnicode.read_bytes().decode("latin-1")
    return {int(sign, 16): bytes.fromhex(text).decode("utf-16-be") for sign, text in IN_TO_UNICODE.findall(told)}


def _csv(content: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        for cell in row:
            if ACTS.match(cell) and not re.fullmatch(r"-?[\d.,]+", cell):
                yield f"a cell that acts: {cell[:40]!r}"
    yield from _worked_out(content.decode())


def _xlsx(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or cell.hyperlink:
                    yield f"a cell that acts: {cell.coordinate}"
    if MARK in str(book.defined_names):
        yield "a name"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        yield from (f"a part: {name}" for name in parts.namelist() if IN_WORKBOOKS.search(name))
    yield from _worked_out(_xlsx_text(content))


def _xlsx_text(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return " ".join(
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value
    )


def _zip(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*", name) or ".." in name:
                yield f"a path: {name}"
            kind = _kind_in_zip(name)
            if kind is None:
                yield f"a file of no known kind: {name}"
            else:
                yield from (f"{name}: {fault}" for fault in kind.live(archive.read(name)))


def _zip_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = ((_kind_in_zip(name), name) for name in archive.namelist())
        return " ".join((*archive.namelist(), *(kind.text(archive.read(name)) for kind, name in found if kind)))


def _kind_in_zip(name: str) -> Kind | None:
    return next((kind for kind in KINDS.values() if kind.ending and name.endswith(kind.ending)), None)


def _json(content: bytes) -> Iterator[str]:
    if not isinstance(json.loads(content), dict | list):
        yield "no JSON"
    yield from _worked_out(content.decode())


def _json_text(content: bytes) -> str:
    return json.dumps(json.loads(content), ensure_ascii=False).replace("\\n", " ").replace("\\t", " ")


def _calendar_lines(content: bytes) -> list[bytes]:
    return content.replace(b"\r\n ", b"").split(b"\r\n")


def _calendar(content: bytes) -> Iterator[str]:
    names = {re.split(rb"[:;]", line)[0].decode() for line in _calendar_lines(content)}
    yield from (f"a line {name!r}" for name in sorted(names - IN_CALENDARS))
    yield from _worked_out(content.decode())


def _calendar_text(content: bytes) -> str:
    return b" ".join(_calendar_lines(content)).decode().replace("\\n", " ")


def _nowhere(content: bytes) -> Iterator[str]:
    for name in (MARK, SUM, SUM[:-1], "1910917", "etc/passwd"):
        if name in content.decode():
            yield f"{name} stands there"


def _mail(content: bytes) -> Iterator[str]:
    """One text to one person, in which no link leads anywhere but to this site."""
    recipients, headers, body = json.loads(content)
    named = [(name.lower(), str(value)) for name, value in headers]
    if len(recipients) != 1 or any(name in {"bcc", "cc"} for name, _value in named):
        yield "it went to others"
    if any(MARK in value for name, value in named if name != "to"):
        yield "it stands in the head of a mail"
    if [value.partition(";")[0] for name, value in named if name == "content-type"] != ["text/plain"]:
        yield "it is no plain text"
    links = re.findall(r"[a-z][a-z0-9+.-]*:[^\s]+|www\.\S+", body, re.IGNORECASE)
    yield from (f"a link: {link}" for link in links if not link.startswith("http://localhost/in/"))
    yield from _worked_out(body)


def _mail_text(content: bytes) -> str:
    _recipients, headers, body = json.loads(content)
    return " ".join((body, *(str(value) for _name, value in headers)))


def _png(content: bytes) -> Iterator[str]:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[-8:-4] != b"IEND":
        yield "no picture"


def _words(content: bytes) -> Iterator[str]:
    yield from _worked_out(content.decode())


def _worked_out(text: str) -> Iterator[str]:
    if SUM in text:
        yield "it was worked out"


def _as_it_is(content: bytes) -> str:
    return content.decode(errors="replace")


KINDS = {
    "html": Kind("text/html", _html, _html_text),
    "svg": Kind("image/svg+xml", _svg, _svg_text, ".svg"),
    "pdf": Kind("application/pdf", _pdf, _pdf_text, ".pdf"),
    "csv": Kind("text/csv", _csv, _as_it_is, ".csv"),
    "spreadsheetml": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml", _xlsx, _xlsx_text, ".xlsx"),
    "zip": Kind("application/zip", _zip, _zip_text),
    "json": Kind("application/json", _json, _json_text, ".json"),
    "calendar": Kind("text/calendar", _calendar, _calendar_text),
    "png": Kind("image/png", _png, lambda _content: ""),
    "css": Kind("text/css", _words, _as_it_is),
    "plain": Kind("text/plain", _words, _as_it_is, ".txt"),
    "log": Kind("", _nowhere, _as_it_is),
    "mail": Kind("", _mail, _mail_text),
}
