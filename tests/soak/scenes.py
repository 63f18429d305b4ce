"""What else happens on a site: whoever was invited, has forgotten, agrees, meets, or types in what stood on paper."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from flask import Flask

from questionnaire.core.voices import mirrored
from questionnaire.store import access, closing, database
from questionnaire.web import work
from questionnaire.web.site import Site
from tests.soak.forms import a_file
from tests.web import network_walks, round_walks, walks
from tests.web.casting import Cast
from tests.web.client import Browser, form_fields
from tests.web.round_walks import Opened
from tests.web.stored import submitted

FORMS, MEMBERS = 10, 5  # the fewest that give closing words, and a release
SHORTEST = 14  # days of the rounds that close first


def scenes_of(app: Flask, cast: Cast) -> tuple[list[Cast], bytes]:
    """The cast with more to do, and others, each with an organization or a round in another state; and a file.

    The file is a contribution to the second network, which has no release yet.
    """
    site: Site = app.extensions["alongside"]
    owner, facilitator = cast.people["owner"], cast.people["facilitator"]
    network = f"/networks/{cast.network}"
    walks.sign_in(owner.as_somebody_else())  # another device, to be signed out from
    walks.invite(owner, cast.organization)
    walks.invite_to(facilitator, network, "Somebody else")
    batch = _batch(site, facilitator, network)
    token = walks.share(owner, cast.organization, cast.report).removeprefix("/in/")
    second = walks.network(facilitator, "Hills")
    network_walks.filled(site, second, MEMBERS)
    given = [_contribution(site, facilitator, second, number) for number in range(3)]
    for number, content in enumerate(given[:2]):
        _take(facilitator, second, content, confirms=number == 0)
    return [
        replace(cast, batch=batch, token=token),
        replace(cast, network=second.rsplit("/", 1)[1], people={"facilitator": facilitator}),
        *_invited(site, cast),
        *_rounds(site, cast),
    ], given[2]


def _batch(site: Site, facilitator: Browser, network: str) -> str:
    network_walks.filled(site, network, 2, year=2024, lends_scorecard=True)
    begun = facilitator.fill(f"{network}/scorecards", year="2024")
    work.work_once(site)  # one of its two parts, so that it can still be stopped
    return begun.headers["Location"].rsplit("/", 1)[1]


def _contribution(site: Site, facilitator: Browser, network: str, number: int) -> bytes:
    owner = facilitator.as_somebody_else()
    organization = walks.own(owner, f"giver{number}@example.org")
    submitted(site, organization, 2026, 3)
    content: bytes = owner.fill(f"{organization}/contributions/2026/{network.rsplit('/', 1)[1]}").data
    return content


def _take(facilitator: Browser, network: str, content: bytes, *, confirms: bool) -> None:
    page = f"{network}/contributions"
    fields = {"csrf_token": walks.token_of(facilitator.read(page)), "label": f"Giver, {confirms}"}
    answer = facilitator.post(page, data={**fields, "file": a_file(content, "contribution.json")})
    assert answer.status_code == 303, answer.text
    if confirms:
        round_walks.press(facilitator, page, f"{page}/confirm")


def _invited(site: Site, cast: Cast) -> Iterator[Cast]:
    """People with a link in their browser that a form uses up, and two whose organization is nobody's yet."""
    invited, forgetful, mailed, joining = (cast.people["guest"].as_somebody_else() for _ in range(4))
    walks.account(invited, "invited@example.org")
    invited.get(walks.invite(cast.people["owner"], cast.organization))
    with database.writing(site.engine) as connection:
        token = access.make_account_link(connection, "forgetful@example.org", on=site.today())
    forgetful.get(f"/in/{token}")
    if site.settings.sends_mail:
        mailed.fill("/sign-up", email="mailed@example.org")
    another = walks.own(joining, "joining@example.org")
    submitted(site, another, 2026, 2)
    joining.get(walks.invite_to(cast.people["facilitator"], f"/networks/{cast.network}"))
    yield replace(cast, people={"invited": invited, "forgetful": forgetful, "mailed": mailed})
    yield replace(cast, organization=another, people={"joining": joining})
    starter, other, claimer = (invited.as_somebody_else() for _ in range(3))
    yield replace(cast, organization=walks.start(starter), people={"starter": starter})
    organization = walks.start(other)
    walks.account(claimer, "claimer@example.org")
    claimer.get(walks.private_link(other.read(f"{organization}/private-link")))
    yield replace(cast, organization=organization, people={"claimer": claimer})


def _rounds(site: Site, cast: Cast) -> Iterator[Cast]:
    """Rounds that nobody accepted, that one side agreed to, of a meeting, with words to read, and on paper."""
    owner = cast.people["owner"].as_somebody_else()
    walks.account(owner, "rounds@example.org")
    for name in ("asked", "agreeing", "changed", "meeting", "over", "paper"):
        organization = owner.fill("/start", **walks.ABOUT).headers["Location"].partition("/2026")[0]
        submitted(site, organization, 2026, 2)
        people = {f"owner, {name}": owner}
        if name in {"asked", "agreeing", "changed"}:
            opened = _proposed(owner, organization, name)
        else:
            closes_on = site.today() + timedelta(days=SHORTEST if name in {"over", "paper"} else round_walks.DAYS)
            terms = {"words": "y", "closes_on": str(closes_on), "peer_workers": "3" if name == "meeting" else "12"}
            opened = round_walks.open_round(owner, organization, **terms)
        people[f"steward, {name}"] = opened.steward
        codes: tuple[str, ...] = ("none",)
        if name == "paper":
            codes = round_walks.codes_of(opened, 1)
            people["typist"] = typist(opened, codes[0])
        if name == "over":
            hand_in(site, opened, "A closing word.")
            close(site)
        yield replace(cast, organization=organization, opened=opened, people=people, code=codes[-1])


def _proposed(owner: Browser, organization: str, name: str) -> Opened:
    round_id, link = round_walks.propose(owner, organization)
    steward = owner.as_somebody_else()
    if name == "asked":
        steward.get(link)
    else:
        round_walks.accept(steward, link)
    if name == "changed":
        assert steward.fill(f"/rounds/{round_id}/terms", pay="Two hours.").status_code == 303
    return Opened(owner, steward, organization, round_id, "none", link)


def typist(opened: Opened, code: str) -> Browser:
    """Somebody who types in a form from paper."""
    somebody = opened.owner.as_somebody_else()
    assert somebody.fill(opened.address, code=code).status_code == 303
    return somebody


def hand_in(site: Site, opened: Opened, words: str) -> None:
    """So many forms on paper that the closing words on them are read."""
    items = [item.id for domain in site.instrument.domains for item in mirrored(domain)]
    for code in round_walks.codes_of(opened, FORMS):
        somebody, page = typist(opened, code), f"{opened.address}/paper"
        form = form_fields(somebody.read(page))
        form["words"] = words
        for item_id in items:
            form[f"q:{item_id}"] = "2"
        answer = somebody.post(page, data=form)
        assert answer.status_code == 303, answer.text


def close(site: Site) -> None:
    """Let the last day of the short rounds be over, and of no other."""
    with database.writing(site.engine) as connection:
        closing.close_due(connection, site.keys, on=site.today() + timedelta(days=SHORTEST + 1))
