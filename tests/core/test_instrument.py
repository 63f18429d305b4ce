"""An instrument is what its plain data says, or refused with every fault; its digest is over what is asked."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given

from questionnaire.core.instrument import (
    Fault,
    FaultyInstrumentError,
    Kind,
    Text,
    Tree,
    canonical,
    dump,
    parse,
    untranslated,
)
from tests.builders import a_tree, an_instrument, at, changed, text, without
from tests.core.strategies import WORDS, trees

ITEM = "domains.1.items.0"
GATED = a_tree(domains=3, items=2, gated=("a.1",))
OTHER = {"found": "cited", "inferred": "cited", "small": "large"}
ONCE = re.compile(r"(?!domains\.[12]|.*\.fr$|.*\.moves\.)")  # the other domains are like the first
PEER: Tree = {"question": text("Is it so?"), "levels": [text(f"Label {level}") for level in range(5)]}
A_RICH_TREE = changed(
    changed(a_tree(domains=3, items=1, gated=("a.1",)), "domains.0.items.0.peer", PEER), "title.fr", "Petit"
)


def leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, Tree]]:
    """Everything that is said, with its path."""
    if isinstance(tree, dict | list):
        for step, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(part, f"{path}.{step}" if path else str(step))
    else:
        yield path, tree


def in_french(tree: Tree, words: str | None) -> Tree:
    """The same with these words as every translation, or with none."""
    if isinstance(tree, list):
        return [in_french(part, words) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if "en" in tree:
        return {"en": tree["en"], **({"fr": words} if words else {})}
    return {key: in_french(part, words) for key, part in tree.items()}


def renamed(tree: Tree, identifier: str) -> Tree:
    """The same with another id wherever this one stands."""
    if isinstance(tree, list):
        return [renamed(part, identifier) for part in tree]
    if isinstance(tree, dict):
        return {key: renamed(part, identifier) for key, part in tree.items()}
    return f"{identifier}-too" if tree == identifier else tree


def faults(tree: Tree) -> dict[str, str]:
    """What is wrong with an instrument, by where."""
    with pytest.raises(FaultyInstrumentError) as caught:
        parse(tree)
    found = {fault.where: fault.message for fault in caught.value.faults}
    assert len(found) == len(caught.value.faults), "nothing is reported twice"
    return found


def repeated(path: str) -> Tree:
    """The instrument with one more copy at the end of a list."""
    parts = at(GATED, path)
    assert isinstance(parts, list)
    return changed(GATED, path, [*parts, parts[0]])


def levels(count: int) -> Tree:
    return changed(GATED, f"{ITEM}.levels", [{"label": text("So"), "sees": text("So.")}] * count)


FAULTS: dict[str, tuple[Tree, str, str]] = {
    "not a mapping": ([], "", "must be a mapping of keys to values"),
    "text for a mapping": (changed(GATED, ITEM, "a.1"), ITEM, "must be a mapping of keys to values"),
    "text for a list": (changed(GATED, "domains.1.items", "a.1"), "domains.1.items", "must be a list"),
    "number for a list": (changed(GATED, "kinds", 1), "kinds", "must be a list"),
    "number for text": (
        changed(GATED, "doi", 10),
        "doi",
        "must be text (put it in quotes if it looks like a number)",
    ),
    "text for a number": (changed(GATED, f"{ITEM}.revision", "1"), f"{ITEM}.revision", "must be a whole number"),
    "truth for a number": (changed(GATED, "version", True), "version", "must be a whole number"),
    "fraction for a number": (changed(GATED, "version", 1.5), "version", "must be a whole number"),
    "no number at all": (changed(GATED, "version", None), "version", "must be a whole number"),
    "revision 0": (changed(GATED, f"{ITEM}.revision", 0), f"{ITEM}.revision", "greater than or equal to 1"),
    "text without a language": (changed(GATED, "title", "So"), "title", "must be a mapping of keys to values"),
    "no English": (changed(GATED, "title", {"fr": "Ainsi"}), "title.en", "is missing"),
    "empty text": (changed(GATED, "title", text("")), "title.en", "is empty"),
    "no text": (changed(GATED, "title", {"en": None}), "title.en", "is empty"),
    "text of spaces": (changed(GATED, f"{ITEM}.why.en", " \n "), f"{ITEM}.why.en", "is empty"),
    "empty French": (changed(GATED, "title", {"en": "So", "fr": ""}), "title.fr", "is empty"),
    "unknown language": (changed(GATED, "title", {"en": "So", "de": "So"}), "title.de", "is not a known key"),
    "unknown key": (changed(GATED, f"{ITEM}.weight", 2), f"{ITEM}.weight", "is not a known key"),
    "missing key": (without(GATED, f"{ITEM}.why"), f"{ITEM}.why", "is missing"),
    "missing level": (levels(4), f"{ITEM}.levels", "has 4 entries, and needs 5 or more"),
    "six levels": (levels(6), f"{ITEM}.levels", "has 6 entries, and may have 5 at most"),
    "level without sees": (without(GATED, f"{ITEM}.levels.4.sees"), f"{ITEM}.levels.4.sees", "is missing"),
    "four peer labels": (
        changed(GATED, f"{ITEM}.peer", {"question": text("So?"), "levels": [text("So")] * 4}),
        f"{ITEM}.peer.levels",
        "needs 5 or more",
    ),
    "no advice": (changed(GATED, f"{ITEM}.advice", []), f"{ITEM}.advice", "needs 1 or more"),
    "no source": (changed(GATED, f"{ITEM}.source", []), f"{ITEM}.source", "needs 1 or more"),
    "text for a source": (changed(GATED, f"{ITEM}.source", "Discussion"), f"{ITEM}.source", "must be a list"),
    "unknown kind": (changed(GATED, f"{ITEM}.source.kind", "seen"), f"{ITEM}.source.kind", "'found', 'cited' or"),
    "unknown kind in a list": (
        changed(
            GATED, f"{ITEM}.source", [at(GATED, f"{ITEM}.source"), {"section": "So", "words": "so", "kind": "so"}]
        ),
        f"{ITEM}.source.1.kind",
        "'found', 'cited' or",
    ),
    "source without words": (without(GATED, f"{ITEM}.source.words"), f"{ITEM}.source.words", "is missing"),
    "unknown effort": (changed(GATED, f"{ITEM}.advice.0.effort", "tiny"), f"{ITEM}.advice.0.effort", "'small', 'me"),
    "advice that moves nothing": (
        changed(GATED, f"{ITEM}.advice.0.moves", []),
        f"{ITEM}.advice.0.moves",
        "needs 1 or more",
    ),
    "unknown item in moves": (
        changed(GATED, f"{ITEM}.advice.0.moves", ["b.1", "z.1"]),
        f"{ITEM}.advice.0.moves.1",
        "names an unknown item: z.1",
    ),
    "text for moves": (changed(GATED, f"{ITEM}.advice.0.moves", "b.1"), f"{ITEM}.advice.0.moves", "must be a list"),
    "unknown gate": (changed(GATED, f"{ITEM}.asked_if", "wrok"), f"{ITEM}.asked_if", "names an unknown gate: wrok"),
    "number for a gate": (changed(GATED, f"{ITEM}.asked_if", 1), f"{ITEM}.asked_if", "must be text"),
    "capital in an id": (changed(GATED, "id", "Small"), "id", "holds a character that does not belong there"),
    "line after an id": (changed(GATED, "id", "small\n"), "id", "holds a character that does not belong there"),
    "number for an id": (changed(GATED, "kinds.0.id", 7), "kinds.0.id", "must be text"),
    "long id": (changed(GATED, "id", "a" * 81), "id", "at most 80 characters"),
    "two domains": (
        changed(GATED, "domains", a_tree(domains=2)["domains"]),
        "domains",
        "needs 3 or more",
    ),
    "kind twice": (repeated("kinds"), "kinds.2.id", "stands twice: non-profit"),
    "size twice": (repeated("sizes"), "sizes.1.id", "stands twice: under-10"),
    "gate twice": (repeated("gates"), "gates.1.id", "stands twice: work"),
    "advice twice": (repeated(f"{ITEM}.advice"), f"{ITEM}.advice.1.id", "stands twice: b.1.advice"),
    "item of another domain": (
        changed(changed(GATED, f"{ITEM}.advice.0.moves", ["a.2"]), f"{ITEM}.id", "a.2"),
        f"{ITEM}.id",
        "stands twice: a.2",
    ),
    "domain twice": (changed(GATED, "domains.2.id", "a"), "domains.2.id", "stands twice: a"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_named_where_it_is(kind: str) -> None:
    tree, where, message = FAULTS[kind]
    found = faults(tree)
    assert list(found) == [where]
    assert message in found[where]


def test_all_faults_are_reported_at_once() -> None:
    tree: Tree = GATED
    wrong: dict[str, Tree] = {
        "version": "one",
        "title": {"fr": "Ainsi"},
        "kinds.1.id": "non-profit",
        "domains.0.items.0.asked_if": "nothing",
        "domains.0.items.1.levels.3.label.en": "",
        "domains.1.items.0.id": "a.1",
        "domains.1.items.1.colour": "red",
        "domains.2.items.0.advice.0.moves": ["c.9"],
    }
    for path, value in wrong.items():
        tree = changed(tree, path, value)
    assert faults(without(tree, "doi")) == {
        "version": "must be a whole number",
        "title.en": "is missing",
        "doi": "is missing",
        "kinds.1.id": "stands twice: non-profit",
        "domains.0.items.0.asked_if": "names an unknown gate: nothing",
        "domains.0.items.1.levels.3.label.en": "is empty",
        "domains.1.items.0.id": "stands twice: a.1",
        "domains.1.items.0.advice.0.moves.0": "names an unknown item: b.1",
        "domains.1.items.1.colour": "is not a known key",
        "domains.2.items.0.advice.0.moves.0": "names an unknown item: c.9",
    }


def test_a_fault_in_one_part_hides_no_fault_in_another_of_the_wrong_shape() -> None:
    tree = changed(changed(GATED, "gates", "work"), "domains.1.items.0.advice.0", "Mend it")
    assert faults(tree) == {
        "gates": "must be a list",
        "domains.0.items.0.asked_if": "names an unknown gate: work",
        "domains.1.items.0.advice.0": "must be a mapping of keys to values",
    }


def test_an_error_says_where_and_what_line_by_line() -> None:
    error = FaultyInstrumentError([Fault(("domains", 0, "id"), "is missing"), Fault((), "is empty")])
    assert str(error) == "domains.0.id: is missing\n: is empty"


def test_only_references_to_other_parts_say_that_they_are_some() -> None:
    tree = changed(changed(GATED, "domains.0.items.0.asked_if", "nothing"), f"{ITEM}.advice.0.moves", ["z.1"])
    with pytest.raises(FaultyInstrumentError) as caught:
        parse(changed(tree, "title", "So"))
    assert [(fault.where, fault.refers) for fault in caught.value.faults] == [
        ("domains.0.items.0.asked_if", True),
        ("domains.1.items.0.advice.0.moves.0", True),
        ("title", False),
    ]


def test_what_is_parsed_can_be_found_by_its_id() -> None:
    instrument = an_instrument(domains=3, items=2)
    assert list(instrument.items) == ["a.1", "a.2", "b.1", "b.2", "c.1", "c.2"]
    assert instrument.items["b.2"] is instrument.domains[1].items[1]
    assert instrument.domain_of["b.2"] is instrument.domain("b") is instrument.domains[1]
    assert instrument.advice["b.2.advice"] is instrument.items["b.2"].advice[0]
    assert list(instrument.advice) == [f"{item_id}.advice" for item_id in instrument.items]
    assert instrument.domain("z") is None


def test_one_source_may_stand_without_a_list() -> None:
    one = at(GATED, f"{ITEM}.source")
    assert parse(changed(GATED, f"{ITEM}.source", [one])) == parse(GATED)
    assert [source.kind for source in parse(GATED).items["b.1"].source] == [Kind.FOUND]


def test_the_space_around_a_text_is_no_part_of_it() -> None:
    spaced = parse(changed(GATED, "title.en", "  A small instrument\n"))
    assert spaced.title == Text(en="A small instrument")
    assert spaced.digest == parse(GATED).digest


@given(trees())
def test_what_is_dumped_is_parsed_into_the_same_instrument(tree: dict[str, Tree]) -> None:
    instrument = parse(tree)
    again = parse(dump(instrument))
    assert again == instrument
    assert again.digest == instrument.digest
    assert canonical(dump(again)) == canonical(dump(instrument))


@given(trees(), WORDS)
def test_translations_do_not_change_the_digest(tree: dict[str, Tree], words: str) -> None:
    assert parse(in_french(tree, words)).digest == parse(in_french(tree, None)).digest == parse(tree).digest


@given(trees(), WORDS)
def test_without_translations_it_is_still_the_same_instrument(tree: dict[str, Tree], words: str) -> None:
    assert untranslated(parse(in_french(tree, words))) == parse(in_french(tree, None))


@pytest.mark.parametrize("path", [path for path, _ in leaves(A_RICH_TREE) if ONCE.match(path)])
def test_the_digest_changes_with_every_english_word_id_revision_and_source(path: str) -> None:
    """Nothing that is asked, or said of it, can change unseen."""
    digest, said = parse(A_RICH_TREE).digest, at(A_RICH_TREE, path)
    if isinstance(said, int):
        tree = changed(A_RICH_TREE, path, said + 1)
    elif said in OTHER:
        tree = changed(A_RICH_TREE, path, OTHER[said])
    elif path.endswith((".id", ".asked_if")):
        tree = renamed(A_RICH_TREE, str(said))
    else:
        tree = changed(A_RICH_TREE, path, f"{said}, really")
    assert parse(tree).digest != digest


def test_the_digest_changes_with_the_order_of_items_and_with_what_an_advice_moves() -> None:
    items = at(GATED, "domains.0.items")
    assert isinstance(items, list)
    reordered = parse(changed(GATED, "domains.0.items", items[::-1]))
    moved = parse(changed(GATED, "domains.0.items.0.advice.0.moves", ["a.2"]))
    assert len({parse(GATED).digest, reordered.digest, moved.digest}) == 3
