"""Phrases become sentences, in English and in a tongue with a catalogue; what users wrote is put in as it is."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from questionnaire import core, language
from questionnaire.core.archive import Reason
from questionnaire.core.comparison import compare
from questionnaire.core.events import Event
from questionnaire.core.instrument import Text
from questionnaire.core.phrase import Phrase
from questionnaire.core.years import years_of
from questionnaire.language import Language, languages
from questionnaire.language.phrases import COUNTED, PLAIN
from tests.builders import (
    a_later_instrument,
    a_scorecard,
    a_year,
    an_instrument,
)
from tests.language.said import said_by_the_core

ENGLISH = languages()["en"]
HEADER = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"
"""
OPEN_ONE, OPEN_MANY, _ = COUNTED["remark.unanswered"]
A_CATALOGUE = f"""{HEADER}
msgid "{PLAIN["headline.apart"]}"
msgstr "{{organization}} : le plus fort, {{highest}}; le plus à faire, {{lowest}}"

msgid "{OPEN_ONE}"
msgid_plural "{OPEN_MANY}"
msgstr[0] "{{count}} question sur {{asked}} est restée ouverte."
msgstr[1] "{{count}} questions sur {{asked}} sont restées ouvertes."

#, fuzzy
msgid "{PLAIN["headline.nothing-scored"]}"
msgstr "Une vieille phrase"
"""


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of catalogues in place of the real one."""
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    languages.cache_clear()
    yield tmp_path
    languages.cache_clear()


@pytest.fixture
def french(catalogues: Path) -> Language:
    (catalogues / "fr.po").write_text(A_CATALOGUE, encoding="utf-8")
    return languages()["fr"]


def test_every_phrase_of_the_core_has_words_and_no_words_lack_a_phrase() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(core.__path__[0]).rglob("*.py"))
    named = set(re.findall(r'\bPhrase\(\s*"([^"]+)"', source))
    of_lists = {f"event.{event}" for event in Event} | {f"archive.{reason}" for reason in Reason}
    assert named | of_lists == PLAIN.keys() | COUNTED.keys()
    others = len(re.findall(r"\bPhrase\(", source)) - len(re.findall(r'\bPhrase\(\s*"', source))
    assert others == 2  # those of the events, and of the reasons why an archive is refused
    assert PLAIN.keys() & COUNTED.keys() == set()


def test_every_phrase_is_said_with_all_that_it_is_about() -> None:
    said = {phrase.id: ENGLISH.say(phrase) for phrase in said_by_the_core()}
    assert said.keys() == PLAIN.keys() | COUNTED.keys()
    assert [sentence for sentence in said.values() if not sentence or "{" in sentence or "None" in sentence] == []


@pytest.mark.parametrize("phrase_id", COUNTED)
def test_a_counted_phrase_counts_one_of_its_parameters(phrase_id: str) -> None:
    one, many, counted = COUNTED[phrase_id]
    assert f"{{{counted}}}" in one
    assert f"{{{counted}}}" in many


def test_a_headline_is_a_sentence() -> None:
    phrase = a_scorecard(a=80, b=20, c=80, d=80).headline
    assert ENGLISH.say(phrase) == (
        "Harbour Street is strongest on Domain a, Domain c and Domain d, with furthest to go on Domain b"
    )


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "0 of 9 questions were left open."),
        (1, "1 of 9 questions was left open."),
        (2, "2 of 9 questions were left open."),
    ],
)
def test_a_count_decides_between_singular_and_plural(count: int, sentence: str) -> None:
    assert ENGLISH.say(Phrase("remark.unanswered", {"count": count, "asked": 9})) == sentence


@pytest.mark.parametrize(
    ("names", "words"), [(("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c"), ((), "")]
)
def test_several_texts_become_a_list_in_words(names: tuple[str, ...], words: str) -> None:
    phrase = Phrase("remark.not-scored", {"domains": tuple(Text(en=name) for name in names)})
    assert ENGLISH.say(phrase) == f"Not scored: {words}."


def test_change_is_told_in_plain_sentences() -> None:
    first, second = an_instrument(), a_later_instrument()
    start = a_year(2022, first, a="22222", b="22222", c="2222?", d="22222")
    later = a_year(2026, second, a="42442", b="22222", c="11111", e="2222")
    comparison = compare(start, later)
    assert ENGLISH.say(comparison.headline) == (
        "Harbour Street is clearly up since 2022 on Domain a, and clearly down on Domain c"
    )
    assert "\n".join(ENGLISH.say(remark) for remark in comparison.remarks) == (
        "9 questions are shared with 2022: the same words, and a level in both years.\n"
        "9 questions are new or were dropped.\n"
        "5 questions were reworded or moved to another domain.\n"
        "1 question has no level in at least one of the two years: it was left open, not asked, "
        "or answered “We don’t know” or “Doesn’t apply here”.\n"
        "Not comparable with 2022, for fewer than three questions are shared: Domain b, Domain e and Domain d."
    )
    assert [(ENGLISH.say(change.figure), ENGLISH.say(change.in_words)) for change in comparison.domains[:3]] == [
        ("+50", "Domain a: clearly up by 50 points since 2022, over 3 shared questions"),
        ("Not comparable", "Domain b: not comparable with 2022 (2 shared questions, and three are needed)"),
        ("−25", "Domain c: clearly down by 25 points since 2022, over 4 shared questions"),
    ]
    assert [" ".join(map(ENGLISH.say, line.sentences)) for line in years_of((start, later)).lines[:2]] == [
        "Domain a: 50 in 2022, 80 in 2026. Clearly up over shared questions: 2022–2026 (+50).",
        "Domain b: 50 in 2022, 50 in 2026. Not comparable, for fewer than three questions are shared: 2022–2026.",
    ]


@pytest.mark.parametrize(
    "name", ["{domain}", "{0} {", "}}", "100 %", "%s %(name)s", "<b>&amp;</b>", "{organization.__class__}", "\\"]
)
def test_what_a_user_wrote_is_put_in_as_it_is(name: str) -> None:
    phrase = Phrase("headline.all-strong", {"organization": name})
    assert ENGLISH.say(phrase) == f"{name} is strong in every domain that was scored"
    counted = Phrase("domain.not-scored", {"domain": Text(en=name.strip()), "missing": 2})
    assert ENGLISH.say(counted) == f"{name}: not enough answers (2 more needed)"


def test_a_phrase_without_words_is_a_bug() -> None:
    with pytest.raises(KeyError, match="no-such-phrase"):
        ENGLISH.say(Phrase("no-such-phrase"))


def test_english_is_there_without_a_catalogue(catalogues: Path) -> None:
    (catalogues / "messages.pot").write_text(HEADER)
    assert list(languages()) == ["en"]
    assert languages()["en"].name == "English"


def test_a_catalogue_is_a_language(french: Language) -> None:
    assert list(languages()) == ["en", "fr"]
    assert (french.code, french.name) == ("fr", "Français")


def test_a_phrase_is_said_in_the_language_of_the_catalogue(french: Language) -> None:
    domains = {"highest": (Text(en="Pay", fr="Paye"), Text(en="Role")), "lowest": (Text(en="Training"),)}
    said = french.say(Phrase("headline.apart", {"organization": "{Rue} 100 %", **domains}))
    assert said == "{Rue} 100 % : le plus fort, Paye et Role; le plus à faire, Training"


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "0 question sur 9 est restée ouverte."),
        (1, "1 question sur 9 est restée ouverte."),
        (2, "2 questions sur 9 sont restées ouvertes."),
    ],
)
def test_a_language_has_its_own_plural(french: Language, count: int, sentence: str) -> None:
    assert french.say(Phrase("remark.unanswered", {"count": count, "asked": 9})) == sentence


def test_a_phrase_that_is_not_translated_or_only_guessed_is_said_in_english(french: Language) -> None:
    for phrase in (Phrase("headline.nothing-scored"), Phrase("figure.missing", {"missing": 1})):
        assert french.say(phrase) == languages()["en"].say(phrase)


def test_a_text_is_english_where_it_is_not_translated(french: Language) -> None:
    assert french.text(Text(en="Pay", fr="Paye")) == "Paye"
    assert french.text(Text(en="Pay")) == "Pay"
    assert ENGLISH.text(Text(en="Pay", fr="Paye")) == "Pay"


def test_a_date_is_written_as_its_readers_do(french: Language) -> None:
    assert ENGLISH.date(date(2026, 10, 14)) == "October 14, 2026"
    assert french.date(date(2026, 10, 14)) == "14 octobre 2026"


def test_a_faulty_catalogue_is_refused(catalogues: Path) -> None:
    (catalogues / "fr.po").write_text('msgid "no end')
    with pytest.raises(PoFileError):
        languages()
