"""What an archive holds, and all that keeps one from being loaded. The files' digests are right here."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.archive import (
    EVENTS,
    LARGEST_INSTRUMENT,
    MANIFEST,
    MOST_FAULTS,
    MOST_MARKS,
    MOST_YEARS,
    ORGANIZATION,
    PLAN,
    Archive,
    Reason,
    RefusedArchiveError,
    read,
    recognize,
    write,
)
from questionnaire.core.fitting import LONGEST_NAME, LONGEST_WORDS, MOST_DOMAINS, MOST_ITEMS
from questionnaire.core.instrument import Tree, parse
from questionnaire.core.phrase import Phrase
from questionnaire.core.plan import arranged, planned
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.years import years_of
from tests.archives import (
    INSTRUMENT,
    a_revision,
    an_archive,
    refusal,
    sealed,
    with_file,
    with_value,
    without_years,
)
from tests.builders import a_tree, a_version, changed, text

RECORD, ANSWERS = "submissions/2025-1.json", "answers/2025-1.json"
QUESTIONS = f"instruments/{INSTRUMENT.digest}.json"
UNKNOWN = "0" * 64
DEEP = b'{"profile":' + b"[" * 50_000
MANY_FAULTS = b'{"profile":1,"answers":{' + b",".join(b'"%d":1' % number for number in range(MOST_FAULTS)) + b"}}"


def answered_on(tree: Tree) -> dict[str, bytes]:
    """An archive whose only year was answered on this instrument."""
    instrument = parse(tree)
    revision = a_revision(2025, 1, instrument=instrument)
    return write(replace(an_archive(), instruments=(instrument,), revisions=(revision,)))


def without(name: str) -> dict[str, bytes]:
    return {kept: content for kept, content in write(an_archive()).items() if kept != name}


@pytest.mark.parametrize("archive", [an_archive(), without_years()], ids=["years", "without years"])
def test_what_is_written_is_read(archive: Archive) -> None:
    assert read(write(archive)) == archive


def test_records_are_written_as_they_were_stored() -> None:
    revision = a_revision(2025, 1)
    assert revision.submission
    spelled = json.dumps(json.loads(revision.submission.record()), indent=1)
    kept = replace(revision, submission=revision.submission.model_copy(update={"stored": spelled}))
    files = write(replace(an_archive(), revisions=(kept,)))
    assert files[RECORD] == spelled.encode()
    (found,) = read(files).revisions
    assert found.submission
    assert found.submission.record() == spelled


def test_the_manifest_comes_first_and_names_every_other_file() -> None:
    first, *others = write(an_archive())
    assert first == MANIFEST
    manifest = json.loads(write(an_archive())[MANIFEST])
    assert list(manifest["files"]) == others
    assert (manifest["format"], manifest["version"], manifest["made_on"]) == ("alongside-archive", 2, "2026-11-02")


def test_what_was_answered_but_not_asked_in_the_end_is_kept() -> None:
    found = read(write(an_archive())).revisions[0]
    assert found.submission
    assert "a.1" in found.answers
    assert "a.1" not in found.submission.answers


@pytest.mark.parametrize(
    "manifest", [b"", b"{}", b"[]", b"\xff", b"[" * 50_000, b'{"format": "alongside-archive"}', b'{"version": 1}']
)
def test_a_manifest_that_is_not_of_ours_is_not_recognized(manifest: bytes) -> None:
    with pytest.raises(RefusedArchiveError) as refused:
        recognize(manifest)
    assert refused.value.reason is Reason.NOT_OURS


def test_a_newer_archive_is_recognized_by_as_much_as_every_version_has() -> None:
    with pytest.raises(RefusedArchiveError) as refused:
        recognize(b'{"format": "alongside-archive", "version": 3, "what": "nobody knows yet"}')
    assert refused.value.in_words == Phrase("archive.newer", {"version": 3, "known": 2})


def test_our_own_manifest_is_recognized() -> None:
    recognize(write(an_archive())[MANIFEST])


def test_a_file_that_is_not_there_is_missed() -> None:
    assert refusal(without(RECORD)) == (Reason.MISSING, RECORD, None)


def test_a_file_that_is_not_listed_is_a_stranger() -> None:
    assert refusal({**write(an_archive()), "a.exe": b""}) == (Reason.STRANGER, "a.exe", None)


def test_a_file_that_was_changed_is_noticed() -> None:
    changed_note = write(an_archive())[ANSWERS].replace(b"Ask", b"Say")
    assert refusal({**write(an_archive()), ANSWERS: changed_note}) == (Reason.ALTERED, ANSWERS, None)


@pytest.mark.parametrize("name", ["answers/2025-3.json", "../../etc/passwd", "/x", f"instruments/{UNKNOWN}.json"])
def test_a_file_that_no_revision_has_is_a_stranger(name: str) -> None:
    assert refusal(with_file(name, b"{}")) == (Reason.STRANGER, name, None)


@pytest.mark.parametrize("name", [RECORD, ANSWERS, QUESTIONS, PLAN, EVENTS])
def test_a_file_that_nobody_lists_any_more_is_missed(name: str) -> None:
    assert refusal(sealed(without(name))) == (Reason.MISSING, name, None)


def test_what_an_archive_calls_something_is_made_fit_to_be_shown() -> None:
    _reason, name, _where = refusal(with_file("\x1b" + "x" * 1000, b""))
    assert name == "�" + "x" * 89


# What is wrong: in which file, where, what stands there; and the place that is named, if it is not that one.
Row = tuple[str, str, object] | tuple[str, str, object, str]
UNREADABLE: dict[str, Row] = {
    "half a character": (RECORD, "organization", "\ud83c", "JSON"),
    "a large number": (QUESTIONS, "version", 10**4_000),
    "a large revision": (QUESTIONS, "domains/0/items/0/revision", 10**9),
    "not a number": (RECORD, "year", float("nan")),
    "a year too early": (ORGANIZATION, "revisions/0/year", 1999),
    "a year too late": (ORGANIZATION, "revisions/0/year", 2101),
    "a number too small": (ORGANIZATION, "revisions/0/number", 0),
    "a number too large": (ORGANIZATION, "revisions/0/number", 10**9),
    "no such day": (ORGANIZATION, "started_on", "2026-02-30"),
    "a path for a digest": (ORGANIZATION, "revisions/0/instrument", "../x"),
    "a part too many": (ORGANIZATION, "is_case", True),
    "a part too few": (ORGANIZATION, "name", ...),
    "no such choice": (ANSWERS, "answers/a.3/choice", "5"),
    "no peer workers": (ANSWERS, "profile/peer_workers", 0),
    "a question without levels": (QUESTIONS, "domains/0/items/0/levels", []),
    "an advice for no question": (
        QUESTIONS,
        "domains/0/items/0/advice/0/moves",
        ["z"],
        "domains.0.items.0.advice.0.moves.0",
    ),
    "events that are none": (EVENTS, "0/happened_on", "yesterday"),
}

UNREADABLE_FILES = {
    "no JSON": (with_file(ANSWERS, b"{"), ANSWERS, "JSON"),
    "not UTF-8": (with_file(RECORD, b'{"organization": "\xff"}'), RECORD, "JSON"),
    "half a character, escaped": (with_file(RECORD, b'{"organization": "\\ud83c"}'), RECORD, "JSON"),
    "nested too deeply": (with_file(ANSWERS, DEEP), ANSWERS, "JSON"),
    "questions nested too deeply": (with_file(QUESTIONS, DEEP), QUESTIONS, "JSON"),
    "a huge number": (with_file(QUESTIONS, b'{"version": ' + b"9" * 5_000 + b"}"), QUESTIONS, "JSON"),
    "very many faults": (with_file(ANSWERS, MANY_FAULTS), ANSWERS, "…"),
    "questions that are none": (with_file(QUESTIONS, b"[]"), QUESTIONS, "JSON"),
    "a manifest with more": (sealed(write(an_archive()), more=1), MANIFEST, "more"),
    "a manifest of another version": (sealed(write(an_archive()), version=3), MANIFEST, "version"),
}

UNFIT: dict[str, Row] = {
    "no name": (ORGANIZATION, "name", " "),
    "a name too long": (ORGANIZATION, "name", "x" * 201),
    "a name of two lines": (ORGANIZATION, "name", "Harbour\nStreet"),
    "a name with a tab": (ORGANIZATION, "name", "Harbour\tStreet"),
    "a name with NUL": (ORGANIZATION, "name", "Harbour\0Street"),
    "two drafts": (ORGANIZATION, "revisions/2/is_draft", True, "revisions.2026"),
    "a draft that is not the last": (ORGANIZATION, "revisions/0/is_draft", True, "revisions.2025"),
    "a revision twice": (ORGANIZATION, "revisions/1/number", 1, "revisions"),
    "revisions in disorder": (ORGANIZATION, "revisions/0/number", 3, "revisions"),
    "an unknown kind": (ANSWERS, "profile/kind", "church"),
    "an unknown size": (ANSWERS, "profile/size", "huge"),
    "an unknown gate": (ANSWERS, "profile/gates/play", "yes", "profile.gates"),
    "a gate too few": (ANSWERS, "profile/gates/work", ..., "profile.gates"),
    "more peer workers than people": (ANSWERS, "profile/peer_workers", 10**30),
    "an unknown question": (ANSWERS, "answers/z.1", {"choice": "1"}),
    "a long note": (ANSWERS, "answers/a.3/note", "x" * 10_001),
    "a note with NUL": (ANSWERS, "answers/a.3/note", "x\0"),
    "a long reason": (ANSWERS, "answers/a.3/reason", "x" * 501),
    "a reason with a bell": (ANSWERS, "answers/a.3/reason", "x\a"),
    "a record of another year": (RECORD, "year", 2024),
    "a record of another revision": (RECORD, "revision", 2, "year"),
    "a record of another instrument": (RECORD, "instrument_digest", UNKNOWN),
    "a record of another version": (RECORD, "instrument_version", 2),
    "a record of other questions": (RECORD, "instrument_id", "large"),
    "a record of nobody": (RECORD, "organization", ""),
    "a record of another profile": (RECORD, "profile/peer_workers", 7, "profile"),
    "a record of other answers": (RECORD, "answers/a.3/choice", "4", "answers"),
    "a record with an answer too few": (RECORD, "answers/a.3", ..., "answers"),
    "a record with an answer too many": (RECORD, "answers/a.1", {}, "answers"),
    "a domain too few": (RECORD, "scores/domains/0", ..., "scores.domains"),
    "an unknown domain": (RECORD, "scores/domains/0/domain_id", "z", "scores.domains"),
    "a domain twice": (RECORD, "scores/domains/0/domain_id", "b", "scores.domains"),
    "too many points": (RECORD, "scores/domains/0/points", 100.1, "scores.domains.a"),
    "endless points": (RECORD, "scores/domains/0/points", float("inf"), "scores.domains.a"),
    "points that are no number": (RECORD, "scores/domains/0/points", float("nan"), "scores.domains.a"),
    "a huge count": (RECORD, "scores/domains/1/unanswered", 10**30, "scores.domains.b"),
    "a count below nothing": (RECORD, "scores/domains/2/dont_know", -1, "scores.domains.c"),
    "too little overall": (RECORD, "scores/overall", -1),
    "an advice twice": (RECORD, "advice/1/advice_id", "a.3.advice", "advice"),
    "an unknown advice": (RECORD, "advice/0/advice_id", "z", "advice.0"),
    "an advice of another question": (RECORD, "advice/0/item_id", "c.1", "advice.0"),
    "an advice for no question that was asked": (RECORD, "advice/0/item_id", "a.1", "advice.0"),
    "an advice for another answer": (RECORD, "advice/0/choice", "3", "advice.0"),
    "an advice at the highest level": (RECORD, "advice/0/choice", "4", "advice.0"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_does_not_hold_what_it_should_is_refused(what: str) -> None:
    name, path, value, *other = UNREADABLE[what]
    where = other[0] if other else path.replace("/", ".")
    assert refusal(with_value(name, path, value)) == (Reason.UNREADABLE, name, where)


@pytest.mark.parametrize("what", UNREADABLE_FILES)
def test_a_file_that_is_something_else_is_refused(what: str) -> None:
    files, name, where = UNREADABLE_FILES[what]
    assert refusal(files) == (Reason.UNREADABLE, name, where)


@pytest.mark.parametrize("what", UNFIT)
def test_a_file_that_does_not_fit_the_rest_is_refused(what: str) -> None:
    name, path, value, *other = UNFIT[what]
    where = other[0] if other else path.replace("/", ".")
    assert refusal(with_value(name, path, value)) == (Reason.UNFIT, name, where)


@pytest.mark.parametrize(("years", "fits"), [(MOST_YEARS, True), (MOST_YEARS + 1, False)])
def test_more_years_than_a_chart_can_show_are_refused(years: int, fits: bool) -> None:
    revisions = tuple(a_revision(year, 1) for year in range(2000, 2000 + years))
    files = write(replace(an_archive(), revisions=revisions))
    if fits:
        assert read(files).revisions == revisions
    else:
        assert refusal(files) == (Reason.UNFIT, ORGANIZATION, "revisions")


@pytest.mark.parametrize(
    ("name", "content"), [(ANSWERS, b"[" + b"{}," * MOST_MARKS), (QUESTIONS, b" " * (LARGEST_INSTRUMENT + 1))]
)
def test_a_file_of_too_many_parts_is_refused(name: str, content: bytes) -> None:
    assert refusal(with_file(name, content)) == (Reason.UNFIT, name, "…")


def test_questions_are_the_ones_that_their_name_stands_for() -> None:
    assert refusal(with_value(QUESTIONS, "title/en", "Other words")) == (Reason.ALTERED, QUESTIONS, None)


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        (a_version(1, **{f"d{number}": f"d{number}.1" for number in range(MOST_DOMAINS + 1)}), "domains"),
        (a_version(1, a="a.1", b="b.1", c=" ".join(f"c.{number}" for number in range(MOST_ITEMS))), "items"),
        (changed(a_tree(), "domains.1.name.en", "x" * (LONGEST_NAME + 1)), "domains.1.name"),
        (changed(a_tree(), "domains.1.name", {"en": "x", "fr": "x" * (LONGEST_NAME + 1)}), "domains.1.name"),
        (changed(a_tree(), "limits", text("x" * (LONGEST_WORDS + 1))), "x" * 90),
        (changed(a_tree(), "limits", text("one\u2028two")), "one�two"),
    ],
)
def test_questions_that_are_too_much_for_pages_and_charts_are_refused(tree: Tree, where: str) -> None:
    reason, _name, place = refusal(answered_on(tree))
    assert (reason, place) == (Reason.UNFIT, where)


SMALL_CHANGES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 3, -1, 99.5, 10**12, float("nan"), "", "a", "b", "a.2", "b.1", "2", "dont-know", [], {}, ...]
)


@given(st.data())
def test_whatever_is_loaded_every_page_can_show(data: st.DataObject) -> None:
    """Changes at random places of the record and the answers that go with it: refused, or as good as our own."""
    files: dict[str, bytes] = write(an_archive())
    for name in data.draw(st.sampled_from([(RECORD,), (ANSWERS,), (RECORD, ANSWERS), (ORGANIZATION,), (PLAN,)])):
        content = json.loads(files[name])
        parent, key = data.draw(st.sampled_from(list(places(content))))
        value = data.draw(SMALL_CHANGES)
        if value is ...:
            del parent[key]
        else:
            parent[key] = value
        files[name] = json.dumps(content).encode()
    try:
        archive = read(sealed(files))
    except RefusedArchiveError:
        return
    instruments = {instrument.digest: instrument for instrument in archive.instruments}
    newest: dict[int, Scorecard] = {}
    for revision in archive.revisions:
        if revision.submission:
            card = newest[revision.year] = Scorecard(revision.submission, instruments[revision.instrument_digest])
            assert [card.headline, *card.remarks, card.overall]
            assert [(result.figure, result.in_words, result.points) for result in card.domains]
            assert [(item.level, item.points) for result in card.domains for item in result.items]
            assert all((result.reason, result.next_level) for result in card.advice)
    years = years_of(tuple(newest.values()))
    assert [years.headline, *(line.sentences for line in years.lines)]
    assert len(arranged(archive.plan)) == len(archive.plan)
    for card in newest.values():
        for one in planned(card, newest, archive.plan):
            assert [one.action.fingerprint, one.action.timing(archive.made_on)]
            assert one.movement is None or one.movement.in_words


def places(part: Any) -> Any:
    """Every place in plain data: what it stands in, and its key or index there."""
    for key, value in list(part.items() if isinstance(part, dict) else enumerate(part)):
        yield part, key
        if isinstance(value, dict | list):
            yield from places(value)
