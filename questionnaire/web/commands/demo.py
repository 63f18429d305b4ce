"""`flask demo`: the site with the study's own case in it, and an invented network. No other part of the site makes up
anything.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

import click
import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from questionnaire.config import ROOT, from_environment
from questionnaire.core.access import Grant, PrincipalKind, Role, Scope
from questionnaire.core.answers import BLANK, Answer, Change, Choice, GateAnswer, Profile
from questionnaire.core.instrument import Instrument
from questionnaire.core.releases import About, Grouping
from questionnaire.core.rounds import Terms, Way
from questionnaire.core.submission import freeze
from questionnaire.core.voices import LEVELS, RoundResult, close, mirrored, totals
from questionnaire.store import (
    access,
    accounts,
    assessments,
    cases,
    database,
    freezing,
    instruments,
    networks,
    organizations,
    passwords,
    rounds,
)
from questionnaire.web.site import Site

CASE = ROOT / "data" / "cases" / "greer-2021.yaml"
NETWORK = ROOT / "data" / "demo" / "network.yaml"
FACILITATOR = "facilitator@example.org"
OWNER = "owner@example.org"
EMPLOYED, FORMS = 12, 8  # peer workers of each organization, and how many of them answer where they are heard
NOBODY_KNOWS = 0.005  # of the answers


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Course(_Part):
    """How a domain goes: the level at which it starts, and how far it moves every year."""

    start: float
    a_year: float


class Invented(_Part):
    """One organization that does not exist."""

    name: str
    kind: str
    size: str
    apart: float
    heard: bool
    by_name: bool = False
    since: int = 0


class InventedNetwork(_Part):
    """A network that does not exist."""

    seed: int
    name: str
    behind: str
    decisions: str
    mark: str
    years: int
    domains: Mapping[str, Course]
    organizations: tuple[Invented, ...]


def read(file: Path) -> InventedNetwork:
    """What the network is drawn from."""
    return InventedNetwork.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def invent(connection: Connection, drawn: InventedNetwork, instrument: Instrument, *, on: date) -> str:
    """Draw the network, with its years and releases up to the end of the year before; the id of the network."""
    instruments.record(connection, instrument)
    owner_id, facilitator_id = (accounts.create(connection, email, "", on=on) for email in (OWNER, FACILITATOR))
    about = About(name=drawn.name, behind=drawn.behind, decisions=drawn.decisions)
    network_id = networks.create(connection, about, facilitator_id, on=on)
    ids = {}
    for one in drawn.organizations:
        ids[one] = organizations.start(connection, f"{one.name} {drawn.mark}", on=on)
        grant = Grant(PrincipalKind.ACCOUNT, owner_id, Scope.ORGANIZATION, ids[one], Role.OWNER)
        access.give(connection, grant)
    for place in range(drawn.years):
        day = date(on.year - drawn.years + place, 10, 1)
        for one in drawn.organizations:
            if one.since == place:
                shared = {"by_name": one.by_name, "lends_scorecard": one.heard}
                networks.join(connection, network_id, ids[one], on=day, **shared)
            if one.since <= place:
                _a_year(connection, drawn, one, ids[one], place, instrument, day)
        freezing.freeze_year(connection, network_id, day.year, Grouping.KIND, on=day.replace(month=12))
    return network_id


def _a_year(
    connection: Connection,
    drawn: InventedNetwork,
    one: Invented,
    organization_id: str,
    place: int,
    instrument: Instrument,
    on: date,
) -> None:
    """One organization's answers, and what its peer workers said where they are heard."""
    random = Random(f"{drawn.seed} {one.name} {place}")  # noqa: S311  # what is invented is no secret
    gates = {gate.id: GateAnswer.YES for gate in instrument.gates}
    profile = Profile(kind=one.kind, size=one.size, peer_workers=EMPLOYED, gates=gates)
    answers = {
        item.id: _level(course.start + course.a_year * place + one.apart, random)
        for domain in instrument.domains
        for course in (drawn.domains[domain.id],)
        for item in domain.items
    }
    assessments.begin(connection, organization_id, on.year, instrument, profile, on=on)
    draft = assessments.draft_to_write(connection, organization_id, on.year, 1)
    changes = {item_id: Change(seen=BLANK.fingerprint, answer=answer) for item_id, answer in answers.items()}
    assessments.save_answers(connection, draft, changes)
    name = organizations.name_of(connection, organization_id) or ""
    submission = freeze(
        instrument, organization=name, year=on.year, revision=1, on=on, profile=profile, answers=answers
    )
    assessments.submit(connection, draft, submission)
    if one.heard:
        _heard(connection, answers, organization_id, instrument, random, on)


def _level(about: float, random: Random) -> Answer:
    """A level near this one; now and then nobody knows."""
    if random.random() < NOBODY_KNOWS:
        return Answer(choice=Choice.DONT_KNOW)
    return Answer(choice=Choice(str(max(0, min(LEVELS - 1, round(random.gauss(about, 0.8)))))))


def _heard(
    connection: Connection,
    answers: Mapping[str, Answer],
    organization_id: str,
    instrument: Instrument,
    random: Random,
    on: date,
) -> None:
    """A round of peer workers, closed: they mostly say a little less than the organization does."""
    agreed = {"board": True, "network": True, "words": False, "pay": "", "operator": "", "by_employer": False}
    terms = Terms.model_validate({"peer_workers": EMPLOYED, "closes_on": on, **agreed})
    round_id, _token = rounds.propose(connection, organization_id, on.year, 1, terms, on=on)
    counts = {
        item.id: _counted(answers[item.id], random) for domain in instrument.domains for item in mirrored(domain)
    }
    result = RoundResult(
        year=on.year,
        revision=1,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_digest=instrument.digest,
        way=Way.SLIPS,
        closed_on=on,
        board=terms.board,
        network=terms.network,
        outcome=close(totals(instrument, FORMS, counts), instrument, EMPLOYED),
    )
    opened = {"steward": "Nobody", "steward_agreed": True, "opened_on": on, "closes_on": on}
    rounds.write(connection, round_id, record=result.record(), digest=result.digest, **opened)


def _counted(answer: Answer, random: Random) -> tuple[int, ...]:
    """How many forms have each level of a question."""
    about = (2 if answer.level is None else answer.level) - 0.6
    counted = Counter(max(0, min(LEVELS - 1, round(random.gauss(about, 0.9)))) for _ in range(FORMS))
    return tuple(counted[level] for level in range(LEVELS))


def ready(connection: Connection, site: Site, password: str) -> tuple[str, str]:
    """All that is shown, made where it is not there yet; the tokens of links to the case and to a member."""
    today = site.today()
    case_id = cases.load(connection, cases.read(CASE), site.instrument, on=today)
    facilitator = accounts.find(connection, FACILITATOR)
    if facilitator is None:
        network_id = invent(connection, read(NETWORK), site.instrument, on=today)
        facilitator = accounts.find(connection, FACILITATOR)
    else:
        network_id = networks.facilitated(connection, facilitator.account_id)[0].network_id
    if facilitator:
        accounts.set_password(connection, facilitator.account_id, passwords.hashed(password))
    member = networks.members(connection, network_id, today.year, most=1)[0]
    tokens = [
        access.make_link(connection, organization_id, Role.EDITOR, on=today)[0]
        for organization_id in (case_id, member.organization_id)
    ]
    return tokens[0], tokens[1]


@click.command()
def demo() -> None:
    """Serve the site with the study's own case and an invented network in it, to look around."""
    from questionnaire.web import create_app
    from questionnaire.web.serving import prepare, serve, stopping_in_words

    with stopping_in_words():
        settings = from_environment(serving=True, file_name="demo.sqlite")
        app = create_app(settings)
        site = prepare(app)
        password = secrets.token_urlsafe(12)
        with database.writing(site.engine) as connection:
            case, member = ready(connection, site, password)
        told = (
            f"A member of an invented network: {{address}}/in/{member}",
            f"Its facilitator signs in as {FACILITATOR}, this time with the password {password}",
        )
        serve(app, opening=f"/in/{case}", told=told)
