"""Accounts, what was done, throttles; sessions that can be listed; charts that go with their organization."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring an older schema here."""
    op.create_table(
        "account",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("disabled_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "throttle",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_ends_at"), "throttle", ["ends_at"])
    op.create_table(
        "event",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.organization_id"],
            name=op.f("fk_event_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "number", name=op.f("pk_event")),
    )
    op.drop_table("chart")  # only a cache, and until now it did not know whose its pictures are
    op.create_table(
        "chart",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.organization_id"],
            name=op.f("fk_chart_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "digest", name=op.f("pk_chart")),
    )
    op.create_index(op.f("ix_chart_drawn_on"), "chart", ["drawn_on"])

    # Columns are added in place: rebuilding a table on SQLite would delete what refers to it.
    op.add_column("capability", sa.Column("made_for", sa.String(length=254), nullable=False, server_default=""))
    op.add_column("revision", sa.Column("imported_on", sa.Date(), nullable=True))
    op.add_column("session", sa.Column("made_on", sa.Date(), nullable=True))
    op.add_column("session", sa.Column("last_used_on", sa.Date(), nullable=True))
    op.add_column("session", sa.Column("device", sa.String(length=80), nullable=False, server_default=""))
    op.execute(
        "ALTER TABLE session ADD COLUMN successor VARCHAR(64)"
        " CONSTRAINT fk_session_successor_session REFERENCES session (token_hash) ON DELETE CASCADE"
    )
    op.create_index(op.f("ix_session_successor"), "session", ["successor"])
    op.create_index(op.f("ix_session_principal_principal_id"), "session_principal", ["principal_id"])
    only_owner = sa.text("role = 'owner' AND scope = 'organization'")
    op.create_index(
        "uq_access_grant_one_owner",
        "access_grant",
        ["scope_id"],
        unique=True,
        sqlite_where=only_owner,
        postgresql_where=only_owner,
    )
