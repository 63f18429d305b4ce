"""Passwords: kept as Argon2id hashes, and refused where they are among the most used."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from questionnaire.config import ROOT

if TYPE_CHECKING:
    from argon2 import PasswordHasher

COMMON = ROOT / "data" / "passwords" / "common.txt"
SHORTEST, LONGEST = 12, 1000
_LONGEST_TYPED = 4 * LONGEST  # one form may be longer than another; a million accents take Unicode's rules an hour


def hashed(password: str) -> str:
    """What is kept of a password. It takes a while: not to be done while a transaction is open."""
    return _hasher().hash(_alike(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one whose hash was kept; without one it takes as long, and is wrong."""
    from argon2.exceptions import VerificationError

    password = password if len(password) <= _LONGEST_TYPED else ""
    try:
        _hasher().verify(kept or _of_nobody(), _alike(password))
    except VerificationError:
        return False
    return kept is not None


def is_common(password: str) -> bool:
    """Whether it is among the 10,000 most used."""
    return _alike(password).lower() in _common()


def _alike(password: str) -> str:
    """One form for what looks the same, however the keyboard made it."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # as OWASP advises: 19 MiB, twice


@cache
def _of_nobody() -> str:
    return _hasher().hash("nobody")


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").splitlines())
