"""Keys: one a round, in a file apart from the database and its backups. Closing a round destroys its key.

What a key has sealed, the codes' hashes among it, says nothing to anybody once it is gone: not in a copy of the
database that was taken before, not in its log, and not in what PostgreSQL has not swept yet.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from questionnaire.store.asides import settle

KEY_BYTES, NONCE_BYTES, LENGTH_BYTES = 32, 12, 4
ENDING = ".key"
LEAST_ROOM = 4096  # what is sealed is filled up to this, or twice this and so on: its size says little


class KeyLostError(Exception):
    """The key of a round is not there, or is none."""


class KeyAwayError(KeyLostError):
    """The key of a round cannot be read just now; that says nothing about whether it is there."""


class UnsealedError(Exception):
    """This key did not seal that, or it was changed since."""


@dataclass(frozen=True)
class RoundKey:
    """What can be done with the key of one round."""

    round_id: str
    secret: bytes = field(repr=False)

    def code_hash(self, code: str) -> str:
        """What the database holds of a code."""
        return self._told("code", code).hex()

    def mark(self, code: str) -> str:
        """What stands on the pages of a code, so that none is sent as if it were another code's."""
        return self._told("mark", code).hex()[:16]

    def of_guesser(self, place: str) -> str:
        """What stands for a place while its guesses count; without this key nobody can tell which place it was."""
        return self._told("guesser", place).hex()

    def draft_key(self, code: str, word: str) -> "RoundKey":
        """The key of a draft: from its code and its owner's word, slow to guess, and of no use without this one."""
        from argon2.low_level import Type, hash_secret_raw

        slow = hash_secret_raw(
            f"{code}\0{word}".encode(errors="replace"),
            self._told("draft", code)[:16],
            time_cost=2,
            memory_cost=19_456,
            parallelism=1,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
        return RoundKey(self.round_id, self._told("draft-key", slow.hex()))

    def seal(self, purpose: str, content: bytes, *, room: int = LEAST_ROOM) -> bytes:
        """The content, so that only this key opens it, and only for the same purpose."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        while room < LENGTH_BYTES + len(content):
            room *= 2
        filled = (len(content).to_bytes(LENGTH_BYTES, "big") + content).ljust(room, b"\0")
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, filled, self._about(purpose))

    def unseal(self, purpose: str, sealed: bytes) -> bytes:
        """What was sealed; raises UnsealedError where this is not what this key sealed for that purpose."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            filled = AESGCM(self.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._about(purpose))
        except (InvalidTag, ValueError) as error:
            raise UnsealedError from error
        length = int.from_bytes(filled[:LENGTH_BYTES], "big")
        return filled[LENGTH_BYTES : LENGTH_BYTES + length]

    def _told(self, purpose: str, content: str) -> bytes:
        return hmac.digest(self.secret, f"{purpose}\0{content}".encode(errors="replace"), "sha256")

    def _about(self, purpose: str) -> bytes:
        return f"{self.round_id}\0{purpose}".encode()


@dataclass(frozen=True)
class Keys:
    """The folder of keys. Every process of a site must see the same one; no backup should hold it."""

    folder: Path

    def stand(self) -> None:
        """Make the folder where it is not there: what is not in it is lost, and no longer only away."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def make(self, round_id: str) -> RoundKey:
        """A new key, kept; raises OSError where it cannot be."""
        self.stand()
        key = RoundKey(round_id, secrets.token_bytes(KEY_BYTES))
        descriptor = os.open(self._path(round_id), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.secret)
            file.flush()
            os.fsync(file.fileno())
        for folder in (self.folder, self.folder.parent):
            settle(folder)
        return key

    def find(self, round_id: str) -> RoundKey:
        """The key of a round; raises KeyLostError, and KeyAwayError where that is not certain."""
        try:
            secret = self._path(round_id).read_bytes()
        except OSError as error:
            is_lost = isinstance(error, FileNotFoundError) and self.folder.is_dir()
            raise (KeyLostError if is_lost else KeyAwayError)(round_id) from error
        if len(secret) != KEY_BYTES or not any(secret):  # overwritten, by somebody who was cut short
            raise KeyLostError(round_id)
        return RoundKey(round_id, secret)

    def destroy(self, round_id: str) -> None:
        """Overwrite and delete a key; raises KeyAwayError where it may be there all the same, and come back.

        What the disk itself keeps of a file, no program can say.
        """
        path = self._path(round_id)
        try:
            with path.open("r+b") as file:
                file.write(bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except OSError as error:
            if not (isinstance(error, FileNotFoundError) and self.folder.is_dir()):
                raise KeyAwayError(round_id) from error

    def held(self) -> list[str]:
        """The rounds whose keys are here; none where the folder cannot be read."""
        try:
            return [path.stem for path in self.folder.iterdir() if path.suffix == ENDING]
        except OSError:
            return []

    def _path(self, round_id: str) -> Path:
        return self.folder / f"{round_id}{ENDING}"
