"""A database of every earlier release comes up to date with all that is in it, or stays as it was.

Beside this file stands a sample of each, in the schema's own SQL, made by the code of its time: OPENS tells what its
tokens must open, and samples/0001.sql what its first organization must hold.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select, text

from questionnaire.core.access import Role
from questionnaire.store import (
    access,
    assessments,
    database,
    instruments,
    models,
    reports,
    rounds,
    sessions,
    slips,
)
from questionnaire.web.site import Site
from tests.store.earlier import NOT_KEPT, SAMPLES, fill, kept, revisions, rows
from tests.web import walks
from tests.web.client import Browser, form_fields
from tests.web.conftest import browser_of, running

DAY: Final = date(2026, 3, 10)  # on which the samples' sessions are open
CHANGES_SOMETHING: Final = re.compile(r"\s*(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)

OWNER: Final = "owner@example.org"


@dataclass(frozen=True)
class Sample:
    """What the tokens of a sample open; each is the name of its revision, a dash, and what stands here."""

    session: tuple[Role, bool, str]
    """What `session` may do with the first organization, whether that is claimed, and whose account it is."""
    linked: str
    """With what the id of the organization begins that `private-link` opens."""
    closed: tuple[str, ...]
    """The sessions that open nothing of the first organization. The link `revoked-link` opens nothing at all."""


WITH_ACCOUNTS: Final = Sample(
    (Role.OWNER, True, OWNER),
    "88888888",
    ("late-session", "others-session", "exchanged-session", "disabled-session"),
)
OPENS: Final = {
    "0001": Sample((Role.EDITOR, False, ""), "11111111", ("late-session", "others-session")),
    "0002": WITH_ACCOUNTS,
    "0003": replace(WITH_ACCOUNTS, closed=(*WITH_ACCOUNTS.closed, "reader", "ended-reader")),
    "0004": replace(WITH_ACCOUNTS, closed=(*WITH_ACCOUNTS.closed, "reader", "ended-reader", "steward")),
    "0005": replace(WITH_ACCOUNTS, closed=(*WITH_ACCOUNTS.closed, "reader", "ended-reader", "steward")),
    "0006": replace(WITH_ACCOUNTS, closed=(*WITH_ACCOUNTS.closed, "reader", "ended-reader", "steward")),
}
NEWEST_SAMPLE: Final = max(OPENS)  # the last step of the schema changes little
with_accounts: Final = pytest.mark.parametrize("revision", sorted(OPENS.keys() - {"0001"}), indirect=True)
with_reports: Final = pytest.mark.parametrize("revision", sorted(OPENS.keys() - {"0001", "0002"}), indirect=True)

with_rounds: Final = pytest.mark.parametrize(
    "revision", sorted(OPENS.keys() - {"0001", "0002", "0003"}), indirect=True
)


class Killed(BaseException):
    """What no part of the site catches."""


@contextmanager
def killed_at(number: int) -> Iterator[None]:
    """Nothing is done from the upgrade's so-many-th change on."""
    changes = 0

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal changes
        changes += bool(CHANGES_SOMETHING.match(statement))
        if changes >= number:
            raise Killed

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)


@pytest.fixture(params=sorted(file.stem for file in SAMPLES.glob("*.sql")))
def revision(request: pytest.FixtureRequest) -> str:
    """An earlier release. A test that asks for this one runs for each."""
    return str(request.param)


@pytest.fixture
def old(database_url: str, revision: str) -> Iterator[Engine]:
    """A database as that release left it."""
    engine = database.open_database(database_url)
    fill(engine, revision)
    yield engine
    engine.dispose()


@pytest.fixture
def organization(revision: str) -> str:
    return f"11111111-{revision}-4000-8000-000000000001"


@pytest.fixture
def site_of_today(old: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The site as it is now, started on the old database."""
    monkeypatch.setattr(Site, "today", lambda _site: DAY)
    yield from running(database_url)


def test_every_earlier_release_has_a_sample() -> None:
    newest, *earlier = revisions()
    missing = sorted(set(earlier) - {file.stem for file in SAMPLES.glob("*.sql")})
    assert not missing, (
        f"The schema is at {newest} now: databases of {', '.join(missing)} are out there."
        f" Put one into tests/store/samples/{missing[0]}.sql, like 0001.sql, so that its upgrade is tried."
    )
    assert sorted(earlier) == sorted(OPENS), "OPENS tells what a sample's tokens open"


def test_a_sample_has_something_in_every_table(old: Engine) -> None:
    assert [table for table, (_columns, held) in rows(old).items() if not held] == []


def test_an_upgrade_keeps_all_that_was_there_as_it_was(old: Engine) -> None:
    before = rows(old)
    database.upgrade(old)
    after = rows(old)
    assert kept(before, after) == {table: held for table, held in before.items() if table not in NOT_KEPT}
    assert after["alembic_version"][1] == [(revisions()[0],)]
    columns, records = after["submission"]
    for row in records:
        stored = dict(zip(columns, row, strict=True))
        assert hashlib.sha256(stored["record"].encode()).hexdigest() == stored["digest"]
    if old.dialect.name == "sqlite":  # which does not look while a table is made anew
        with database.reading(old) as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_a_session_opens_after_an_upgrade_what_it_opened_before_and_nothing_else(
    old: Engine, revision: str, organization: str
) -> None:
    database.upgrade(old)
    sample = OPENS[revision]
    with database.reading(old) as connection:
        mine = access.held(connection, f"{revision}-session", organization, on=DAY)
        opened = [access.held(connection, f"{revision}-{closed}", organization, on=DAY) for closed in sample.closed]
        ended = access.find_link(connection, f"{revision}-revoked-link", on=DAY)
    assert mine
    assert (mine.role, mine.claimed, mine.email) == sample.session
    assert opened == [None] * len(sample.closed)
    assert ended is None


@with_accounts
def test_signing_out_after_an_upgrade_ends_the_session_that_was_exchanged_before_it_too(
    old: Engine, revision: str, organization: str
) -> None:
    database.upgrade(old)
    with database.writing(old) as connection:
        sessions.close(connection, f"{revision}-exchanged-session")
        assert access.held(connection, f"{revision}-session", organization, on=DAY) is None
        assert access.held(connection, f"{revision}-editors-session", organization, on=DAY)


@with_accounts
def test_accounts_sign_in_after_an_upgrade_with_the_passwords_that_they_had(
    site_of_today: Flask, organization: str
) -> None:
    browser = browser_of(site_of_today)
    assert walks.sign_in(browser, "gone@example.org").status_code == 400  # it was disabled
    assert walks.sign_in(browser, OWNER).status_code == 303
    assert browser.read("/account").count("Firefox · Linux") == 1
    record = browser.read(f"/organizations/{organization}/record")
    assert "Sam &#39;the &#34;night&#34; shift&#39; 🌱" in record
    colleagues = browser.read(f"/organizations/{organization}/colleagues")
    assert [
        who for who in ("editor@example.org", "gone@example.org", "Kim O&#39;Neil") if who not in colleagues
    ] == []


@with_accounts
def test_an_invitation_and_a_link_for_a_password_can_be_used_after_an_upgrade(
    site_of_today: Flask, revision: str, organization: str
) -> None:
    browser = browser_of(site_of_today)
    password = browser.get(f"/in/{revision}-account-link").headers["Location"]
    assert browser.fill(password, password="another harbour at dusk").status_code == 303
    assert "editor@example.org" in browser.read("/account")
    other = browser_of(site_of_today)
    walks.account(other, "kim@example.org")
    assert walks.join(other, f"/in/{revision}-invitation").status_code == 303
    assert other.get(f"/organizations/{organization}/2025/scorecard/2").status_code == 200


@with_accounts
def test_what_was_imported_before_an_upgrade_still_says_so(site_of_today: Flask, revision: str) -> None:
    browser = with_session(site_of_today, f"{revision}-editors-session")
    loaded = f"/organizations/aaaaaaaa-{revision}-4000-8000-000000000001"
    assert browser.read(loaded).count("Imported on") == 3
    assert "from an archive of another site" in browser.read(f"{loaded}/2025/scorecard/2")


def test_every_score_that_was_frozen_says_after_an_upgrade_which_items_stand_behind_it(old: Engine) -> None:
    database.upgrade(old)
    table, expected = models.domain_score.c, {}
    with database.reading(old) as connection:
        held = select(table.organization_id, table.year, table.number, table.domain_id, table.points, table.basis)
        found = {tuple(row) for row in connection.execute(held)}
        for organization_id, year, number in {row[:3] for row in found}:
            submission = assessments.find_submission(connection, organization_id, year, number)
            assert submission
            instrument = instruments.recall(connection, submission.instrument_digest)
            key = {"organization_id": organization_id, "year": year, "number": number}
            for row in assessments.score_rows(key, submission, instrument):
                expected[tuple(row.values())] = row
    assert found == expected.keys()
    assert any(row[5] for row in found)


@with_rounds
def test_rounds_of_before_an_upgrade_stand_as_they_did(old: Engine, revision: str, organization: str) -> None:
    database.upgrade(old)
    with database.reading(old) as connection:
        newest, first = rounds.listed(connection, organization)
        mine = rounds.stewarded(connection, f"{revision}-steward", newest.round_id, on=DAY)
        theirs = rounds.stewarded(connection, f"{revision}-steward", first.round_id, on=DAY)
        assert slips.made(connection, newest.round_id) == (12, 1)
    assert (mine, theirs) == (newest, None)
    assert newest.is_open(on=DAY)
    assert first.result
    assert first.result.group
    assert first.result.group.points("a") == 50
    assert first.words
    assert len(first.words) == 6


@with_reports
def test_a_plan_made_before_an_upgrade_stands_on_its_page(
    site_of_today: Flask, revision: str, organization: str
) -> None:
    page = with_session(site_of_today, f"{revision}-session").read(f"/organizations/{organization}/plan")
    for words in (
        "Mend a.1",
        "Write the &#39;roles&#39; down; 50% – “so” 🧡",
        "Line one\n\n&#39;; DROP TABLE action; --",
        "Pay for meetings",
        "Hire &lt;b&gt;somebody&lt;/b&gt;",
        "No money: &#39;none &#34;at all&#34;&#39;",
    ):
        assert words in page


@with_reports
def test_a_report_made_before_an_upgrade_is_still_the_same_for_its_readers_and_for_nobody_else(
    site_of_today: Flask, revision: str, old: Engine
) -> None:
    bare, whole = (f"/reports/{letter * 8}-{revision}-4000-8000-000000000001" for letter in "cd")
    reader = with_session(site_of_today, f"{revision}-reader")
    assert reader.get(bare).status_code == 200
    assert reader.get(whole).status_code == 404
    board = browser_of(site_of_today)
    assert board.get(f"/in/{revision}-share-link").headers["Location"] == whole
    assert "Write the &#39;roles&#39; down; 50% – “so” 🧡" in board.read(whole)
    for token in ("ended-share", "late-share"):
        assert browser_of(site_of_today).get(f"/in/{revision}-{token}").status_code == 404
    assert with_session(site_of_today, f"{revision}-ended-reader").get(whole).status_code == 404
    told = site_of_today.test_cli_runner()
    for browser, report in ((reader, bare), (board, whole)):
        content = browser.get(f"{report}/report.json").data
        with database.reading(old) as connection:
            issued = reports.with_sha256(connection, hashlib.sha256(content).hexdigest())
        assert issued
        assert issued.issued_on < DAY, "these are the bytes that were handed out then"
        verified = told.invoke(args=["report", "verify", json.loads(content)["fingerprint"]])
        assert verified.exit_code == 0, verified.output
        assert issued.report.fingerprint == json.loads(content)["fingerprint"]


def test_the_pages_of_an_old_organization_open_after_an_upgrade(
    site_of_today: Flask, revision: str, organization: str
) -> None:
    home = f"/organizations/{organization}"
    link = browser_of(site_of_today).get(f"/in/{revision}-private-link")
    linked = f"/organizations/{OPENS[revision].linked}{organization[8:]}"
    assert (link.status_code, link.headers["Location"]) == (303, linked)
    browser = with_session(site_of_today, f"{revision}-session")
    assert browser.read(home).count("Scorecard 2025, revision") == 2
    scorecard = browser.read(f"{home}/2025/scorecard/2")
    assert "is strongest on Domain a, with furthest to go on Domain c" in scorecard
    assert "It&#39;s Sam&#39;s note:\n50% – “so” 🧡 \\n ; done" in browser.read(f"{home}/2025/scorecard/1/worked-out")
    for page in ("2025/scorecard/2/advice", "2025/scorecard/2/radar.svg", "years", "years/a.svg", "2026/review"):
        assert browser.get(f"{home}/{page}").status_code == 200, page


def test_an_old_draft_is_answered_and_submitted_after_an_upgrade(
    site_of_today: Flask, revision: str, organization: str
) -> None:
    browser = with_session(site_of_today, f"{revision}-session")
    draft = f"/organizations/{organization}/2026"
    fields = form_fields(browser.read(f"{draft}/questions/a"), which="page")
    assert (fields["a.1:choice"], fields["a.1:note"]) == ("3", "kept")
    fields["a.2:choice"] = "4"
    assert browser.send(f"{draft}/questions/a", fields).status_code == 303
    submitted = browser.send(f"{draft}/submit", form_fields(browser.read(f"{draft}/review")))
    assert "Since 2025" in browser.read(submitted.headers["Location"])
    assert [year for (year,) in newest(site_of_today, organization)][-2:] == [2025, 2026]


def test_an_upgrade_killed_at_any_change_leaves_all_as_it_was_and_goes_on_at_the_next_start(
    old: Engine, revision: str, organization: str
) -> None:
    before = rows(old)
    changes = 0
    while True:
        with killed_at(changes + 1):
            try:
                database.upgrade(old)
            except Killed:
                changes += 1
            else:
                break
        assert rows(old) == before, f"killed at change {changes}"
    assert changes >= (1 if revision == NEWEST_SAMPLE else 5), "nothing was killed"


def test_after_a_killed_upgrade_the_earlier_release_still_works(
    old: Engine, revision: str, organization: str
) -> None:
    with killed_at(1 if revision == NEWEST_SAMPLE else 5), pytest.raises(Killed):
        database.upgrade(old)
    with database.writing(old) as connection:
        connection.execute(
            text(
                "INSERT INTO answer (organization_id, year, number, item_id, choice, reason, note, come_back)"
                " VALUES (:organization, 2026, 1, 'c.1', '4', '', 'since then', FALSE)"
            ),
            {"organization": organization},
        )
    database.upgrade(old)
    with database.reading(old) as connection:
        draft = assessments.find_draft(connection, organization, 2026)
    assert draft
    assert draft.answers["c.1"].note == "since then"
    assert draft.answers["a.1"].note == "kept"


def with_session(app: Flask, token: str) -> Browser:
    """A browser that was here before the upgrade."""
    site: Site = app.extensions["alongside"]
    browser = browser_of(app)
    browser.set_cookie(site.settings.cookie(), token)
    return browser


def newest(app: Flask, organization_id: str) -> list[tuple[int]]:
    site: Site = app.extensions["alongside"]
    with database.reading(site.engine) as connection:
        return [(submission.year,) for submission in assessments.yearly(connection, organization_id)]
