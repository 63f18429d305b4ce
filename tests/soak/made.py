"""Everything that the site makes of what was typed: pages, reports, releases, archives, documents, calendars."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from unittest.mock import patch
from urllib.parse import urldefrag, urljoin, urlsplit

from questionnaire.web import work
from questionnaire.web.site import Site
from tests.soak.forms import Form, forms_on
from tests.soak.hostile import Stage
from tests.soak.scenes import SHORTEST, close, hand_in
from tests.web.casting import Cast

LINK = re.compile(r'<(?:a|img)\b[^>]*? (?:href|src)="([^"]*)"')
MOST = 3  # pages of one route that are new, for each person


@dataclass(frozen=True)
class Found:
    """An answer of the site."""

    where: str
    status: int
    content: bytes
    kind: str


def everything_made(stage: Stage, pages: list[tuple[str, str]], payload: str) -> Iterator[Found]:
    """What was typed, submitted, reported, released, packed and printed; and every page, and what they lead to."""
    made = _Made(stage)
    yield from made.of_the_organization(stage.casts[0], payload)
    yield from made.of_the_network(stage.casts[1])
    yield from made.of_a_round(next(cast for cast in stage.casts if "typist" in cast.people), payload)
    yield from _read(stage, [*pages, *made.addresses])


def _read(stage: Stage, pages: list[tuple[str, str]]) -> Iterator[Found]:
    """Every page, and a few of each route that are found on them."""
    left, known, new = list(pages), set(pages), dict[tuple[str, str], int]()
    while left:
        who, address = left.pop()
        status, content, kind = stage.ask(who, "GET", address)
        if status != 200:
            continue
        yield Found(f"at {address} for {who}", status, content, kind)
        for onward in _links(address, content) if kind.startswith("text/html") else ():
            of_whom = who, stage.route("GET", onward)
            if of_whom[1] and (who, onward) not in known and new.get(of_whom, 0) < MOST:
                new[of_whom] = new.get(of_whom, 0) + 1
                known.add((who, onward))
                left.append((who, onward))


def _links(address: str, content: bytes) -> Iterator[str]:
    for link in LINK.findall(content.decode()):
        leads_to = urldefrag(urljoin(address, unescape(link))).url
        if leads_to.startswith("/") and not urlsplit(leads_to).netloc:
            yield leads_to


class _Made:
    """What somebody makes by sending forms; the addresses are those that they lead to."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.addresses: list[tuple[str, str]] = []

    def of_the_organization(self, cast: Cast, payload: str) -> Iterator[Found]:
        """Answers with reasons and notes are submitted, stand in a report, and are packed."""
        year = f"{cast.organization}/2026"
        questions = self._form("owner", f"{year}/questions/role", f"{year}/questions/role")
        line = " ".join(payload.split())
        fields = {name: [line if name.endswith(":reason") else payload] for name in questions.typed}
        fields |= {f"{questions.typed[0].partition(':')[0]}:choice": ["does-not-apply"]}
        yield self._sent(questions, fields)
        yield self._sent(self._form("owner", f"{year}/review", f"{year}/submit"))
        scorecard = self.addresses[-1][1]
        yield self._sent(self._form("owner", f"{scorecard}/report", f"{scorecard}/report"))
        yield self._sent(self._form("owner", f"{scorecard}/what-if", f"{scorecard}/what-if"))
        yield self._sent(self._form("owner", f"{cast.organization}/archive", f"{cast.organization}/archive"))
        lends = f"{cast.organization}/networks/{cast.network}"
        yield self._sent(self._form("owner", lends, lends))
        page = f"/networks/{cast.network}/scorecards"
        yield self._sent(self._form("facilitator", page, page), {"year": ["2026"]})
        work.work_off(self.stage.site, self.addresses[-1][1].rsplit("/", 1)[1])
        slips = f"{cast.opened.stewards_page}/slips.pdf"
        yield self._sent(self._form("steward", cast.opened.stewards_page, slips), {"number": ["1"]})

    def of_the_network(self, cast: Cast) -> Iterator[Found]:
        """A release of all that the members and the facilitator said."""
        page = f"/networks/{cast.network}/freeze"
        yield self._sent(self._form("facilitator", page, page))

    def of_a_round(self, cast: Cast, payload: str) -> Iterator[Found]:
        """Closing words, which the steward reads, and then the organization, also in a report."""
        site, owner, steward = self.stage.site, *sorted(cast.people)[:2]
        hand_in(site, cast.opened, payload)
        close(site)
        page = f"{cast.opened.stewards_page}/words"
        words = self._form(steward, page, page)
        status, content, kind = self.stage.ask(steward, "GET", page)
        yield Found(f"at {page}", status, content, kind)
        yield self._sent(replace(words, controls=tuple(one for one in words.controls if one.kind == "hidden")))
        later = site.today() + timedelta(days=SHORTEST + 30)
        scorecard = f"{cast.organization}/2026/scorecard/1"
        with patch.object(Site, "today", lambda _site: later):
            yield self._sent(self._form(owner, f"{scorecard}/report", f"{scorecard}/report"))
            report = self.addresses.pop()
            yield from _read(self.stage, [(owner, cast.opened.page), report])

    def _form(self, who: str, page: str, action: str) -> Form:
        status, content, _kind = self.stage.ask(who, "GET", page)
        assert status == 200, f"{status}: {page}"
        found = [form for form in forms_on(who, page, content.decode()) if form.action == action]
        assert found, f"no form of {page} leads to {action}"
        return found[-1]

    def _sent(self, form: Form, typed: dict[str, list[str]] | None = None) -> Found:
        fields = {**dict(form.filled().lists()), **(typed or {})}
        status, content, kind, onward = self.stage.ask_on(form.who, "POST", form.action, fields)
        assert status in {200, 303}, f"{status}: {form.action} {content.decode()[:3000]}"
        if status == 303:
            self.addresses.append((form.who, onward))
        return Found(f"sent to {form.action}", status, content, kind)
