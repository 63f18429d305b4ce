"""Text that can be kept: what a database, an XML file and a page can all hold."""

import unicodedata
from collections.abc import Iterator, Mapping

LOST = "\ufffd"  # what stands for a character that was lost on the way
_NEVER_KEPT = {LOST, "\ufffe", "\uffff"}


def showable(text: str) -> str:
    """Text with a visible mark for every character that cannot be stored, printed or shown."""
    return "".join(LOST if _is_unkeepable(character) else character for character in text)


def is_keepable(text: str) -> bool:
    """Whether every character of a text can be kept."""
    return not any(_is_unkeepable(character) for character in text)


def says_something(text: str) -> bool:
    """Whether a text holds a letter, a number or a sign, and not only blanks and what cannot be seen."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _is_unkeepable(character: str) -> bool:
    """Control characters and halves of characters; they would break a database, an XML file or a page."""
    return character in _NEVER_KEPT or (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} and character not in "\n\t"
    )


def texts(part: object) -> Iterator[str]:
    """Every text in plain data, and every key."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from (key, *texts(value))
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)
