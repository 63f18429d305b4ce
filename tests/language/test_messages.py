"""What `make messages` finds to translate."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from questionnaire.config import ROOT
from questionnaire.language.phrases import COUNTED, PLAIN

KEYWORDS = {"_": None, "ngettext": (1, 2), "marked": None, "marked_plural": (1, 2)}


@pytest.fixture(scope="module")
def found() -> set[object]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # babel tells no types here
    return {
        message
        for folder in ("questionnaire", "templates")
        for _file, _line, message, _comments, _context in extract_from_dir(
            Path(ROOT, folder), method_map=methods, options_map=options, keywords=KEYWORDS
        )
    }


def test_every_phrase_of_the_core_is_found(found: set[object]) -> None:
    assert set(PLAIN.values()) <= found
    assert {(one, many) for one, many, _counted in COUNTED.values()} <= found


@pytest.mark.parametrize(
    "message", ["Why we ask:", "Start an assessment", "Choose one of the answers.", "Asked of peer workers:"]
)
def test_texts_of_pages_forms_and_documents_are_found(found: set[object], message: str) -> None:
    assert message in found
