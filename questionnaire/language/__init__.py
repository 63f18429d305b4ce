"""Phrase and Text become words: one Language a tongue, its catalogue read once."""

from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from questionnaire.core.instrument import Text
from questionnaire.core.phrase import Param, Phrase
from questionnaire.language.phrases import COUNTED, PLAIN

CATALOGUES = Path(__file__).parent / "catalogues"
SOURCE = "en"


class Language:
    """One tongue: it says phrases, picks texts, and writes dates and lists as its readers do."""

    def __init__(self, code: str, translations: NullTranslations) -> None:
        self.code = code
        self.locale = Locale.parse("en_CA" if code == SOURCE else f"{code}_CA")
        self.gettext = translations.gettext
        self.ngettext = translations.ngettext

    @property
    def name(self) -> str:
        """What the tongue calls itself."""
        return (self.locale.get_language_name(self.code) or self.code).capitalize()

    def text(self, text: Text) -> str:
        """The instrument's words in this tongue, or in English where they are not translated yet."""
        return getattr(text, self.code, None) or text.en

    def say(self, phrase: Phrase) -> str:
        """The sentence of a phrase; its parameters are put in as they are, so whoever shows it escapes it."""
        params = {name: self._param(value) for name, value in phrase.params.items()}
        if phrase.id in PLAIN:
            return self.gettext(PLAIN[phrase.id]).format_map(params)
        one, many, counted = COUNTED[phrase.id]
        count = phrase.params[counted]
        return self.ngettext(one, many, count if isinstance(count, int) else 0).format_map(params)

    def date(self, day: date) -> str:
        """A date in words: 14 October 2026."""
        return format_date(day, "long", locale=self.locale)

    def _param(self, value: Param) -> str | int:
        if isinstance(value, Text):
            return self.text(value)
        if isinstance(value, tuple):
            return format_list([self.text(part) for part in value], locale=self.locale)
        return value


@cache
def languages() -> dict[str, Language]:
    """Every tongue with a catalogue, English first."""
    found = {SOURCE: Language(SOURCE, NullTranslations())}
    for path in sorted(CATALOGUES.glob("*.po")):
        found[path.stem] = Language(path.stem, _read(path))
    return found


def _read(path: Path) -> NullTranslations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
