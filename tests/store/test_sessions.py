"""Sessions: one browser's follow each other in a chain, which ends as a whole."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select

from questionnaire.core.access import PrincipalKind
from questionnaire.store import accounts, database, models, sessions
from tests.builders import A_DAY
from tests.moments import at_once, just_before, until_somebody_waits


@pytest.fixture
def account(engine: Engine) -> tuple[PrincipalKind, str]:
    with database.writing(engine) as connection:
        return PrincipalKind.ACCOUNT, accounts.create(connection, "kim@example.org", "a hash", on=A_DAY)


def open_(engine: Engine, *principals: tuple[PrincipalKind, str], earlier: str | None = None, days: int = 0) -> str:
    with database.writing(engine) as connection:
        return sessions.open_session(connection, list(principals), earlier=earlier, on=A_DAY + timedelta(days=days))


def is_open(engine: Engine, token: str, days: int = 0) -> bool:
    with database.reading(engine) as connection:
        return sessions.signed_in(connection, token, on=A_DAY + timedelta(days=days)) is not None


def test_who_opens_a_link_stays_signed_in_and_the_session_before_ends_with_the_day(
    engine: Engine, account: tuple[PrincipalKind, str]
) -> None:
    first = open_(engine, account)
    second = open_(engine, (PrincipalKind.CAPABILITY, "a link"), earlier=first)
    assert [is_open(engine, token) for token in (first, second)] == [True, True]
    assert [is_open(engine, token, days=1) for token in (first, second)] == [False, True]


def test_who_signs_in_ends_what_the_session_before_had_of_an_account(
    engine: Engine, account: tuple[PrincipalKind, str]
) -> None:
    first = open_(engine, account)
    second = open_(engine, account, earlier=first)
    assert [is_open(engine, token) for token in (first, second)] == [False, True]


def test_a_session_that_has_ended_hands_nothing_on(engine: Engine, account: tuple[PrincipalKind, str]) -> None:
    first = open_(engine, account)
    late = open_(engine, earlier=first, days=91)
    assert not is_open(engine, late, days=91)


def test_eight_exchanges_of_two_sessions_of_a_browser_at_once_are_one_chain_that_ends_as_a_whole(
    engine: Engine, account: tuple[PrincipalKind, str]
) -> None:
    """As when many links are opened at once: the browser keeps any one of the sessions."""
    first = open_(engine, account)
    second = open_(engine, earlier=first)
    opened = at_once([partial(open_, engine, earlier=token) for token in (first, second) * 4])
    assert all(is_open(engine, token) for token in (first, second, *opened))
    with database.writing(engine) as connection:
        assert len(sessions.devices(connection, account[1], here=first, on=A_DAY)) == 1
        sessions.close(connection, opened[3])
    assert not any(is_open(engine, token) for token in (first, second, *opened))
    with database.reading(engine) as connection:
        assert connection.execute(select(models.session_principal)).all() == []


def test_a_session_that_is_exchanged_while_all_of_its_account_are_ended_ends_with_them(
    engine: Engine, account: tuple[PrincipalKind, str]
) -> None:
    first, patient = open_(engine, account), database.open_database(engine.url)

    def end_all() -> None:
        with database.writing(patient) as connection:
            sessions.close_all(connection, *account)

    with ThreadPoolExecutor(1) as pool:
        ended: list[Future[None]] = []

        def begin(other: Engine) -> None:
            ended.append(pool.submit(end_all))
            until_somebody_waits(other)

        with just_before(engine, "UPDATE session SET successor", begin):
            second = open_(engine, earlier=first)
        ended[0].result()
    patient.dispose()
    assert [is_open(engine, token) for token in (first, second)] == [False, False]


def test_a_device_that_went_on_since_its_owner_looked_is_signed_out_all_the_same(
    engine: Engine, account: tuple[PrincipalKind, str]
) -> None:
    mine, first = open_(engine, account), open_(engine, account)
    second = open_(engine, earlier=first)
    with database.writing(engine) as connection:
        assert sessions.close_device(connection, account[1], database.token_hash(first))
        assert not sessions.close_device(connection, account[1], database.token_hash(first))
    assert [is_open(engine, token) for token in (mine, first, second)] == [True, False, False]


def test_closing_a_browser_leaves_every_other_open(engine: Engine, account: tuple[PrincipalKind, str]) -> None:
    mine, other = open_(engine, account), open_(engine, account)
    with database.writing(engine) as connection:
        sessions.close(connection, mine)
        sessions.close(connection, "none")
    assert [is_open(engine, token) for token in (mine, other)] == [False, True]


def test_the_daily_round_forgets_what_has_ended(engine: Engine, account: tuple[PrincipalKind, str]) -> None:
    open_(engine, account)
    kept = open_(engine, account, days=1)
    with database.writing(engine) as connection:
        sessions.forget_expired(connection, on=A_DAY + timedelta(days=91))
        left = connection.scalars(select(models.session.c.token_hash)).all()
    assert left == [database.token_hash(kept)]
