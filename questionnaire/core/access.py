"""Who may do what: a grant ties a principal to a scope by a role."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a grant allows. Each may do all that those below it may; a reader opens one report, or release.

    A steward runs one round. No owner is a steward: a manager sees no code and no form. A facilitator runs one
    network; that opens no organization.
    """

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
    READER = "reader"
    STEWARD = "steward"
    FACILITATOR = "facilitator"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        if {Role.STEWARD, Role.FACILITATOR} & {self, other}:
            return self is other
        return _RANK[self] >= _RANK[other]


_RANK = {Role.READER: 0, Role.VIEWER: 1, Role.EDITOR: 2, Role.OWNER: 3}

# An organization has one owner, who may hand it over; so these are what can be given to others.
GIVEN_ROLES = (Role.EDITOR, Role.VIEWER)


class PrincipalKind(StrEnum):
    """Who holds a grant: somebody's account, or a link that carries its own right."""

    ACCOUNT = "account"
    CAPABILITY = "capability"


class Scope(StrEnum):
    """What a grant is about: an organization or a network, joining one, an account's password, a report, a release,
    or a round.
    """

    ORGANIZATION = "organization"
    INVITATION = "invitation"
    ACCOUNT = "account"
    REPORT = "report"
    RELEASE = "release"
    ROUND = "round"
    NETWORK = "network"
    JOINING = "joining"


@dataclass(frozen=True)
class Grant:
    """A role that one principal holds over one thing."""

    principal_kind: PrincipalKind
    principal_id: str
    scope: Scope
    scope_id: str
    role: Role
