"""The commands."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaire.config import ROOT
from questionnaire.store import database, models
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser

SHIPPED = ROOT / "data" / "instruments" / "alongside-1"


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "broken"
    shutil.copytree(SHIPPED, folder)
    file = folder / "role.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("revision: 1", "revision: one", 1), encoding="utf-8")
    file = folder / "comm.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("id: comm.ahead", "id: comm.start", 1), encoding="utf-8")
    return folder


def test_check_says_that_the_shipped_instrument_has_no_fault(app: Flask) -> None:
    assert run(app, "instrument", "check") == (0, "alongside version 1: 6 domains, 35 items, no fault.\n")


def test_check_prints_every_fault_with_its_place_and_exits_with_1(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, "instrument", "check", str(broken(tmp_path)))
    assert code == 1
    lines = said.splitlines()
    assert any(
        "role.yaml:" in line and "domains.0.items.0.revision: must be a whole number" in line for line in lines
    )
    assert any("comm.yaml:" in line and "stands twice: comm.start" in line for line in lines)


def test_show_prints_every_question_for_review_on_paper(app: Flask, site: Site) -> None:
    code, said = run(app, "instrument", "show")
    assert code == 0
    for item in site.instrument.items.values():
        assert item.question.en in said
        assert item.levels[4].sees.en in said
        if item.peer:
            assert item.peer.question.en in said
        for advice in item.advice:
            assert advice.involvement.en in said
    assert "&#" not in said
    assert "&amp;" not in said


def test_show_names_the_faults_of_a_folder(app: Flask, tmp_path: Path) -> None:
    assert run(app, "instrument", "show", str(broken(tmp_path)))[0] == 1


def test_upgrade_may_be_repeated(app: Flask) -> None:
    assert run(app, "db", "upgrade") == (0, "")


def test_tick_ends_what_nobody_used_for_400_days(
    app: Flask, browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = walks.start(browser)
    today = site.today()
    for days, ended in ((400, 0), (401, 1)):
        monkeypatch.setattr(Site, "today", lambda _site, days=days: today + timedelta(days=days))
        assert f"Ended {ended} " in run(app, "tick")[1]
    with database.reading(site.engine) as connection:
        kept = {table.name: connection.execute(select(table)).all() for table in models.metadata.sorted_tables}
    assert {name for name, rows in kept.items() if rows} == {"instrument"}
    assert browser.get(organization).status_code == 404


def start(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the site's to its end, in an environment with nothing else in it."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "INSTANCE": str(tmp_path / "instance"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_faulty_instrument_stops_the_server_with_the_same_message(app: Flask, tmp_path: Path) -> None:
    folder = broken(tmp_path)
    _code, said = run(app, "instrument", "check", str(folder))
    ended = start(tmp_path, "app.py", INSTRUMENT=str(folder))
    assert ended.returncode == 1
    assert ended.stderr == said


def test_a_faulty_instrument_can_still_be_checked_by_its_command(tmp_path: Path) -> None:
    folder = broken(tmp_path)
    ended = start(tmp_path, "-m", "flask", "instrument", "check", INSTRUMENT=str(folder))
    assert ended.returncode == 1
    assert "stands twice: comm.start" in ended.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "alongside.example"),
        ("PUBLIC_URL", "https://user@alongside.example"),
        ("PUBLIC_URL", "https://alongside.example:port"),
    ],
)
def test_a_wrong_setting_stops_the_server_in_words(tmp_path: Path, name: str, value: str) -> None:
    ended = start(tmp_path, "app.py", **{name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} is {value!r}: give ")


def test_the_first_start_makes_a_secret_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    for _ in range(2):
        assert start(tmp_path, "-m", "flask", "db", "upgrade").returncode == 0
    key = tmp_path / "instance" / "secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert len(key.read_text(encoding="utf-8")) == 64


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://root@localhost/x", "postgresql://nobody@127.0.0.1:1/x", "sqlite:////dev/null/x"]
)
def test_a_database_that_cannot_be_used_stops_the_server_in_one_line(tmp_path: Path, address: str) -> None:
    ended = start(tmp_path, "app.py", DATABASE_URL=address)
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr


def test_a_file_that_is_no_database_stops_the_server_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sam, " * 500)
    ended = start(tmp_path, "app.py", DATABASE_URL=f"sqlite:///{tmp_path / 'letter.txt'}")
    assert (ended.returncode, len(ended.stderr.strip().splitlines())) == (1, 1)


def test_an_empty_secret_key_stops_the_server_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret-key").touch()
    ended = start(tmp_path, "app.py")
    assert (ended.returncode, len(ended.stderr.strip().splitlines())) == (1, 1)


def test_a_port_that_is_taken_stops_the_server_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = start(tmp_path, "app.py", PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "Set HOST or PORT to another" in ended.stderr


def test_an_instrument_changed_after_use_stops_the_server(browser: Browser, site: Site, tmp_path: Path) -> None:
    walks.start(browser)
    folder = tmp_path / "changed"
    shutil.copytree(SHIPPED, folder)
    file = folder / "role.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("No title", "Without title", 1), encoding="utf-8")
    address = site.engine.url.render_as_string(hide_password=False)
    ended = start(tmp_path, "app.py", INSTRUMENT=str(folder), DATABASE_URL=address)
    assert ended.returncode == 1
    assert "was changed after it was used" in ended.stderr
