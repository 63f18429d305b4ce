"""The instrument: its domains, items, levels and advice, parsed once from plain data or refused with every fault."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

Tree = dict[str, "Tree"] | list["Tree"] | str | int | bool | float | None
Path = tuple[str | int, ...]

# No control characters: PostgreSQL, XML and pages cannot hold them.
Words = Annotated[
    str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=80)]
Count = Annotated[int, Field(ge=1, le=999_999_999)]  # what every database holds


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Text(_Frozen):
    """The same words in each language; English always, French when it is there."""

    en: Words
    fr: Words | None = None


class Kind(StrEnum):
    """How the study supports a statement: found in its interviews, cited there from others, or inferred by us."""

    FOUND = "found"
    CITED = "cited"
    INFERRED = "inferred"


class Effort(StrEnum):
    """What an advice asks of an organization."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Source(_Frozen):
    """A passage of the study: its section, and the words to find it by."""

    section: Words
    words: Words
    kind: Annotated[Kind, Field(strict=False)]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, dict) else _as_tuple(value)


Sources = Annotated[tuple[Source, ...], BeforeValidator(_one_or_more), Field(min_length=1)]


class Level(_Frozen):
    """One of the five descriptions of an item: a label, and what an observer would see."""

    label: Text
    sees: Text


class PeerQuestion(_Frozen):
    """The same construct, asked from where a peer worker stands; five labels, level 0 first."""

    question: Text
    levels: Annotated[tuple[Text, ...], BeforeValidator(_as_tuple), Field(min_length=5, max_length=5)]


class Advice(_Frozen):
    """What an organization can do about an item, and how peer workers are involved and paid for that."""

    id: Identifier
    title: Text
    why: Text
    first_step: Text
    leads: Text
    effort: Annotated[Effort, Field(strict=False)]
    involvement: Text
    shown_by: Text
    moves: Annotated[tuple[Identifier, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
    source: Sources


class Item(_Frozen):
    """One construct: a question with five levels, 0 to 4; id and revision say whether two years are comparable."""

    id: Identifier
    revision: Count
    question: Text
    why: Text
    levels: Annotated[tuple[Level, ...], BeforeValidator(_as_tuple), Field(min_length=5, max_length=5)]
    source: Sources
    asked_if: Identifier | None = None
    peer: PeerQuestion | None = None
    advice: Annotated[tuple[Advice, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class Domain(_Frozen):
    """A group of items that is scored together."""

    id: Identifier
    name: Text
    about: Text
    items: Annotated[tuple[Item, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class Option(_Frozen):
    """One possible answer of the profile, such as a kind of organization."""

    id: Identifier
    label: Text


class Gate(_Frozen):
    """Work that peer workers may or may not do; its items are asked only where they do it, or where nobody knows."""

    id: Identifier
    question: Text
    peer: Text


Options = Annotated[tuple[Option, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class Instrument(_Frozen):
    """A version of the whole questionnaire. Once used, it never changes."""

    id: Identifier
    version: Count
    title: Text
    citation: Words
    doi: Words
    limits: Text
    kinds: Options
    sizes: Options
    gates: Annotated[tuple[Gate, ...], BeforeValidator(_as_tuple)]
    domains: Annotated[tuple[Domain, ...], BeforeValidator(_as_tuple), Field(min_length=3)]

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item by its id, in the instrument's order."""
        return {item.id: item for domain in self.domains for item in domain.items}

    @cached_property
    def domain_of(self) -> Mapping[str, Domain]:
        """The domain of every item, by the item's id."""
        return {item.id: domain for domain in self.domains for item in domain.items}

    @cached_property
    def advice(self) -> Mapping[str, Advice]:
        """Every advice by its id, in the instrument's order."""
        return {advice.id: advice for item in self.items.values() for advice in item.advice}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over ids, revisions and English text: translations do not make another instrument."""
        content = self.model_dump(mode="json", exclude_none=True)
        return hashlib.sha256(canonical(_without_translations(content)).encode()).hexdigest()

    def domain(self, domain_id: str) -> Domain | None:
        """The domain of that id, if there is one."""
        return next((domain for domain in self.domains if domain.id == domain_id), None)


@dataclass(frozen=True)
class Fault:
    """Something wrong in an instrument: where in the data, and what."""

    path: Path
    message: str
    refers: bool = False  # to another part, which may stand in another file

    @property
    def where(self) -> str:
        """The path as it is read aloud: domains.0.items.2.question."""
        return ".".join(str(step) for step in self.path)


class FaultyInstrumentError(Exception):
    """An instrument that cannot be used, with all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{fault.where}: {fault.message}" for fault in faults))
        self.faults = faults


def parse(tree: Tree) -> Instrument:
    """The instrument that plain data describes; raises FaultyInstrumentError with every fault at once."""
    broken = list(_broken_references(tree))
    try:
        instrument = Instrument.model_validate(tree)
    except ValidationError as error:
        misshapen = [Fault(_as_written(tree, fault["loc"]), _in_words(fault)) for fault in error.errors()]
        raise FaultyInstrumentError(broken + misshapen) from error
    if broken:
        raise FaultyInstrumentError(broken)
    return instrument


def dump(instrument: Instrument) -> Tree:
    """Plain data from which parse() makes the same instrument."""
    content: Tree = instrument.model_dump(mode="json", exclude_none=True)
    return content


def question(instruments: Iterable[Instrument], item_id: str) -> Text | None:
    """The words of a question, in the first of these instruments that has it."""
    return next((one.items[item_id].question for one in instruments if item_id in one.items), None)


def untranslated(instrument: Instrument) -> Instrument:
    """The same instrument with its English words only: those that its digest vouches for."""
    return parse(_without_translations(dump(instrument)))


def canonical(content: object) -> str:
    """JSON with one spelling only, so that equal content has equal digests."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


_WORDS_FOR = {
    "missing": "is missing",
    "extra_forbidden": "is not a known key",
    "string_type": "must be text (put it in quotes if it looks like a number)",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "holds a character that does not belong there",
    "int_type": "must be a whole number",
    "model_type": "must be a mapping of keys to values",
    "tuple_type": "must be a list",
    "too_short": "has {actual_length} entries, and needs {min_length} or more",
    "too_long": "has {actual_length} entries, and may have {max_length} at most",
}


def _in_words(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "string_type" and fault["input"] is None:
        return "is empty"
    words = _WORDS_FOR.get(fault["type"])
    return words.format_map(fault.get("ctx", {})) if words else fault["msg"][:1].lower() + fault["msg"][1:]


def _as_written(tree: Tree, path: Path) -> Path:
    """The path of a part in the data itself, where one source may stand without a list around it."""
    written: Path = ()
    for step in path:
        if isinstance(step, str):
            tree = tree.get(step) if isinstance(tree, dict) else None
        elif isinstance(tree, list):
            tree = tree[step]
        else:
            continue
        written += (step,)
    return written


def _without_translations(content: Tree) -> Tree:
    if isinstance(content, dict):
        return {key: _without_translations(value) for key, value in content.items() if key != "fr"}
    if isinstance(content, list):
        return [_without_translations(value) for value in content]
    return content


def _broken_references(tree: Tree) -> Iterator[Fault]:
    """Faults between parts; it looks only at what has the right shape, for parse() reports the rest."""
    domains = list(_parts(tree, ("domains",)))
    items = [found for path, domain in domains for found in _parts(domain, (*path, "items"))]
    advice = [found for path, item in items for found in _parts(item, (*path, "advice"))]
    gates = list(_parts(tree, ("gates",)))
    for parts in (list(_parts(tree, ("kinds",))), list(_parts(tree, ("sizes",))), gates, domains, items, advice):
        yield from _duplicates(parts)
    gate_ids = {gate.get("id") for _, gate in gates if isinstance(gate.get("id"), str)}
    for path, item in items:
        gate_id = item.get("asked_if")
        if isinstance(gate_id, str) and gate_id not in gate_ids:
            yield Fault((*path, "asked_if"), f"names an unknown gate: {gate_id}", refers=True)
    item_ids = {item.get("id") for _, item in items if isinstance(item.get("id"), str)}
    for path, part in advice:
        moves = part.get("moves")
        for index, item_id in enumerate(moves if isinstance(moves, list) else []):
            if isinstance(item_id, str) and item_id not in item_ids:
                yield Fault((*path, "moves", index), f"names an unknown item: {item_id}", refers=True)


def _parts(parent: Tree, path: Path) -> Iterator[tuple[Path, dict[str, Tree]]]:
    parts = parent.get(str(path[-1])) if isinstance(parent, dict) else None
    for index, part in enumerate(parts if isinstance(parts, list) else []):
        if isinstance(part, dict):
            yield (*path, index), part


def _duplicates(parts: list[tuple[Path, dict[str, Tree]]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for path, part in parts:
        identifier = part.get("id")
        if isinstance(identifier, str):
            if identifier in seen:
                yield Fault((*path, "id"), f"stands twice: {identifier}")
            seen.add(identifier)
