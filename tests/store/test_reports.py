"""Reports are kept once, as they were fixed; share links open one of them, for a while, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, func, select

from questionnaire.core.access import PrincipalKind, Role, Scope
from questionnaire.core.report import Part, Report, make
from questionnaire.store import access, database, models, organizations, reports, sessions, shares
from tests.builders import A_DAY, a_scorecard
from tests.moments import at_once

LATER = A_DAY + timedelta(days=30)
SHA256 = "ab" * 32


def a_report(*parts: Part, a: float = 50) -> Report:
    return make(a_scorecard(a=a, b=25, c=75, d=50), parts, on=A_DAY, earlier=[], actions=[])


@pytest.fixture
def organization_id(engine: Engine) -> str:
    with database.writing(engine) as connection:
        return organizations.start(connection, "Harbour Street", on=A_DAY)


def kept(engine: Engine, organization_id: str, report: Report | None = None) -> str:
    with database.writing(engine) as connection:
        return reports.keep(connection, organization_id, report or a_report())[0]


def shared(engine: Engine, report_id: str, *, days: int = 30, label: str = "Board") -> tuple[str, str]:
    """A link to a report that was opened: its token, and that of the browser's session."""
    with database.writing(engine) as connection:
        token = access.share(connection, report_id, made_for=label, days=days, on=A_DAY)
        link = access.find_link(connection, token, on=A_DAY)
        assert link
        assert (link.scope, link.scope_id, link.role) == (Scope.REPORT, report_id, Role.READER)
        principals = [(PrincipalKind.CAPABILITY, link.capability_id)]
        return token, sessions.open_session(connection, principals, earlier=None, on=A_DAY)


def test_what_was_kept_comes_back_letter_by_letter(engine: Engine, organization_id: str) -> None:
    report = a_report(Part.ANSWERS)
    report_id = kept(engine, organization_id, report)
    with database.reading(engine) as connection:
        found = reports.find(connection, report_id)
        assert found
        assert (found.organization_id, found.report_id) == (organization_id, report_id)
        assert found.report.record() == report.record()
        assert found.report.fingerprint == report.fingerprint
        assert reports.find(connection, "another") is None


def test_the_same_report_is_kept_once_and_another_one_beside_it(engine: Engine, organization_id: str) -> None:
    with database.writing(engine) as connection:
        first, is_new = reports.keep(connection, organization_id, a_report())
        again, is_new_again = reports.keep(connection, organization_id, a_report())
        other, _ = reports.keep(connection, organization_id, a_report(Part.ANSWERS))
    assert first == again != other
    assert (is_new, is_new_again) == (True, False)


def test_of_eight_who_make_the_same_report_at_once_all_get_one(engine: Engine, organization_id: str) -> None:
    assert len(set(at_once([lambda: kept(engine, organization_id)] * 8))) == 1


def test_two_organizations_with_the_same_report_have_one_each(engine: Engine, organization_id: str) -> None:
    with database.writing(engine) as connection:
        other = organizations.start(connection, "Harbour Street", on=A_DAY)
    assert kept(engine, organization_id) != kept(engine, other)


def test_a_report_is_found_by_its_fingerprint(engine: Engine, organization_id: str) -> None:
    report = a_report()
    kept(engine, organization_id, report)
    with database.reading(engine) as connection:
        assert reports.with_fingerprint(connection, report.fingerprint) == report.recall(report.record())
        assert reports.with_fingerprint(connection, "0" * 32) is None


def test_a_file_that_was_handed_out_is_known_by_its_digest_and_noted_once(
    engine: Engine, organization_id: str
) -> None:
    report_id = kept(engine, organization_id)
    with database.writing(engine) as connection:
        found = reports.find(connection, report_id)
        assert found
        assert not reports.is_issued(connection, found, SHA256)
        reports.note_issued(connection, found, SHA256, "pdf", on=A_DAY)
        reports.note_issued(connection, found, SHA256, "pdf", on=LATER)
        assert reports.is_issued(connection, found, SHA256)
        issued = reports.with_sha256(connection, SHA256)
        assert issued
        assert (issued.kind, issued.issued_on, issued.report) == ("pdf", A_DAY, found.report)
        assert reports.with_sha256(connection, "cd" * 32) is None


def test_a_share_link_opens_its_report_until_its_last_day(engine: Engine, organization_id: str) -> None:
    report_id, other = kept(engine, organization_id), kept(engine, organization_id, a_report(Part.ADVICE))
    token, session = shared(engine, report_id)
    with database.reading(engine) as connection:
        for day, opens in ((A_DAY, True), (LATER, True), (LATER + timedelta(days=1), False)):
            assert (access.find_link(connection, token, on=day) is not None) is opens
            assert (shares.reader(connection, session, report_id, on=day) is not None) is opens
        assert shares.reader(connection, session, other, on=A_DAY) is None
        assert shares.reader(connection, "another", report_id, on=A_DAY) is None


def test_a_share_link_opens_nothing_else_of_its_organization(engine: Engine, organization_id: str) -> None:
    _token, session = shared(engine, kept(engine, organization_id))
    with database.reading(engine) as connection:
        assert access.held(connection, session, organization_id, on=A_DAY) is None
        assert access.all_held(connection, session, on=A_DAY) == []


def test_the_list_tells_when_a_link_was_last_opened_and_names_those_in_force_only(
    engine: Engine, organization_id: str
) -> None:
    report_id = kept(engine, organization_id)
    _token, session = shared(engine, report_id, label="Board")
    shared(engine, report_id, days=5, label="Funder")
    with database.writing(engine) as connection:
        reader = shares.reader(connection, session, report_id, on=A_DAY)
        assert reader
        shares.note_opened(connection, reader.capability_id, on=A_DAY)
    with database.reading(engine) as connection:
        listed = shares.listed(connection, organization_id, on=A_DAY)
        assert [(one.label, one.expires_on, one.last_opened_on) for one in listed] == [
            ("Board", LATER, A_DAY),
            ("Funder", A_DAY + timedelta(days=5), None),
        ]
        assert [one.label for one in shares.listed(connection, organization_id, on=LATER)] == ["Board"]
        assert shares.listed(connection, "another", on=A_DAY) == []


def test_an_ended_link_opens_nothing_and_only_its_own_organization_ends_it(
    engine: Engine, organization_id: str
) -> None:
    report_id = kept(engine, organization_id)
    token, session = shared(engine, report_id)
    with database.writing(engine) as connection:
        link = access.find_link(connection, token, on=A_DAY)
        assert link
        other = organizations.start(connection, "Elsewhere", on=A_DAY)
        assert shares.end(connection, other, link.capability_id) is None
        assert shares.end(connection, organization_id, link.capability_id) == "Board"
        assert shares.end(connection, organization_id, link.capability_id) is None
        assert access.find_link(connection, token, on=A_DAY) is None
        assert shares.reader(connection, session, report_id, on=A_DAY) is None


def test_deleting_an_organization_deletes_its_reports_and_their_links_and_no_others(
    engine: Engine, organization_id: str
) -> None:
    with database.writing(engine) as connection:
        other = organizations.start(connection, "Elsewhere", on=A_DAY)
    shared(engine, kept(engine, organization_id))
    _token, others_session = shared(engine, others := kept(engine, other))
    with database.writing(engine) as connection:
        found = reports.find(connection, others)
        assert found
        reports.note_issued(connection, found, SHA256, "pdf", on=A_DAY)
        organizations.delete(connection, organization_id)
    with database.reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(models.report)) == 1
        assert connection.scalar(select(func.count()).select_from(models.capability)) == 1
        assert shares.reader(connection, others_session, others, on=A_DAY)
    with database.writing(engine) as connection:
        organizations.delete(connection, other)
        tables = (models.report, models.issued)
        assert [connection.scalar(select(func.count()).select_from(table)) for table in tables] == [0, 0]


def test_expired_links_are_forgotten_and_a_link_without_its_report_opens_nothing(
    engine: Engine, organization_id: str
) -> None:
    report_id = kept(engine, organization_id)
    token, _session = shared(engine, report_id)
    with database.writing(engine) as connection:
        access.forget_expired(connection, on=LATER)
        assert access.find_link(connection, token, on=LATER)
        access.forget_expired(connection, on=LATER + timedelta(days=1))
        assert access.find_link(connection, token, on=LATER) is None
        connection.execute(delete(models.report))
        assert shares.listed(connection, organization_id, on=A_DAY) == []
