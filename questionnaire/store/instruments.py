"""Instruments: read from YAML with the place of every fault, and kept by digest once they are used."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml
from sqlalchemy import Connection, and_, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from questionnaire.core.instrument import FaultyInstrumentError, Instrument, Tree, canonical, dump, parse
from questionnaire.core.instrument import Path as TreePath
from questionnaire.store import models

MOST_BYTES = 1_000_000
MOST_STEPS = 30  # from a file's beginning to its deepest part; an instrument takes ten
MAIN_FILE = "instrument.yaml"

_RECALLED: dict[str, Instrument] = {}  # by digest; there are few versions, and only a translation can be newer


class UnreadableInstrumentError(Exception):
    """An instrument that cannot be used; every line names a file, a line, a path and a fault."""


class InstrumentChangedError(Exception):
    """The files of an instrument that is in use say something else than when it was first used."""


class _Place(NamedTuple):
    file: Path
    line: int

    def says(self, path: TreePath, message: str) -> str:
        where = ".".join(str(step) for step in path)
        return f"{self.file}:{self.line}: {where + ': ' if where else ''}{message}"


@dataclass
class _Reading:
    """What has been read so far: where each part stands, what is wrong, and which parts could not be read."""

    places: dict[TreePath, _Place] = field(default_factory=dict)
    faults: list[tuple[_Place, str]] = field(default_factory=list)
    unread: set[TreePath] = field(default_factory=set)

    def refuse(self, place: _Place, path: TreePath, message: str) -> None:
        self.faults.append((place, place.says(path, message)))

    def place_of(self, path: TreePath) -> _Place:
        """Where a part stands, or else the nearest part around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places[path]


def read(folder: Path) -> Instrument:
    """The instrument in a folder; raises UnreadableInstrumentError with every fault in all its files."""
    reading = _Reading()
    tree = _read_file(folder / MAIN_FILE, (), reading)
    names = tree.get("domains") if isinstance(tree, dict) else None
    if isinstance(tree, dict) and isinstance(names, list):
        tree["domains"] = list(_read_domains(folder, names, reading))
    instrument = None
    try:
        instrument = parse(tree)
    except FaultyInstrumentError as error:
        for fault in error.faults:
            if fault.path not in reading.unread and not (fault.refers and reading.unread):
                reading.refuse(reading.place_of(fault.path), fault.path, fault.message)
    if instrument is None or reading.faults:
        raise UnreadableInstrumentError("\n".join(line for _, line in sorted(reading.faults)))
    return instrument


def record(connection: Connection, instrument: Instrument) -> None:
    """Keep an instrument by its digest, so that what is answered on it stays readable for ever.

    Raises InstrumentChangedError where the same version was used with other words.
    """
    table = models.instrument
    content = canonical(dump(instrument))
    known = connection.scalar(select(table.c.content).where(table.c.digest == instrument.digest))
    if known == content:
        return
    if known is not None:  # the same instrument, in one language more
        connection.execute(update(table).where(table.c.digest == instrument.digest).values(content=content))
        _RECALLED.pop(instrument.digest, None)
        return
    other_words = and_(
        table.c.id == instrument.id, table.c.version == instrument.version, table.c.digest != instrument.digest
    )
    used = exists().where(models.revision.c.instrument_digest == table.c.digest)
    connection.execute(delete(table).where(other_words, ~used))
    if connection.scalar(select(table.c.digest).where(other_words)):
        raise InstrumentChangedError(
            f"{instrument.id} version {instrument.version} was changed after it was used."
            " Put the old files back, and give the changed ones a new version."
        )
    with suppress(IntegrityError), connection.begin_nested():  # another process may have recorded it meanwhile
        connection.execute(
            insert(table).values(
                digest=instrument.digest, id=instrument.id, version=instrument.version, content=content
            )
        )


def recall(connection: Connection, digest: str) -> Instrument:
    """The instrument that was recorded under a digest."""
    known = _RECALLED.get(digest)
    if known is None:
        query = select(models.instrument.c.content).where(models.instrument.c.digest == digest)
        known = _RECALLED[digest] = parse(json.loads(connection.scalars(query).one()))
    return known


def _read_domains(folder: Path, names: list[Tree], reading: _Reading) -> Iterator[Tree]:
    for index, name in enumerate(names):
        path: TreePath = ("domains", index)
        place = reading.place_of(path)
        if not isinstance(name, str) or not name.isidentifier():
            reading.refuse(place, path, "must be the name of a domain, whose file stands beside this one")
            reading.unread.add(path)
            yield None
            continue
        tree = _read_file(folder / f"{name}.yaml", path, reading)
        if isinstance(tree, dict) and tree.get("id") != name:
            reading.refuse(reading.place_of((*path, "id")), (*path, "id"), f"must be {name}, like the file's name")
        yield tree


def _read_file(file: Path, path: TreePath, reading: _Reading) -> Tree:
    reading.places[path] = _Place(file, 1)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _NotReadableError(1, f"too large: at most {MOST_BYTES // 1000} kB are read")
        return _Document(file, reading).tree(path)
    except OSError as error:
        reading.refuse(_Place(file, 1), path, f"cannot be read: {error.strerror}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reading.refuse(_Place(file, mark.line + 1 if mark else 1), path, f"is not YAML: {error.problem}")
    except (yaml.YAMLError, UnicodeDecodeError):
        reading.refuse(_Place(file, 1), path, "is not YAML in UTF-8")
    except _NotReadableError as error:
        reading.refuse(_Place(file, error.line), path, error.message)
    reading.unread.add(path)
    return None


class _NotReadableError(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message


class _Document:
    """Plain data from the events of YAML's C parser; its own nodes end the process where they nest deeply."""

    def __init__(self, file: Path, reading: _Reading) -> None:
        self.file = file
        self.reading = reading
        self.events = yaml.parse(file.read_bytes().decode(), Loader=yaml.CSafeLoader)

    def tree(self, path: TreePath) -> Tree:
        """All that the file says; raises _NotReadableError, and yaml.YAMLError where it is no YAML."""
        read: list[Tree] = []
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent) and read:
                raise _NotReadableError(_line(event), "holds a second document")
            if isinstance(event, yaml.NodeEvent):
                read.append(self._plain(event, path))
        if not read:
            raise _NotReadableError(1, "is empty")
        return read[0]

    def _plain(self, event: yaml.Event, path: TreePath) -> Tree:
        line = _line(event)
        self.reading.places.setdefault(path, _Place(self.file, line))
        if len(path) > MOST_STEPS:
            raise _NotReadableError(line, "is nested too deeply")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        raise _NotReadableError(line, "refers to another part by an alias: write it out instead")

    def _list(self, path: TreePath) -> Tree:
        parts: list[Tree] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            parts.append(self._plain(event, (*path, len(parts))))
        return parts

    def _mapping(self, path: TreePath) -> Tree:
        mapping: dict[str, Tree] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _NotReadableError(_line(event), "has a key that is not a word")
            key, place = event.value, _Place(self.file, _line(event))
            if key in mapping:
                self.reading.refuse(place, (*path, key), "stands twice")
            self.reading.places[(*path, key)] = place
            mapping[key] = self._plain(next(self.events), (*path, key))
        return mapping


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> Tree:
    """Only whole numbers become numbers: `no`, `1.0` and dates stay text."""
    text = str(event.value)
    if event.style:  # in quotes, or a block
        return text
    if text == "":
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
