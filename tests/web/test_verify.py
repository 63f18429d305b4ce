"""`flask report verify`: what this site made, what was changed afterwards, and what is forged."""

import json
from pathlib import Path

import pytest
from flask import Flask

from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser
from tests.web.stored import submitted
from tests.web.test_cli import run


@pytest.fixture
def report(site: Site, browser: Browser) -> str:
    return walks.report(browser, submitted(site, walks.own(browser), 2026), "answers", "advice")


def downloaded(browser: Browser, report: str, name: str, folder: Path) -> Path:
    file = folder / name
    file.write_bytes(browser.get(f"{report}/{name}").data)
    return file


def fingerprint(browser: Browser, report: str) -> str:
    return str(json.loads(browser.get(f"{report}/report.json").data)["fingerprint"])


@pytest.mark.parametrize("name", ["report.pdf", "report.xlsx", "report.json", "items.csv"])
def test_a_file_as_it_was_downloaded_is_known(
    app: Flask, browser: Browser, report: str, tmp_path: Path, name: str
) -> None:
    code, said = run(app, "report", "verify", str(downloaded(browser, report, name, tmp_path)))
    assert code == 0, said
    assert "Harbour Street: 2026, revision 1" in said
    assert "holds the scorecard, answers, advice" in said


@pytest.mark.parametrize("name", ["report.pdf", "report.xlsx", "items.csv"])
def test_a_file_with_one_byte_changed_is_told_though_its_fingerprint_is_true(
    app: Flask, browser: Browser, report: str, tmp_path: Path, name: str
) -> None:
    file = downloaded(browser, report, name, tmp_path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    code, said = run(app, "report", "verify", str(file))
    assert (code, "never handed out this file" in said) == (1, True)


def test_a_pdf_that_somebody_else_made_with_the_true_fingerprint_is_told(
    app: Flask, browser: Browser, report: str, tmp_path: Path
) -> None:
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(b"%PDF-1.7 " + fingerprint(browser, report).encode())
    assert run(app, "report", "verify", str(forged))[0] == 1


def test_json_is_worked_out_anew_however_it_is_written(
    app: Flask, browser: Browser, report: str, tmp_path: Path
) -> None:
    file = downloaded(browser, report, "report.json", tmp_path)
    content = json.loads(file.read_bytes())
    file.write_text(json.dumps(content), encoding="utf-8")
    code, said = run(app, "report", "verify", str(file))
    assert (code, "is whole" in said) == (0, True)
    content["outcome"]["organization"] = "Somewhere else"
    file.write_text(json.dumps(content), encoding="utf-8")
    code, said = run(app, "report", "verify", str(file))
    assert (code, "This file was changed" in said) == (1, True)


def test_a_fingerprint_is_looked_up_as_it_is_printed(app: Flask, browser: Browser, report: str) -> None:
    found = fingerprint(browser, report)
    groups = [found[start : start + 4] for start in range(0, 32, 4)]
    for words in ([found], groups, ["-".join(groups).upper()]):
        code, said = run(app, "report", "verify", *words)
        assert (code, "Harbour Street" in said) == (0, True)
    assert run(app, "report", "verify", "0" * 32)[0] == 1
    code, said = run(app, "report", "verify", "nothing")
    assert (code, "neither a file nor a fingerprint" in said) == (1, True)


def test_nothing_is_known_any_more_once_the_organization_is_deleted(
    app: Flask, browser: Browser, report: str, tmp_path: Path
) -> None:
    file, found = downloaded(browser, report, "report.pdf", tmp_path), fingerprint(browser, report)
    organization = browser.read("/").partition('href="/organizations/')[2][:36]
    browser.fill(f"/organizations/{organization}/delete", name="Harbour Street")
    assert run(app, "report", "verify", str(file))[0] == 1
    assert run(app, "report", "verify", found)[0] == 1
