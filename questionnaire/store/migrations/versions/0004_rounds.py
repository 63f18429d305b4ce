"""Rounds of peer workers' voices, and their slips."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring an older schema here."""
    op.create_table(
        "peer_round",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("handle", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("instrument_digest", sa.String(length=64), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("steward", sa.String(length=200), nullable=False),
        sa.Column("owner_agreed", sa.Boolean(), nullable=False),
        sa.Column("steward_agreed", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("tally", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("words_shown", sa.Boolean(), nullable=False),
        sa.CheckConstraint("way IN ('slips', 'totals', 'meeting')", name=op.f("ck_peer_round_way")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.organization_id"],
            name=op.f("fk_peer_round_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instrument_digest"], ["instrument.digest"], name=op.f("fk_peer_round_instrument_digest_instrument")
        ),
        sa.PrimaryKeyConstraint("organization_id", "round_id", name=op.f("pk_peer_round")),
        sa.UniqueConstraint("handle", name=op.f("uq_peer_round_handle")),
    )
    op.create_index(op.f("ix_peer_round_round_id"), "peer_round", ["round_id"])
    op.create_index(op.f("ix_peer_round_closes_on"), "peer_round", ["closes_on"])
    op.create_table(
        "slip",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "round_id"],
            ["peer_round.organization_id", "peer_round.round_id"],
            name=op.f("fk_slip_organization_id_round_id_peer_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "round_id", "code_hash", name=op.f("pk_slip")),
        sqlite_with_rowid=False,
    )
