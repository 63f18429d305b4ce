"""All that an organization has, from one site to another, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from questionnaire.core.access import Role
from questionnaire.core.answers import BLANK, Answer, Answers, Change, Choice, GateAnswer
from questionnaire.core.archive import Archive, Reason, RefusedArchiveError, Revision, write
from questionnaire.core.events import Entry, Event
from questionnaire.core.instrument import Instrument, Tree, parse
from questionnaire.core.plan import MOST_ACTIONS, MOST_FIRST, NOTES_LIMIT
from questionnaire.core.submission import freeze
from questionnaire.output.archives import pack, unpack
from questionnaire.store import (
    access,
    accounts,
    archives,
    assessments,
    database,
    instruments,
    models,
    organizations,
    plans,
)
from questionnaire.store import events as kept_events
from tests.archives import INSTRUMENT, a_plan, a_revision, an_archive, an_id, without_years
from tests.builders import A_DAY, a_profile, a_tree, an_action, changed, levels, text

OWN = parse(changed(a_tree(), "version", 3))  # of the same name as INSTRUMENT, which is version 1
LATER = date(2027, 1, 9)
SECRET = "$argon2id$secret"


def an_organization(engine: Engine) -> str:
    """One year submitted and amended, another begun; a plan; an owner, a colleague, links, and what was done."""
    with database.writing(engine) as connection:
        instruments.record(connection, OWN)
        instruments.record(connection, INSTRUMENT)
        organization_id = organizations.start(connection, "Harbour Street", on=A_DAY)
        for email in ("owner@example.org", "sam@example.org"):
            account_id = accounts.create(connection, email, SECRET, on=A_DAY)
            if not organizations.claim(connection, organization_id, account_id):
                access.join(connection, organization_id, account_id, Role.VIEWER)
            kept_events.note(connection, organization_id, Entry(A_DAY, Event.JOINED, email, about="Sam"))
        assessments.begin(connection, organization_id, 2025, INSTRUMENT, a_profile(work=GateAnswer.NO), on=A_DAY)
        answer(connection, organization_id, 2025, {**levels(INSTRUMENT, 3), "b.1": Answer(note="Ask\n“é” 🌱")})
        submit(connection, organization_id, 2025)
        assert assessments.amend(connection, organization_id, 2025, on=LATER)
        answer(connection, organization_id, 2025, {"c.1": Answer(Choice.DONT_KNOW, come_back=True)})
        assessments.begin(connection, organization_id, 2026, OWN, a_profile(work=GateAnswer.YES), on=LATER)
        for action in reversed(a_plan()):
            assert plans.add(connection, organization_id, action)
    return organization_id


def draft_of(connection: Connection, organization_id: str, year: int) -> assessments.Draft:
    draft = assessments.find_draft(connection, organization_id, year)
    assert draft
    return assessments.draft_to_write(connection, organization_id, year, draft.number)


def answer(connection: Connection, organization_id: str, year: int, given: Answers) -> None:
    draft = draft_of(connection, organization_id, year)
    changes = {
        item_id: Change(draft.answers.get(item_id, BLANK).fingerprint, answer) for item_id, answer in given.items()
    }
    assert assessments.save_answers(connection, draft, changes) == ()


def submit(connection: Connection, organization_id: str, year: int) -> None:
    draft = draft_of(connection, organization_id, year)
    submission = freeze(
        instruments.recall(connection, draft.instrument_digest),
        organization="Harbour Street",
        year=year,
        revision=draft.number,
        on=A_DAY,
        profile=draft.profile,
        answers=draft.answers,
    )
    assessments.submit(connection, draft, submission)


def gathered(engine: Engine, organization_id: str) -> Archive:
    with database.writing(engine) as connection:
        return archives.gather(connection, organization_id, on=LATER)


def loaded(engine: Engine, archive: Archive, own: Instrument = OWN) -> str:
    with database.writing(engine) as connection:
        return archives.load(connection, archive, own, on=LATER)


def marked(revision: Revision) -> Revision:
    return replace(revision, imported_on=LATER)


def test_what_is_gathered_and_loaded_is_the_same_but_marked_as_imported(engine: Engine) -> None:
    archive = gathered(engine, an_organization(engine))
    again = gathered(engine, loaded(engine, unpack(pack(archive))))
    assert len(archive.revisions) == 3
    revisions = tuple(marked(revision) for revision in archive.revisions)
    assert again == replace(archive, revisions=revisions, colleagues=(), events=())


def test_a_plan_is_gathered_in_a_fixed_order_and_loaded_with_the_ids_that_it_had(engine: Engine) -> None:
    archive = gathered(engine, an_organization(engine))
    assert archive.plan == a_plan()
    first, second = loaded(engine, archive), loaded(engine, archive)
    with database.reading(engine) as connection:
        assert set(plans.listed(connection, first)) == set(a_plan())
        assert plans.listed(connection, first) == plans.listed(connection, second)


def test_a_loaded_action_is_changed_and_deleted_without_touching_the_one_it_comes_from(engine: Engine) -> None:
    archive = gathered(engine, organization_id := an_organization(engine))
    copy = loaded(engine, archive)
    seen = archive.plan[0].fingerprint
    with database.writing(engine) as connection:
        assert plans.change(connection, copy, an_action("Ask again", id=an_id(1)), seen=seen)
        plans.delete(connection, copy, an_id(2), seen=archive.plan[1].fingerprint)
    assert gathered(engine, organization_id).plan == archive.plan
    assert [action.what for action in gathered(engine, copy).plan] == ["Ask again", "Move the office"]


def test_a_full_plan_is_loaded(engine: Engine) -> None:
    plan = tuple(
        an_action(id=an_id(number), notes="x" * NOTES_LIMIT, is_first=number < MOST_FIRST)
        for number in range(MOST_ACTIONS)
    )
    assert gathered(engine, loaded(engine, replace(an_archive(), plan=plan))).plan == plan


def test_an_archive_holds_no_report_that_was_made_and_no_link_to_one(engine: Engine) -> None:
    organization_id = an_organization(engine)
    report_id, fingerprint, sha256 = an_id(9), "f" * 32, "5" * 64
    with database.writing(engine) as connection:
        before = archives.gather(connection, organization_id, on=LATER)
        key = {"organization_id": organization_id, "report_id": report_id}
        connection.execute(
            insert(models.report).values(**key, fingerprint=fingerprint, made_on=A_DAY, record="what it held")
        )
        connection.execute(insert(models.issued).values(**key, sha256=sha256, kind="pdf", issued_on=A_DAY))
        token = access.share(connection, report_id, made_for="the board", days=30, on=A_DAY)
    archive = gathered(engine, organization_id)
    said = b"".join(write(archive).values()).decode()
    assert archive == before
    assert [one for one in (report_id, fingerprint, sha256, token, "what it held", "the board") if one in said] == []
    again = loaded(engine, archive)
    with database.reading(engine) as connection:
        reports = connection.scalars(select(models.report.c.organization_id)).all()
    assert again not in reports


def test_what_was_imported_before_is_still_marked(engine: Engine) -> None:
    again = gathered(engine, loaded(engine, an_archive()))
    assert {revision.imported_on for revision in again.revisions} == {LATER}
    assert {revision.started_on for revision in again.revisions} == {A_DAY}


def test_records_are_loaded_as_they_were_stored_and_their_scores_stand_in_the_narrow_table(engine: Engine) -> None:
    organization_id = loaded(engine, an_archive())
    submission = a_revision(2025, 2).submission
    assert submission
    with database.reading(engine) as connection:
        found = assessments.find_submission(connection, organization_id, 2025, 2)
        table = models.submission.c
        digest = connection.scalar(select(table.digest).where(table.year == 2025, table.number == 2))
        scores = models.domain_score.c
        rows = connection.execute(
            select(scores.domain_id, scores.points).where(scores.year == 2025, scores.number == 2)
        ).all()
    assert found
    assert found.record() == submission.record()
    assert digest == submission.digest
    assert {row[0]: row[1] for row in rows} == {score.domain_id: score.points for score in submission.scores.domains}


def test_a_loaded_year_can_be_amended_with_all_its_answers(engine: Engine) -> None:
    organization_id = loaded(engine, an_archive())
    with database.writing(engine) as connection:
        assert assessments.amend(connection, organization_id, 2025, on=LATER)
        draft = assessments.find_draft(connection, organization_id, 2025)
    assert draft
    assert draft.number == 3
    assert draft.answers == a_revision(2025, 2).answers


def test_a_loaded_draft_can_be_answered_and_submitted(engine: Engine) -> None:
    organization_id = loaded(engine, an_archive())
    with database.writing(engine) as connection:
        answer(connection, organization_id, 2026, {"b.2": Answer(Choice.LEVEL_4)})
        submit(connection, organization_id, 2026)
        found = assessments.find_submission(connection, organization_id, 2026, 2)
    assert found
    assert found.answers["b.2"].level == 4


def test_a_loaded_organization_has_no_owner_no_colleagues_and_no_links_yet(engine: Engine) -> None:
    organization_id = loaded(engine, gathered(engine, an_organization(engine)))
    with database.writing(engine) as connection:
        assert access.colleagues(connection, organization_id) == []
        assert access.link_made_on(connection, organization_id, on=LATER) is None
        account_id = accounts.create(connection, "new@example.org", SECRET, on=LATER)
        assert organizations.claim(connection, organization_id, account_id)


def test_an_archive_that_is_loaded_twice_makes_two_organizations(engine: Engine) -> None:
    first, second = loaded(engine, an_archive()), loaded(engine, an_archive())
    assert first != second
    assert gathered(engine, first) == gathered(engine, second)


def test_an_organization_without_years_is_loaded_too(engine: Engine) -> None:
    again = gathered(engine, loaded(engine, without_years()))
    assert (again.revisions, again.plan) == ((), ())


def test_an_archive_says_who_may_and_what_was_done_but_holds_nothing_that_opens_anything(engine: Engine) -> None:
    organization_id = an_organization(engine)
    with database.writing(engine) as connection:
        link, _link = access.make_link(connection, organization_id, Role.EDITOR, on=A_DAY)
        invitation = access.invite(connection, organization_id, Role.EDITOR, made_for="Kim", on=A_DAY)
        hashes = connection.scalars(select(models.capability.c.token_hash)).all()
    archive = gathered(engine, organization_id)
    assert [(one.email, one.role) for one in archive.colleagues] == [
        ("owner@example.org", "owner"),
        ("sam@example.org", "viewer"),
    ]
    assert [(deed.event, deed.who) for deed in archive.events] == [
        ("joined", "owner@example.org"),
        ("joined", "sam@example.org"),
    ]
    said = b"".join(write(archive).values()).decode()
    assert len(hashes) == 2
    assert [secret for secret in (link, invitation, SECRET, organization_id, *hashes) if secret in said] == []


def test_more_is_gathered_of_what_was_done_than_is_shown(engine: Engine) -> None:
    organization_id = an_organization(engine)
    with database.writing(engine) as connection:
        connection.execute(
            insert(models.event),
            [
                {"organization_id": organization_id, "number": number, "happened_on": A_DAY}
                | {"what": "renamed", "who": "", "about": str(number)}
                for number in range(3, kept_events.MOST_SHOWN + 10)
            ],
        )
    events = gathered(engine, organization_id).events
    assert len(events) == kept_events.MOST_SHOWN + 9
    assert (events[0].event, events[-1].about) == ("joined", str(kept_events.MOST_SHOWN + 9))


def on_questions(tree: Tree) -> Archive:
    instrument = parse(tree)
    return replace(an_archive(), instruments=(instrument,), revisions=(a_revision(2025, 1, instrument=instrument),))


@contextmanager
def refused_without_a_trace(engine: Engine, reason: Reason) -> Iterator[None]:
    before = contents(engine)
    with pytest.raises(RefusedArchiveError) as refused:
        yield
    assert refused.value.reason is reason
    assert refused.value.about == {"id": "small", "version": refused.value.about["version"]}
    assert contents(engine) == before


def contents(engine: Engine) -> dict[str, int | None]:
    with database.reading(engine) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in models.metadata.sorted_tables
        }


@pytest.mark.parametrize("used", [False, True])
def test_this_sites_own_questions_cannot_be_given_other_words(engine: Engine, used: bool) -> None:
    with database.writing(engine) as connection:
        instruments.record(connection, OWN)
    if used:
        an_organization(engine)
    forged = changed(changed(a_tree(domains=3, items=4), "version", OWN.version), "title", text("Other words"))
    with refused_without_a_trace(engine, Reason.OTHER_WORDS):
        loaded(engine, on_questions(forged))
    with database.writing(engine) as connection:
        instruments.record(connection, OWN)


def test_older_questions_that_are_used_here_cannot_be_given_other_words(engine: Engine) -> None:
    an_organization(engine)
    with refused_without_a_trace(engine, Reason.OTHER_WORDS):
        loaded(engine, on_questions(a_tree(domains=3, items=4, gated=("a.2",))))


def test_nobody_can_say_what_this_sites_next_questions_will_be(engine: Engine) -> None:
    with database.writing(engine) as connection:
        instruments.record(connection, OWN)
    later = changed(a_tree(domains=3, items=4), "version", OWN.version + 1)
    with refused_without_a_trace(engine, Reason.NEWER_QUESTIONS):
        loaded(engine, on_questions(later))


def test_an_archive_cannot_translate_the_questions_of_others(engine: Engine) -> None:
    """The digest does not vouch for translations, so that they can come later: from this site, not from anybody."""
    translated = changed(
        a_tree(domains=3, items=4, gated=("a.1",)), "title", {"en": "A small instrument", "fr": "Faux"}
    )
    assert parse(translated).digest == INSTRUMENT.digest
    loaded(engine, on_questions(translated))
    loaded(engine, on_questions(translated))
    with database.reading(engine) as connection:
        contents = connection.scalars(select(models.instrument.c.content)).all()
    assert len(contents) == 2
    assert [content for content in contents if "Faux" in content] == []


def test_questions_that_this_site_does_not_ask_come_along(engine: Engine) -> None:
    tree = changed(a_tree(domains=3, items=4), "id", "other")
    again = gathered(engine, loaded(engine, on_questions(tree)))
    assert again.instruments == (parse(tree),)


def test_nothing_is_half_loaded_when_it_fails_on_the_way(engine: Engine) -> None:
    with database.writing(engine) as connection:
        instruments.record(connection, OWN)
    before = contents(engine)
    twice = replace(an_archive(), revisions=an_archive().revisions * 2)
    with pytest.raises(IntegrityError):
        loaded(engine, twice)
    assert contents(engine) == before
