"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring an older schema here."""
    op.create_table(
        "access_grant",
        sa.Column("principal_kind", sa.String(length=20), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("principal_kind", "principal_id", "scope", "scope_id", name=op.f("pk_access_grant")),
    )
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_grant_scope_id"), ["scope_id"], unique=False)

    op.create_table(
        "capability",
        sa.Column("capability_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("capability_id", name=op.f("pk_capability")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_capability_token_hash")),
    )
    op.create_table(
        "chart",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_chart")),
    )
    with op.batch_alter_table("chart", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chart_drawn_on"), ["drawn_on"], unique=False)

    op.create_table(
        "instrument",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_instrument")),
    )
    op.create_table(
        "organization",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_case", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("claimed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_organization")),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organization_last_used_on"), ["last_used_on"], unique=False)

    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_expires_on"), ["expires_on"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_assessment_year")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.organization_id"],
            name=op.f("fk_assessment_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "year", name=op.f("pk_assessment")),
    )
    op.create_table(
        "session_principal",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("principal_kind", sa.String(length=20), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_hash"],
            ["session.token_hash"],
            name=op.f("fk_session_principal_token_hash_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", "principal_kind", "principal_id", name=op.f("pk_session_principal")),
    )
    op.create_table(
        "revision",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instrument_digest", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_digest"], ["instrument.digest"], name=op.f("fk_revision_instrument_digest_instrument")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "year"],
            ["assessment.organization_id", "assessment.year"],
            name=op.f("fk_revision_organization_id_year_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "year", "number", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_revision_one_draft",
            ["organization_id", "year"],
            unique=True,
            sqlite_where=sa.text("is_draft"),
            postgresql_where=sa.text("is_draft"),
        )

    op.create_table(
        "answer",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("come_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "year", "number"],
            ["revision.organization_id", "revision.year", "revision.number"],
            name=op.f("fk_answer_organization_id_year_number_revision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "year", "number", "item_id", name=op.f("pk_answer")),
    )
    op.create_table(
        "domain_score",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("domain_id", sa.String(length=80), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_domain_score_points")),
        sa.ForeignKeyConstraint(
            ["organization_id", "year", "number"],
            ["revision.organization_id", "revision.year", "revision.number"],
            name=op.f("fk_domain_score_organization_id_year_number_revision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "year", "number", "domain_id", name=op.f("pk_domain_score")),
    )
    op.create_table(
        "submission",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "year", "number"],
            ["revision.organization_id", "revision.year", "revision.number"],
            name=op.f("fk_submission_organization_id_year_number_revision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "year", "number", name=op.f("pk_submission")),
    )
