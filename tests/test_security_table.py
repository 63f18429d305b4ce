"""What docs/security.md says is met by a test, is: the tests that it names exist, and no requirement is left out."""

import re

from questionnaire.config import ROOT

TESTS = ROOT / "tests"
SECTIONS = """
    1.1 1.2 1.3 1.4 1.5 2.1 2.2 2.3 2.4 3.2 3.3 3.4 3.5 3.7 4.1 4.2 4.3 4.4 5.1 5.2 5.3 5.4 6.1 6.2 6.3 6.4 6.5 6.6
    6.8 7.1 7.2 7.3 7.4 7.5 7.6 8.1 8.2 8.3 8.4 9.1 9.2 10 11.1 11.2 11.3 11.4 11.5 11.6 12.1 12.2 12.3 13.1 13.2 13.3
    13.4 14.1 14.2 14.3 15.1 15.2 15.3 16.1 16.2 16.3 16.4 16.5 17
"""


def table() -> list[tuple[str, str, str]]:
    """The rows of the table of requirements."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").partition("## OWASP")[2]
    rows = (
        tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in text.splitlines() if line[:1] == "|"
    )
    return [row for row in rows if len(row) == 3 and row[0][:1].isdigit()]


def test_every_test_that_is_named_exists() -> None:
    modules = {file.stem for file in TESTS.rglob("*.py")}
    sources = (file.read_text(encoding="utf-8") for file in TESTS.rglob("test_*.py"))
    functions = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    named = {name for row in table() for name in re.findall(r"`((?:test_|access_)\w+)`", row[2])}
    assert len(named) > 60
    assert sorted(named - modules - functions) == []


def test_every_requirement_has_an_answer_and_every_no_a_reason() -> None:
    assert {row[1] for row in table()} == {"yes", "partly", "no", "–"}
    for requirement, _met, why in table():
        assert len(why) > 3, requirement


def test_every_section_with_requirements_of_level_1_or_2_is_there() -> None:
    told = " ".join(row[0] for row in table())
    for section in SECTIONS.split():
        assert re.search(rf"(?<![\d.]){re.escape(section)}(\.|\b)", told), section
