"""The short form of `make soak`: the same code with few turns, so that it says what is lost, and never how fast."""

import json
import os
import re
import socket
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest
import typst
from openpyxl.worksheet.worksheet import Worksheet

from questionnaire.config import ROOT
from questionnaire.core.answers import Answer, Answers
from questionnaire.web import work
from questionnaire.web.site import Site
from questionnaire.web.years import TwoYears
from tests.postgres import Postgres, running_postgres
from tests.soak import (
    anything,
    copies,
    disk,
    guessing,
    handed_in,
    hostile,
    hostile_input,
    hostile_text,
    kills,
    live,
    load,
    made,
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
        outcome = workers.trial(site, parts=30, at_last=instead_of_waiting)
        assert queue.taken >= 2
    assert (outcome.documents, outcome.more_than_once, outcome.missing, outcome.failed) == (30, 0, 0, 0)
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
    with running_mailbox() as mailbox, hostile.staged(mailbox.url) as stage:
        sent = hostile_input.trial(stage, cases=100, seed=1)
        typed = hostile_text.trial(stage, mailbox, ALL_IN_ONE, by_everybody=False)
    assert stage.routes - stage.reached == set(), "nobody on the stage can come there"
    assert sent.errors == []
    assert sent.cases >= 100
    assert {200, 303, 400, 404} <= sent.statuses.keys()
    assert typed.live == []
    assert typed.never_kept == [("POST voices.start", "word")], "the only field that takes nothing as long as this"
    typed.kept |= set(typed.never_kept)
    assert [row for row in typed.rows(payloads=1) if not row.holds] == []


def test_whatever_is_sent_to_a_site_on_postgresql_is_no_error_of_ours(postgres: Postgres) -> None:
    with running_mailbox() as mailbox, hostile.staged(mailbox.url, postgres) as stage:
        outcome = hostile_input.trial(stage, cases=100, seed=1)
    assert outcome.errors == []
    assert outcome.cases >= 100


def test_every_word_after_a_question_mark_that_a_view_reads_is_tried() -> None:
    views = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "questionnaire" / "web").glob("*.py"))
    read = re.findall(r'request\.args(?:\.get\(|\[)"(\w+)"|"(\w+)" in request\.args', views)
    assert {"".join(names) for names in read} | {field.name for field in TwoYears()} == set(anything.QUERY)
    assert len(re.findall(r"request\.(?:args|values)", views)) == len(read) + 1, "read in some other way"


ALL_IN_ONE = ('=1+1"\'><xlive onx=1><script>xlive()</script>{{ 7*1910917 }}${7*1910917}#eval("7*1910917")',)


def a_workbook(cell: str = "", link: str = "") -> bytes:
    content, book = BytesIO(), openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"] = cell
    if link:
        sheet["A1"].hyperlink = link
    book.save(content)
    return content.getvalue()


def a_document(**action: Any) -> bytes:
    """A page with a link on it, of which the action is no object of its own."""
    content, document = BytesIO(), pikepdf.new()
    page = document.add_blank_page()
    link: dict[str, Any] = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Link, "Rect": [0, 0, 9, 9]}
    page.obj.Annots = pikepdf.Array([pikepdf.Dictionary(**link, A=pikepdf.Dictionary(**action))])
    document.save(content)
    return content.getvalue()


def zipped(name: str, content: bytes = b"{}") -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


PLAIN = '["Content-Type", "text/plain; charset=utf-8"]'


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("html", b"<p><xlive></xlive></p>"),
        ("html", b"<p onmouseover='a'></p>"),
        ("html", b"<a href=javascript:xlive()>a</a>"),
        ("html", b"<a href=' java&#10;script:xlive()'>a</a>"),
        ("html", b"<a href=https://xlive.example>a</a>"),
        ("html", b"<a href='/\\xlive.example'>a</a>"),
        ("html", b"<script>a()</script>"),
        ("html", b"<svg><script>xlive()</script></svg>"),
        ("html", b"<svg><a xlink:href='javascript:xlive()'>x</a></svg>"),
        ("html", b"<div srcdoc='<b>x'></div>"),
        ("html", b"<iframe></iframe>"),
        ("html", b"<meta http-equiv=refresh content='0;url=/'>"),
        ("html", b"<p>13376419</p>"),
        ("svg", b"<svg><script/></svg>"),
        ("svg", b"<svg xmlns:x='http://www.w3.org/1999/xlink'><use x:href='//xlive.example'/></svg>"),
        ("svg", b"<svg><text>13376419</text></svg>"),
        ("csv", b"name\r\n=1+1\r\n"),
        ("spreadsheetml", a_workbook("=1+1")),
        ("spreadsheetml", a_workbook("a", link="http://xlive.example")),
        ("spreadsheetml", a_workbook("13376419")),
        ("pdf", typst.compile(b'#eval("7*1910917")')),
        ("pdf", typst.compile(b'#link("http://xlive.example")[a]')),
        ("pdf", a_document(S=pikepdf.Name.JavaScript, JS="xlive()")),
        ("pdf", a_document(S=pikepdf.Name.SubmitForm)),
        ("json", b'{"name": "13376419"}'),
        ("calendar", b"BEGIN:VCALENDAR\r\nATTACH:http://xlive.example\r\nEND:VCALENDAR\r\n"),
        ("calendar", b"SUMMARY:a\r\nxlive:1\r\n"),
        ("zip", zipped("../a.json")),
        ("zip", zipped("a.exe")),
        ("zip", zipped("a.csv", b"=1+1")),
        ("log", b"typed: <xlive>"),
        ("mail", f'[["a@b.example", "xlive@example.org"], [{PLAIN}], ""]'.encode()),
        ("mail", f'[["a@b.example"], [{PLAIN}, ["Bcc", "x"]], ""]'.encode()),
        ("mail", b'[["a@b.example"], [["Content-Type", "text/html"]], ""]'),
        ("mail", f'[["a@b.example"], [{PLAIN}], "Go to http://xlive.example"]'.encode()),
        ("png", b"<script>xlive()</script>"),
    ],
)
def test_what_is_live_is_found(kind: str, content: bytes) -> None:
    assert list(live.KINDS[kind].live(content))


def test_what_nobody_looks_into_is_told() -> None:
    outcome = hostile_text.Outcome()
    outcome.look_at("a", made.Found("at /", 200, b"a", "application/octet-stream"))
    outcome.look_at("a", made.Found("at /", 500, b"a", "text/html"))
    assert len(outcome.live) == 2


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
