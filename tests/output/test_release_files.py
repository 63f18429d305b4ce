"""The files of a release: a document for everybody, tables, and data; whatever its facilitator typed."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from questionnaire.config import ROOT
from questionnaire.core.freezing import Past, Year, freeze
from questionnaire.core.instrument import Instrument
from questionnaire.core.release_years import ReleaseYears
from questionnaire.core.releases import About, Grouping, ReleaseFile, schema, write
from questionnaire.language import languages
from questionnaire.output import sheets, tables_releases
from questionnaire.output.pdf import release_pdf
from questionnaire.store.instruments import read
from tests.builders import an_instrument
from tests.networks import ON, counted
from tests.output.test_pdf import HOSTILE, faults, opened

SHIPPED = read(ROOT / "data" / "instruments" / "alongside-1")
ENGLISH = languages()["en"]
PUBLISHED = ROOT / "docs" / "release-1.schema.json"


def released(words: str = "Coast group", *, number: int = 12, instrument: Instrument = SHIPPED) -> ReleaseYears:
    """Two years of a network with these words in every field, the second by kind, and on other questions."""
    about = About(name=words.replace("\n", " ").replace("\t", " ")[:200], behind=words, decisions=words)
    other = an_instrument(domains=3)
    first = [counted(f"o{place}", 20 + 5 * place, other) for place in range(8)]
    kinds = ("peer-run", "non-profit")
    second = [
        counted(f"o{place}", 5 * place, instrument, kind=kinds[place % 2], apart={"role": 15.0})
        for place in range(number)
    ]
    known = {one.digest: one for one in (other, instrument)}
    before = freeze(Year(about, 2025, 8, first, known), on=ON).release
    past = [Past(before, first)]
    now = freeze(Year(about, 2026, number, second, known, past, Grouping.KIND), on=ON).release
    return ReleaseYears((before, now), known)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_was_typed_the_document_is_made_and_is_for_everybody(words: str, tmp_path: Path) -> None:
    content = release_pdf(released(words), ENGLISH)
    assert faults(content, tmp_path) == []
    assert len(opened(content).pages) <= 8


def test_the_document_is_short_and_the_same_each_time() -> None:
    years = released()
    content = release_pdf(years, ENGLISH)
    assert content == release_pdf(years, ENGLISH)
    assert len(opened(content).pages) <= 3


def test_a_release_of_five_has_a_document_too(tmp_path: Path) -> None:
    assert faults(release_pdf(released(number=5), ENGLISH), tmp_path) == []


@pytest.mark.parametrize("words", [HOSTILE["formula"], HOSTILE["emoji"]], ids=["formula", "emoji"])
def test_nobodys_words_become_a_formula(words: str) -> None:
    years = released(words)
    book = load_workbook(BytesIO(sheets.release_workbook(years, ENGLISH)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert len(book.sheetnames) == 1 + len(tables_releases.held(years))
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    first = sheets.release_csv(years, "domains", ENGLISH).decode("utf-8-sig").splitlines()[1]
    assert '"=' not in first


def test_a_table_that_is_not_held_is_none() -> None:
    years = released(number=5)
    assert "spread" not in tables_releases.held(years)
    with pytest.raises(KeyError):
        sheets.release_csv(years, "spread", ENGLISH)


def test_the_data_reads_back_and_follows_its_schema() -> None:
    release = released().release
    assert ReleaseFile.model_validate_json(write(release)).digest_of_all == release.digest
    assert PUBLISHED.read_text(encoding="utf-8") == json.dumps(schema(), indent=2) + "\n"
