"""Workbooks and CSV files of reports, read back by other programs than those that wrote them."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import cast

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from questionnaire.core.readable import Readable
from questionnaire.language import Language, languages
from questionnaire.output.sheets import csv_file, workbook

SAY = languages()["en"]


def book(of: Readable, say: Language = SAY) -> Workbook:
    return load_workbook(BytesIO(workbook(of, say)))


def pages(of: Readable) -> list[Worksheet]:
    return [cast("Worksheet", one) for one in book(of).worksheets]


def page(of: Readable, title: str) -> Worksheet:
    return next(one for one in pages(of) if one.title == title)


def cells(found: Worksheet) -> Iterator[Cell]:
    for row in found.iter_rows():
        yield from (cell for cell in row if isinstance(cell, Cell) and cell.value is not None)


def by_title(found: Worksheet) -> list[dict[str, object]]:
    titles, *rows = found.iter_rows(values_only=True)
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


def rows(of: Readable, sheet: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(csv_file(of, sheet, SAY).decode("utf-8-sig"), newline="")))


def as_written(text: object) -> str:
    """A text of a workbook's cell, without the escapes that openpyxl leaves in it."""
    return str(text).replace("_x005F_", "_")
