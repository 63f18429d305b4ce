"""An organization is downloaded from one site and loaded into another, by the pages alone."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from questionnaire.core.archive import write
from questionnaire.core.instrument import parse
from questionnaire.output.archives import LARGEST, pack, unpack
from questionnaire.store import database, models
from questionnaire.web.security import LARGEST_FILE_SENT
from questionnaire.web.serving import LARGEST_SENT
from questionnaire.web.site import Site
from tests.archives import a_revision, an_archive, sealed, zipped
from tests.builders import a_tree, changed
from tests.web import walks
from tests.web.client import Browser, form_fields
from tests.web.conftest import browser_of, running

NOTE = "We talked\nabout “this” 🌱"


@pytest.fixture
def elsewhere(prepared_file: Path, tmp_path: Path) -> Iterator[Browser]:
    """Another site, and somebody who has an account there."""
    file = tmp_path / "elsewhere.sqlite"
    shutil.copy(prepared_file, file)
    for app in running(f"sqlite:///{file}"):
        browser = browser_of(app)
        walks.account(browser, "lee@example.org")
        yield browser


def organization_to_download(browser: Browser) -> str:
    """2025 is submitted, 2026 submitted and amended; there is one answer, with a note."""
    organization = walks.own(browser)
    answer_title(browser, organization, "2", NOTE)
    walks.submit(browser, organization)
    walks.amend(browser, organization)
    assert browser.fill(f"{organization}/new-year", year="2025").status_code == 303
    walks.submit(browser, organization, 2025)
    return organization


def answer_title(browser: Browser, organization: str, level: str, note: str) -> None:
    fields = form_fields(browser.read(f"{organization}/2026/questions/role"), which="page")
    fields["role.title:choice"], fields["role.title:note"] = level, note
    assert browser.post(f"{organization}/2026/questions/role", data=fields).status_code == 303


def download(browser: Browser, organization: str) -> TestResponse:
    response = browser.fill(f"{organization}/archive")
    assert response.status_code == 200
    return response


def load(browser: Browser, content: bytes, *, name: str = "alongside-archive.zip") -> TestResponse:
    return send(browser, csrf_token=form_fields(browser.read("/load"))["csrf_token"], archive=file(content, name))


def file(content: bytes, name: str = "alongside-archive.zip") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


def send(browser: Browser, address: str = "/load", **fields: str | FileStorage) -> TestResponse:
    """Send a form as a browser sends one with a file in it."""
    boundary, body = encode_multipart(fields)
    return browser.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def loaded(browser: Browser, content: bytes) -> str:
    """Load an archive that is as it should be; the address of the new organization's page."""
    response = load(browser, content)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def count(browser: Browser) -> int:
    site: Site = browser.application.extensions["alongside"]
    with database.reading(site.engine) as connection:
        return connection.scalar(select(func.count()).select_from(models.organization)) or 0


def test_everything_is_downloaded_as_one_file(browser: Browser) -> None:
    organization = organization_to_download(browser)
    response = download(browser, organization)
    assert response.mimetype == "application/zip"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=alongside-archive-20")
    assert "Harbour" not in disposition
    archive = unpack(response.data)
    assert [(revision.year, revision.number) for revision in archive.revisions] == [(2025, 1), (2026, 1), (2026, 2)]
    assert archive.revisions[-1].answers["role.title"].note == NOTE
    assert [colleague.email for colleague in archive.colleagues] == ["kim@example.org"]


def test_a_download_is_noted_and_looking_at_its_page_is_not(browser: Browser) -> None:
    organization = walks.own(browser)
    page = browser.read(f"{organization}/archive")
    assert "Notes may name people" in page
    assert "Downloaded everything" not in browser.read(f"{organization}/record")
    download(browser, organization)
    assert browser.read(f"{organization}/record").count("Downloaded everything") == 1


def test_the_way_to_the_archive_stands_on_the_pages(browser: Browser) -> None:
    organization = walks.own(browser)
    assert f'href="{organization}/archive"' in browser.read(organization)
    assert f'href="{organization}/archive"' in browser.read(f"{organization}/delete")
    assert 'href="/load"' in browser.read("/account")


def test_what_was_downloaded_is_loaded_elsewhere_and_says_so(browser: Browser, elsewhere: Browser) -> None:
    archive = download(browser, organization_to_download(browser)).data
    organization = loaded(elsewhere, archive)
    page = elsewhere.read(organization)
    assert "All of it is loaded" in page
    assert page.count("Imported on") == 2
    for year in (2025, 2026):
        mine = elsewhere.read(f"{organization}/{year}/scorecard/1")
        assert "from an archive of another site" in mine
    assert NOTE in elsewhere.read(f"{organization}/2026/scorecard/1/worked-out")
    assert elsewhere.get(f"{organization}/2026/scorecard/1/radar.svg").status_code == 200
    assert elsewhere.get(f"{organization}/years").status_code == 200
    record = elsewhere.read(f"{organization}/record")
    assert "Loaded the organization from archive of 20" in record
    assert "lee@example.org" in record
    assert "kim@example.org" not in record


def test_answering_goes_on_where_it_was_loaded(browser: Browser, elsewhere: Browser) -> None:
    organization = loaded(elsewhere, download(browser, organization_to_download(browser)).data)
    fields = form_fields(elsewhere.read(f"{organization}/2026/questions/role"), which="page")
    assert fields["role.title:note"] == NOTE
    answer_title(elsewhere, organization, "4", NOTE)
    scorecard = walks.submit(elsewhere, organization)
    assert scorecard.endswith("/2026/scorecard/2")
    assert "from an archive of another site" in elsewhere.read(f"{organization}/2026/scorecard/1")
    walks.amend(elsewhere, organization, 2025)
    again = unpack(download(elsewhere, organization).data)
    titles = [revision.answers.get("role.title") for revision in again.revisions]
    assert [title and title.level for title in titles] == [None, None, 2, 4]


def test_loading_twice_makes_two_organizations(elsewhere: Browser) -> None:
    archive = pack(an_archive())
    assert loaded(elsewhere, archive) != loaded(elsewhere, archive)
    assert elsewhere.read("/account").count("Harbour Street “Déjà” 🌱") == 2


def test_the_new_organization_belongs_to_who_loaded_it_alone(browser: Browser, elsewhere: Browser) -> None:
    organization = loaded(elsewhere, download(browser, walks.own(browser)).data)
    other = elsewhere.as_somebody_else()
    assert other.get(organization).status_code == 404
    walks.account(other, "kim@example.org")
    assert other.get(organization).status_code == 404


def test_loading_takes_an_account(browser: Browser) -> None:
    assert browser.get("/load").headers["Location"].startswith("/sign-in?to=")
    token = walks.token_of(browser.read("/start"))
    response = send(browser, csrf_token=token, archive=file(GOOD))
    assert response.status_code == 303
    assert count(browser) == 0


GOOD = pack(an_archive())
REFUSED = {
    "not ours": (b"\x89PNG", "This is not an archive of Alongside."),
    "empty": (b"", "This is not an archive of Alongside."),
    "cut short": (GOOD[:-30], "cut short on its way"),
    "newer": (zipped(sealed(write(an_archive()), version=3)), "newer version of Alongside (archive version 3;"),
    "a bomb": (zipped({**write(an_archive()), "events.json": bytes(9_000_000)}), "Unpacked, this archive is larger"),
    "too large": (GOOD + bytes(LARGEST), "larger than 16 MB"),
    "hostile": (zipped({**write(an_archive()), "<script>": b""}), "&lt;script&gt;"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_loaded_is_refused_with_the_reason(elsewhere: Browser, what: str) -> None:
    content, reason = REFUSED[what]
    response = load(elsewhere, content)
    assert response.status_code == 400
    assert reason in response.text
    assert "Nothing was loaded" in response.text
    assert 'aria-invalid="true"' in response.text
    assert count(elsewhere) == 0


def test_questions_that_this_site_does_not_have_yet_are_refused(elsewhere: Browser) -> None:
    """What is wrong with a file is found where it is unpacked; this only where it is loaded."""
    tree = changed(changed(a_tree(domains=3, items=4), "id", "alongside"), "version", 2)
    instrument = parse(tree)
    revisions = (a_revision(2025, 1, instrument=instrument),)
    response = load(elsewhere, pack(replace(an_archive(), instruments=(instrument,), revisions=revisions)))
    assert response.status_code == 400
    assert "newer questions than this site has (alongside, version 2)" in response.text
    assert count(elsewhere) == 0


def test_a_file_must_be_chosen(elsewhere: Browser) -> None:
    response = load(elsewhere, b"", name="")
    assert response.status_code == 400
    assert "Choose the file of an archive." in response.text


def test_a_form_with_something_else_in_it_is_refused(elsewhere: Browser) -> None:
    token = form_fields(elsewhere.read("/load"))["csrf_token"]
    response = send(elsewhere, csrf_token=token, archive=file(GOOD), owner="me")
    assert response.status_code == 400
    assert "not on this page" in response.text
    assert count(elsewhere) == 0


def test_a_form_from_elsewhere_loads_nothing(elsewhere: Browser) -> None:
    assert send(elsewhere, archive=file(GOOD)).status_code == 403
    assert count(elsewhere) == 0


def test_only_the_page_that_takes_a_file_is_sent_more_than_text(browser: Browser) -> None:
    walks.account(browser)
    token = form_fields(browser.read("/load"))["csrf_token"]
    assert load(browser, bytes(LARGEST)).status_code == 400
    assert send(browser, "/start", csrf_token=token, archive=file(bytes(LARGEST))).status_code == 413
    assert load(browser, bytes(LARGEST_FILE_SENT)).status_code == 413
    assert LARGEST < LARGEST_FILE_SENT == LARGEST_SENT


def test_a_download_holds_no_secret_of_the_site(browser: Browser, site: Site) -> None:
    organization = walks.own(browser)
    invitation = walks.invite(browser, organization).rsplit("/", 1)[1]
    with database.reading(site.engine) as connection:
        secrets = {
            *connection.scalars(select(models.account.c.password_hash)),
            *connection.scalars(select(models.session.c.token_hash)),
            *connection.scalars(select(models.capability.c.token_hash)),
            invitation,
            organization.rsplit("/", 1)[1],
        }
    with ZipFile(BytesIO(download(browser, organization).data)) as archive:
        said = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert len(secrets) > 4
    assert [secret for secret in secrets if secret in said] == []
