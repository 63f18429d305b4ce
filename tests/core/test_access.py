"""What each role includes, and that a grant is a plain value."""

import pytest

from questionnaire.core.access import Grant, PrincipalKind, Role, Scope


@pytest.mark.parametrize(
    ("role", "included"),
    [
        (Role.OWNER, {Role.OWNER, Role.EDITOR, Role.VIEWER, Role.READER}),
        (Role.EDITOR, {Role.EDITOR, Role.VIEWER, Role.READER}),
        (Role.VIEWER, {Role.VIEWER, Role.READER}),
        (Role.READER, {Role.READER}),
        (Role.STEWARD, {Role.STEWARD}),
        (Role.FACILITATOR, {Role.FACILITATOR}),
    ],
)
def test_a_role_includes_itself_and_every_lesser_one(role: Role, included: set[Role]) -> None:
    assert {other for other in Role if role.includes(other)} == included


def test_grants_that_say_the_same_are_the_same() -> None:
    def grant(role: Role) -> Grant:
        return Grant(PrincipalKind.CAPABILITY, "1", Scope.ORGANIZATION, "2", role)

    assert {grant(Role.OWNER), grant(Role.OWNER)} == {grant(Role.OWNER)}
    assert grant(Role.OWNER) != grant(Role.VIEWER)
