"""Codes of slips: whatever is typed wrong is told from a code that does not exist."""

from random import Random

import pytest

from questionnaire.core.codes import LENGTH, LETTERS, Mistake, MistypedError, grouped, read, whole

RANDOM = Random(7)
CODES = [whole([RANDOM.choice(LETTERS) for _ in range(LENGTH)]) for _ in range(200)]


def is_told(typed: str) -> bool:
    try:
        read(typed)
    except MistypedError:
        return True
    return False


def test_there_are_31_letters_and_none_looks_like_another() -> None:
    assert len(set(LETTERS)) == len(LETTERS) == 31
    assert not set(LETTERS) & set("01OIL")


def test_every_wrong_letter_swap_gap_and_double_is_told() -> None:
    tried = 0
    for code in CODES:
        wrong = [
            code[:place] + letter + code[place + 1 :]
            for place in range(len(code))
            for letter in LETTERS
            if letter != code[place]
        ]
        for first in range(len(code)):
            for second in range(first + 1, len(code)):
                if code[first] != code[second]:
                    letters = list(code)
                    letters[first], letters[second] = letters[second], letters[first]
                    wrong.append("".join(letters))
        wrong += [code[:place] + code[place + 1 :] for place in range(len(code))]
        wrong += [code[: place + 1] + code[place:] for place in range(len(code))]
        assert [typed for typed in wrong if not is_told(typed)] == []
        tried += len(wrong)
    assert tried > 90_000


@pytest.mark.parametrize("code", CODES[:5])
def test_a_code_is_read_in_small_letters_with_blanks_and_dashes(code: str) -> None:
    for typed in (code, code.lower(), grouped(code), grouped(code).replace("-", " – "), f"  {code}\t"):
        assert read(typed) == code


def test_a_code_stands_in_groups_of_four_and_its_check_alone() -> None:
    assert grouped("ABCDEFGHJKMNP") == "ABCD-EFGH-JKMN-P"


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("ABC", Mistake.LENGTH),
        ("", Mistake.LENGTH),
        (CODES[0] + "2", Mistake.LENGTH),
        (CODES[0][:-1] + "0", Mistake.LETTER),
        (CODES[0][:-1] + "l", Mistake.LETTER),
        (CODES[0][:-1] + "é", Mistake.LETTER),
    ],
)
def test_what_is_wrong_is_said(typed: str, mistake: Mistake) -> None:
    with pytest.raises(MistypedError) as told:
        read(typed)
    assert told.value.mistake is mistake


def test_a_check_that_does_not_fit_is_a_typing_error() -> None:
    code = CODES[0]
    other = LETTERS[(LETTERS.index(code[-1]) + 1) % len(LETTERS)]
    with pytest.raises(MistypedError) as told:
        read(code[:-1] + other)
    assert told.value.mistake is Mistake.CHECK
