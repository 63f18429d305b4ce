"""Nothing tells when somebody was here: attempts stand in no log of PostgreSQL, bugs of rounds without time."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Bring an older schema here."""
    op.create_table(
        "mishap",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_mishap")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE throttle SET UNLOGGED")
        op.execute("ALTER TABLE mishap SET UNLOGGED")
