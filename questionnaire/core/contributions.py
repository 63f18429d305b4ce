"""Contributions: how an organization that runs its own copy of this site takes part in a network of another one.

A contribution holds the scores of one year and what stands behind them: no name, no answer, no word. What is read
here may come from anybody: it is refused with the reason, or taken as it is.
"""

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from questionnaire.core.freezing import Counted, Standing
from questionnaire.core.instrument import Count, Identifier, Instrument, canonical
from questionnaire.core.phrase import Phrase
from questionnaire.core.scoring import NEEDED_ITEMS, POINTS_PER_LEVEL, basis_of_ids, behind
from questionnaire.core.submission import Submission

LARGEST = 100_000  # bytes; one of the instrument that is shipped has 3,000
MOST_DOMAINS, MOST_ITEMS = 50, 200
CLOSE = 0.001  # of points: how near they must be to a mean of levels

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Network = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
ItemRevision = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*:[1-9][0-9]{0,8}$", max_length=90)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class DomainContributed(_Part):
    """One domain that has a score."""

    domain_id: Identifier
    points: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    items: Annotated[tuple[ItemRevision, ...], Field(min_length=NEEDED_ITEMS, max_length=MOST_ITEMS)]
    """The questions that have a level, with their revisions, sorted; not the levels."""


class Contribution(_Part):
    """What one organization gives to the release of one year."""

    format: Literal["alongside-contribution"] = "alongside-contribution"
    version: Literal[1] = 1
    """Of this format."""
    network: Network
    """The code of the network that it is for."""
    contributor: Number
    """Made from a random one, the same in every year: it tells an organization from others, and nothing of it."""
    year: Annotated[int, Field(ge=2000, le=2100)]
    kind: Identifier
    size: Identifier
    instrument_id: Identifier
    instrument_version: Count
    instrument_digest: Digest
    domains: Annotated[tuple[DomainContributed, ...], Field(max_length=MOST_DOMAINS)]

    @property
    def digest(self) -> str:
        """SHA-256 of all that it holds, as JSON with sorted keys and without blanks."""
        return hashlib.sha256(canonical(self.model_dump(mode="json")).encode()).hexdigest()

    @property
    def counted(self) -> Counted:
        """The organization as it counts in a release."""
        return Counted(
            key=self.contributor,
            kind=self.kind,
            size=self.size,
            instrument_digest=self.instrument_digest,
            domains={one.domain_id: Standing(one.points, basis_of_ids(one.items)) for one in self.domains},
        )


class ContributionFile(Contribution):
    """A contribution to Alongside as it is handed over. Points run from 0 to 100."""

    digest_of_all: Digest
    """SHA-256 of all else in this file, as JSON with sorted keys and without blanks."""


class Reason(StrEnum):
    """Why a contribution is refused."""

    TOO_LARGE = "too-large"
    NOT_OURS = "not-ours"
    ALTERED = "altered"
    OTHER_NETWORK = "other-network"
    IMPOSSIBLE = "impossible"


class RefusedContributionError(Exception):
    """A contribution that is not taken, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def in_words(self) -> Phrase:
        """The reason, in a sentence or two."""
        if self.reason is Reason.TOO_LARGE:
            return Phrase("contribution.too-large", {"kilobytes": LARGEST // 1000})
        if self.reason is Reason.ALTERED:
            return Phrase("contribution.altered")
        if self.reason is Reason.OTHER_NETWORK:
            return Phrase("contribution.other-network")
        if self.reason is Reason.IMPOSSIBLE:
            return Phrase("contribution.impossible")
        return Phrase("contribution.not-ours")


def contribute(submission: Submission, instrument: Instrument, *, network: str, contributor: str) -> Contribution:
    """What an organization would give to a network, all of it."""
    items = {
        domain.id: tuple(sorted(f"{item.id}:{item.revision}" for item in behind(domain, submission.answers)))
        for domain in instrument.domains
    }
    return Contribution(
        network=network,
        contributor=contributor,
        year=submission.year,
        kind=submission.profile.kind,
        size=submission.profile.size,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_digest=instrument.digest,
        domains=tuple(
            DomainContributed(domain_id=score.domain_id, points=score.points, items=items[score.domain_id])
            for score in submission.scores.domains
            if score.points is not None
        ),
    )


def number_of(organization_id: str, network: str) -> str:
    """What stands for an organization, whose id was drawn at random, in one network: the same in every year."""
    return hashlib.sha256(f"{network} {organization_id}".encode()).hexdigest()[:32]


def write(contribution: Contribution) -> bytes:
    """A contribution as a file of JSON; the same bytes for the same contribution."""
    content = {**contribution.model_dump(mode="json"), "digest_of_all": contribution.digest}
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def read(content: bytes, *, network: str) -> Contribution:
    """The contribution of a file, for this network; raises RefusedContributionError."""
    if len(content) > LARGEST:
        raise RefusedContributionError(Reason.TOO_LARGE)
    try:
        file = ContributionFile.model_validate_json(content)
    except ValidationError as error:
        raise RefusedContributionError(Reason.NOT_OURS) from error
    contribution = Contribution(**{name: getattr(file, name) for name in Contribution.model_fields})
    if file.digest_of_all != contribution.digest:
        raise RefusedContributionError(Reason.ALTERED)
    if contribution.network != network:
        raise RefusedContributionError(Reason.OTHER_NETWORK)
    if not _is_possible(contribution):
        raise RefusedContributionError(Reason.IMPOSSIBLE)
    return contribution


def schema() -> dict[str, object]:
    """The JSON Schema of a contribution's file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ContributionFile.model_json_schema(mode="serialization"),
    }


def _is_possible(contribution: Contribution) -> bool:
    """Whether its points are means of levels, and nothing stands in it twice."""
    domains = contribution.domains
    items = [item.rpartition(":")[0] for domain in domains for item in domain.items]
    if len({domain.domain_id for domain in domains}) < len(domains) or len(set(items)) < len(items):
        return False
    levels = ((domain.points * len(domain.items) / POINTS_PER_LEVEL, len(domain.items)) for domain in domains)
    return all(abs(found - round(found)) < CLOSE * number for found, number in levels)
