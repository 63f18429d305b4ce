"""What a report holds and what it leaves out, its fingerprint, its file, and what is read from one."""

import hashlib
import json
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.benchmark import Quarter
from questionnaire.core.readable import Readable, digests
from questionnaire.core.report import (
    Part,
    Report,
    UnreadableReportError,
    grouped,
    make,
    read,
    schema,
    with_places,
    write,
)
from questionnaire.core.submission import Outcome
from tests.builders import a_scorecard, a_year, an_action, an_instrument
from tests.reports import (
    EVERY_CHOICE,
    INSTRUMENT,
    KNOWN,
    MADE_ON,
    WORDS,
    Chosen,
    a_report,
    actions,
    cards,
    places,
    readable,
    word,
)

PUBLISHED = Path("docs/report-1.schema.json")


def named(chosen: Chosen) -> str:
    return "+".join(sorted(chosen)) or "nothing"


def contents(report: Report) -> dict[str, object]:
    return report.model_dump()


# What it holds


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_a_word_is_in_a_report_if_and_only_if_its_parts_were_chosen(chosen: Chosen) -> None:
    file = write(a_report(chosen)).decode()
    assert {field: word(field) in file for field in WORDS} == {field: may(chosen) for field, may in WORDS.items()}


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_the_profile_is_in_no_report(chosen: Chosen) -> None:
    file = write(a_report(chosen))
    assert b"98765" not in file
    assert b"profile" not in file
    assert type(a_report(chosen).outcome) is Outcome


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_without_the_answers_only_those_at_level_4_are_in_a_report(chosen: Chosen) -> None:
    found = a_report(chosen).outcome.answers
    assert set(found) == (set(INSTRUMENT.items) if Part.ANSWERS in chosen else {"a.1"})
    assert not any(answer.come_back for answer in found.values())


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_without_the_advice_only_what_leads_is_in_a_report(chosen: Chosen) -> None:
    given = cards()[1].submission.advice
    leading = tuple(one for one in given if one.leads)
    assert 0 < len(leading) < len(given)
    assert a_report(chosen).outcome.advice == (given if Part.ADVICE in chosen else leading)


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_without_earlier_years_neither_their_scores_nor_any_movement_is_in_a_report(chosen: Chosen) -> None:
    report = a_report(chosen)
    with_years = Part.EARLIER in chosen
    assert [one.year for one in report.earlier] == ([2025] if with_years else [])
    assert [(pair.earlier_year, pair.later_year) for pair in report.compared] == (
        [(2025, 2026)] if with_years else []
    )
    assert any(one.movement for one in report.plan) is (with_years and Part.PLAN in chosen)
    assert all(not one.answers and not one.advice for one in report.earlier)


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_what_a_single_question_did_is_in_a_report_only_beside_the_answers(chosen: Chosen) -> None:
    moved = [one.movement for one in a_report(chosen).plan if one.movement]
    for movement in moved:
        assert (movement.up, movement.same, movement.down, movement.not_comparable) == (1, 1, 1, 2)
        assert bool(movement.levels) is (Part.ANSWERS in chosen)


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_the_scores_are_in_every_report_as_they_were_frozen(chosen: Chosen) -> None:
    submission = cards()[1].submission
    assert a_report(chosen).outcome.scores == submission.scores


def test_a_report_says_which_parts_were_chosen_in_their_own_order() -> None:
    report = a_report([Part.PLAN, Part.ANSWERS, Part.PLAN])
    assert report.parts == (Part.ANSWERS, Part.PLAN)
    assert (readable([Part.PLAN]).holds(Part.PLAN), readable([Part.PLAN]).holds(Part.NOTES)) == (True, False)


def test_a_report_says_what_kind_of_answers_it_rests_on() -> None:
    report = make(cards()[1], (), on=MADE_ON, earlier=(), actions=(), is_case=True, imported_on=date(2026, 1, 2))
    assert (report.made_on, report.is_case, report.imported_on) == (MADE_ON, True, date(2026, 1, 2))


def test_figures_of_too_few_shared_questions_are_not_in_a_report() -> None:
    instrument = an_instrument(domains=3)
    then, now = a_year(2025, instrument, a="33---", b="22222"), a_year(2026, instrument, a="44444", b="33333")
    (pair,) = make(now, [Part.EARLIER], on=MADE_ON, earlier=(then,), actions=()).compared
    figures = [(one.domain_id, one.shared, one.earlier_levels, one.later_levels) for one in pair.domains]
    assert figures == [("a", 2, 0, 0), ("b", 5, 10, 15), ("c", 0, 0, 0)]


def test_a_report_needs_the_instrument_of_each_of_its_years_once() -> None:
    assert digests(a_report()) == (INSTRUMENT.digest,)
    other = an_instrument(domains=5)
    report = make(cards()[1], [Part.EARLIER], on=MADE_ON, earlier=(a_year(2024, other), cards()[0]), actions=())
    assert digests(report) == (INSTRUMENT.digest, other.digest)


# Its fingerprint


def test_the_fingerprint_is_that_of_the_content() -> None:
    assert a_report().fingerprint == a_report().fingerprint
    assert a_report().fingerprint == hashlib.sha256(a_report().record().encode()).hexdigest()[:32]
    assert grouped(a_report().fingerprint).replace(" ", "") == a_report().fingerprint
    assert grouped("0123456789abcdef") == "0123 4567 89ab cdef"


def test_whatever_is_chosen_has_another_fingerprint() -> None:
    assert len({a_report(chosen).fingerprint for chosen in EVERY_CHOICE}) == len(EVERY_CHOICE)


def leaves(part: Any, path: tuple[str | int, ...] = ()) -> Any:
    """The path of everything in plain data that holds nothing else."""
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    inner = [leaf for key, value in steps for leaf in leaves(value, (*path, key))]
    return inner or [path]


@given(st.data())
def test_any_change_of_a_file_has_another_fingerprint_or_is_no_report(data: st.DataObject) -> None:
    content = json.loads(write(a_report()))
    content.pop("fingerprint")
    *parents, key = data.draw(st.sampled_from(leaves(content)))
    part = content
    for step in parents:
        part = part[step]
    other: object = data.draw(st.sampled_from(["x", 7, 1.5, None, True, "2026-11-03", "3", [], {}]))
    is_same = type(part[key]) is type(other) and part[key] == other
    part[key] = other
    try:
        file = read(json.dumps({"fingerprint": a_report().fingerprint, **content}).encode())
    except UnreadableReportError:
        return
    assert (file.report.fingerprint == file.fingerprint) is is_same


# Its file


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_what_is_written_is_read(chosen: Chosen) -> None:
    report = a_report(chosen)
    file = read(write(report))
    assert contents(file.report) == contents(report)
    assert file.report.fingerprint == file.fingerprint == report.fingerprint
    assert write(file.report) == write(report) == write(a_report(chosen))


def test_what_is_kept_is_recalled_as_it_was_written() -> None:
    spelled = json.dumps(json.loads(a_report().record()), indent=1)
    recalled = Report.recall(spelled)
    assert contents(recalled) == contents(a_report())
    assert recalled.record() == spelled
    assert recalled.fingerprint == hashlib.sha256(spelled.encode()).hexdigest()[:32]


def test_a_file_that_was_changed_is_read_but_has_not_the_fingerprint_that_it_says() -> None:
    file = read(write(a_report()).replace(b'"revision": 1', b'"revision": 2', 1))
    assert file.fingerprint == a_report().fingerprint
    assert file.report.fingerprint != file.fingerprint


def spoiled(**changes: object) -> bytes:
    return json.dumps({**json.loads(write(a_report())), **changes}).encode()


def without(key: str) -> bytes:
    return json.dumps({name: value for name, value in json.loads(write(a_report())).items() if name != key}).encode()


DAMAGED = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "cut short": write(a_report())[:-3],
    "not UTF-8": write(a_report()).replace("«".encode(), b"\xff", 1),
    "a key twice": write(a_report()).replace(b'"version": 1', b'"version": 1, "version": 1', 1),
    "a key twice inside": write(a_report()).replace(b'"revision": 1,', b'"revision": 1, "revision": 1,', 1),
    "nested too deeply": b"[" * 10_000 + b"]" * 10_000,
    "nested too deeply inside": b'{"outcome":' * 10_000 + b"1" + b"}" * 10_000,
    "a number without end": spoiled(version=float("inf")),
    "a huge number": b'{"version": ' + b"9" * 5_000 + b"}",
    "half a character": write(a_report()).replace("«".encode(), b"\\ud800", 1),
    "another key": spoiled(more=1),
    "the text that only a site keeps": spoiled(stored="{}"),
    "nothing of the text that only a site keeps": spoiled(stored=None),
    "a key too few": without("plan"),
    "no fingerprint": without("fingerprint"),
    "a short fingerprint": spoiled(fingerprint="0" * 31),
    "a long fingerprint": spoiled(fingerprint="0" * 33),
    "a fingerprint of two lines": spoiled(fingerprint="0" * 32 + "\n"),
    "another format": spoiled(format="alongside-archive"),
    "another version": spoiled(version=2),
    "a profile": spoiled(outcome={**json.loads(write(a_report()))["outcome"], "profile": {}}),
    "no such part": spoiled(parts=["profile"]),
    "no such day": spoiled(made_on="2026-02-30"),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_file_that_is_no_report_is_refused(what: str) -> None:
    with pytest.raises(UnreadableReportError):
        read(DAMAGED[what])


# Its schema


def test_the_published_schema_is_the_one_that_files_have() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema()
    assert PUBLISHED.read_text(encoding="utf-8") == json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_every_file_fits_the_schema(chosen: Chosen) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(json.loads(write(a_report(chosen, imported_on=MADE_ON, is_case=True))))


@pytest.mark.parametrize("what", ["another key", "a key too few", "another version", "a profile", "no such part"])
def test_what_is_refused_does_not_fit_the_schema(what: str) -> None:
    assert not jsonschema.Draft202012Validator(schema()).is_valid(json.loads(DAMAGED[what]))


def test_the_schema_knows_of_nothing_that_only_a_site_keeps() -> None:
    assert "stored" not in json.dumps(schema())


# What is read from it


def test_a_report_without_earlier_years_has_no_comparison() -> None:
    alone = readable([Part.PLAN])
    assert (alone.years, alone.comparison) == (None, None)


def test_earlier_years_may_be_chosen_before_there_are_any() -> None:
    report = make(cards()[1], Part, on=MADE_ON, earlier=(), actions=actions())
    assert (report.earlier, report.compared) == ((), ())
    assert Readable(report, KNOWN).years is None
    assert not any(one.movement for one in report.plan)


def test_a_question_has_its_newest_words_or_none() -> None:
    found = readable().question("a.1")
    assert found
    assert found.en == "How is a.1?"
    assert readable().question("gone") is None
    only_then = an_instrument(domains=5)
    report = make(a_scorecard(a=50, b=50, c=50), Part, on=MADE_ON, earlier=(), actions=())
    own = an_instrument(domains=3)
    both = Readable(report, {own.digest: own, only_then.digest: only_then})
    assert both.question("e.1") == only_then.items["e.1"].question


def test_a_report_does_not_change_what_it_is_made_of() -> None:
    then, now = cards()
    records = [then.submission.model_dump_json(), now.submission.model_dump_json()]
    planned = [an_action(notes="Somebody said so.")]
    make(now, (), on=MADE_ON, earlier=(then,), actions=planned)
    assert [then.submission.model_dump_json(), now.submission.model_dump_json()] == records
    assert planned == [an_action(notes="Somebody said so.")]
    assert now.submission.answers["a.2"] == Answer(Choice.LEVEL_1, note=word("note below level 4"))


def test_places_stand_in_a_report_up_to_its_year_and_only_where_there_are_any() -> None:
    of = readable({Part.PLACE})
    (stood,) = of.report.places
    assert [one.year for one in stood.years] == [2025, 2026]
    first, *_, last = of.stood(stood)
    assert first[1] == (Quarter.HIGHEST, Quarter.HIGHEST)
    assert last[1] == (None, None), "of the last domain there is no place"
    later = places("Coast group").model_copy(update={"years": places("Coast group").years[2:]})
    assert with_places(a_report(()), [later]).places == ()
    assert readable(()).report.places == ()
