"""Invitations to colleagues: for whom they work, once, and that they tell nobody else anything."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from questionnaire.web.site import Site
from tests.moments import at_once
from tests.web import walks
from tests.web.client import Browser, all_forms, form_fields
from tests.web.crowd import colleague, known, owner, roles, site_of

KIM, SAM, MAX = "kim@example.org", "sam@example.org", "max@example.org"


def test_an_invitation_says_what_one_would_get_and_works_once(app: Flask, browser: Browser) -> None:
    boss, organization = owner(app)
    invitation = walks.invite(boss, organization, "viewer", "Sam")
    browser.get(invitation)
    page = browser.read("/invitation")
    assert "Harbour Street" in page
    assert "read everything" in page
    assert "/sign-in?to=/invitation" in page
    sam = known(app, SAM)
    assert walks.join(sam, invitation).headers["Location"] == organization
    assert roles(app) == {KIM: "owner", SAM: "viewer"}
    assert "Sam" not in boss.read(f"{organization}/colleagues").partition("Open invitations")[2]
    assert browser.get("/invitation").status_code == 404
    assert sam.get("/invitation").status_code == 404


def test_used_expired_altered_and_ended_invitations_get_one_page_by_the_same_statements(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, organization = owner(app)
    used, ended, expired, kept = (walks.invite(boss, organization, made_for=f"No. {number}") for number in range(4))
    walks.join(known(app, SAM), used)
    holder = browser.as_somebody_else()
    holder.get(ended)
    page = boss.read(f"{organization}/colleagues")
    first = next(fields for fields in all_forms(page) if "capability_id" in fields)
    assert boss.post(f"{organization}/colleagues/invitation/end", data=first).status_code == 303
    assert boss.post(f"{organization}/colleagues/invitation/end", data=first).status_code == 404
    altered = kept[:-1] + ("a" if kept[-1] != "a" else "b")
    pages = [browser.as_somebody_else().get(link) for link in (used, ended, altered)]
    pages.append(holder.get("/invitation"))
    today = site_of(app).today()
    monkeypatch.setattr(Site, "today", lambda _site: today + timedelta(days=14))
    assert browser.as_somebody_else().get(expired).status_code == 303
    monkeypatch.setattr(Site, "today", lambda _site: today + timedelta(days=15))
    pages.append(browser.as_somebody_else().get(expired))
    assert {page.status_code for page in pages} == {404}
    assert {page.text for page in pages} == {pages[0].text}


def test_of_eight_who_use_one_invitation_at_once_one_joins(app_on_both: Flask) -> None:
    boss, organization = owner(app_on_both)
    invitation = walks.invite(boss, organization)
    crowd = [known(app_on_both, f"a{number}@example.org") for number in range(8)]
    forms = []
    for browser in crowd:
        browser.get(invitation)
        forms.append(form_fields(browser.read("/invitation")))
    told = at_once([partial(crowd[n].post, "/invitation", data=forms[n]) for n in range(8)])
    assert sorted(answer.status_code for answer in told) == [303] + [404] * 7
    winner = [answer.status_code for answer in told].index(303)
    assert roles(app_on_both) == {KIM: "owner", f"a{winner}@example.org": "editor"}
    assert [browser.get(organization).status_code for browser in crowd].count(200) == 1


def test_two_invitations_used_at_once_by_one_account_make_one_colleague(app_on_both: Flask) -> None:
    boss, organization = owner(app_on_both)
    sam = known(app_on_both, SAM)
    token = sam.get_cookie(site_of(app_on_both).settings.cookie())
    assert token
    windows, forms = [sam, sam.as_somebody_else()], []
    windows[1].set_cookie(token.key, token.value)
    for browser, role in zip(windows, ("viewer", "editor"), strict=True):
        browser.get(walks.invite(boss, organization, role))
        forms.append(form_fields(browser.read("/invitation")))
    told = at_once([partial(windows[n].post, "/invitation", data=forms[n]) for n in range(2)])
    assert [answer.status_code for answer in told] == [303, 303]
    assert roles(app_on_both) == {KIM: "owner", SAM: "editor"}


@pytest.mark.parametrize(("first", "then"), [("viewer", "editor"), ("editor", "viewer")])
def test_who_joins_twice_keeps_the_stronger_role(app: Flask, first: str, then: str) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization, first)
    assert walks.join(sam, walks.invite(boss, organization, then)).status_code == 303
    assert roles(app) == {KIM: "owner", SAM: "editor"}


def test_an_owner_who_opens_an_invitation_stays_the_owner(app: Flask) -> None:
    boss, organization = owner(app)
    assert walks.join(boss, walks.invite(boss, organization, "viewer")).status_code == 303
    assert roles(app) == {KIM: "owner"}
    assert boss.get(f"{organization}/colleagues").status_code == 200


def test_nobody_joins_without_an_account(app: Flask, browser: Browser) -> None:
    boss, organization = owner(app)
    browser.get(walks.invite(boss, organization))
    token = walks.token_of(browser.read("/sign-in"))
    answer = browser.post("/invitation", data={"csrf_token": token})
    assert answer.headers["Location"].startswith("/sign-in")
    assert roles(app) == {KIM: "owner"}


def test_an_invitation_into_what_was_deleted_does_not_work(app: Flask, browser: Browser) -> None:
    boss, organization = owner(app)
    invitation = walks.invite(boss, organization)
    browser.get(invitation)
    boss.fill(f"{organization}/delete", name="Harbour Street")
    assert browser.get("/invitation").status_code == 404
    assert browser.get(invitation).status_code == 404


def test_an_invitation_is_shown_once_and_only_for_somebody_and_for_a_role_that_is_given(app: Flask) -> None:
    boss, organization = owner(app)
    for made_for, role in (
        ("", "editor"),
        (" \u200b ", "editor"),
        ("Sam", "owner"),
        ("Sam", ""),
        ("x" * 201, "viewer"),
    ):
        assert boss.fill(f"{organization}/colleagues", made_for=made_for, role=role).status_code == 400
    invitation = walks.invite(boss, organization)
    assert invitation.removeprefix("/in/") not in boss.read(f"{organization}/colleagues/invitation")
    assert "shown only once" in boss.read(f"{organization}/colleagues/invitation")
