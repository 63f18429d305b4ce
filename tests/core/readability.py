"""How hard a text is to read: the Flesch-Kincaid grade, with syllables counted by pyphen's English hyphenation."""

import re

import pyphen

_HYPHENATION = pyphen.Pyphen(lang="en_US")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line without a closing stop is a sentence too."""
    return [part.strip() for part in re.split(r"[.!?…]+(?:\s|$)|\n+", text) if part.strip()]


def words(text: str) -> list[str]:
    """The words of a text; “co-workers” is one word."""
    return re.findall(r"[A-Za-z0-9]+(?:[’'-][A-Za-z0-9]+)*", text)


def grade(text: str) -> float:
    """The United States school grade at which the text is read with ease (Kincaid 1975)."""
    spoken = words(text)
    syllables = sum(len(_HYPHENATION.inserted(word).split("-")) for word in spoken)
    return 0.39 * len(spoken) / len(sentences(text)) + 11.8 * syllables / len(spoken) - 15.59
