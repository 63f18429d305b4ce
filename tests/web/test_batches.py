"""Every member's scorecard as a PDF: begun on a page, made by workers or a command, gone on with after a stop."""

import gc
import os
import pickle
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier, Event
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from huey.consumer import Consumer
from sqlalchemy import text

from questionnaire.store import batches, database, networks
from questionnaire.web import work
from questionnaire.web.site import Site
from tests.moments import PATIENCE
from tests.postgres import Postgres
from tests.web import network_walks, round_walks, walks
from tests.web.client import Browser
from tests.web.conftest import on_a_database


@pytest.fixture
def network(facilitator: Browser, site: Site) -> str:
    """A network with three members that lend their scorecard."""
    network = walks.network(facilitator)
    network_walks.filled(site, network, 3, lends_scorecard=True)
    return network


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Site]:
    """Nobody is woken: who would have been stands here."""
    woken: list[Site] = []
    monkeypatch.setattr(work, "wake", woken.append)
    return woken


def begun(facilitator: Browser, network: str) -> str:
    """The path of a new batch."""
    answer = facilitator.fill(f"{network}/scorecards", year="2026")
    assert answer.status_code == 303
    path: str = answer.headers["Location"]
    return path


def names_in(content: bytes) -> list[str]:
    with ZipFile(BytesIO(content)) as archive:
        assert all(archive.read(name).startswith(b"%PDF-") for name in archive.namelist())
        return archive.namelist()


def test_it_is_begun_made_and_downloaded(facilitator: Browser, network: str, site: Site, told: list[Site]) -> None:
    page = begun(facilitator, network)
    assert told == [site]
    assert "0 of 3 are made." in facilitator.read(page)
    assert work.work_once(site)
    shown = facilitator.read(page)
    assert "1 of 3 are made." in shown
    assert "You can leave this page" in shown
    work.work_off(site)
    assert "3 of 3 are made." in facilitator.read(page)
    found = names_in(facilitator.get(f"{page}/scorecards.zip").data)
    assert found == ["001-House-00-2026.pdf", "002-House-01-2026.pdf", "003-House-02-2026.pdf"]


def test_every_organization_reads_that_its_scorecard_was_given(
    facilitator: Browser, network: str, site: Site, told: list[Site]
) -> None:
    owner = facilitator.as_somebody_else()
    organization = walks.own(owner)
    walks.answer(owner, organization)
    walks.submit(owner, organization)
    walks.join_network(owner, walks.invite_to(facilitator, network), lends_scorecard="y")
    begun(facilitator, network)
    work.work_off(site)
    assert "The facilitator of the network Coast group got the scorecard of 2026" in owner.read(
        f"{organization}/record"
    )


def test_what_is_made_can_be_verified_as_any_report(
    app: Flask, facilitator: Browser, network: str, site: Site, told: list[Site], tmp_path: Path
) -> None:
    page = begun(facilitator, network)
    work.work_off(site)
    with ZipFile(BytesIO(facilitator.get(f"{page}/scorecards.zip").data)) as archive:
        (tmp_path / "one.pdf").write_bytes(archive.read(archive.namelist()[0]))
    said = app.test_cli_runner().invoke(args=["report", "verify", str(tmp_path / "one.pdf")])
    assert "This PDF was handed out by this site" in said.output


def test_only_who_still_lends_it_is_in_the_file(
    facilitator: Browser, network: str, site: Site, told: list[Site]
) -> None:
    page = begun(facilitator, network)
    work.work_off(site)
    network_id = network.rsplit("/", 1)[1]
    with database.writing(site.engine) as connection:
        left = networks.members(connection, network_id, 2026)[0]
        networks.choose(connection, network_id, left.organization_id, by_name=False, lends_scorecard=False)
    assert len(names_in(facilitator.get(f"{page}/scorecards.zip").data)) == 2


def test_who_ends_lending_while_the_page_is_open_ends_it_without_an_error(
    facilitator: Browser, network: str, told: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> str:
        raise batches.NothingToMakeError

    monkeypatch.setattr(batches, "start", nobody)
    answer = facilitator.fill(f"{network}/scorecards", year="2026")
    assert answer.headers["Location"] == f"{network}/scorecards"
    assert told == []


def test_a_queue_that_cannot_be_opened_stops_no_site(
    facilitator: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(work, "Queue", away)
    with work.working(site, 1):
        assert facilitator.get("/").status_code == 200


def test_a_message_that_the_site_did_not_sign_is_not_even_read(site: Site) -> None:
    """What is in a queue is unpickled: whoever can write there could otherwise run a program here."""
    serializer = work.Queue(site).huey.serializer
    signed = serializer.serialize("a message")
    assert serializer.deserialize(signed) == "a message"
    for forged in (pickle.dumps("a message"), signed[:-1] + bytes([signed[-1] ^ 1]), signed.replace(b"a m", b"b m")):
        with pytest.raises(ValueError, match=r"ign|eparator"):
            serializer.deserialize(forged)


@pytest.mark.parametrize("fails", ["the queue", "a statement to it"])
def test_workers_begin_by_themselves_once_the_queue_can_be_used(
    facilitator: Browser,
    network: str,
    site: Site,
    told: list[Site],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fails: str,
) -> None:
    page, really, tried = begun(facilitator, network), work.Queue, list[int]()

    def tables(queue: work.Queue) -> None:
        if fails == "a statement to it":
            tried.append(1)
            if len(tried) < 3:
                raise OSError("away")
        make_tables(queue)

    def away(*args: Any) -> work.Queue:
        queue = really(*args)
        if fails == "the queue":
            tried.append(1)
            if len(tried) < 3:
                raise OSError("away")
        return queue

    make_tables = really.make_tables
    monkeypatch.setattr(work, "LONGEST_WAIT", 0.1)
    monkeypatch.setattr(work.Queue, "make_tables", tables)
    monkeypatch.setattr(work, "Queue", away)
    with work.working(site, 1):
        until = time.monotonic() + PATIENCE
        while "3 of 3 are made." not in facilitator.read(page) and time.monotonic() < until:
            time.sleep(0.1)
    assert "3 of 3 are made." in facilitator.read(page)
    assert sum("cannot be used" in one.message for one in caplog.records) == 1, "said once"
    assert sum("The queue can be used" in one.message for one in caplog.records) == 1


def test_many_that_start_at_once_on_an_empty_postgresql_make_the_queue_once(app: Flask, postgres: Postgres) -> None:
    with postgres.database() as url, on_a_database(app, url):
        site: Site = app.extensions["alongside"]
        queues, together = [work.Queue(site) for _ in range(8)], Barrier(8)

        def make(queue: work.Queue) -> None:
            together.wait()
            queue.make_tables()
            queue.tell()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(make, queues))
        assert queues[0].huey.pending_count() == 8
        for queue in queues:
            queue.huey.storage.close()


def test_workers_do_not_begin_where_the_database_is_away_and_the_command_ends_for_another_start(
    tmp_path: Path,
) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "INSTANCE": str(tmp_path / "i"),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "work"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database cannot be used: ")
    assert ended.stderr.count("\n") == 1


def test_who_makes_a_part_for_long_holds_it_meanwhile(
    facilitator: Browser, network: str, site: Site, told: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(facilitator, network)
    renewed, really = Event(), batches.hold_on

    def hold_on(*args: Any, **more: Any) -> None:
        really(*args, **more)
        renewed.set()

    def slowly(*_: object, **__: object) -> None:
        renewed.wait(PATIENCE)
        raise RuntimeError("no ink")

    monkeypatch.setattr(batches, "HELD_SECONDS", 1)
    monkeypatch.setattr(batches, "hold_on", hold_on)
    monkeypatch.setattr(work, "_scorecard", slowly)
    assert work.work_once(site)
    assert renewed.is_set()


def test_what_cannot_be_made_is_said(
    facilitator: Browser, network: str, site: Site, told: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(work, "_scorecard", fails)
    page = begun(facilitator, network)
    work.work_off(site)
    assert "3 could not be made" in facilitator.read(page)


def test_it_can_be_stopped(facilitator: Browser, network: str, site: Site, told: list[Site]) -> None:
    page = begun(facilitator, network)
    work.work_once(site)
    assert round_walks.press(facilitator, page, f"{page}/stop").status_code == 303
    assert facilitator.get(page).status_code == 404
    assert not work.work_once(site)


def test_a_batch_of_another_network_is_no_page(facilitator: Browser, network: str, told: list[Site]) -> None:
    page = begun(facilitator, network)
    other = walks.network(facilitator, "Hills")
    assert facilitator.get(page.replace(network, other)).status_code == 404
    assert "No member that has submitted lends its scorecard" in facilitator.read(f"{other}/scorecards")


def test_the_file_of_the_queue_is_for_its_user_alone(site: Site) -> None:
    before = os.umask(0)
    try:
        work.wake(site)
    finally:
        os.umask(before)
    (file,) = Path(str(site.engine.url.database)).parent.glob("*-queue.sqlite")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


def others_connected(site: Site) -> int:
    with database.reading(site.engine) as connection:  # each time anew: a transaction sees who was there first
        return int(connection.scalar(OTHERS) or 0)


def test_who_wakes_workers_holds_no_connection_to_the_queue_afterwards(app: Flask, postgres: Postgres) -> None:
    with postgres.database() as url, on_a_database(app, url):
        site: Site = app.extensions["alongside"]
        gc.disable()  # a connection would be closed where it is collected by chance
        try:
            work.wake(site)
            until = time.monotonic() + PATIENCE  # what served a closed connection takes a moment to end
            while others_connected(site) and time.monotonic() < until:
                time.sleep(0.05)
            assert others_connected(site) == 0
        finally:
            gc.enable()


def test_workers_are_woken_by_the_queue_and_find_what_was_left(
    facilitator: Browser, network: str, site: Site
) -> None:
    page = begun(facilitator, network)  # in the queue that stands beside the database
    with work.working(site, 2):
        until = time.monotonic() + PATIENCE
        while "3 of 3 are made." not in facilitator.read(page) and time.monotonic() < until:
            time.sleep(0.2)
    assert "3 of 3 are made." in facilitator.read(page)


def test_workers_that_are_stopped_finish_the_part_they_are_at_and_begin_no_other(
    facilitator: Browser, network: str, site: Site, told: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, at_it, go_on, really = begun(facilitator, network), Event(), Event(), work._scorecard
    stop = Consumer.stop

    def slowly(*args: Any, **more: Any) -> Any:
        at_it.set()
        go_on.wait(PATIENCE)
        return really(*args, **more)

    def stopping(consumer: Consumer, **how: bool) -> None:
        go_on.set()  # it is told already
        stop(consumer, **how)

    monkeypatch.setattr(work, "_scorecard", slowly)
    monkeypatch.setattr(work, "STOP_SECONDS", PATIENCE)
    monkeypatch.setattr(Consumer, "stop", stopping)
    before = set(threading.enumerate())
    with work.working(site, 1):
        assert at_it.wait(PATIENCE)
    assert not {one for one in threading.enumerate() if one.is_alive()} - before
    assert "1 of 3 are made." in facilitator.read(page)


def test_a_queue_that_is_away_loses_nothing(
    facilitator: Browser, network: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(work, "Queue", away)
    page = begun(facilitator, network)
    work.work_off(site)
    assert "3 of 3 are made." in facilitator.read(page)


def test_the_command_goes_on_where_the_page_was_and_writes_the_file(
    app: Flask, facilitator: Browser, network: str, site: Site, told: list[Site], tmp_path: Path
) -> None:
    begun(facilitator, network)
    work.work_once(site)
    file = tmp_path / "all.zip"
    runner, network_id = app.test_cli_runner(), network.rsplit("/", 1)[1]
    said = runner.invoke(args=["network", "report", network_id, "2026", str(file)])
    assert said.exit_code == 0, said.output
    assert "holds 3 scorecards" in said.output
    assert len(names_in(file.read_bytes())) == 3
    full = runner.invoke(args=["network", "report", network_id, "2026", "/dev/full"])
    assert "could not be written, and is not whole: No space left" in full.output
    assert "lends its scorecard of 2019" in runner.invoke(args=["network", "report", network_id, "2019", "x"]).output
    assert "no network of this id" in runner.invoke(args=["network", "report", "none", "2026", "x"]).output


def test_a_command_that_is_killed_leaves_what_it_made(
    facilitator: Browser,
    network: str,
    site: Site,
    told: list[Site],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = begun(facilitator, network)
    program = (
        "import os, sys; from questionnaire.web import work; from questionnaire.config import Settings;"
        "from questionnaire.web.site import Site; from questionnaire.store import database;"
        "from pathlib import Path;"
        "settings = Settings(secret_key='k', database_url=sys.argv[1], keys=Path(sys.argv[2]));"
        "site = Site(settings, database.open_database(settings.database_url)); work.work_once(site);"
        "work._scorecard = lambda *_, **__: os.kill(os.getpid(), 9); work.work_once(site)"
    )
    url = site.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", program, url, str(tmp_path)], check=False)
    assert killed.returncode == -9
    now = site.now()
    monkeypatch.setattr(Site, "now", lambda _site: now)  # what it held is held for half a minute only
    assert "1 of 3 are made." in facilitator.read(page)
    work.work_off(site)
    assert "2 of 3 are made." in facilitator.read(page), "what the dead one held is not free yet"
    with database.writing(site.engine) as connection:
        later = site.now() + batches.HELD_SECONDS + 1
        assert batches.hold(connection, "heir", now=later)
