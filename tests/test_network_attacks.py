"""Short forms of `python -m tests.anonymity networks`: no release tells a score that it should not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from questionnaire.core import freezing
from questionnaire.core.freezing import Counted, Past
from questionnaire.core.releases import Grouping
from tests.anonymity import facilitators, groups
from tests.anonymity.facilitators import ATTACKS, Target
from tests.anonymity.groups import FROZEN, NAMED, REALISTIC, Released
from tests.networks import a_year, counted, several

NETWORKS, SEED = 120, 5


def released(*years: Sequence[Counted], grouping: Grouping | None = None) -> tuple[Released, ...]:
    """What is released of these organizations, year by year."""
    past: list[Past] = []
    found = []
    for number, them in enumerate(years):
        frozen = a_year(them, year=2026 + number, past=past, grouping=grouping)
        past.append(Past(frozen.release, them))
        found.append(Released(frozen, {one.key: one for one in them}))
    return tuple(found)


def named(them: Sequence[Counted], *, but: int = 0) -> list[Counted]:
    return [replace(one, name=one.key.upper()) if place >= but else one for place, one in enumerate(them)]


def said(*points: float, prefix: str = "x", kind: str = "other") -> list[Counted]:
    return [counted(f"{prefix}{place}", one, kind=kind) for place, one in enumerate(points)]


LOW = several(10, first=5, step=3)
FIVE, OTHERS, NEWER = (said(*range(start, start + 50, 10), prefix=f"{start}-") for start in (20, 35, 50))
ADVERSARIAL = {
    "one joins whom nothing else changes": released(LOW, LOW + said(95)),
    "one leaves": released(LOW + said(95), LOW),
    "one joins after five others did": released(
        LOW, LOW + said(70, 75, 80, 60, 95), LOW + said(70, 75, 80, 60, 95, 5)
    ),
    "five join who say alike": released(LOW, LOW + said(90, 90, 90, 95, 90)),
    "five leave who say alike": released(LOW + said(90, 90, 90, 95, 90), LOW),
    "one takes another's place": released(LOW + said(95), LOW + said(60, prefix="y")),
    "five take five others' places, all but one alike": released(
        LOW + said(50, 55, 60, 65, 95), LOW + said(50, 55, 60, 65, 5, prefix="y")
    ),
    "somebody comes back after a year": released(LOW + said(95), LOW, LOW + said(95)),
    "all but five are named, and these say alike": released(named(LOW) + said(95, 95, 90, 95, 95)),
    "all but eight are named, and these say alike": released(named(LOW) + said(*[95] * 8)),
    "all but one are named": released(named(LOW) + said(95)),
    "all of a kind but one are named": released(
        LOW + named(said(80, 85, 90, 70, 75)) + said(5, prefix="y"), grouping=Grouping.KIND
    ),
    "all who joined but one are named": released(LOW, LOW + named(said(70, 75, 80, 60, 65)) + said(5, prefix="y")),
    "all who left but one are named": released(LOW + named(said(70, 75, 80, 60, 65)) + said(5, prefix="y"), LOW),
    "four are of another kind": released(LOW + said(90, 95, 90, 95), grouping=Grouping.KIND),
    "five are of another kind, and one of them is new": released(
        LOW + said(90, 80, 70, 60), LOW + said(90, 80, 70, 60, 5), grouping=Grouping.KIND
    ),
    "any two years differ by enough, and four of them by one": released(
        LOW + FIVE + said(95, prefix="z") + OTHERS,
        LOW + OTHERS,
        LOW + NEWER,
        LOW + NEWER + FIVE,
    ),
    "the score of one moved, and nobody else's": released(LOW + said(50), LOW + said(95)),
    "whoever looks is one of five": released(said(5, 95, 95, 90, 95)),
}


def looked_for(years: tuple[Released, ...]) -> list[Target]:
    return list(facilitators.targets([years]))


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("name", ADVERSARIAL)
def test_no_attack_is_certain_of_a_score_in_a_network_made_for_it(name: str, attack: facilitators.Attack) -> None:
    assert facilitators.certain(attack, looked_for(ADVERSARIAL[name])) == 0


@pytest.mark.parametrize(
    "world", [REALISTIC, FROZEN, NAMED], ids=["as organizations are", "nobody changes", "nearly all are named"]
)
def test_no_attack_is_certain_of_a_score_in_any_network(world: groups.World) -> None:
    found = list(facilitators.targets(groups.networks(NETWORKS, SEED, world)))
    assert {name: facilitators.certain(attack, found) for name, attack in ATTACKS.items()} == dict.fromkeys(
        ATTACKS, 0
    )


def test_no_attack_finds_more_scores_than_the_published_medians_do() -> None:
    found = list(facilitators.targets(groups.networks(NETWORKS, SEED, REALISTIC)))
    for name, attack in ATTACKS.items():
        assert facilitators.tried(attack, found).is_no_better, name


def test_the_same_attacks_succeed_where_nothing_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "is_safe", lambda _organizations: True)
    monkeypatch.setattr(freezing, "_are_alike", lambda *_apart: False)
    monkeypatch.setattr(freezing, "QUARTILES_FROM", 0)
    found = list(facilitators.targets(groups.networks(NETWORKS, SEED, NAMED)))
    assert facilitators.certain(facilitators.whole_minus_known, found)
    assert facilitators.certain(facilitators.years_subtracted, found)
    assert any(facilitators.all_others_of_its_kind(target) for target in found), "a median says that much"
