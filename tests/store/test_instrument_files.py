"""An instrument is read from its files, or refused with file, line, path and fault for all that is wrong."""

import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from questionnaire.core.instrument import Instrument, Tree, parse
from questionnaire.store.instruments import MOST_BYTES, UnreadableInstrumentError, read
from tests.builders import a_tree, at, changed

SHIPPED = Path(__file__).parents[2] / "data" / "instruments" / "alongside-1"
BLUEPRINT = """
role.title role.title-choice role.description role.limits role.known
comm.start comm.ahead comm.power comm.sharing comm.feedback comm.performance
fit.specified fit.match fit.duties fit.identity fit.influence fit.navigation
support.training-match support.training-access support.tools support.needs support.supervisors support.load
recog.pay recog.contract recog.after-hours recog.cover recog.navigation recog.credit
commit.public commit.budget commit.policy commit.staff-education commit.equity-education commit.shaping
""".split()
GATED = {
    "recog.after-hours": "frontline",
    "recog.cover": "frontline",
    "recog.navigation": "navigation",
    "fit.navigation": "navigation",
}
NOT_MIRRORED = """
fit.specified fit.identity fit.navigation support.needs support.supervisors
commit.public commit.budget commit.policy commit.staff-education commit.equity-education
""".split()
Edit = Callable[[Path], object]


def written(folder: Path, tree: Tree) -> Path:
    """The folder with an instrument's files in it: one for the whole, one for each domain."""
    domains = at(tree, "domains")
    assert isinstance(domains, list)
    names = [str(at(domain, "id")) for domain in domains]
    for name, content in [("instrument", changed(tree, "domains", [*names])), *zip(names, domains, strict=True)]:
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
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
    "no text": ("b.yaml", "en: Domain b", "en:", "domains.1.name.en", "must be text"),
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
    [(4, "tuple should have at least 5 items"), (6, "tuple should have at most 5 items")],
)
def test_an_item_has_five_levels(tmp_path: Path, levels: int, message: str) -> None:
    tree = a_tree(domains=3, items=2)
    level = at(tree, "domains.1.items.1.levels.0")
    written(tmp_path, changed(tree, "domains.1.items.1.levels", [level] * levels))
    content = (tmp_path / "b.yaml").read_text()
    line = content[: content.index("levels:", content.index("id: b.2"))].count("\n") + 2
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
        "domains.2.name.de",
        "domains.2.name.en",
        "domains.2.items.0.advice.0.source.0.kind",
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
    names = [f"x{number}" for number in range(21)]
    lines = [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip(names, names[1:], strict=False)
    ]
    return "\n".join(["x0: &x0 [so]", *lines])


UNREADABLE: dict[str, tuple[Edit, int, str]] = {
    "missing": (Path.unlink, 1, "cannot be read: No such file or directory"),
    "empty": (content(""), 1, "is empty"),
    "only a remark": (content("# later\n"), 1, "is empty"),
    "two documents": (content("id: b\n---\nid: b\n"), 2, "is not YAML: but found another document"),
    "not closed": (content("id: b\nname: {en: Role\n"), 3, "is not YAML: did not find expected ',' or '}'"),
    "tabs": (content("id: b\nname:\n\ten: Role\n"), 3, "is not YAML: found character that cannot start any token"),
    "not UTF-8": (content(b"id: b\nname: {en: R\xf4le}\n"), 1, "is not YAML in UTF-8"),
    "control character": (content("id: b\x00\n"), 1, "is not YAML in UTF-8"),
    "half a character": (content('id: "\\ud800"\n'), 1, "is not YAML: found invalid Unicode character escape code"),
    "unknown alias": (content("id: b\nname: *b\n"), 2, "is not YAML: found undefined alias"),
    "alias in a line": (content("name: &x {en: B, fr: *x}\n"), 1, "refers to another part by an alias"),
    "alias bomb": (content(bomb()), 1, "refers to another part by an alias"),
    "alias to itself": (content("&x [*x]"), 1, "refers to another part by an alias"),
    "merged": (content("name: &x {en: B}\nabout: {<<: *x}\n"), 1, "refers to another part by an alias"),
    "deep list": (content("[" * 900 + "]" * 900), 1, "is nested too deeply"),
    "deep mapping": (content("{a: " * 5_000), 1, "is not YAML in UTF-8, or is nested too deeply"),
    "deep block": (content("- " * 900 + "so"), 1, "is nested too deeply"),
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


def test_a_file_that_is_too_large_is_not_even_opened_to_find_that_out(folder: Path) -> None:
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


def test_the_shipped_instrument_is_the_blueprint() -> None:
    instrument = read(SHIPPED)
    assert (instrument.id, instrument.version) == ("alongside", 1)
    assert [domain.id for domain in instrument.domains] == ["role", "comm", "fit", "support", "recog", "commit"]
    assert list(instrument.items) == BLUEPRINT
    assert len(BLUEPRINT) == 35
    assert all(item.id.startswith(f"{instrument.domain_of[item.id].id}.") for item in instrument.items.values())


def test_the_shipped_instrument_asks_only_some_items_of_some() -> None:
    instrument = read(SHIPPED)
    assert {item.id: item.asked_if for item in instrument.items.values() if item.asked_if} == GATED
    assert [gate.id for gate in instrument.gates] == ["frontline", "navigation"]


def test_the_shipped_instrument_mirrors_25_items() -> None:
    items = read(SHIPPED).items.values()
    assert [item.id for item in items if not item.peer] == NOT_MIRRORED
    assert sum(item.peer is not None for item in items) == 25


def test_every_shipped_item_has_five_levels_and_advice_that_moves_it() -> None:
    instrument = read(SHIPPED)
    assert {len(item.levels) for item in instrument.items.values()} == {5}
    assert [
        item.id for item in instrument.items.values() if not all(item.id in advice.moves for advice in item.advice)
    ] == []
