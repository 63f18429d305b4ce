"""Text that can be kept: what a database, an XML file and a page can all hold."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

LOST = "\ufffd"  # what stands for a character that was lost on the way

# Control characters but for ends of lines and tabs, separators, halves of characters, and what is no character.
_UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd-\uffff]")


def showable(text: str) -> str:
    """Text with a visible mark for every character that cannot be stored, printed or shown."""
    return _UNKEEPABLE.sub(LOST, text)


def is_keepable(text: str) -> bool:
    """Whether every character of a text can be kept."""
    return _UNKEEPABLE.search(text) is None


def says_something(text: str) -> bool:
    """Whether a text holds a letter, a number or a sign, and not only blanks and what cannot be seen."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


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
