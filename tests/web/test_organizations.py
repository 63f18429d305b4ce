"""How an organization ends: nothing of it is left, and all of every other is."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, insert, select

from questionnaire.store import database, models, organizations
from questionnaire.web.site import Site
from tests.moments import just_before
from tests.web import round_walks, walks
from tests.web.client import Browser, form_fields
from tests.web.conftest import browser_of
from tests.web.crowd import colleague, everything, known, owner, site_of
from tests.web.stored import id_of

NOTE = "Quellwolke and Zirbelkiefer were never told about the wages"


def fill_up(
    app: Flask, email: str, name: str, note: str, *, facilitator: Browser | None = None, network: str = ""
) -> tuple[Browser, str]:
    """An organization with something of everything: answers, scorecards, charts, links, colleagues, an open round.

    With a network it is a member of that, and counts in it and in one of another site.
    """
    boss, organization = owner(app, email, name=name)
    address = f"{organization}/2026/questions/role"
    for level in ("1", "3"):
        fields = form_fields(boss.read(address), which="page")
        fields["role.title:choice"] = level
        fields["role.title:note"] = f"{note}, {level}. " * 50
        assert boss.post(address, data=fields).status_code == 303
    scorecard = walks.submit(boss, organization)
    assert boss.get(f"{scorecard}/radar.svg").status_code == 200
    walks.amend(boss, organization)
    token = walks.token_of(boss.read(organization))
    boss.post(f"{organization}/private-link", data={"csrf_token": token})
    browser_of(app).get(walks.private_link(boss.read(f"{organization}/private-link")))
    colleague(boss, organization, "viewer", f"colleague.of.{email}")
    walks.invite(boss, organization, made_for=note[:50])
    walks.plan(boss, organization, note)
    report = walks.report(boss, f"{organization}/2026/scorecard/1", "answers", "notes", "plan")
    reader = boss.as_somebody_else()
    reader.get(walks.share(boss, organization, report))
    assert reader.get(f"{report}/report.json").status_code == 200
    opened = round_walks.open_round(boss, organization, pay=note)
    round_walks.begin(boss.as_somebody_else(), opened, round_walks.codes_of(opened)[0])
    if facilitator:
        walks.join_network(boss, walks.invite_to(facilitator, network))
        counts_in(site_of(app), id_of(organization), network.rsplit("/", 1)[1])
    return boss, organization


def counts_in(site: Site, organization_id: str, network_id: str) -> None:
    """Put straight into the storage what freezing and contributing leave of an organization."""
    theirs = {"organization_id": organization_id, "network_id": network_id}
    sent = {"contributor": "0" * 32, "digest": "0" * 64, "made_on": site.today()}
    with database.writing(site.engine) as connection:
        connection.execute(insert(models.counted).values(**theirs, year=2026, number=1, named=True, place="{}"))
        connection.execute(insert(models.sent).values(**theirs, **sent, year=2025))
        batch = {"batch_id": network_id, "network_id": network_id, "language": "en", "made_on": site.today()}
        if connection.scalar(select(models.batch.c.batch_id)) is None:
            connection.execute(insert(models.batch).values(**batch, year=2026))
        part = {"organization_id": organization_id, "batch_id": network_id, "number": 1, "tries": 0}
        connection.execute(insert(models.batch_part).values(part))


def test_the_wrong_name_deletes_nothing(app: Flask) -> None:
    boss, organization = owner(app)
    before = everything(site_of(app).engine)
    for name in ("", "Harbour", "harbour street!", "x" * 300):
        answer = boss.fill(f"{organization}/delete", name=name)
        assert answer.status_code == 400
    assert "This is not its name. Nothing was deleted." in boss.fill(f"{organization}/delete", name="Harbor").text
    assert everything(site_of(app).engine) == before


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Harbour  Street", "harbour street "), ("Cafe\u0301 Entraide", "Café Entraide"), (" Straße 1", "STRASSE 1")],
    ids=["blanks", "accents", "letters"],
)
def test_the_name_is_right_as_it_is_read(app: Flask, name: str, typed: str) -> None:
    boss, organization = owner(app, name=name)
    assert boss.fill(f"{organization}/delete", name=typed).status_code == 303
    assert boss.get(organization).status_code == 404


def test_the_page_says_beforehand_what_is_deleted(app: Flask) -> None:
    boss, organization = fill_up(app, "kim@example.org", "Harbour Street", NOTE)
    walks.join_network(boss, walks.invite_to(boss, walks.network(boss)))
    page = boss.read(f"{organization}/delete")
    for words in (
        "Scorecard 2026, revision 1",
        "Draft of 2026",
        "The access of 1 colleague;",
        "1 open invitation<",
        "The private link",
        "1 round of peer workers",
        "The membership of 1 network;",
    ):
        assert words in page


def test_deleting_leaves_no_row_of_it_and_every_row_of_another(app_on_both: Flask) -> None:
    app = app_on_both
    people = ("kim@example.org", "colleague.of.kim@example.org")
    facilitator = browser_of(app)
    walks.account(facilitator, "facilitator@example.org")
    network = walks.network(facilitator)
    fill_up(
        app,
        "max@example.org",
        "Another House",
        "A note of another house",
        facilitator=facilitator,
        network=network,
    )
    before, keys = everything(site_of(app).engine), site_of(app).keys.held()
    boss, organization = fill_up(app, people[0], "Harbour Street", NOTE, facilitator=facilitator, network=network)
    assert len(site_of(app).keys.held()) == len(keys) + 1
    full = everything(site_of(app).engine)
    grown = {name for name, rows in full.items() if len(rows) > len(before[name])}
    of_networks = {"network", "network_release", "contribution", "batch", "mishap"}
    assert grown - {"throttle"} == set(full) - {"instrument", "throttle"} - of_networks, "something of everything"
    assert boss.fill(f"{organization}/delete", name="Harbour Street").status_code == 303
    after = everything(site_of(app).engine)
    assert site_of(app).keys.held() == keys
    identifier = organization.rsplit("/", 1)[1]
    assert identifier not in str(after)
    assert NOTE not in str(after)
    accounts_alone = {"account", "session", "session_principal"}  # people stay, and what they hold by themselves
    for name in set(full) - accounts_alone:
        assert after[name] == before[name], name
    new = set(after["account"]) - set(before["account"])
    assert len(new) == len(people)
    assert all("account" in row for row in set(after["session_principal"]) - set(before["session_principal"]))


def test_deleting_ends_the_round_for_its_steward_and_its_peer_workers(app: Flask) -> None:
    boss, organization = owner(app)
    walks.submit(boss, organization)
    opened = round_walks.open_round(boss, organization)
    peer_worker = boss.as_somebody_else()
    page = round_walks.begin(peer_worker, opened, round_walks.codes_of(opened)[0])
    assert boss.fill(f"{organization}/delete", name="Harbour Street").status_code == 303
    assert site_of(app).keys.held() == []
    for somebody, address in (
        (opened.steward, opened.stewards_page),
        (boss.as_somebody_else(), opened.stewards_link),
        (peer_worker, page),
        (peer_worker, opened.address),
    ):
        assert somebody.get(address).status_code == 404, address


def bytes_of(site: Site) -> bytes:
    """All that stands in the database's file, and in what SQLite keeps beside it."""
    file = Path(str(site.engine.url.database))
    return b"".join(beside.read_bytes() for beside in file.parent.glob(f"{file.name}*"))


def test_on_sqlite_no_byte_of_a_note_is_left_in_any_file(app: Flask, site: Site) -> None:
    boss, organization = fill_up(app, "kim@example.org", "Harbour Street", NOTE)
    assert b"Quellwolke" in bytes_of(site)
    assert boss.fill(f"{organization}/delete", name="Harbour Street").status_code == 303
    assert b"Quellwolke" not in bytes_of(site)
    assert b"Zirbelkiefer" not in bytes_of(site)
    assert organization.rsplit("/", 1)[1].encode() not in bytes_of(site)


def test_on_sqlite_what_was_deleted_while_somebody_read_is_gone_with_the_daily_round(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, organization = fill_up(app, "kim@example.org", "Harbour Street", NOTE)
    with site.engine.connect() as reader, reader.begin(), monkeypatch.context() as impatient:
        reader.exec_driver_sql("SELECT count(*) FROM answer").all()
        impatient.setattr(site, "engine", database.open_database(site.engine.url, seconds_to_wait=0))
        assert boss.fill(f"{organization}/delete", name="Harbour Street").status_code == 303
        site.engine.dispose()
    assert b"Quellwolke" in bytes_of(site), "it could not be gone yet"
    assert app.test_cli_runner().invoke(args=["tick"]).exit_code == 0
    assert b"Quellwolke" not in bytes_of(site)


def test_only_the_owner_deletes(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization)
    token = walks.token_of(sam.read("/start"))
    form = {"csrf_token": token, "name": "Harbour Street"}
    assert sam.post(f"{organization}/delete", data=form).status_code == 403
    stranger = known(app, "robin@example.org")
    token = walks.token_of(stranger.read("/start"))
    assert stranger.post(f"{organization}/delete", data={**form, "csrf_token": token}).status_code == 404
    assert boss.get(organization).status_code == 200


def test_what_is_sent_in_the_moment_in_which_its_organization_is_deleted_is_kept_on_a_page_that_says_so(
    app_on_both: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    boss, organization = owner(app_on_both)

    def delete(other: Engine) -> None:
        with database.writing(other) as connection:
            organizations.delete(connection, id_of(organization))

    form, engine = form_fields(boss.read(f"{organization}/name")), site_of(app_on_both).engine
    first = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "UPDATE organization"
    with just_before(engine, first, delete) as deleted:
        answer = boss.send(f"{organization}/name", form, name="Quellwolke")
    assert deleted == [True]
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    assert "Quellwolke" in answer.text
    [logged] = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert f"this reference: {logged.partition(':')[0]}<" in answer.text, "it may be a bug after all"
    assert boss.get(organization).status_code == 404
