"""Contributions as they are made by an owner on one site and taken by a facilitator on another."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from questionnaire.core.contributions import LARGEST, Contribution, ContributionFile, write
from questionnaire.store import contributions, database, releases
from questionnaire.web.site import Site
from tests.web import network_walks, round_walks, walks
from tests.web.client import Browser, all_forms
from tests.web.conftest import browser_of
from tests.web.stored import submitted


@pytest.fixture
def owner(facilitator: Browser) -> Browser:
    return facilitator.as_somebody_else()


@pytest.fixture
def organization(owner: Browser, site: Site) -> str:
    organization = walks.own(owner)
    submitted(site, organization, 2026, 3)
    return organization


def code_of(network: str) -> str:
    return network.rsplit("/", 1)[1]


def made(owner: Browser, organization: str, network: str, year: int = 2026) -> bytes:
    """The file of a contribution."""
    wished = owner.fill(f"{organization}/contributions", year=str(year), network=f" {code_of(network).upper()} ")
    assert wished.status_code == 303
    content: bytes = owner.fill(wished.headers["Location"]).data
    return content


def take(facilitator: Browser, network: str, content: bytes, label: str = "Harbour Street") -> str:
    """What the page says of it."""
    page = f"{network}/contributions"
    token = walks.token_of(facilitator.read(page))
    fields = {"csrf_token": token, "label": label, "file": (BytesIO(content), "contribution.json")}
    answer = facilitator.post(page, data=fields, content_type="multipart/form-data")
    return facilitator.read(page) if answer.status_code == 303 else answer.text


def test_a_contribution_is_seen_made_taken_confirmed_and_counts(app_on_both: Flask) -> None:
    facilitator = browser_of(app_on_both)
    site = round_walks.site_of(facilitator)
    walks.account(facilitator, "facilitator@example.org")
    network, owner = walks.network(facilitator), facilitator.as_somebody_else()
    organization = walks.own(owner)
    submitted(site, organization, 2026, 3)
    assert code_of(network) in facilitator.read(f"{network}/contributions")
    page = owner.read(f"{organization}/contributions/2026/{code_of(network)}")
    for words in ("75.00", "role.title:1", "This is all that the file holds"):
        assert words in page
    content = made(owner, organization, network)
    file = ContributionFile.model_validate_json(content)
    assert file.contributor in page
    assert "Harbour" not in content.decode()
    assert "Made so far" in owner.read(f"{organization}/contributions")
    assert "Made a contribution of 2026" in owner.read(f"{organization}/record")
    network_walks.filled(site, network, 4)
    assert "Compare its digest with the sender" in take(facilitator, network, content)
    assert "4 would count" in facilitator.read(f"{network}/freeze")
    assert "not confirmed yet" in facilitator.read(f"{network}/members")
    confirm = f"{network}/contributions/confirm"
    assert round_walks.press(facilitator, f"{network}/contributions", confirm).status_code == 303
    assert "2026: 5 organizations count" in facilitator.read(f"{network}/freeze")
    assert facilitator.fill(f"{network}/freeze", year="2026", grouping="whole", is_known="y").status_code == 303
    shown = facilitator.read(f"{network}/contributions")
    assert "Remove it" not in shown
    assert "comes too late" in take(facilitator, network, content)
    with database.reading(site.engine) as connection:
        kept = releases.listed(connection, code_of(network))[0]
        assert kept.release.organizations == 5
        assert releases.gone(connection, kept) == 0


def test_the_same_twice_is_recognised_and_a_newer_one_takes_its_place(
    facilitator: Browser, network: str, owner: Browser, organization: str, site: Site
) -> None:
    first = made(owner, organization, network)
    take(facilitator, network, first)
    assert "is here already" in take(facilitator, network, first)
    walks.amend(owner, organization, 2026)
    submitted(site, organization, 2026, 1)
    assert "It replaces an earlier one" in take(facilitator, network, made(owner, organization, network))
    assert facilitator.read(f"{network}/contributions").count("Taken on") == 1


def altered(content: bytes) -> bytes:
    place = content.index(b"75.0")
    return content[:place] + b"50.0" + content[place + 4 :]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (altered, "was changed since it was made"),
        (lambda content: content[:-20], "not a contribution of Alongside"),
        (lambda content: content + b" " * LARGEST, "larger than 100 kB"),
        (lambda _: b"PK\x03\x04", "not a contribution of Alongside"),
        (lambda _: b"", "not a contribution of Alongside"),
    ],
    ids=["altered", "cut", "huge", "zip", "empty"],
)
def test_what_is_no_whole_contribution_is_refused_with_the_reason(
    facilitator: Browser,
    network: str,
    owner: Browser,
    organization: str,
    change: Callable[[bytes], bytes],
    words: str,
) -> None:
    assert words in take(facilitator, network, change(made(owner, organization, network)))
    assert "Taken so far" not in facilitator.read(f"{network}/contributions")


def test_a_contribution_for_another_network_is_refused(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    other = walks.network(facilitator, "Hills")
    assert "made for another network" in take(facilitator, other, made(owner, organization, network))


def test_an_organization_gives_to_one_network_a_year(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    other = walks.network(facilitator, "Hills")
    made(owner, organization, network)
    refused = owner.fill(f"{organization}/contributions/2026/{code_of(other)}")
    assert refused.status_code == 400
    assert "It counts once a year" in refused.text
    assert code_of(network).encode() in made(owner, organization, network), "the same one may be made again"


def test_who_counts_in_a_release_here_gives_to_no_other_site(
    facilitator: Browser, network: str, owner: Browser, organization: str, site: Site
) -> None:
    walks.join_network(owner, walks.invite_to(facilitator, network))
    network_walks.frozen(site, network)
    refused = owner.fill(f"{organization}/contributions/2026/{'0' * 8}-0000-4000-8000-{'0' * 12}")
    assert refused.status_code == 400


def test_a_contribution_on_other_questions_says_so(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    file = ContributionFile.model_validate_json(made(owner, organization, network))
    other = file.model_copy(update={"instrument_version": 7, "instrument_digest": "0" * 64})
    fields = {name: getattr(other, name) for name in Contribution.model_fields}
    page = take(facilitator, network, write(Contribution(**fields)))
    assert "On another version of the questions (alongside 7)" in page


def test_a_contribution_can_be_removed_before_the_release(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    take(facilitator, network, made(owner, organization, network))
    page = f"{network}/contributions"
    assert round_walks.press(facilitator, page, f"{page}/remove").status_code == 303
    assert "Taken so far" not in facilitator.read(page)


def test_a_contribution_is_not_confirmed_once_its_year_is_released(
    facilitator: Browser, network: str, owner: Browser, organization: str, site: Site
) -> None:
    take(facilitator, network, made(owner, organization, network))
    page = f"{network}/contributions"
    open_since_before = next(form for form in all_forms(facilitator.read(page)) if "digest" in form)
    network_walks.frozen(site, network)
    facilitator.send(f"{page}/confirm", open_since_before)
    assert "it comes too late" in facilitator.read(page)
    with database.reading(site.engine) as connection:
        (given,) = contributions.listed(connection, code_of(network))
    assert not given.confirmed


def test_a_wrong_code_or_year_is_refused(owner: Browser, organization: str) -> None:
    refused = owner.fill(f"{organization}/contributions", year="2026", network="the coast group")
    assert refused.status_code == 400
    assert "no code of a network" in refused.text
    nowhere = f"{organization}/contributions/2019/{'0' * 8}-0000-4000-8000-{'0' * 12}"
    assert owner.get(nowhere).status_code == 404


def test_a_label_is_shown_as_text(facilitator: Browser, network: str, owner: Browser, organization: str) -> None:
    page = take(facilitator, network, made(owner, organization, network), label="<b>Harbour</b>")
    assert "&lt;b&gt;Harbour&lt;/b&gt;" in page
    assert "&lt;b&gt;Harbour" in facilitator.read(f"{network}/members")
