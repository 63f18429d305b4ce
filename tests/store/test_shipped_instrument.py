"""The instrument that is shipped is the blueprint of its design: its domains, items, gates and mirrored questions."""

from pathlib import Path

from questionnaire.store.instruments import read

SHIPPED = Path(__file__).parents[2] / "data" / "instruments" / "alongside-1"
BLUEPRINT = [
    "role.title",
    "role.title-choice",
    "role.description",
    "role.limits",
    "role.known",
    "comm.start",
    "comm.ahead",
    "comm.power",
    "comm.sharing",
    "comm.feedback",
    "comm.performance",
    "fit.specified",
    "fit.match",
    "fit.duties",
    "fit.identity",
    "fit.influence",
    "fit.navigation",
    "support.training-match",
    "support.training-access",
    "support.tools",
    "support.needs",
    "support.supervisors",
    "support.load",
    "recog.pay",
    "recog.contract",
    "recog.after-hours",
    "recog.cover",
    "recog.navigation",
    "recog.credit",
    "commit.public",
    "commit.budget",
    "commit.policy",
    "commit.staff-education",
    "commit.equity-education",
    "commit.shaping",
]
GATED = {
    "recog.after-hours": "frontline",
    "recog.cover": "frontline",
    "recog.navigation": "navigation",
    "fit.navigation": "navigation",
}
NOT_MIRRORED = [
    "fit.specified",
    "fit.identity",
    "fit.navigation",
    "support.needs",
    "support.supervisors",
    "commit.public",
    "commit.budget",
    "commit.policy",
    "commit.staff-education",
    "commit.equity-education",
]


def test_the_shipped_instrument_is_the_blueprint() -> None:
    instrument = read(SHIPPED)
    assert (instrument.id, instrument.version) == ("alongside", 1)
    assert [domain.id for domain in instrument.domains] == ["role", "comm", "fit", "support", "recog", "commit"]
    assert list(instrument.items) == BLUEPRINT
    assert len(BLUEPRINT) == 35
    assert all(item.id.startswith(f"{instrument.domain_of[item.id].id}.") for item in instrument.items.values())


def test_the_shipped_instrument_asks_only_some_items_of_some() -> None:
    instrument = read(SHIPPED)
    assert {item.id: item.asked_if for item in instrument.items.values() if item.asked_if} == GATED
    assert [gate.id for gate in instrument.gates] == ["frontline", "navigation"]


def test_the_shipped_instrument_mirrors_25_items() -> None:
    items = read(SHIPPED).items.values()
    assert [item.id for item in items if not item.peer] == NOT_MIRRORED
    assert sum(item.peer is not None for item in items) == 25


def test_every_shipped_item_has_five_levels_and_advice_that_moves_it() -> None:
    instrument = read(SHIPPED)
    assert {len(item.levels) for item in instrument.items.values()} == {5}
    assert [
        item.id for item in instrument.items.values() if not all(item.id in advice.moves for advice in item.advice)
    ] == []
