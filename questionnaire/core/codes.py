"""Codes of slips: easy to read aloud and to type, with a letter at the end that tells a typing error."""

from collections.abc import Sequence
from enum import StrEnum

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime number; no 0 and O, no 1, I and L
LENGTH = 12  # and one more, which checks them
GROUP = 4

_VALUE = {letter: value for value, letter in enumerate(LETTERS)}


class Mistake(StrEnum):
    """What a typing error is known by."""

    LENGTH = "length"
    LETTER = "letter"
    CHECK = "check"


class MistypedError(Exception):
    """What was typed can be nobody's code: too short or too long, a letter no code has, or the check does not fit."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def whole(letters: Sequence[str]) -> str:
    """Twelve letters with the one that checks them."""
    return "".join(letters) + LETTERS[-_weighed(letters) * pow(LENGTH + 1, -1, len(LETTERS)) % len(LETTERS)]


def read(typed: str) -> str:
    """The code that somebody typed, in whatever groups and case; raises MistypedError."""
    code = "".join(sign for sign in typed.upper() if not sign.isspace() and sign not in "-–—‐‑.·_")
    if not set(code) <= _VALUE.keys():
        raise MistypedError(Mistake.LETTER)
    if len(code) != LENGTH + 1:
        raise MistypedError(Mistake.LENGTH)
    if _weighed(code) % len(LETTERS):
        raise MistypedError(Mistake.CHECK)
    return code


def grouped(code: str) -> str:
    """A code as it stands on a slip: ABCD-EFGH-JKMN-P."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _weighed(letters: Sequence[str]) -> int:
    """The letters' values, each times its place: no wrong letter and no swap of two leaves the sum as it was."""
    return sum(place * _VALUE[letter] for place, letter in enumerate(letters, start=1))
