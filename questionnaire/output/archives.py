"""Files in one file: an archive is packed as a zip, and unpacked without trusting anything that it says of itself."""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from questionnaire.core.archive import MANIFEST, Archive, Reason, RefusedArchiveError, read, recognize, write

MB = 1_000_000
LARGEST = 16 * MB  # of the file itself
LARGEST_UNPACKED = 64 * MB  # of all that is in it
LARGEST_OF_ONE = 8 * MB  # of one file in it: 190 notes, each as long as it may be
MOST_FILES = 1_000
LONGEST_NAME = 60  # of a document in a zip of many

_START, _ENTRY = b"PK\x03\x04", b"PK\x01\x02"  # of a zip, and of each line in its table of contents
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1
# What zipfile says where a file is damaged, and where it was made to confuse.
_DAMAGES = (BadZipFile, EOFError, OSError, OverflowError, RuntimeError, ValueError, struct.error, zlib.error)


def pack(archive: Archive) -> bytes:
    """The archive as a zip: the same bytes for the same content."""
    packed = BytesIO()
    with ZipFile(packed, "w") as file:
        for name, content in write(archive).items():
            entry = ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            file.writestr(entry, content)
    return packed.getvalue()


def pack_scorecards(documents: Iterable[tuple[str, bytes]], year: int, on: date) -> bytes:
    """PDFs in a zip, each with its organization's name, as far as every system can read that."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as file:
        for number, (name, content) in enumerate(documents, start=1):
            entry = ZipInfo(f"{number:03}-{_plain(name)}-{year}.pdf", (on.year, on.month, on.day, 0, 0, 0))
            file.writestr(entry, content)
    return packed.getvalue()


def unpack(content: bytes) -> Archive:
    """The archive in a file; raises RefusedArchiveError with the reason. What is too much is never unpacked."""
    if len(content) > LARGEST:
        raise RefusedArchiveError(Reason.TOO_LARGE, megabytes=LARGEST // MB)
    if not content.startswith(_START):
        raise RefusedArchiveError(Reason.NOT_OURS)
    try:
        files = _unpacked(content)
    except _DAMAGES as error:
        raise RefusedArchiveError(Reason.DAMAGED) from error
    return read(files)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Every file of a zip by its name. None is written to disk, so no name can do harm."""
    if content.count(_ENTRY) > 2 * MOST_FILES:  # before anything is made of them; a few stand there by chance
        raise RefusedArchiveError(Reason.TOO_MANY, most=MOST_FILES)
    with ZipFile(BytesIO(content)) as file:
        entries = sorted(file.infolist(), key=lambda entry: entry.filename != MANIFEST)
        if not entries or entries[0].filename != MANIFEST:
            raise RefusedArchiveError(Reason.NOT_OURS)
        files: dict[str, bytes] = {}
        left = LARGEST_UNPACKED
        for entry in entries:
            if entry.filename in files:
                raise RefusedArchiveError(Reason.TWICE, file=entry.filename)
            files[entry.filename] = _content(file, entry, most=min(left, LARGEST_OF_ONE))
            left -= len(files[entry.filename])
            if len(files) == 1:
                recognize(files[MANIFEST])
            if len(files) > MOST_FILES:
                raise RefusedArchiveError(Reason.TOO_MANY, most=MOST_FILES)
    return files


def _plain(name: str) -> str:
    """A name without anything that a file's name may not hold."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-")[:LONGEST_NAME] or "organization"


def _content(file: ZipFile, entry: ZipInfo, *, most: int) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise RefusedArchiveError(Reason.LOCKED)
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise RefusedArchiveError(Reason.REPACKED)
    with file.open(entry) as packed:
        content = packed.read(most + 1)  # to the end, or one byte too far, whatever the entry says of its size
    if len(content) > most:
        raise RefusedArchiveError(
            Reason.UNPACKS_TOO_LARGE, megabytes=LARGEST_UNPACKED // MB, megabytes_of_one=LARGEST_OF_ONE // MB
        )
    if len(content) != entry.file_size:
        raise BadZipFile("an entry lies about its size")
    return content
