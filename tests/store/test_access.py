"""Grants and links: whose they are, that of many at once one wins, and that an owner is never lost on the way."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError

from questionnaire.core.access import GIVEN_ROLES, Grant, PrincipalKind, Role, Scope
from questionnaire.store import access, accounts, database, models, organizations, sessions
from tests.builders import A_DAY
from tests.moments import at_once

KIM, SAM, MAX = "kim@example.org", "sam@example.org", "max@example.org"


def an_account(engine: Engine, email: str) -> str:
    with database.writing(engine) as connection:
        return accounts.create(connection, email, "a hash", on=A_DAY)


@pytest.fixture
def organization_id(engine: Engine) -> str:
    """An organization without an owner."""
    with database.writing(engine) as connection:
        return organizations.start(connection, "Harbour Street", on=A_DAY)


@pytest.fixture
def people(engine: Engine, organization_id: str) -> dict[str, str]:
    """Its owner Kim and two editors, by their addresses."""
    ids = {email: an_account(engine, email) for email in (KIM, SAM, MAX)}
    with database.writing(engine) as connection:
        assert organizations.claim(connection, organization_id, ids[KIM])
        for email in (SAM, MAX):
            access.join(connection, organization_id, ids[email], Role.EDITOR)
    return ids


def roles(engine: Engine, organization_id: str) -> dict[str, Role]:
    with database.reading(engine) as connection:
        return {one.email: one.role for one in access.colleagues(connection, organization_id)}


def test_what_can_be_given_is_never_to_be_the_owner() -> None:
    assert Role.OWNER not in GIVEN_ROLES


def test_of_eight_who_claim_at_once_one_becomes_the_owner(engine: Engine, organization_id: str) -> None:
    ids = [an_account(engine, f"a{number}@example.org") for number in range(8)]

    def claim(account_id: str) -> bool:
        with database.writing(engine) as connection:
            return organizations.claim(connection, organization_id, account_id)

    assert at_once([partial(claim, account_id) for account_id in ids]).count(True) == 1
    assert list(roles(engine, organization_id).values()) == [Role.OWNER]


def test_of_eight_who_use_a_link_at_once_one_uses_it(engine: Engine, organization_id: str) -> None:
    with database.writing(engine) as connection:
        token = access.invite(connection, organization_id, Role.EDITOR, made_for="Sam", on=A_DAY)
        link = access.find_link(connection, token, on=A_DAY)
        assert link

    def use() -> bool:
        with database.writing(engine) as connection:
            return access.use_up(connection, link)

    assert at_once([use] * 8).count(True) == 1
    with database.reading(engine) as connection:
        assert access.find_link(connection, token, on=A_DAY) is None


def test_of_eight_who_end_the_links_of_an_address_at_once_each_link_is_ended_by_one(engine: Engine) -> None:
    with database.writing(engine) as connection:
        for _ in range(3):
            access.make_account_link(connection, KIM, on=A_DAY)
        access.make_account_link(connection, SAM, on=A_DAY)

    def end() -> list[str]:
        with database.writing(engine) as connection:
            return access.end_account_links(connection, KIM)

    ended = at_once([end] * 8)
    assert len({capability_id for some in ended for capability_id in some}) == 3
    assert sum(map(len, ended)) == 3
    with database.reading(engine) as connection:
        assert connection.scalars(select(models.capability.c.made_for)).all() == [SAM]


def test_an_organization_has_one_owner_at_most(engine: Engine, organization_id: str, people: dict[str, str]) -> None:
    def crown() -> None:
        with database.writing(engine) as connection:
            theirs = models.grant.c.principal_id == people[SAM]
            connection.execute(update(models.grant).where(theirs).values(role=Role.OWNER))

    def give() -> None:
        with database.writing(engine) as connection:
            somebody = Grant(PrincipalKind.CAPABILITY, "a link", Scope.ORGANIZATION, organization_id, Role.OWNER)
            access.give(connection, somebody)

    for wrong in (crown, give):
        with pytest.raises(IntegrityError):
            wrong()
    assert roles(engine, organization_id) == {KIM: Role.OWNER, SAM: Role.EDITOR, MAX: Role.EDITOR}


def test_who_became_the_owner_meanwhile_is_neither_removed_nor_demoted(
    engine: Engine, organization_id: str, people: dict[str, str]
) -> None:
    """As when one page that showed an editor removes them while another hands over to them."""
    with database.writing(engine) as connection:
        assert access.swap_roles(connection, organization_id, owner=people[KIM], to=people[SAM])
    with database.writing(engine) as connection:
        access.remove(connection, organization_id, people[SAM])
        access.set_role(connection, organization_id, people[SAM], Role.VIEWER)
    assert roles(engine, organization_id) == {KIM: Role.EDITOR, SAM: Role.OWNER, MAX: Role.EDITOR}


def test_handing_over_and_removing_at_once_leave_one_owner(
    engine: Engine, organization_id: str, people: dict[str, str]
) -> None:
    def hand_over() -> bool:
        with database.writing(engine) as connection:
            return access.swap_roles(connection, organization_id, owner=people[KIM], to=people[SAM])

    def remove() -> None:
        with database.writing(engine) as connection:
            access.remove(connection, organization_id, people[SAM])

    handed_over, _removed = at_once([hand_over, remove])
    left = roles(engine, organization_id)
    assert list(left.values()).count(Role.OWNER) == 1
    assert left.get(SAM) is (Role.OWNER if handed_over else None)


def test_only_an_owner_hands_over_and_only_to_a_colleague(
    engine: Engine, organization_id: str, people: dict[str, str]
) -> None:
    stranger = an_account(engine, "robin@example.org")
    before = roles(engine, organization_id)
    with database.writing(engine) as connection:
        for owner, to in (
            (people[SAM], people[MAX]),
            (people[KIM], stranger),
            (people[KIM], people[KIM]),
            (stranger, people[SAM]),
        ):
            assert not access.swap_roles(connection, organization_id, owner=owner, to=to)
    assert roles(engine, organization_id) == before


def test_joining_twice_keeps_the_stronger_role(engine: Engine, organization_id: str) -> None:
    ids = {email: an_account(engine, email) for email in (KIM, SAM, MAX)}
    with database.writing(engine) as connection:
        for email, first, then in (
            (KIM, Role.VIEWER, Role.EDITOR),
            (SAM, Role.EDITOR, Role.VIEWER),
            (MAX, Role.VIEWER, Role.VIEWER),
        ):
            for role in (first, then):
                access.join(connection, organization_id, ids[email], role)
    assert roles(engine, organization_id) == {KIM: Role.EDITOR, SAM: Role.EDITOR, MAX: Role.VIEWER}


def test_joining_eight_times_at_once_is_joining_once(engine: Engine, organization_id: str) -> None:
    account_id = an_account(engine, SAM)

    def join(number: int) -> None:
        with database.writing(engine) as connection:
            access.join(connection, organization_id, account_id, GIVEN_ROLES[number % 2])

    at_once([partial(join, number) for number in range(8)])
    assert roles(engine, organization_id) == {SAM: Role.EDITOR}


def test_an_invitation_is_ended_only_by_its_own_organization(engine: Engine, organization_id: str) -> None:
    with database.writing(engine) as connection:
        another = organizations.start(connection, "Another House", on=A_DAY)
        access.invite(connection, organization_id, Role.EDITOR, made_for="Sam", on=A_DAY)
        _token, private = access.make_link(connection, organization_id, Role.EDITOR, on=A_DAY)
        [mine] = access.invitations(connection, organization_id, on=A_DAY)
        assert access.end_invitation(connection, another, mine.capability_id) is None
        assert access.end_invitation(connection, organization_id, private.capability_id) is None
        assert access.end_invitation(connection, organization_id, mine.capability_id) == "Sam"
        assert access.end_invitation(connection, organization_id, mine.capability_id) is None


def test_the_daily_round_forgets_links_that_have_expired_and_no_other(engine: Engine, organization_id: str) -> None:
    with database.writing(engine) as connection:
        access.make_link(connection, organization_id, Role.EDITOR, on=A_DAY)
        access.invite(connection, organization_id, Role.EDITOR, made_for="Sam", on=A_DAY)
        access.make_account_link(connection, KIM, on=A_DAY)
    for days, left in ((1, 3), (2, 2), (14, 2), (15, 1), (4000, 1)):
        with database.writing(engine) as connection:
            access.forget_expired(connection, on=A_DAY + timedelta(days=days))
            assert len(connection.execute(select(models.capability)).all()) == left, days
            assert len(connection.execute(select(models.grant)).all()) == left, days


def session_of(engine: Engine, *principals: tuple[PrincipalKind, str], on: date = A_DAY) -> str:
    with database.writing(engine) as connection:
        return sessions.open_session(connection, list(principals), earlier=None, on=on)


def test_of_a_link_and_an_account_the_stronger_role_counts_and_of_two_alike_the_accounts(
    engine: Engine, organization_id: str, people: dict[str, str]
) -> None:
    with database.writing(engine) as connection:
        _token, link = access.make_link(connection, organization_id, Role.EDITOR, on=A_DAY)
    told = {}
    for email, role in ((KIM, Role.OWNER), (SAM, Role.EDITOR), (MAX, Role.VIEWER)):
        with database.writing(engine) as connection:
            access.set_role(connection, organization_id, people[email], role)
        account, capability = (PrincipalKind.ACCOUNT, people[email]), (PrincipalKind.CAPABILITY, link.capability_id)
        token = session_of(engine, account, capability)
        with database.reading(engine) as connection:
            found = access.held(connection, token, organization_id, on=A_DAY)
        assert found
        told[email] = (found.role, found.email)
    assert told == {KIM: (Role.OWNER, KIM), SAM: (Role.EDITOR, SAM), MAX: (Role.EDITOR, "")}


def test_a_session_opens_nothing_by_an_account_that_is_disabled_or_a_link_that_was_ended(
    engine: Engine, organization_id: str, people: dict[str, str]
) -> None:
    """Even where the session itself was not ended with them."""
    with database.writing(engine) as connection:
        _token, link = access.make_link(connection, organization_id, Role.EDITOR, on=A_DAY)
    tokens = [
        session_of(engine, (PrincipalKind.ACCOUNT, people[SAM])),
        session_of(engine, (PrincipalKind.CAPABILITY, link.capability_id)),
    ]
    with database.writing(engine) as connection:
        assert all(access.all_held(connection, token, on=A_DAY) for token in tokens)
        connection.execute(update(models.account).values(disabled_on=A_DAY))
        access.revoke_links(connection, organization_id, on=A_DAY)
        assert not any(access.all_held(connection, token, on=A_DAY) for token in tokens)
        assert sessions.signed_in(connection, tokens[0], on=A_DAY) is None
