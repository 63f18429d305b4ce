"""An archive as a file: what comes back out of it, and files that are damaged, too much, or made to confuse."""

import json
import re
import struct
import tracemalloc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.config import ROOT
from questionnaire.core.archive import MANIFEST, PLAN, Reason, RefusedArchiveError, write
from questionnaire.core.fitting import LONGEST_ID, MOST_ITEMS
from questionnaire.core.plan import (
    INVOLVEMENT_LIMIT,
    LINE_LIMIT,
    MOST_ACTIONS,
    NOTES_LIMIT,
    WHY_DROPPED_LIMIT,
    Action,
    Status,
)
from questionnaire.language import languages
from questionnaire.output.archives import LARGEST, LARGEST_OF_ONE, MOST_FILES, pack, pack_scorecards, unpack
from tests.archives import an_archive, an_id, sealed, with_value, without_years, zipped
from tests.builders import an_action

ARCHIVE = an_archive()
PACKED = pack(ARCHIVE)
DOCUMENT = ROOT / "docs" / "archive.md"
SAMPLES = Path(__file__).parent


def refusal(content: bytes) -> Reason:
    """Why a file is refused; its words must be there."""
    with pytest.raises(RefusedArchiveError) as refused:
        unpack(content)
    words = languages()["en"].say(refused.value.in_words)
    assert words.endswith(".")
    assert "{" not in words
    return refused.value.reason


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(PACKED) == ARCHIVE


def test_the_same_content_gives_the_same_bytes() -> None:
    assert pack(unpack(PACKED)) == PACKED == pack(an_archive())


def test_an_archive_of_version_1_is_always_read() -> None:
    """It was made by the first release that had archives, before there were plans, and must never be made anew."""
    assert unpack((SAMPLES / "archive-version-1.zip").read_bytes()) == replace(ARCHIVE, plan=())


def test_an_archive_of_version_2_is_always_read() -> None:
    """It was made by the first release that had plans, and must never be made anew."""
    assert unpack((SAMPLES / "archive-version-2.zip").read_bytes()) == ARCHIVE


def test_any_program_can_unpack_it() -> None:
    with ZipFile(BytesIO(PACKED)) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == write(ARCHIVE)


def test_every_key_of_the_files_is_documented() -> None:
    documented = set(re.findall(r"`([a-z_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    ids = {"work", *ARCHIVE.instruments[0].items}
    for name, content in write(ARCHIVE).items():
        if not name.startswith("instruments/"):
            keys = {key for key in keys_of(json.loads(content)) if not key.endswith(".json")}
            assert keys - ids <= documented, name


def keys_of(part: object) -> set[str]:
    if isinstance(part, dict):
        return set(part) | keys_of(list(part.values()))
    return set().union(*map(keys_of, part)) if isinstance(part, list) else set()


def test_an_archive_without_years_is_one_too() -> None:
    assert unpack(pack(without_years())) == without_years()


PROSE = "They asked, “Who covers?”, and nobody knew; we’ll say it in writing, on the wall.\n"


@pytest.mark.parametrize("words", ["🌱", "\n", '"', PROSE], ids=["pictures", "lines", "quotes", "prose"])
def test_a_plan_that_is_full_in_every_way_is_packed_and_unpacked(words: str) -> None:
    archive = replace(ARCHIVE, plan=tuple(a_full_action(number, words) for number in range(MOST_ACTIONS)))
    assert len(write(archive)[PLAN]) < LARGEST_OF_ONE
    assert unpack(pack(archive)) == archive


def a_full_action(number: int, words: str) -> Action:
    def full(limit: int, text: str = words) -> str:
        return (text * limit)[:limit]

    return an_action(
        full(LINE_LIMIT, words.replace("\n", "x")),
        id=an_id(number),
        who=full(LINE_LIMIT, words.replace("\n", "x")),
        status=Status.DROPPED,
        why_dropped=full(WHY_DROPPED_LIMIT),
        notes=full(NOTES_LIMIT),
        involvement=full(INVOLVEMENT_LIMIT),
        items=tuple(f"{index:080}" for index in range(MOST_ITEMS)),
        advice_id="a" * LONGEST_ID,
    )


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"\x89PNG\r\n", b"{}", zipped({}), zipped({"word/document.xml": b"<w/>"}), b"x" + PACKED]
)
def test_a_file_of_something_else_is_not_ours(content: bytes) -> None:
    assert refusal(content) is Reason.NOT_OURS


def test_a_manifest_of_something_else_is_not_ours() -> None:
    assert refusal(zipped({MANIFEST: b'{"name": "An extension", "version": "1.0"}'})) is Reason.NOT_OURS


def test_a_newer_archive_says_so_whatever_else_it_holds() -> None:
    files = {**sealed(write(ARCHIVE), version=3, rounds={}), "rounds/2026-1.json": b"\xff"}
    assert refusal(zipped(files)) is Reason.NEWER


def test_an_archive_that_was_packed_again_as_it_is_can_be_loaded() -> None:
    assert unpack(zipped(write(ARCHIVE), ZIP_STORED)) == ARCHIVE


@pytest.mark.parametrize("compression", [ZIP_BZIP2, ZIP_LZMA])
def test_other_ways_of_packing_are_refused(compression: int) -> None:
    assert refusal(zipped(write(ARCHIVE), compression)) is Reason.REPACKED


def test_a_locked_archive_is_refused() -> None:
    locked = bytearray(PACKED)
    locked[PACKED.rindex(b"PK\x01\x02") + 8] |= 1  # the flags of the last entry
    assert refusal(bytes(locked)) is Reason.LOCKED


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "C:\\x", "submissions/", "__MACOSX/._manifest.json", "answers/2025-1.JSON"],
)
def test_a_file_that_does_not_belong_there_is_refused(name: str) -> None:
    assert refusal(zipped({**write(ARCHIVE), name: b""})) is Reason.STRANGER


def test_a_file_that_is_there_twice_is_refused() -> None:
    packed = BytesIO(PACKED)
    with ZipFile(packed, "a") as file, warnings.catch_warnings(action="ignore"):
        file.writestr("organization.json", b"{}")
    assert refusal(packed.getvalue()) is Reason.TWICE


def test_a_file_that_is_gone_is_missed() -> None:
    files = write(ARCHIVE)
    del files["events.json"]
    assert refusal(zipped(files)) is Reason.MISSING


def test_a_file_that_was_changed_is_noticed() -> None:
    assert refusal(zipped({**write(ARCHIVE), "events.json": b"[]"})) is Reason.ALTERED


def test_a_file_that_fits_nothing_is_refused() -> None:
    assert refusal(zipped(with_value("answers/2025-1.json", "profile/kind", "{kind}"))) is Reason.UNFIT
    assert refusal(zipped(with_value("answers/2025-1.json", "profile", "{kind}"))) is Reason.UNREADABLE


def test_a_file_larger_than_all_that_is_read_is_refused() -> None:
    assert refusal(PACKED + bytes(LARGEST)) is Reason.TOO_LARGE


def test_too_many_files_are_refused() -> None:
    files = {f"answers/{number}.json": b"" for number in range(MOST_FILES)}
    assert refusal(zipped({**write(ARCHIVE), **files})) is Reason.TOO_MANY


def test_a_table_of_contents_without_end_is_refused_before_it_is_read() -> None:
    entries = PACKED[PACKED.index(b"PK\x01\x02") : PACKED.index(b"PK\x05\x06")]
    endless = PACKED + entries * 15_000
    with frugal(megabytes=1):
        assert refusal(endless) is Reason.TOO_MANY


@pytest.mark.parametrize("megabytes", [9, 100])
def test_a_bomb_is_refused_in_little_memory(megabytes: int) -> None:
    bomb = zipped({**write(ARCHIVE), "organization.json": bytes(megabytes * 1_000_000)})
    assert len(bomb) < 200_000
    with frugal(megabytes=30):
        assert refusal(bomb) is Reason.UNPACKS_TOO_LARGE


def test_a_bomb_of_many_files_is_refused_in_little_memory() -> None:
    bomb = zipped({**write(ARCHIVE), **{f"{number}": bytes(7_900_000) for number in range(20)}})
    with frugal(megabytes=90):
        assert refusal(bomb) is Reason.UNPACKS_TOO_LARGE


@pytest.mark.parametrize("said", [0, 10, 4_000_000_000])
def test_an_entry_that_lies_about_its_size_is_refused(said: int) -> None:
    size = struct.pack("<L", said)
    table, entry = PACKED.rindex(b"PK\x01\x02") + 24, PACKED.rindex(b"PK\x03\x04") + 22
    lying = PACKED[:table] + size + PACKED[table + 4 :]
    assert refusal(lying) is Reason.DAMAGED
    assert refusal(lying[:entry] + size + lying[entry + 4 :]) is Reason.DAMAGED


def test_a_wrong_checksum_is_noticed() -> None:
    wrong = bytearray(PACKED)
    wrong[PACKED.rindex(b"PK\x01\x02") + 16] ^= 1
    assert refusal(bytes(wrong)) is Reason.DAMAGED


@given(st.integers(0, len(PACKED) - 1))
def test_an_archive_that_was_cut_short_is_refused(length: int) -> None:
    assert refusal(PACKED[:length]) is (Reason.DAMAGED if length > 3 else Reason.NOT_OURS)


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_an_archive_with_one_wrong_byte_is_refused_or_says_the_same(place: int, change: int) -> None:
    wrong = bytearray(PACKED)
    wrong[place] ^= change
    is_refused_or_the_same(bytes(wrong))


@given(st.binary(max_size=200), st.sampled_from([0, PACKED.index(b"PK\x01\x02"), PACKED.index(b"PK\x05\x06")]))
def test_rubbish_is_refused(rubbish: bytes, place: int) -> None:
    """In the first entry, in the table of contents, and at its end."""
    start = place + 4
    is_refused_or_the_same(PACKED[:start] + rubbish + PACKED[start + len(rubbish) :])


def is_refused_or_the_same(content: bytes) -> None:
    try:
        archive = unpack(content)
    except RefusedArchiveError:
        return
    assert archive == ARCHIVE


@contextmanager
def frugal(*, megabytes: int) -> Iterator[None]:
    """What is done here takes at most so much memory more than is taken already."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1_000_000
    finally:
        tracemalloc.stop()


def test_scorecards_are_packed_under_names_that_every_system_can_read() -> None:
    documents = [("../../Île d’Orléans <b>", b"one"), ("عربي", b"two"), ("x" * 300, b"three")]
    with ZipFile(BytesIO(pack_scorecards(documents, 2026, date(2026, 11, 24)))) as packed:
        assert packed.namelist() == [
            "001-Ile-dOrleans-b-2026.pdf",
            "002-organization-2026.pdf",
            f"003-{'x' * 60}-2026.pdf",
        ]
        assert [packed.read(name) for name in packed.namelist()] == [b"one", b"two", b"three"]
