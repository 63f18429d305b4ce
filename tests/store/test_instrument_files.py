"""An instrument is read from its files, or refused with file, line, path and fault for all that is wrong."""

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from questionnaire.core.instrument import Tree, parse
from questionnaire.store.instruments import MOST_BYTES, UnreadableInstrumentError, read
from tests.builders import a_tree, at, changed

ROOT = Path(__file__).parents[2]
Edit = Callable[[Path], object]


def written(folder: Path, tree: Tree) -> Path:
    """The folder with an instrument's files in it: one for the whole, one for each domain."""
    domains = at(tree, "domains")
    assert isinstance(domains, list)
    names = [str(at(domain, "id")) for domain in domains]
    for name, content in [("instrument", changed(tree, "domains", [*names])), *zip(names, domains, strict=True)]:
        without_aliases = json.loads(json.dumps(content))
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(without_aliases, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path, a_tree(domains=3, items=2, gated=("b.1",)))


def replaced(file: Path, old: str, new: str) -> None:
    """Put other words in place of the first such ones in a file."""
    content = file.read_text(encoding="utf-8")
    assert old in content, file
    file.write_text(content.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    """What is wrong with an instrument, without the name of its folder."""
    with pytest.raises(UnreadableInstrumentError) as caught:
        read(folder)
    return str(caught.value).replace(f"{folder}{os.sep}", "").splitlines()


def line_of(file: Path, words: str) -> int:
    """The number of the first line with these words in it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def test_what_is_written_is_read(folder: Path) -> None:
    assert read(folder) == parse(a_tree(domains=3, items=2, gated=("b.1",)))


def test_french_words_are_read_in_utf_8(folder: Path) -> None:
    replaced(folder / "b.yaml", "en: Domain b\n", "en: Domain b\n  fr: Clarté du rôle – «œuvre»\n")
    assert read(folder).domains[1].name.fr == "Clarté du rôle – «œuvre»"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("1.0", "1.0"),
        ("2026-10-14", "2026-10-14"),
        ("-1", "-1"),
        ("~", "~"),
        ("null", "null"),
        ("0x10", "0x10"),
        ("12:30:00", "12:30:00"),
        ("'12'", "12"),
        ('"12"', "12"),
        ("1234567890", "1234567890"),
        ("|\n    A line\n    and one more", "A line\nand one more"),
    ],
)
def test_only_whole_numbers_are_no_text(folder: Path, word: str, text: str) -> None:
    replaced(folder / "b.yaml", "en: Domain b\n", f"en: {word}\n")
    assert read(folder).domains[1].name.en == text


FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "number for text": (
        "b.yaml",
        "en: Domain b",
        "en: 12",
        "domains.1.name.en",
        "must be text (put it in quotes if it looks like a number)",
    ),
    "text for a number": (
        "b.yaml",
        "revision: 1",
        "revision: 0x1",
        "domains.1.items.0.revision",
        "must be a whole nu",
    ),
    "empty text": ("b.yaml", "en: How is b.2?", "en: ''", "domains.1.items.1.question.en", "is empty"),
    "no text": ("b.yaml", "en: Domain b", "en:", "domains.1.name.en", "is empty"),
    "unknown effort": (
        "b.yaml",
        "effort: small",
        "effort: tiny",
        "domains.1.items.0.advice.0.effort",
        "input should be 'small', 'medium' or 'large'",
    ),
    "unknown key": (
        "b.yaml",
        "id: b.2\n",
        "id: b.2\n  weight: 2\n",
        "domains.1.items.1.weight",
        "is not a known key",
    ),
    "unknown gate": (
        "b.yaml",
        "asked_if: work",
        "asked_if: wrok",
        "domains.1.items.0.asked_if",
        "names an unknown gate: wrok",
    ),
    "unknown item": (
        "b.yaml",
        "    - b.2\n",
        "    - b.9\n",
        "domains.1.items.1.advice.0.moves.0",
        "names an unknown item: b.9",
    ),
    "item twice": (
        "c.yaml",
        "id: c.2.advice",
        "id: a.2.advice",
        "domains.2.items.1.advice.0.id",
        "stands twice: a.2",
    ),
    "key twice": ("b.yaml", "about:", "id: again\nabout:", "domains.1.id", "stands twice"),
    "option twice": ("instrument.yaml", "id: other", "id: non-profit", "kinds.1.id", "stands twice: non-profit"),
    "no list": ("instrument.yaml", "gates:\n", "gates: none\nnotes:\n", "gates", "must be a list"),
    "no name of a domain": ("instrument.yaml", "- c", "- ../c", "domains.2", "must be the name of a domain"),
    "number for a domain": ("instrument.yaml", "- c", "- 3", "domains.2", "must be the name of a domain"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_named_with_its_file_line_and_path(folder: Path, kind: str) -> None:
    name, old, new, path, message = FAULTS[kind]
    line = line_of(folder / name, old.splitlines()[0])
    replaced(folder / name, old, new)
    shift = next(number for number, part in enumerate(new.split("\n")) if part not in old.split("\n"))
    named = [fault for fault in faults(folder) if fault.startswith(f"{name}:{line + shift}: {path}: {message}")]
    assert len(named) == 1, faults(folder)


def test_what_is_missing_is_named_where_its_surroundings_begin(folder: Path) -> None:
    replaced(folder / "b.yaml", "  revision: 1\n", "")
    line = line_of(folder / "b.yaml", "id: b.1")
    assert faults(folder) == [f"b.yaml:{line}: domains.1.items.0.revision: is missing"]


@pytest.mark.parametrize(
    ("levels", "message"),
    [(4, "has 4 entries, and needs 5 or more"), (6, "has 6 entries, and may have 5 at most")],
)
def test_an_item_has_five_levels(tmp_path: Path, levels: int, message: str) -> None:
    tree = a_tree(domains=3, items=2)
    level = at(tree, "domains.1.items.1.levels.0")
    written(tmp_path, changed(tree, "domains.1.items.1.levels", [level] * levels))
    content = (tmp_path / "b.yaml").read_text()
    line = content[: content.index("levels:", content.index("id: b.2"))].count("\n") + 1
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"b.yaml:{line}: domains.1.items.1.levels: {message}")


def test_the_faults_of_all_files_are_reported_at_once_in_order(folder: Path) -> None:
    (folder / "a.yaml").write_text("id: [", encoding="utf-8")
    replaced(folder / "c.yaml", "en: Domain c", "de: Domain c")
    replaced(folder / "c.yaml", "kind: inferred", "kind: guessed")
    replaced(folder / "instrument.yaml", "version: 1", "version: one")
    found = [fault.split(": ")[:2] for fault in faults(folder)]
    assert [path for _, path in found] == [
        "domains.0",
        "domains.2.name.en",
        "domains.2.name.de",
        "domains.2.items.0.advice.0.source.kind",
        "version",
    ]
    assert [place.partition(":")[0] for place, _ in found] == [
        "a.yaml",
        "c.yaml",
        "c.yaml",
        "c.yaml",
        "instrument.yaml",
    ]


def test_a_file_that_cannot_be_read_makes_no_unknown_items_elsewhere(folder: Path) -> None:
    replaced(folder / "b.yaml", "- b.1\n", "- a.1\n")
    (folder / "a.yaml").unlink()
    assert faults(folder) == ["a.yaml:1: domains.0: cannot be read: No such file or directory"]


def content(text: str | bytes) -> Edit:
    data = text.encode() if isinstance(text, str) else text
    return lambda file: file.write_bytes(data)


def bomb() -> str:
    """Nine to the power of twenty words, if aliases were followed."""
    parts = [f"x{number}: &x{number} [{', '.join([f'*x{number - 1}'] * 9)}]" for number in range(1, 21)]
    return f"{{x0: &x0 [so], {', '.join(parts)}}}"


UNREADABLE: dict[str, tuple[Edit, int, str]] = {
    "missing": (Path.unlink, 1, "cannot be read: No such file or directory"),
    "empty": (content(""), 1, "is empty"),
    "only a remark": (content("# later\n"), 1, "is empty"),
    "two documents": (content("id: b\n---\nid: b\n"), 2, "holds a second document"),
    "not closed": (content("id: b\nname: {en: Role\n"), 3, "is not YAML: did not find expected ',' or '}'"),
    "tabs": (content("id: b\nname:\n\ten: Role\n"), 3, "is not YAML: found character that cannot start any token"),
    "not UTF-8": (content(b"id: b\nname: {en: R\xf4le}\n"), 1, "is not YAML in UTF-8"),
    "control character": (content("id: b\x00\n"), 1, "is not YAML in UTF-8"),
    "half a character": (content('id: "\\ud800"\n'), 1, "is not YAML: found invalid Unicode character escape code"),
    "unknown alias": (content("id: b\nname: *b\n"), 2, "refers to another part by an alias"),
    "alias in a line": (content("name: &x {en: B, fr: *x}\n"), 1, "refers to another part by an alias"),
    "alias bomb": (content(bomb()), 1, "refers to another part by an alias"),
    "alias further on": (content("name: &x {en: B}\nabout: *x\n"), 2, "refers to another part by an alias"),
    "alias to itself": (content("&x [*x]"), 1, "refers to another part by an alias"),
    "merged": (content("{name: &x {en: B}, about: {<<: *x}}"), 1, "refers to another part by an alias"),
    "list as a key": (content("id: b\n? [name]\n: Role\n"), 2, "has a key that is not a word"),
    "rest after the end": (content("id: b\n...\n}}}\n"), 3, "is not YAML: did not find expected"),
    "deep list": (content("[" * 900_000), 1, "is nested too deeply"),
    "deep mapping": (content("{a: " * 200_000), 1, "is nested too deeply"),
    "deep block": (content("- " * 400_000 + "so"), 1, "is nested too deeply"),
    "too large": (content("#" * (MOST_BYTES + 1)), 1, "too large: at most 1000 kB are read"),
}


@pytest.mark.parametrize("name", ["b", "instrument"])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_cannot_be_read_is_the_only_fault(folder: Path, kind: str, name: str) -> None:
    edit, line, message = UNREADABLE[kind]
    edit(folder / f"{name}.yaml")
    (fault,) = faults(folder)
    assert fault.startswith(f"{name}.yaml:{line}: {'domains.1: ' if name == 'b' else ''}{message}")


def test_a_folder_in_a_files_place_cannot_be_read(folder: Path) -> None:
    (folder / "b.yaml").unlink()
    (folder / "b.yaml").mkdir()
    assert faults(folder) == ["b.yaml:1: domains.1: cannot be read: Is a directory"]


def test_a_folder_without_an_instrument_cannot_be_read(tmp_path: Path) -> None:
    assert faults(tmp_path) == ["instrument.yaml:1: cannot be read: No such file or directory"]


def test_a_huge_file_is_refused_without_being_read(folder: Path) -> None:
    os.truncate(folder / "b.yaml", 100_000_000)
    tracemalloc.start()
    try:
        assert faults(folder) == ["b.yaml:1: domains.1: too large: at most 1000 kB are read"]
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_file_just_small_enough_is_read(folder: Path) -> None:
    size = (folder / "b.yaml").stat().st_size
    with (folder / "b.yaml").open("a", encoding="utf-8") as file:
        file.write("#" * (MOST_BYTES - size))
    assert read(folder).domains[1].id == "b"


def test_a_file_holds_the_domain_that_it_is_named_after(folder: Path) -> None:
    replaced(folder / "b.yaml", "id: b\n", "id: bee\n")
    line = line_of(folder / "b.yaml", "id: bee")
    assert faults(folder) == [f"b.yaml:{line}: domains.1.id: must be b, like the file's name"]


@pytest.mark.parametrize("text", ["so", "[so]", "12"])
def test_a_file_holds_a_mapping(folder: Path, text: str) -> None:
    (folder / "b.yaml").write_text(text)
    assert faults(folder) == ["b.yaml:1: domains.1: must be a mapping of keys to values"]


def test_the_list_of_domains_is_a_list(folder: Path) -> None:
    replaced(folder / "instrument.yaml", "domains:\n- a\n- b\n- c\n", "domains: a\n")
    line = line_of(folder / "instrument.yaml", "domains:")
    assert faults(folder) == [f"instrument.yaml:{line}: domains: must be a list"]


def test_a_domain_listed_twice_is_refused(folder: Path) -> None:
    replaced(folder / "instrument.yaml", "- c\n", "- a\n")
    assert any(fault == "a.yaml:1: domains.2.id: stands twice: a" for fault in faults(folder))


def test_a_file_of_nothing_but_brackets_is_refused(folder: Path) -> None:
    (folder / "b.yaml").write_text("[" * 900_000)
    program = "import pathlib, sys; from questionnaire.store.instruments import read; read(pathlib.Path(sys.argv[1]))"
    reading = subprocess.run(
        [sys.executable, "-c", program, folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "UnreadableInstrumentError" in reading.stderr


def test_a_faulty_entry_among_the_domains_does_not_misplace_the_faults_after_it(folder: Path) -> None:
    line = line_of(folder / "c.yaml", "effort: small")
    replaced(folder / "c.yaml", "effort: small", "effort: tiny")
    replaced(folder / "instrument.yaml", "- b\n", "- b.yaml\n")
    assert f"c.yaml:{line}: domains.2.items.0.advice.0.effort" in "\n".join(faults(folder))


def test_a_fault_in_a_single_source_is_named_on_its_own_line(folder: Path) -> None:
    line = line_of(folder / "b.yaml", "kind: found")
    replaced(folder / "b.yaml", "kind: found", "kind: seen")
    (fault,) = faults(folder)
    assert fault.startswith(f"b.yaml:{line}: domains.1.items.0.source")


def test_an_unknown_key_is_named_on_its_own_line(folder: Path) -> None:
    line = line_of(folder / "b.yaml", "about:")
    replaced(folder / "b.yaml", "about:", "abuot:")
    assert f"b.yaml:{line}: domains.1.abuot: is not a known key" in faults(folder)
