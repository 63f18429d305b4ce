"""What the tools by themselves would let pass: the locks, and what core may import."""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.journeys.chromium import ChromiumMissing, find_chromium

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^([a-z0-9-]+(?:\[[a-z,]+\])?==[^ \\]+(?: ; [^\\]+)?)", re.MULTILINE)


def lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_has_hashes_and_no_addresses(name: str) -> None:
    assert "://" not in lock(name)
    blocks = re.split(r"\n(?=[a-z])", lock(name).strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_tests_run_on_what_the_site_runs_on() -> None:
    running, testing = set(PIN.findall(lock("requirements.txt"))), set(PIN.findall(lock("requirements-dev.txt")))
    assert running
    assert running - testing == set()


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_is_asked_for_is_locked(name: str) -> None:
    asked = re.findall(r"^[a-z][a-z0-9-]*", lock(f"{name}.in"), re.MULTILINE)
    locked = {pin.partition("=")[0].partition("[")[0] for pin in PIN.findall(lock(f"{name}.txt"))}
    assert set(asked) - locked == set(), "make lock"


@pytest.mark.parametrize("path", sorted(ROOT.glob("questionnaire/core/**/*.py")), ids=lambda path: path.name)
def test_core_imports_only_python_pydantic_and_itself(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = sys.stdlib_module_names | {"pydantic", "questionnaire"}
    assert {name for name in imported if name.partition(".")[0] not in allowed} == set()


def test_a_browser_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert find_chromium() == sys.executable
    monkeypatch.setenv("CHROMIUM", "/nowhere/chrome")
    with pytest.raises(ChromiumMissing, match="/nowhere/chrome"):
        find_chromium()


def test_without_a_browser_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ChromiumMissing, match="sudo apt install chromium"):
        find_chromium()
