"""What peer workers meet: handing in a form against saving a section, and the weight of a page of questions."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from questionnaire.config import Settings
from questionnaire.core.codes import LENGTH, LETTERS, whole
from questionnaire.core.voices import Form, Said, mirrored
from questionnaire.store import database, models, rounds
from questionnaire.store.keys import KEY_BYTES, RoundKey
from questionnaire.store.slips import DRAFT
from questionnaire.web import create_app
from questionnaire.web.respondents import HELD, Held, to_bring
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.bench.ratios import Action, Row, compressed, ratio, saving
from tests.web import round_walks, stored, walks
from tests.web.client import Browser, form_fields

FORMS = 1_400  # as many as the measuring may hand in


def voices(folder: Path) -> list[Row]:
    """Handing in, and the first page with three questions."""
    url = f"sqlite:///{folder / 'voices.sqlite'}"
    app = create_app(
        Settings(secret_key="bench", database_url=url, public_url="http://localhost", keys=folder / "keys")
    )
    site = prepare(app)
    owner = Browser(app)
    organization = walks.own(owner)
    stored.submitted(site, organization, 2026, 2)
    opened = round_walks.open_round(owner, organization, peer_workers=str(FORMS))
    phone = owner.as_somebody_else()
    address = round_walks.begin(phone, opened, round_walks.codes_of(opened, 1)[0])
    page = phone.read(address.replace("/1", "/4"))
    answering = owner.as_somebody_else()
    section = f"{walks.start(answering)}/2026/questions/comm"
    plain = FlaskClient(app, answering.response_wrapper)
    plain.get(walks.private_link(answering.read(section.replace("/2026/questions/comm", "/private-link"))))
    walks.answer(answering, section.removesuffix("/2026/questions/comm"))
    rows = [
        Row("hand_in", ratio(handing_in(app, opened), saving(plain, section)), 2, "× save_section"),
        Row("voice_page_bytes", compressed(page.encode()), 20_000, "bytes"),
    ]
    site.engine.dispose()
    return rows


def handing_in(app: Flask, opened: round_walks.Opened) -> Action:
    """One more person hands in, each time: what was before that, codes, words and drafts, is prepared."""
    clients = prepared(app, opened)

    def hand_in() -> None:
        client, fields = next(clients)
        answer = client.post(f"{opened.address}/hand-in", data=fields)
        assert answer.status_code == 303, answer.text

    return hand_in


def prepared(app: Flask, opened: round_walks.Opened) -> Iterator[tuple[FlaskClient, dict[str, str]]]:
    """Browsers that need only press the last button."""
    site: Site = app.extensions["alongside"]
    key = site.keys.find(opened.round_id)
    items = [item for domain in site.instrument.domains for item in mirrored(domain)]
    form = Form(said={item.id: Said("2") for item in items}).model_dump_json().encode()
    visitor = opened.owner.as_somebody_else()
    token = form_fields(visitor.read(opened.address))["csrf_token"]
    with database.reading(site.engine) as connection:
        found = rounds.find(connection, opened.round_id)
    assert found
    codes = [whole([secrets.choice(LETTERS) for _ in range(LENGTH)]) for _ in range(FORMS)]
    drafts = [RoundKey(opened.round_id, secrets.token_bytes(KEY_BYTES)) for _ in codes]
    with database.writing(site.engine) as connection:
        connection.execute(
            insert(models.slip),
            [
                {
                    "organization_id": found.organization_id,
                    "round_id": found.round_id,
                    "code_hash": key.code_hash(code),
                    "pending": False,
                    "spent": False,
                    "draft": draft_key.seal(DRAFT, form),
                }
                for code, draft_key in zip(codes, drafts, strict=True)
            ],
        )
    with visitor.session_transaction(opened.address) as held:
        secret = held["csrf_token"]
    for code, draft_key in zip(codes, drafts, strict=True):
        client = FlaskClient(app, visitor.response_wrapper)
        with client.session_transaction(opened.address) as held:
            held["csrf_token"] = secret
            held[HELD] = to_bring(found, key, Held(code=code, draft_key=draft_key.secret.hex()))
        yield client, {"csrf_token": token, "of": key.mark(code)}
