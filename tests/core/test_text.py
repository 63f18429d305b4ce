"""Which characters are kept."""

import sys
import unicodedata

import pytest

from questionnaire.core.text import is_keepable, says_something, showable, texts

NEVER = {"\ufffd", "\ufffe", "\uffff"}


def test_control_characters_separators_and_halves_of_characters_are_not_kept() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    refused = {one for one in every if one in NEVER or unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}} - {
        "\n",
        "\t",
    }
    assert {one for one in every if not is_keepable(one)} == refused
    assert {one for one in every if showable(one) != one} | {"\ufffd"} == refused


def test_a_mark_stands_for_every_character_that_is_not_kept() -> None:
    assert showable("one\0two\ud83c\n🌱") == "one�two�\n🌱"


@pytest.mark.parametrize(("text", "says"), [("a", True), ("7", True), ("!", True), ("", False), (" \u200b\n", False)])
def test_blanks_say_nothing(text: str, says: bool) -> None:
    assert says_something(text) is says


def test_every_text_of_plain_data_is_found() -> None:
    assert list(texts({"a": ["b", {"c": "d"}], "e": 1, "f": None})) == ["a", "b", "c", "d", "e", "f"]
