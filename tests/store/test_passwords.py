"""Passwords: what is kept of one, what is the same one, and which are refused."""

import unicodedata

import pytest

from questionnaire.store import passwords


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that costs no time."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


def test_what_is_kept_is_argon2id_as_owasp_advises_and_never_twice_the_same() -> None:
    kept = passwords.hashed("harbour lights at dawn")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(kept) <= 200
    assert kept != passwords.hashed("harbour lights at dawn")
    assert passwords.matches(kept, "harbour lights at dawn")
    assert not passwords.matches(kept, "Harbour lights at dawn")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "password",
    [
        "crème brûlée à midi",
        "パスワードはひみつです",
        "🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱",
        "twelve\0twelve",
        "e" * 1000,
        " blanks around ",
    ],
    ids=["accents", "Japanese", "emoji", "NUL", "long", "blanks"],
)
def test_a_password_is_the_same_however_the_keyboard_made_its_accents(password: str) -> None:
    for form in ("NFC", "NFD"):
        kept = passwords.hashed(unicodedata.normalize(form, password))
        for other in ("NFC", "NFD"):
            assert passwords.matches(kept, unicodedata.normalize(other, password))
        assert not passwords.matches(kept, password + "!")
        assert not passwords.matches(kept, password[:-1])


@pytest.mark.usefixtures("quick")
def test_a_thousand_characters_count_to_the_last_in_either_form() -> None:
    kept = passwords.hashed("é" * 1000)
    assert passwords.matches(kept, "e\u0301" * 1000)
    assert not passwords.matches(kept, "e\u0301" * 999 + "e")


@pytest.mark.usefixtures("quick")
def test_nobodys_password_is_looked_at_and_always_wrong() -> None:
    assert not passwords.matches(None, "nobody")
    assert not passwords.matches(None, "")


def test_a_password_without_end_is_not_put_into_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unicode's rules order accents, which takes a million of them an hour, and every other request with them."""
    ordered: list[int] = []

    def alike(password: str) -> str:
        ordered.append(len(password))
        return password

    monkeypatch.setattr(passwords, "_alike", alike)
    assert not passwords.matches(None, "a" + "\u0301\u0327" * 500_000)
    assert len(ordered) == 1
    assert max(ordered) < 10_000


def test_the_list_of_common_passwords_holds_ten_thousand_that_can_be_met() -> None:
    lines = passwords.COMMON.read_text(encoding="utf-8").splitlines()
    assert (len(lines), len(set(lines))) == (10_000, 10_000)
    assert [line for line in lines if not passwords.is_common(line)] == []
    assert [line for line in lines if not passwords.is_common(line.upper())] == []


def test_a_common_password_is_common_in_wide_letters_too() -> None:
    assert passwords.is_common("１ｑ２ｗ３ｅ４ｒ５ｔ６ｙ")
    assert not passwords.is_common("harbour lights at dawn")
