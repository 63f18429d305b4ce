"""Every word that peer workers read on their pages: grade 6 or lower, in short sentences."""

import re
from html import unescape
from pathlib import Path

import pytest

from questionnaire.config import ROOT
from tests.core.readability import grade, sentences, words

PAGES = sorted((ROOT / "templates" / "voices").glob("*.html"))
SAID = re.compile(r'_\(\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)
PLURAL = re.compile(r'ngettext\(\s*"([^"]*)",\s*"([^"]*)"')
LONGEST = 14  # words of a sentence


def said_on(page: Path) -> list[str]:
    """The texts of a page, with a short word for what is put into them."""
    source = page.read_text(encoding="utf-8")
    found = SAID.findall(source) + [many for _one, many in PLURAL.findall(source)]
    return [re.sub(r"%\(\w+\)[sd]", "five", unescape(text)) for text in found]


@pytest.mark.parametrize("page", [page for page in PAGES if said_on(page)], ids=lambda page: page.stem)
def test_a_page_of_peer_workers_reads_at_grade_6_or_lower(page: Path) -> None:
    assert grade("\n".join(said_on(page))) <= 6


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_sentence_for_peer_workers_is_short(page: Path) -> None:
    long = [one for text in said_on(page) for one in sentences(text) if len(words(one)) > LONGEST]
    assert long == []


def test_what_is_read_here_is_all_there_is() -> None:
    """A text that came from Python would slip past: the views give pages no words but those of a refused form."""
    source = (ROOT / "questionnaire" / "web" / "voices.py").read_text(encoding="utf-8")
    assert set(SAID.findall(source)) == {"This form holds an answer that is not on this page. Nothing was saved."}
    respondents = (ROOT / "questionnaire" / "web" / "respondents.py").read_text(encoding="utf-8")
    assert SAID.findall(respondents) == []


def test_the_measure_tells_hard_texts() -> None:
    assert grade("Organizational accountability necessitates comprehensive documentation of responsibilities.") > 12
