"""Networks, their releases and contributions; and which items stand behind each score."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BATCH = 500  # submissions that are read at once


def upgrade() -> None:
    """Bring an older schema here."""
    op.create_table(
        "network",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("behind", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_network")),
    )
    op.create_table(
        "membership",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("by_name", sa.Boolean(), nullable=False),
        sa.Column("lends_scorecard", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        *_of_organization("membership"),
        *_of_network("membership"),
        sa.PrimaryKeyConstraint("organization_id", "network_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_network_id"), "membership", ["network_id"])
    op.create_table(
        "network_release",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("named", sa.Text(), nullable=False),
        *_of_network("network_release"),
        sa.PrimaryKeyConstraint("network_id", "year", name=op.f("pk_network_release")),
        sa.UniqueConstraint("release_id", name=op.f("uq_network_release_release_id")),
    )
    op.create_table(
        "counted",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        *_of_organization("counted"),
        *_of_network("counted"),
        sa.PrimaryKeyConstraint("organization_id", "year", name=op.f("pk_counted")),
    )
    op.create_index("ix_counted_network_id", "counted", ["network_id", "year"])
    op.create_table(
        "contribution",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("contributor", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        *_of_network("contribution"),
        sa.PrimaryKeyConstraint("network_id", "contributor", "year", name=op.f("pk_contribution")),
    )
    op.create_table(
        "sent",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("contributor", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        *_of_organization("sent"),
        sa.PrimaryKeyConstraint("organization_id", "year", name=op.f("pk_sent")),
    )
    op.add_column("domain_score", sa.Column("basis", sa.String(length=16), nullable=True))
    _fill_in_bases()


def _of_organization(table: str) -> list[sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_organization_id_organization")
    return [
        sa.ForeignKeyConstraint(["organization_id"], ["organization.organization_id"], name=name, ondelete="CASCADE")
    ]


def _of_network(table: str) -> list[sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_network_id_network")
    return [sa.ForeignKeyConstraint(["network_id"], ["network.network_id"], name=name, ondelete="CASCADE")]


def _fill_in_bases() -> None:
    """Say of every score that was frozen which items stand behind it, as its record and its instrument have it."""
    connection = op.get_bind()
    text = sa.text
    domains = {
        digest: {
            domain["id"]: [(item["id"], item["revision"]) for item in domain["items"]]
            for domain in json.loads(content)["domains"]
        }
        for digest, content in connection.execute(text("SELECT digest, content FROM instrument"))
    }
    keys = connection.execute(text("SELECT organization_id, year, number FROM submission ORDER BY 1, 2, 3")).all()
    for start in range(0, len(keys), BATCH):
        found = []
        for organization_id, year, number in keys[start : start + BATCH]:
            key = {"organization_id": organization_id, "year": year, "number": number}
            record = json.loads(
                connection.scalar(
                    text(
                        "SELECT record FROM submission"
                        " WHERE organization_id = :organization_id AND year = :year AND number = :number"
                    ),
                    key,
                )
            )
            levels = {item for item, answer in record["answers"].items() if (answer["choice"] or "").isdigit()}
            for domain_id, items in domains[record["instrument_digest"]].items():
                behind = sorted(f"{item}:{revision}" for item, revision in items if item in levels)
                basis = hashlib.sha256("\n".join(behind).encode()).hexdigest()[:16]
                found.append({**key, "domain_id": domain_id, "basis": basis})
        connection.execute(
            text(
                "UPDATE domain_score SET basis = :basis WHERE organization_id = :organization_id"
                " AND year = :year AND number = :number AND domain_id = :domain_id AND points IS NOT NULL"
            ),
            found,
        )
