"""The short form of `make soak`: the same code with few turns, so that it says what is lost, and never how fast."""

import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from questionnaire.core.answers import Answer, Answers
from questionnaire.web import work
from questionnaire.web.site import Site
from tests.postgres import Postgres, running_postgres
from tests.soak import (
    copies,
    disk,
    guessing,
    handed_in,
    hostile,
    hostile_input,
    hostile_text,
    kills,
    load,
    nodes,
    power,
    proxies,
    slow,
    starts,
    upgrades,
    workers,
)
from tests.soak.kills import Writer, made_by
from tests.soak.served import HOST, PATIENCE, ServedSite, served_site
from tests.soak.visitor import Visitor
from tests.web.mailbox import running_mailbox

needs_nginx = pytest.mark.skipif(not proxies.has("nginx"), reason="nginx is not installed: apt install nginx-light")
needs_caddy = pytest.mark.skipif(not proxies.has("caddy"), reason="Caddy is not installed: apt install caddy")
needs_redis = pytest.mark.skipif(not workers.has_redis(), reason="Redis is not installed: apt install redis-server")
needs_strace = pytest.mark.skipif(
    not power.is_there(), reason="strace is not installed, or may not trace: apt install strace"
)
needs_mount = pytest.mark.skipif(
    not disk.can_mount(), reason="no small disk can be mounted here: that needs root on Linux"
)

BUSY = "503 "  # so slow a disk that SQLite gave up: the site says that nothing was saved, and nothing is lost


@contextmanager
def new_file() -> Iterator[str]:
    with served_site() as site:
        yield f"sqlite:///{site.folder / 'new.sqlite'}"


def test_every_acknowledged_answer_survives_kill_9() -> None:
    with served_site() as site:
        outcome = kills.trial(site, kills=2, seed=1)
    assert (outcome.kills, outcome.lost, outcome.torn, outcome.failed_starts) == (2, 0, 0, [])
    assert [fault for fault in outcome.faults if not fault.startswith(BUSY)] == []
    assert outcome.integrity == "ok"


def test_every_page_and_form_of_peer_workers_survives_kill_9() -> None:
    with served_site() as site:
        outcome = handed_in.trial(site, kills=2, seed=1)
    assert (outcome.kills, outcome.lost, outcome.doubled, outcome.unequal) == (2, 0, 0, 0)
    assert [fault for fault in outcome.faults if not fault.startswith(BUSY)] == []
    assert outcome.pages > 0
    assert outcome.forms >= 2


@needs_strace
def test_the_disk_has_an_answer_before_it_is_acknowledged() -> None:
    with served_site() as site:
        order = power.trial(site, answers=10)
    assert (order.answered, order.early) == (10, 0)


def test_an_answer_that_comes_before_the_sync_is_told() -> None:
    written = "7 pwrite64(9</x/alongside.sqlite-wal>, ..., 4096, 32) = 4096"
    synced = "7 fdatasync(9</x/alongside.sqlite-wal>) = 0"
    begins, ends = "7 fdatasync(9</x/alongside.sqlite-wal> <unfinished ...>", "7 <... fdatasync resumed>) = 0"
    answered = '8 sendto(11<socket:[1]>, "HTTP/1.1 303 SEE OTHER"..., 300, 0, NULL, 0) = 300'
    assert power.of([written, synced, answered]).early == 0
    assert power.of([written, begins, ends, answered]).early == 0
    assert power.of([written, begins, answered, ends]).early == 1
    assert power.of([written, answered, synced]).early == 1
    assert power.of([answered]).early == 1, "nothing was written at all"
    arrived = '7 recvfrom(11<socket:[1]>, "POST /organizations/"..., 8192, 0, NULL, NULL) = 8192'
    assert power.of([arrived, written, synced, answered] * 10).early == 0
    assert power.of([arrived, answered, written, synced] * 10).early == 10


@needs_mount
def test_a_disk_that_fills_loses_nothing_is_read_and_heals_by_itself() -> None:
    outcome = disk.trial(rounds=1)
    assert (outcome.lost, outcome.compared, outcome.integrity) == (0, 3, "ok")
    assert (outcome.healed, outcome.other) == (1, 0)
    assert outcome.refused > 0
    assert outcome.read == 10


def test_several_processes_start_at_once_on_nothing(postgres: Postgres) -> None:
    outcome = starts.Outcome()
    starts.start_together(outcome, processes=3)
    with postgres.database() as url:
        starts.start_together(outcome, url, processes=3)
    assert outcome.bad == []


def test_an_upgrade_that_is_killed_goes_on(postgres: Postgres) -> None:
    for new in (new_file, postgres.database):
        outcome = upgrades.trial(new, points=2, revisions=["0001"])
        assert (outcome.points, outcome.kills, outcome.faults) == (2, 2, [])
        assert (outcome.differ, outcome.schema_differs) == (0, 0)


def test_what_an_upgrade_left_out_or_did_twice_is_told() -> None:
    outcome = upgrades.Outcome()
    whole = upgrades.Content(Counter(["house: 1", "house: 2"]), Counter(["house name", "index of house"]))
    upgrades.compare(
        outcome, whole, upgrades.Content(Counter(["house: 1", "house: 1", "house: 2"]), Counter(["house name"]))
    )
    assert (outcome.differ, outcome.schema_differs) == (1, 1)


def test_an_upgrade_is_killed_from_its_first_change_to_its_last() -> None:
    assert upgrades.spread(21, 3) == [1, 11, 21]
    assert upgrades.spread(3, 10) == [1, 2, 3]


def test_a_backup_made_under_writers_holds_all_that_was_acknowledged(postgres: Postgres) -> None:
    with served_site() as site:
        outcome = copies.trial(site, [postgres.database], times=1, seed=1)
    assert (outcome.backups, outcome.missing, outcome.forms_missing, outcome.unequal) == (1, 0, 0, 0)
    assert outcome.compared > 0
    assert outcome.forms > 0
    assert [fault for fault in outcome.faults if not fault.startswith(BUSY)] == []


def test_many_people_at_once_meet_no_error() -> None:
    with served_site() as site:
        short = load.Day(turns=5, pause=(0, 0.1))
        outcome = load.trial(site, short, clients=16, seed=1, warm_up=load.Day())
    assert outcome.errors == []
    assert len(outcome.done) == 80
    assert set(outcome.done) == set(load.SHARES)


def test_slow_clients_keep_nobody_else_out() -> None:
    with served_site() as site:
        outcome = slow.trial(site, slow=150, greedy=8, requests=10)
    assert (outcome.answered, outcome.errors) == (10, [])
    assert outcome.connected in {150, None}
    assert outcome.waited_for in {50, None}
    assert outcome.greedy_left in {0, None}


@needs_redis
def test_what_a_worker_that_was_killed_left_is_made_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def instead_of_waiting(site: Site, _batch_id: str) -> None:
        monkeypatch.setattr(Site, "now", lambda _site: 4_000_000_000)
        work.work_off(site)

    with workers.redis() as queue, served_site(QUEUE_URL=queue.url, WORKERS="0") as site:
        outcome = workers.trial(site, parts=20, at_last=instead_of_waiting)
        assert queue.taken >= 2
    assert (outcome.documents, outcome.more_than_once, outcome.missing, outcome.failed) == (20, 0, 0, 0)
    assert outcome.left == outcome.taken_over == 1


@needs_nginx
def test_a_process_behind_nginx_and_its_database_die_and_nothing_is_lost() -> None:
    with running_postgres(durable=True) as server, server.database() as url:
        outcome = nodes.trial(server, url, seconds=1)
    assert (outcome.lost, outcome.torn, outcome.errors) == (0, 0, [])
    assert (outcome.compared, outcome.recovered) == (3, 2)
    assert outcome.acknowledged > 0


@needs_caddy
def test_the_example_for_caddy_serves_the_site_and_keeps_health_inside(tmp_path: Path) -> None:
    with served_site() as site:
        site.start()
        with proxies.caddy(tmp_path, site.port) as port:
            assert [proxies.status(port, page) for page in ("/start", "/readyz")] == [200, 404]


def test_guesses_are_stopped_by_all_processes_together_and_neighbours_get_in() -> None:
    with served_site() as site:
        outcome = guessing.trial(site)
    assert outcome.tries == {"codes": 10, "links": 10, "one account": 10}
    assert set(outcome.neighbours.values()) == {303}
    assert set(outcome.afterwards.values()) == {429}


def test_whatever_is_sent_and_typed_is_no_error_of_ours_and_stays_text() -> None:
    """Both on one site: to let everybody in takes longer than to ask."""
    sender = "alongside@example.org"
    with running_mailbox() as mailbox, hostile.staged(smtp_url=mailbox.url, mail_from=sender) as stage:
        sent = hostile_input.trial(stage, cases=200, seed=1)
        mailbox.empty()
        typed = hostile_text.trial(stage, mailbox, ALL_IN_ONE, by_everybody=False)
    assert sent.errors == []
    assert sent.cases >= 200
    assert {200, 303, 400, 404} <= sent.statuses.keys()
    assert typed.live == []
    assert typed.kept > 0
    assert {"html", "svg", "pdf", "csv", "spreadsheetml", "log", "mail"} <= typed.looked_at.keys()


def test_whatever_is_sent_to_a_site_on_postgresql_is_no_error_of_ours(postgres: Postgres) -> None:
    with hostile.staged(postgres) as stage:
        outcome = hostile_input.trial(stage, cases=200, seed=1)
    assert outcome.errors == []
    assert outcome.cases >= 200


ALL_IN_ONE = ('=1+1"\'><xlive onx=1><script>xlive()</script>{{ 7*1910917 }}${7*1910917}#eval("7*1910917")',)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("html", b"<p><xlive></xlive></p>"),
        ("html", b"<p onmouseover='a'></p>"),
        ("html", b"<a href=javascript:xlive()>a</a>"),
        ("html", b"<script>a()</script>"),
        ("html", b"<p>13376419</p>"),
        ("svg", b"<svg><script/></svg>"),
        ("csv", b"name\r\n=1+1\r\n"),
        ("log", b"typed: <xlive>"),
        ("mail", b'[["a@b.example", "xlive@example.org"], []]'),
        ("mail", b'[["a@b.example"], [["Bcc", "x"]]]'),
    ],
)
def test_what_is_live_is_found(kind: str, content: bytes) -> None:
    assert list(hostile_text.CHECKS[kind](content))


def test_an_interrupted_trial_leaves_no_process_and_no_folder() -> None:
    seen: list[tuple[int, Path]] = []

    def interrupted() -> None:
        with served_site() as site:
            site.start()
            assert site.process
            seen.append((site.process.pid, site.log.parent))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    [(process, folder)] = seen
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not folder.exists()


def test_a_site_whose_port_was_taken_meanwhile_starts_at_another() -> None:
    with served_site() as site, socket.create_server((HOST, site.port)):
        taken = site.port
        site.start()
        assert site.port != taken
        with (visitor := Visitor()).connected(site.port):
            assert visitor.status("/healthz") == 200


FIRST, SECOND, THIRD = (made_by("Sam", count) for count in (1, 2, 3))


@pytest.mark.parametrize(
    ("standing", "lost_and_torn"),
    [
        ({"a": SECOND, "b": SECOND}, (0, 0)),
        ({"a": THIRD, "b": THIRD}, (0, 0)),
        ({"a": FIRST, "b": SECOND}, (1, 0)),
        ({}, (2, 0)),
        ({"a": THIRD, "b": SECOND}, (0, 1)),
        ({"a": Answer(THIRD.choice, note=SECOND.note), "b": SECOND}, (0, 1)),
        ({"a": made_by("Ash", 2), "b": SECOND}, (0, 1)),
    ],
    ids=["kept", "the next kept", "an older one", "nothing", "half a write", "parts of two", "a stranger's"],
)
def test_what_stands_after_a_kill_is_told_lost_or_torn(standing: Answers, lost_and_torn: tuple[int, int]) -> None:
    writer = Writer("Sam", "/", {"a": SECOND, "b": SECOND}, trying={"a": THIRD, "b": THIRD})
    assert writer.compare(standing) == lost_and_torn


def test_a_site_stops_in_peace_when_it_is_told_to() -> None:
    with served_site() as site:
        site.start()
        stopped(site)


def stopped(site: ServedSite) -> None:
    assert site.process
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0
    assert not starts.WENT_WRONG.search(site.said())


def test_a_site_that_logs_as_json_says_everything_in_lines_of_it_and_no_link() -> None:
    with served_site(LOGS="json") as site:
        site.start()
        stopped(site)
        told = [json.loads(line) for line in site.said().splitlines()]
    assert any("Alongside is ready" in line["message"] for line in told)
    assert not any("/in/" in line["message"] for line in told)
