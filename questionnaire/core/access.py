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

# An organization has one owner, who may hand it over; so these are what can be given to others.
GIVEN_ROLES = (Role.EDITOR, Role.VIEWER)


class PrincipalKind(StrEnum):
    """Who holds a grant: somebody's account, or a link that carries its own right."""

    ACCOUNT = "account"
    CAPABILITY = "capability"


class Scope(StrEnum):
    """What a grant is about: an organization itself, joining one, or the password of an account."""

    ORGANIZATION = "organization"
    INVITATION = "invitation"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Grant:
    """A role that one principal holds over one thing."""

    principal_kind: PrincipalKind
    principal_id: str
    scope: Scope
    scope_id: str
    role: Role
