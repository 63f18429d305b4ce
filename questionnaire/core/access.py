"""Who may do what: a grant ties a principal to a scope by a role."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a grant allows. An owner may do all that an editor may, and an editor all that a viewer may."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        return _RANK[self] >= _RANK[other]


_RANK = {Role.VIEWER: 1, Role.EDITOR: 2, Role.OWNER: 3}


class PrincipalKind(StrEnum):
    """Who holds a grant: a capability is a link or code that carries its own right."""

    CAPABILITY = "capability"


class Scope(StrEnum):
    """What a grant is about."""

    ORGANIZATION = "organization"


@dataclass(frozen=True)
class Grant:
    """A role that one principal holds over one thing."""

    principal_kind: PrincipalKind
    principal_id: str
    scope: Scope
    scope_id: str
    role: Role
