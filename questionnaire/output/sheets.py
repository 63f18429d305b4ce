"""A report or a release as a workbook, and each of its tables as CSV. Nobody's words become a formula or a link.

The same bytes for the same report or release, language and version of the library.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from questionnaire.core.readable import Readable
from questionnaire.core.release_years import ReleaseYears
from questionnaire.core.text import showable
from questionnaire.language import Language
from questionnaire.output import tables_releases
from questionnaire.output.cells import Cell, Table
from questionnaire.output.tables import TABLES, about, held, notice, table

SHEETS = tuple(TABLES)

LONGEST_CELL = 32_767  # of a workbook, in units of UTF-16
LONGEST_NAME = 31  # of a sheet
LETTER = 1  # the paper's size, as workbooks count them

_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_STARTS_FORMULA = frozenset("=+-@")
_ENDS_CELL = frozenset("\t\r")
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # blanks that count as letters or signs


def sheets_of(readable: Readable) -> tuple[str, ...]:
    """The names of the tables that a report holds: what `csv_file` can make of it."""
    return held(readable)


def csv_file(readable: Readable, sheet: str, say: Language) -> bytes:
    """One table of a report as CSV; every row says which report it is of. Raises KeyError for what is not held."""
    return _csv(table(readable, sheet, say), _origin(readable, say))


def workbook(readable: Readable, say: Language) -> bytes:
    """A report as a workbook: what it is, and then every table that it holds."""
    report, outcome = readable.report, readable.report.outcome
    tables = [about(readable, say), *(table(readable, name, say) for name in held(readable))]
    return _book(tables, f"{showable(outcome.organization)} {outcome.year}", report.fingerprint, report.made_on)


def release_csv(years: ReleaseYears, sheet: str, say: Language) -> bytes:
    """One table of a release as CSV; every row says which release it is of. Raises KeyError for what is not held."""
    if sheet not in tables_releases.held(years):
        raise KeyError(sheet)
    return _csv(tables_releases.TABLES[sheet](years, say), tables_releases.origin(years, say))


def release_workbook(years: ReleaseYears, say: Language) -> bytes:
    """A release as a workbook: what it is, and then every table that it holds."""
    release = years.release
    tables = [tables_releases.about(years, say)]
    tables += [tables_releases.TABLES[name](years, say) for name in tables_releases.held(years)]
    return _book(tables, f"{showable(release.network.name)} {release.year}", release.digest, release.frozen_on)


def _csv(found: Table, origin: dict[str, Cell]) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(column.key for column in found.columns), *origin])
    writer.writerows([_guarded(cell) for cell in (*row, *origin.values())] for row in found.rows)
    return text.getvalue().encode("utf-8-sig")  # with the mark by which Excel knows UTF-8


def _book(tables: Sequence[Table], title: str, fingerprint: str, on: date) -> bytes:
    import xlsxwriter

    content = BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, {"in_memory": True, **never}) as book:
        created = datetime.combine(on, datetime.min.time())
        book.set_properties({"title": title, "comments": fingerprint, "created": created})
        formats = _Formats(book)
        for name, each in zip(_sheet_names(each.title for each in tables), tables, strict=True):
            _write(book.add_worksheet(name), each, formats, fingerprint)
    return content.getvalue()


class _Formats:
    """The few looks that cells have."""

    def __init__(self, book: Any) -> None:
        top = {"valign": "top"}
        self.head = book.add_format({**top, "text_wrap": True, "bold": True, "bottom": 1, "bg_color": "#E7F0EE"})
        self.text = book.add_format({**top, "text_wrap": True})
        self.quoted = book.add_format({**top, "text_wrap": True, "quote_prefix": True})  # text, also once edited
        self.number = book.add_format(top)
        self.day = book.add_format({**top, "num_format": "yyyy-mm-dd", "align": "left"})


def _write(sheet: Any, table: Table, formats: _Formats, fingerprint: str) -> None:
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.title, formats.head)
    for number, row in enumerate(table.rows, start=1):
        for index, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(number, index, _cut(cell), formats.quoted if is_risky(cell) else formats.text)
            elif isinstance(cell, date):
                sheet.write_datetime(number, index, cell, formats.day)
            elif cell is not None:
                sheet.write_number(number, index, cell, formats.number)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(LETTER)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{fingerprint}&R&P / &N")


def _origin(readable: Readable, say: Language) -> dict[str, Cell]:
    """Which report a row is of; `report_year` is the newest, for rows have years of their own."""
    report = readable.report
    return {
        "organization": showable(report.outcome.organization),
        "report_year": report.outcome.year,
        "instrument": f"{report.outcome.instrument_id} {report.outcome.instrument_version}",
        "made_on": report.made_on,
        "fingerprint": report.fingerprint,
        "notice": notice(readable, say),
    }


def is_risky(text: str) -> bool:
    """Whether a program may take a text for a formula: by its first sign that can be seen, in whatever width."""
    if text[:1].isalnum():
        return False
    for character in text:
        if character in _ENDS_CELL or unicodedata.normalize("NFKC", character)[:1] in _STARTS_FORMULA:
            return True
        if not _is_unseen(character):
            return False
    return False


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character)[0] in "CMZ" or character in _UNSEEN_LETTERS


def _guarded(cell: Cell) -> str | int | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and is_risky(cell) else cell


def _cut(text: str) -> str:
    """As much of a text as a cell holds, with a mark where it was cut; JSON has the whole of it."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * LONGEST_CELL:
        return text
    return encoded[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _sheet_names(titles: Iterable[str]) -> Iterator[str]:
    """Names that every program takes: without forbidden signs, short enough, and each once."""
    taken: set[str] = set()
    for number, title in enumerate(titles, start=1):
        name = _FORBIDDEN_IN_NAMES.sub(" ", title)[:LONGEST_NAME].strip(" '") or str(number)
        if name.casefold() in taken:
            name = f"{name[: LONGEST_NAME - 4]} {number}"
        taken.add(name.casefold())
        yield name
