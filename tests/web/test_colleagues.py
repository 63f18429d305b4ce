"""Colleagues: who becomes the owner, what each may do, and how that ends."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError

from questionnaire.core.access import Role
from questionnaire.store import access, database, models
from questionnaire.web.site import Site
from tests.moments import at_once, just_before
from tests.web import walks
from tests.web.client import Browser, Fields, all_forms, form_fields
from tests.web.crowd import colleague, everything, known, owner, roles, site_of
from tests.web.stored import id_of

KIM, SAM, MAX = "kim@example.org", "sam@example.org", "max@example.org"


def press(browser: Browser, page: str, button: str, **changes: str) -> int:
    """Press the button of a page's form that leads to an address; the status that comes of it."""
    token = walks.token_of(browser.read(page))
    return browser.post(button, data={"csrf_token": token, **changes}).status_code


def form_of(boss: Browser, organization: str, email: str) -> Fields:
    """The form that stands beside a colleague in the list."""
    page = boss.read(f"{organization}/colleagues")
    beside = page[page.index(f"<b><bdi>{email}") :]
    return next(fields for fields in all_forms(page) if fields.get("account_id", "?") in beside.partition("</li>")[0])


def may_save(browser: Browser, organization: str) -> bool:
    return browser.fill(f"{organization}/2026/questions/role").status_code == 303


# --- becoming the owner


def claim(browser: Browser, organization: str, link: str = "keep") -> int:
    return browser.fill(f"{organization}/claim", link=link).status_code


def started_by_link(browser: Browser) -> tuple[str, str]:
    organization = walks.start(browser)
    return organization, walks.private_link(browser.read(f"{organization}/private-link"))


def test_who_owns_with_an_account_may_end_the_private_link_or_keep_it(app: Flask, browser: Browser) -> None:
    for kept in ("keep", "end"):
        guest = browser.as_somebody_else()
        organization, link = started_by_link(guest)
        kim = known(app, f"{kept}@example.org")
        kim.get(link)
        assert "Own it with an account" in kim.read(organization)
        assert claim(kim, organization, kept) == 303
        assert "You own this organization." in kim.read(organization)
        assert guest.get(organization).status_code == (200 if kept == "keep" else 404)
        assert browser.as_somebody_else().get(link).status_code == (303 if kept == "keep" else 404)
        if kept == "keep":
            assert may_save(guest, organization)
            assert "A colleague owns this organization" in guest.read(organization)
            assert guest.get(f"{organization}/colleagues").status_code == 403


def test_nobody_owns_without_an_account_nor_without_choosing_what_becomes_of_the_link(
    app: Flask, browser: Browser
) -> None:
    organization, link = started_by_link(browser)
    page = browser.read(f"{organization}/claim")
    assert "An account comes first" in page
    assert press(browser, organization, f"{organization}/claim", link="keep") == 200
    kim = known(app)
    kim.get(link)
    assert claim(kim, organization, "neither") == 400
    assert roles(app) == {}


def test_of_eight_who_claim_at_once_one_is_the_owner(app_on_both: Flask) -> None:
    kim = known(app_on_both)
    organization, link = started_by_link(kim.as_somebody_else())
    crowd = [known(app_on_both, f"a{number}@example.org") for number in range(8)]
    forms = []
    for browser in crowd:
        browser.get(link)
        forms.append({**form_fields(browser.read(f"{organization}/claim")), "link": "keep"})

    told = at_once([partial(crowd[n].post, f"{organization}/claim", data=forms[n]) for n in range(8)])
    won = [answer.headers.get("Location") == organization for answer in told]
    assert won.count(True) == 1
    assert roles(app_on_both) == {f"a{won.index(True)}@example.org": "owner"}
    for browser in (crowd[n] for n in range(8) if not won[n]):
        assert "It has an owner already" in browser.read(f"{organization}/claim")
        assert browser.get(f"{organization}/colleagues").status_code == 403


def test_the_case_of_the_study_is_nobodys(app: Flask, site: Site) -> None:
    kim = known(app)
    organization, link = started_by_link(kim.as_somebody_else())
    with database.writing(site.engine) as connection:
        connection.execute(update(models.organization).values(is_case=True))
    kim.get(link)
    assert kim.get(f"{organization}/claim").status_code == 404


def test_the_database_allows_one_owner_only(app_on_both: Flask) -> None:
    boss, organization = owner(app_on_both)
    colleague(boss, organization)

    def crown() -> None:
        with database.writing(site_of(app_on_both).engine) as connection:
            connection.execute(update(models.grant).values(role=Role.OWNER))

    with pytest.raises(IntegrityError):
        crown()
    assert sorted(roles(app_on_both).values()) == ["editor", "owner"]


# --- roles


def test_a_change_of_role_takes_effect_on_pages_that_are_open(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization)
    section = f"{organization}/2026/questions/role"
    form = form_fields(sam.read(section), which="page")
    fields = form_of(boss, organization, SAM)
    assert fields["role"] == "viewer"
    assert boss.post(f"{organization}/colleagues/role", data=fields).status_code == 303
    refused = sam.post(section, data=form)
    assert (refused.status_code, "You may not do this here" in refused.text) == (403, True)
    assert "ask the owner for another role" in sam.read(organization)
    fields = form_of(boss, organization, SAM)
    assert fields["role"] == "editor"
    assert boss.post(f"{organization}/colleagues/role", data=fields).status_code == 303
    assert sam.post(section, data=form).status_code == 303


def test_a_viewer_reads_and_changes_nothing(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization, "viewer")
    walks.submit(boss, organization)
    before = everything(site_of(app).engine)
    assert sam.get(f"{organization}/2026/scorecard/1").status_code == 200
    for path in (
        "2026/questions/role",
        "2026/submit",
        "2026/amend",
        "2026/profile",
        "name",
        "new-year",
        "private-link",
    ):
        token = walks.token_of(sam.read("/start"))
        answer = sam.post(f"{organization}/{path}", data={"csrf_token": token, "name": "Mine"})
        assert (answer.status_code, "You may not do this here" in answer.text) == (403, True), path
    assert everything(site_of(app).engine) == before


def test_who_was_removed_is_out_at_once(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization)
    form = form_fields(sam.read(f"{organization}/2026/questions/role"), which="page")
    answer = boss.post(f"{organization}/colleagues/remove", data=form_of(boss, organization, SAM))
    assert answer.status_code == 303
    assert sam.get(organization).status_code == 404
    assert sam.post(f"{organization}/2026/questions/role", data=form).status_code == 404
    assert "Harbour Street" not in sam.read("/account")
    assert roles(app) == {KIM: "owner"}


def test_the_owner_cannot_be_removed_demoted_or_leave(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization)
    with database.reading(site_of(app).engine) as connection:
        [mine] = [
            one.account_id
            for one in access.colleagues(connection, organization.rsplit("/", 1)[1])
            if one.role is Role.OWNER
        ]
    page = f"{organization}/colleagues"
    assert press(boss, page, f"{page}/remove", account_id=mine) == 400
    assert press(boss, page, f"{page}/role", account_id=mine, role="viewer") == 400
    assert press(boss, page, f"{organization}/leave") == 404
    assert press(sam, f"{organization}/leave", f"{page}/remove", account_id=mine) == 403
    assert roles(app) == {KIM: "owner", SAM: "editor"}


def test_who_is_no_colleague_cannot_be_changed(app_on_both: Flask) -> None:
    boss, organization = owner(app_on_both)
    page = f"{organization}/colleagues"
    token = walks.token_of(boss.read(page))
    for nobody in ({}, {"account_id": "\0", "capability_id": "\0"}, {"account_id": "none", "capability_id": "none"}):
        form = {"csrf_token": token, "role": "viewer", **nobody}
        for path in ("role", "remove", "invitation/end"):
            assert boss.post(f"{page}/{path}", data=form).status_code == 404
        assert boss.post(f"{page}/hand-over", data=form).status_code == 400


def test_a_role_that_is_none_changes_nothing(app: Flask) -> None:
    boss, organization = owner(app)
    colleague(boss, organization)
    fields = form_of(boss, organization, SAM)
    for role in ("owner", "", "king"):
        fields["role"] = role
        assert boss.post(f"{organization}/colleagues/role", data=fields).status_code == 400
    assert roles(app) == {KIM: "owner", SAM: "editor"}


def test_handing_over_swaps_the_roles_at_once(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization, "viewer")
    address = f"{organization}/colleagues/hand-over"
    account = form_of(boss, organization, SAM)["account_id"]
    assert boss.fill(address).status_code == 400, "somebody must be chosen"
    assert boss.fill(address, account_id=account).status_code == 303
    assert roles(app) == {KIM: "editor", SAM: "owner"}
    assert boss.get(address).status_code == 403
    assert sam.get(address).status_code == 200
    assert may_save(boss, organization)
    assert (
        press(
            sam,
            f"{organization}/colleagues",
            f"{organization}/colleagues/remove",
            account_id=form_of(sam, organization, KIM)["account_id"],
        )
        == 303
    )
    assert boss.get(organization).status_code == 404


def test_who_hands_over_to_two_at_once_has_one_successor(app_on_both: Flask) -> None:
    boss, organization = owner(app_on_both)
    for email in (SAM, MAX):
        colleague(boss, organization, email=email)
    address = f"{organization}/colleagues/hand-over"
    forms = []
    for email in (SAM, MAX):
        chosen = form_fields(boss.read(address))
        chosen["account_id"] = form_of(boss, organization, email)["account_id"]
        forms.append(chosen)
    cookies = boss._cookies or {}
    windows = [boss.as_somebody_else() for _ in forms]
    for window in windows:
        for cookie in cookies.values():
            window.set_cookie(cookie.key, cookie.value)
    told = at_once([partial(windows[n].post, address, data=forms[n]) for n in range(2)])
    assert sorted(answer.status_code for answer in told) == [303, 403]
    assert sorted(roles(app_on_both).values()) == ["editor", "editor", "owner"]
    assert roles(app_on_both)[KIM] == "editor"


def test_nobody_disabled_becomes_the_owner(app: Flask) -> None:
    boss, organization = owner(app)
    colleague(boss, organization)
    account = form_of(boss, organization, SAM)["account_id"]
    app.test_cli_runner().invoke(args=["user", "disable", SAM])
    assert "disabled by whoever runs the site" in boss.read(f"{organization}/colleagues")
    page = f"{organization}/colleagues"
    assert press(boss, page, f"{page}/hand-over", account_id=account) == 400
    assert roles(app) == {KIM: "owner", SAM: "editor"}


def test_who_leaves_is_out_and_comes_back_by_a_new_invitation(app: Flask) -> None:
    boss, organization = owner(app)
    sam = colleague(boss, organization, "viewer")
    assert sam.fill(f"{organization}/leave").headers["Location"] == "/"
    assert "You have left Harbour Street." in sam.read("/")
    assert sam.get(organization).status_code == 404
    assert walks.join(sam, walks.invite(boss, organization)).status_code == 303
    assert roles(app) == {KIM: "owner", SAM: "editor"}


# --- hostile text

MARKUP = "<script>alert(1)</script>\"'><img src=x> {{7*7}} %s %(name)s {about}"


def test_hostile_names_stand_as_text_on_every_page(app: Flask, browser: Browser) -> None:
    boss, organization = owner(app, "o'kim+a&b@example.org", name=MARKUP)
    invitation = walks.invite(boss, organization, made_for=MARKUP)
    browser.get(invitation)
    sam = colleague(boss, organization, "viewer", "{{7*7}}%s@example.org")
    boss.fill(f"{organization}/name", name=MARKUP + "!")
    pages = {
        address: boss.read(address)
        for address in (
            "/",
            "/account",
            "/sign-out",
            organization,
            *(
                f"{organization}/{path}"
                for path in ("colleagues", "colleagues/hand-over", "record", "delete", "name")
            ),
        )
    }
    pages["/invitation"] = browser.read("/invitation")
    pages["leave"] = sam.read(f"{organization}/leave")
    for address, page in pages.items():
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
    for address in (
        "/",
        "/account",
        organization,
        f"{organization}/colleagues",
        f"{organization}/record",
        "/invitation",
    ):
        shown = pages[address]
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown, address
        assert "{{7*7}} %s %(name)s {about}" in shown, address
    assert "o&#39;kim+a&amp;b@example.org" in pages[f"{organization}/colleagues"]
    assert "{{7*7}}%s@example.org" in pages[f"{organization}/record"]
    gone = boss.post(f"{organization}/colleagues/remove", data=form_of(boss, organization, "{{7*7}}%s@example.org"))
    assert "{{7*7}}%s@example.org cannot open this organization any more." in boss.read(gone.headers["Location"])


@pytest.mark.parametrize("what", ["leaves", "is removed"])
def test_who_becomes_the_owner_in_the_moment_of_going_is_not_told_and_recorded_as_gone(
    app_on_both: Flask, what: str
) -> None:
    boss, organization = owner(app_on_both)
    sam = colleague(boss, organization)
    with database.reading(site_of(app_on_both).engine) as connection:
        ids = {one.email: one.account_id for one in access.colleagues(connection, id_of(organization))}

    def hand_over(other: Engine) -> None:
        with database.writing(other) as connection:
            assert access.swap_roles(connection, id_of(organization), owner=ids[KIM], to=ids[SAM])

    with just_before(site_of(app_on_both).engine, "DELETE FROM access_grant", hand_over) as handed_over:
        if what == "leaves":
            status = sam.fill(f"{organization}/leave").status_code
        else:
            page = f"{organization}/colleagues"
            status = press(boss, page, f"{page}/remove", account_id=ids[SAM])
    assert status == ({"leaves": 404, "is removed": 400}[what] if handed_over[0] else 303)
    now = sam if handed_over[0] else boss
    gone = {"leaves": "Left", "is removed": f"Removed {SAM}"}[what]
    assert (gone in now.read(f"{organization}/record")) != handed_over[0]
