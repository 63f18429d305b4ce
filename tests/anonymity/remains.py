"""What is left of a closed round: every secret is noted while the round is open, and looked for afterwards."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, select

from questionnaire.core.voices import Form
from questionnaire.store import closing, database, models
from questionnaire.store.keys import KEY_BYTES, NONCE_BYTES, Keys, RoundKey, UnsealedError
from questionnaire.store.rounds import TALLY
from tests.anonymity.opened import Opened, open_round
from tests.anonymity.people import REALISTIC, Workplace

PEOPLE, UNFINISHED = 12, 2
PIECE, EVERY = 24, 512  # bytes that are looked for, of what a database splits over pages
TOO_FEW, ENOUGH = 4, 6  # writers of closing words, for a release


@dataclass
class Secrets:
    """By kind, everything that must be gone; and what was sealed, for whoever wants to try keys on it."""

    found: dict[str, set[bytes]] = field(default_factory=dict)
    drafts: list[bytes] = field(default_factory=list)
    tallies: list[bytes] = field(default_factory=list)

    def note(self, kind: str, content: str | bytes) -> None:
        self.found.setdefault(kind, set()).add(content.encode() if isinstance(content, str) else content)

    def note_sealed(self, kind: str, sealed: bytes) -> None:
        """Pieces of it, in case it stands in several."""
        for start in range(0, len(sealed) - PIECE, EVERY):
            self.note(kind, sealed[start : start + PIECE])

    def left_in(self, files: Iterable[Path]) -> Mapping[str, int]:
        """How many secrets of each kind stand in these files, as they are or written as hex."""
        contents = [path.read_bytes() for path in files]
        return {
            kind: sum(any(form in content for content in contents for form in _spellings(one)) for one in secrets)
            for kind, secrets in self.found.items()
        }


def lived_through(engine: Engine, keys: Keys, *, writers: int = TOO_FEW, seed: int = 1) -> tuple[Opened, Secrets]:
    """A round that is still open: drafts, closing words, twelve forms handed in, two left unfinished."""
    opened, secrets = open_round(engine, keys, PEOPLE + UNFINISHED, words=True), Secrets()
    workplace = Workplace(REALISTIC, random.Random(seed))
    for number, code in enumerate(opened.codes):
        words = f"Unmistakable closing words of number {number}" if number < writers else ""
        form = workplace.form(workplace.hire()).model_copy(update={"words": words})
        word = f"unmistakable-word-{number}"
        opened.begin(code, word, form)
        _note(opened, secrets, code, word, form)
        _note_sealed(opened, secrets)
        if number < PEOPLE:
            opened.hand_in(code, form)
        _note_sealed(opened, secrets)
    return opened, secrets


def struck(opened: Opened, secrets: Secrets) -> Secrets:
    """Close a round that has enough writers, and strike all closing words but one; those that must be gone now."""
    opened.close()
    words = opened.found().words
    assert words
    with database.writing(opened.engine) as connection:
        closing.keep_words(connection, opened.round_id, words[:1])
    database.scrub(opened.engine)
    gone = Secrets()
    for one in secrets.found["closing words"] - {words[0].encode()}:
        gone.note("closing words", one)
    return gone


def files_beside(database_file: Path) -> list[Path]:
    """SQLite's file and what it keeps beside."""
    return [path for path in database_file.parent.glob(f"{database_file.name}*") if path.is_file()]


def opens_with_anything(sealed: Iterable[bytes], round_id: str, purpose: str, contents: Iterable[bytes]) -> bool:
    """Whether any 32 bytes in a row, of what an attacker has, are the key; every 8th place is tried."""
    tried = list(sealed)[:1]
    for content in contents:
        for start in range(0, max(1, len(content) - KEY_BYTES + 1), 8):
            key = content[start : start + KEY_BYTES]
            if len(key) == KEY_BYTES and any(_opens(key, one, f"{round_id}\0{purpose}".encode()) for one in tried):
                return True
    return False


def opens_with(key: RoundKey, sealed: bytes) -> bool:
    """Whether this key opens a tally, and it is one."""
    try:
        return "sums" in json.loads(key.unseal(TALLY, sealed))
    except UnsealedError:
        return False


def _opens(key: bytes, sealed: bytes, about: bytes) -> bool:
    try:
        AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except InvalidTag:
        return False
    return True


def _note(opened: Opened, secrets: Secrets, code: str, word: str, form: Form) -> None:
    secrets.note("codes", code)
    secrets.note("hashes of codes", opened.key.code_hash(code))
    secrets.note("own words", word)
    secrets.note("forms", form.model_dump_json())
    if form.words:
        secrets.note("closing words", form.words)
    for item_id, said in form.said.items():
        secrets.note("answers", f'"{item_id}":"{said}"')


def _note_sealed(opened: Opened, secrets: Secrets) -> None:
    with database.reading(opened.engine) as connection:
        mine = models.slip.c.round_id == opened.round_id
        drafts = list(connection.scalars(select(models.slip.c.draft).where(mine, models.slip.c.draft.is_not(None))))
        tally = connection.scalar(
            select(models.peer_round.c.tally).where(models.peer_round.c.round_id == opened.round_id)
        )
    assert tally
    for draft in drafts:
        secrets.note_sealed("sealed drafts", draft)
    secrets.note_sealed("sealed tallies", tally)
    secrets.note("keys", opened.key.secret)
    secrets.drafts += drafts
    secrets.tallies.append(tally)


def _spellings(secret: bytes) -> Iterator[bytes]:
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
