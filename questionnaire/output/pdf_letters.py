"""Which letters can be printed: what no font has is marked, and typed text cannot reorder what is around it.

A font that is missing a letter would print an empty box, and nobody would know what stood there.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LEFT_OUT = "[…]"
BREAK = "\u200b"  # a place without width where a line may end
LONGEST = 32  # characters without a place to break
STEP = 8
FACES = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
)  # what both have is printed, whatever else the document's fonts have
# What English and French are written with, and what stands in our own words: there is no need to look into the fonts,
# which takes longer than all the rest. A test does look.
WITHIN_REACH = re.compile("[\n\\x20-\\x7e\xa0-\xac\xae-\u017f‐–—‘’“”„†•…‰′″‹›€−→×÷½¼¾]*")

_START, _END = "\u2068", "\u2069"  # of text whose direction is its own
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # what reorders the text around it
_LONG = re.compile(rf"\S{{{LONGEST + 1},}}")
_NOT_OURS = (range(0x20), range(0x7F, 0xA0), range(0xE000, 0xF900), range(0xFFF0, 0x10000))


def typed(words: str) -> str:
    """Text that somebody typed: each line of it by itself, so that its direction ends with it."""
    kept = _TURNING.sub("", words)
    return "\n".join(f"{_START}{line}{_END}" if _turns(line) else line for line in kept.splitlines())


def plain(words: str) -> str:
    """The same without the marks of typed()."""
    return _TURNING.sub("", words)


class Printer:
    """It makes all words of a document printable, and knows whether it had to leave out any."""

    def __init__(self) -> None:
        self.left_out = False

    def printable(self, words: str) -> str:
        """Words with a mark for what cannot be printed, and with places to break where they are too long."""
        shown = words.replace("\t", " ").replace("\r", "")
        if not WITHIN_REACH.fullmatch(shown):
            shown, marks = _unprintable().subn(LEFT_OUT, shown)
            self.left_out |= marks > 0
        return _LONG.sub(_broken, shown)

    def all(self, part: object) -> object:
        """The same data with all its texts printable; what pictures say aloud needs no letters."""
        if isinstance(part, str):
            return self.printable(part)
        if isinstance(part, dict):
            return {key: value if key in {"alt", "kind", "look"} else self.all(value) for key, value in part.items()}
        return [self.all(one) for one in part] if isinstance(part, (list, tuple)) else part


def _turns(line: str) -> bool:
    """Whether a line holds any letter that is read from right to left; all digits of other scripts count too."""
    return not line.isascii() and any(unicodedata.bidirectional(letter) in {"R", "AL", "AN"} for letter in line)


def _broken(found: re.Match[str]) -> str:
    return "".join(_pieces(found[0]))


def _pieces(word: str) -> Iterator[str]:
    """A word with places to break, none of them between a letter and its accent."""
    since = 0
    for letter in word:
        if since >= STEP and unicodedata.category(letter)[0] not in "MC":
            yield BREAK
            since = 0
        yield letter
        since += 1


@cache
def _unprintable() -> re.Pattern[str]:
    """Finds letters that the fonts lack, each run of them with the marks that join or vary them."""
    ranges = "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in _ranges(sorted(_covered())))
    lacking = rf"[^\n{_START}{_END}{ranges}]"
    return re.compile(rf"{lacking}(?:{lacking}|[\u200c\u200d\ufe00-\ufe0f])*")


def _covered() -> frozenset[int]:
    """The letters of every face, but for controls, those without a meaning of their own, and what turns others."""
    from fontTools.ttLib import TTFont

    folder = fonts()
    faces = []
    for name in FACES:
        with TTFont(folder / name, lazy=True) as font:
            faces.append(frozenset(font.getBestCmap()))
    return frozenset(
        code
        for code in frozenset.intersection(*faces)
        if not any(code in left for left in _NOT_OURS) and not _TURNING.match(chr(code))
    )


def _ranges(codes: list[int]) -> Iterator[tuple[int, int]]:
    first = previous = codes[0]
    for code in codes[1:]:
        if code > previous + 1:
            yield first, previous
            first = code
        previous = code
    yield first, previous


@cache
def fonts() -> Path:
    """The folder of fonts that comes with matplotlib."""
    from matplotlib import get_data_path

    return Path(get_data_path(), "fonts", "ttf")
