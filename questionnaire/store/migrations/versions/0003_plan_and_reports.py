"""The plan, reports and the files that were handed out, and the day on which a link was last opened."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring an older schema here."""
    op.create_table(
        "action",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("action_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("why_dropped", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("involvement", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("advice_id", sa.String(length=80), nullable=True),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('not-started', 'under-way', 'done', 'dropped')", name=op.f("ck_action_status")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.organization_id"],
            name=op.f("fk_action_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "action_id", name=op.f("pk_action")),
    )
    op.create_table(
        "report",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.organization_id"],
            name=op.f("fk_report_organization_id_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "report_id", name=op.f("pk_report")),
        sa.UniqueConstraint("organization_id", "fingerprint", name=op.f("uq_report_organization_id_fingerprint")),
    )
    op.create_index(op.f("ix_report_report_id"), "report", ["report_id"])
    op.create_index(op.f("ix_report_fingerprint"), "report", ["fingerprint"])
    op.create_table(
        "issued",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "report_id"],
            ["report.organization_id", "report.report_id"],
            name=op.f("fk_issued_organization_id_report_id_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "sha256", name=op.f("pk_issued")),
    )
    op.create_index(op.f("ix_issued_sha256"), "issued", ["sha256"])
    op.add_column("capability", sa.Column("last_opened_on", sa.Date(), nullable=True))
