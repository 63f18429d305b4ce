"""The tables. Keys of what an organization owns begin with organization_id, so that they can be spread by it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

DIGEST = String(64)
IDENTIFIER = String(36)

instrument = Table(
    "instrument",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("id", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
)

organization = Table(
    "organization",
    metadata,
    Column("organization_id", IDENTIFIER, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("is_case", Boolean, nullable=False, server_default=text("false")),
    Column("claimed", Boolean, nullable=False, server_default=text("false")),
    Column("started_on", Date, nullable=False),
    Column("last_used_on", Date, nullable=False, index=True),
)

assessment = Table(
    "assessment",
    metadata,
    Column(
        "organization_id",
        IDENTIFIER,
        ForeignKey("organization.organization_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("year", Integer, primary_key=True, autoincrement=False),
    CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
)

# That a year has one draft at most is kept by the index uq_revision_one_draft, which stands in the migrations only:
# naming its condition here would make SQLAlchemy load both dialects at every start.
revision = Table(
    "revision",
    metadata,
    Column("organization_id", IDENTIFIER, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("instrument_digest", DIGEST, ForeignKey("instrument.digest"), nullable=False),
    Column("profile", Text, nullable=False),
    Column("is_draft", Boolean, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("imported_on", Date),
    ForeignKeyConstraint(
        ["organization_id", "year"], ["assessment.organization_id", "assessment.year"], ondelete="CASCADE"
    ),
)

_REVISION_KEY = ["organization_id", "year", "number"]
_REVISION = [f"revision.{column}" for column in _REVISION_KEY]

answer = Table(
    "answer",
    metadata,
    Column("organization_id", IDENTIFIER, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("item_id", String(80), primary_key=True),
    Column("choice", String(20)),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("come_back", Boolean, nullable=False),
    ForeignKeyConstraint(_REVISION_KEY, _REVISION, ondelete="CASCADE"),
)

submission = Table(
    "submission",
    metadata,
    Column("organization_id", IDENTIFIER, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", DIGEST, nullable=False),
    Column("record", Text, nullable=False),
    ForeignKeyConstraint(_REVISION_KEY, _REVISION, ondelete="CASCADE"),
)

domain_score = Table(
    "domain_score",
    metadata,
    Column("organization_id", IDENTIFIER, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("domain_id", String(80), primary_key=True),
    Column("points", Float),
    Column("basis", String(16)),  # of the items that have a level, where there are points: core/scoring.py
    ForeignKeyConstraint(_REVISION_KEY, _REVISION, ondelete="CASCADE"),
    CheckConstraint("points BETWEEN 0 AND 100", name="points"),
)

capability = Table(
    "capability",
    metadata,
    Column("capability_id", IDENTIFIER, primary_key=True),
    Column("token_hash", DIGEST, nullable=False, unique=True),
    Column("made_for", String(254), nullable=False, server_default=""),
    Column("made_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("revoked_on", Date),
    Column("last_opened_on", Date),
)

grant = Table(
    "access_grant",
    metadata,
    Column("principal_kind", String(20), primary_key=True),
    Column("principal_id", IDENTIFIER, primary_key=True),
    Column("scope", String(20), primary_key=True),
    Column("scope_id", IDENTIFIER, primary_key=True, index=True),
    Column("role", String(20), nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("account_id", IDENTIFIER, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("made_on", Date, nullable=False),
    Column("disabled_on", Date),
)

# A session that was exchanged for another ends with it: signing out leaves nothing behind that could be replayed.
session = Table(
    "session",
    metadata,
    Column("token_hash", DIGEST, primary_key=True),
    Column("expires_on", Date, nullable=False, index=True),
    Column("made_on", Date),
    Column("last_used_on", Date),
    Column("device", String(80), nullable=False, server_default=""),
    Column("successor", DIGEST, ForeignKey("session.token_hash", ondelete="CASCADE"), index=True),
)

session_principal = Table(
    "session_principal",
    metadata,
    Column("token_hash", DIGEST, ForeignKey("session.token_hash", ondelete="CASCADE"), primary_key=True),
    Column("principal_kind", String(20), primary_key=True),
    Column("principal_id", IDENTIFIER, primary_key=True, index=True),
)

# Failed attempts by a keyed hash of who they count against. Rows go when their time is over.
throttle = Table(
    "throttle",
    metadata,
    Column("bucket", DIGEST, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("ends_at", BigInteger, nullable=False, index=True),
)

# Where peer workers met a bug: without a time, and in no order of time.
mishap = Table(
    "mishap",
    metadata,
    Column("reference", String(20), primary_key=True),
    Column("what", Text, nullable=False),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column(
        "organization_id",
        IDENTIFIER,
        ForeignKey("organization.organization_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("happened_on", Date, nullable=False),
    Column("what", String(40), nullable=False),
    Column("who", String(254), nullable=False),
    Column("year", Integer),
    Column("revision", Integer),
    Column("about", String(254), nullable=False),
)

action = Table(
    "action",
    metadata,
    Column(
        "organization_id",
        IDENTIFIER,
        ForeignKey("organization.organization_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("action_id", IDENTIFIER, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("what", String(200), nullable=False),
    Column("who", String(200), nullable=False),
    Column("due_on", Date),
    Column("status", String(20), nullable=False),
    Column("why_dropped", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("involvement", Text, nullable=False),
    Column("items", Text, nullable=False),  # the ids, as a list in JSON
    Column("advice_id", String(80)),
    Column("is_first", Boolean, nullable=False),
    CheckConstraint("status IN ('not-started', 'under-way', 'done', 'dropped')", name="status"),
)

report = Table(
    "report",
    metadata,
    Column(
        "organization_id",
        IDENTIFIER,
        ForeignKey("organization.organization_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("report_id", IDENTIFIER, primary_key=True, index=True),
    Column("fingerprint", String(32), nullable=False, index=True),
    Column("made_on", Date, nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("organization_id", "fingerprint"),
)

# Every file of a report that was handed out, so that one that was changed afterwards is told.
issued = Table(
    "issued",
    metadata,
    Column("organization_id", IDENTIFIER, primary_key=True),
    Column("sha256", DIGEST, primary_key=True, index=True),
    Column("report_id", IDENTIFIER, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("issued_on", Date, nullable=False),
    ForeignKeyConstraint(
        ["organization_id", "report_id"], ["report.organization_id", "report.report_id"], ondelete="CASCADE"
    ),
)

# What peer workers hand in is added to `tally`, which is sealed with a key that is not in the database.
peer_round = Table(
    "peer_round",
    metadata,
    Column(
        "organization_id",
        IDENTIFIER,
        ForeignKey("organization.organization_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("round_id", IDENTIFIER, primary_key=True, index=True),
    Column("handle", String(20), nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("instrument_digest", DIGEST, ForeignKey("instrument.digest"), nullable=False),
    Column("terms", Text, nullable=False),
    Column("way", String(20), nullable=False),
    Column("steward", String(200), nullable=False),
    Column("owner_agreed", Boolean, nullable=False),
    Column("steward_agreed", Boolean, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("opened_on", Date),
    Column("closes_on", Date, index=True),
    Column("extended", Boolean, nullable=False),
    Column("tally", LargeBinary),
    Column("digest", DIGEST),
    Column("record", Text),
    Column("words", Text),  # of a closed round: those that the steward has not struck, as a list in JSON
    Column("words_shown", Boolean, nullable=False),
    CheckConstraint("way IN ('slips', 'totals', 'meeting')", name="way"),
)

# No row tells when it was made or used, and none stands in the order of its making: the key is random, and without a
# rowid it is the only order there is.
slip = Table(
    "slip",
    metadata,
    Column("organization_id", IDENTIFIER, primary_key=True),
    Column("round_id", IDENTIFIER, primary_key=True),
    Column("code_hash", DIGEST, primary_key=True),
    Column("pending", Boolean, nullable=False),
    Column("spent", Boolean, nullable=False),
    Column("draft", LargeBinary),
    ForeignKeyConstraint(
        ["organization_id", "round_id"], ["peer_round.organization_id", "peer_round.round_id"], ondelete="CASCADE"
    ),
    sqlite_with_rowid=False,
)

network = Table(
    "network",
    metadata,
    Column("network_id", IDENTIFIER, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("behind", Text, nullable=False),
    Column("decisions", Text, nullable=False),
    Column("made_on", Date, nullable=False),
)


def _of_organization() -> Column[str]:
    return Column(
        "organization_id",
        IDENTIFIER,
        ForeignKey("organization.organization_id", ondelete="CASCADE"),
        primary_key=True,
    )


def _of_network(*, key: bool) -> Column[str]:
    return Column(
        "network_id",
        IDENTIFIER,
        ForeignKey("network.network_id", ondelete="CASCADE"),
        primary_key=key,
        nullable=False,
    )


membership = Table(
    "membership",
    metadata,
    _of_organization(),
    _of_network(key=True),
    Column("by_name", Boolean, nullable=False),
    Column("lends_scorecard", Boolean, nullable=False),
    Column("joined_on", Date, nullable=False),
    Index("ix_membership_network_id", "network_id"),
)

release = Table(
    "network_release",
    metadata,
    _of_network(key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("release_id", IDENTIFIER, nullable=False, unique=True),
    Column("digest", DIGEST, nullable=False),
    Column("record", Text, nullable=False),
    Column("named", Text, nullable=False),
)

# An organization counts in one release a year, whatever networks it is in: two of them together could tell of it.
counted = Table(
    "counted",
    metadata,
    _of_organization(),
    Column("year", Integer, primary_key=True, autoincrement=False),
    _of_network(key=False),
    Column("number", Integer, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("place", Text, nullable=False),
    Index("ix_counted_network_id", "network_id", "year"),
)

contribution = Table(
    "contribution",
    metadata,
    _of_network(key=True),
    Column("contributor", String(32), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("label", String(200), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("record", Text, nullable=False),
    Column("taken_on", Date, nullable=False),
    Column("confirmed", Boolean, nullable=False),
)

# What was given to a network of another site: in that year it counts in no other release.
sent = Table(
    "sent",
    metadata,
    _of_organization(),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("network_id", IDENTIFIER, nullable=False),
    Column("contributor", String(32), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("made_on", Date, nullable=False),
)

# A batch is work that takes long; these rows are the truth of it, whatever a queue remembers. A part is held by the
# worker that makes it, for a while: one that dies lets it go.
batch = Table(
    "batch",
    metadata,
    Column("batch_id", IDENTIFIER, primary_key=True),
    Column(
        "network_id",
        IDENTIFIER,
        ForeignKey("network.network_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("year", Integer, nullable=False),
    Column("language", String(10), nullable=False),
    Column("made_on", Date, nullable=False),
)

batch_part = Table(
    "batch_part",
    metadata,
    _of_organization(),
    Column("batch_id", IDENTIFIER, ForeignKey("batch.batch_id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("number", Integer, nullable=False),
    Column("held_by", String(32)),
    Column("held_until", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("content", LargeBinary),
)

chart = Table(
    "chart",
    metadata,
    Column(
        "organization_id",
        IDENTIFIER,
        ForeignKey("organization.organization_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("digest", DIGEST, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("drawn_on", Date, nullable=False, index=True),
)
