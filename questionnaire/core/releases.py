"""Releases: what a network shows of one year, its names, and each member's own place, as they are kept.

What may stand in one is decided where it is frozen: see freezing.py. Points run from 0 to 100.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from questionnaire.core.benchmark import LEAST, Figure, Quarter, Stepped
from questionnaire.core.instrument import canonical


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Grouping(StrEnum):
    """By what a release is broken down, if it is: one thing, for two of them together could set a few apart."""

    KIND = "kind"
    SIZE = "size"


class About(_Part):
    """What a network says of itself."""

    name: str
    behind: str
    """Who stands behind it."""
    decisions: str
    """How decisions are made in it."""


class GroupFigure(_Part):
    """One domain among the organizations of one kind, or of one size."""

    value: str
    """The id of the kind or the size."""
    figure: Figure


class DomainFigures(_Part):
    """One domain of a release."""

    domain_id: str
    basis: str
    """Of the questions: years with another one are not compared."""
    figure: Figure
    groups: tuple[GroupFigure, ...]
    change: Figure | None
    """Since the release before, of the organizations that are in both, on the questions with a level in both years;
    null in the first one."""
    apart: Figure
    """Organization minus peer workers, on the questions that both were asked, where peer workers agreed to it."""
    left_out: bool
    """Whether organizations are not counted here because they answered other questions."""


class Release(_Part):
    """What a network shows of one year. It is never recomputed, and there is no second one of the same year."""

    format: Literal["alongside-release"] = "alongside-release"
    version: Literal[1] = 1
    """Of this format."""
    network: About
    year: int
    frozen_on: date
    instrument_id: str
    instrument_version: int
    instrument_digest: str
    members: int
    """How many organizations were members."""
    organizations: Annotated[int, Field(ge=LEAST)]
    """How many of them count."""
    grouping: Grouping | None
    earlier_year: int | None
    """The year of the release before, with which it is compared."""
    domains: tuple[DomainFigures, ...]

    def record(self) -> str:
        """The text that is stored and digested."""
        return canonical(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """SHA-256 of the record."""
        return hashlib.sha256(self.record().encode()).hexdigest()

    def domain(self, domain_id: str) -> DomainFigures | None:
        """The figures of one domain."""
        return next((one for one in self.domains if one.domain_id == domain_id), None)


class ReleaseFile(Release):
    """A release of Alongside as it is handed over. Points run from 0 to 100, changes from -100 to 100."""

    digest_of_all: str
    """SHA-256 of all else in this file, as JSON with sorted keys and without blanks."""


def write(release: Release) -> bytes:
    """A release as a file of JSON; the same bytes for the same release."""
    content = {**release.model_dump(mode="json"), "digest_of_all": release.digest}
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def schema() -> dict[str, object]:
    """The JSON Schema of a release's file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ReleaseFile.model_json_schema(mode="serialization"),
    }


class NamedPoints(_Part):
    """One organization that chose to be named: its points, rounded to 5, where they tell of no other."""

    name: str
    points: Mapping[str, Stepped]


class Named(_Part):
    """The organizations of a release that chose to be named, in the order of the alphabet; for members alone."""

    organizations: tuple[NamedPoints, ...]


class Place(_Part):
    """Where one member stands among the others of a release, for its own eyes."""

    quarters: Mapping[str, Quarter]
