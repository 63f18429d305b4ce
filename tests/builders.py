"""Plain builders with valid defaults: what a test does not name does not matter to it."""

from datetime import date

from questionnaire.core.answers import Answer, Choice, GateAnswer, Profile
from questionnaire.core.instrument import Instrument, Tree, parse
from questionnaire.core.plan import Action, Status
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import Submission, freeze

A_DAY = date(2026, 10, 14)


def text(words: str) -> Tree:
    return {"en": words}


def changed(tree: Tree, path: str, value: Tree) -> Tree:
    """The tree with another value at a path such as domains.0.items.1.question."""
    step, _, rest = path.partition(".")
    if isinstance(tree, list):
        parts = [(str(index), part) for index, part in enumerate(tree)]
        return [
            changed(part, rest, value) if rest and index == step else value if index == step else part
            for index, part in parts
        ]
    assert isinstance(tree, dict), path
    return {**tree, step: changed(tree[step], rest, value) if rest else value}


def without(tree: Tree, path: str) -> Tree:
    """The tree without the key at a path."""
    parent, _, key = path.rpartition(".")
    around = at(tree, parent)
    assert isinstance(around, dict), path
    kept: Tree = {name: value for name, value in around.items() if name != key}
    return changed(tree, parent, kept) if parent else kept


def at(tree: Tree, path: str) -> Tree:
    """What stands at a path; the whole tree at an empty one."""
    for step in path.split(".") if path else []:
        tree = tree[int(step)] if isinstance(tree, list) else tree[step] if isinstance(tree, dict) else None
    return tree


def an_item(item_id: str, **changes: Tree) -> dict[str, Tree]:
    item: dict[str, Tree] = {
        "id": item_id,
        "revision": 1,
        "question": text(f"How is {item_id}?"),
        "why": text("Workers said so."),
        "levels": [{"label": text(f"Level {level}"), "sees": text(f"One sees {level}.")} for level in range(5)],
        "source": {"section": "Discussion", "words": "clear job titles", "kind": "found"},
        "advice": [an_advice(f"{item_id}.advice", item_id)],
    }
    return {**item, **changes}


def an_advice(advice_id: str, item_id: str) -> dict[str, Tree]:
    return {
        "id": advice_id,
        "title": text(f"Mend {item_id}"),
        "why": text("The study asks for it."),
        "first_step": text("Ask."),
        "leads": text("Program manager"),
        "effort": "small",
        "involvement": text("In paid meetings."),
        "shown_by": text("It holds."),
        "moves": [item_id],
        "source": {"section": "Discussion", "words": "clear job titles", "kind": "inferred"},
    }


def a_tree(*, domains: int = 4, items: int = 5, gated: tuple[str, ...] = ()) -> dict[str, Tree]:
    """An instrument as plain data: domains a, b, c … with items a.1, a.2 …; the gated ones are asked if `work`."""
    return {
        "id": "small",
        "version": 1,
        "title": text("A small instrument"),
        "citation": "Nobody, 2026",
        "doi": "10.1/1",
        "limits": text("Only for tests."),
        "kinds": [{"id": "non-profit", "label": text("Non-profit")}, {"id": "other", "label": text("Other")}],
        "sizes": [{"id": "under-10", "label": text("Fewer than 10")}],
        "gates": [{"id": "work", "question": text("Is the work done?"), "peer": text("Do you do it?")}],
        "domains": [
            {
                "id": name,
                "name": text(f"Domain {name}"),
                "about": text("What it is about."),
                "items": [
                    an_item(f"{name}.{number}", **({"asked_if": "work"} if f"{name}.{number}" in gated else {}))
                    for number in range(1, items + 1)
                ],
            }
            for name in "abcdefgh"[:domains]
        ],
    }


def a_later_tree() -> dict[str, Tree]:
    """The second version of a_tree(): three questions of a are still the same, two of b, and all five of c.

    a.2 and b.3 to b.5 are reworded, a.5 and nearly all of d are gone, a.6 and e are new, and d.1 moved to e.
    """
    return a_version(
        2,
        a="a.1 a.2/2 a.3 a.4 a.6",
        b="b.1 b.2 b.3/2 b.4/2 b.5/2",
        c="c.1 c.2 c.3 c.4 c.5",
        e="e.1 e.2 e.3 d.1",
    )


def a_version(version: int = 1, /, **domains: str) -> dict[str, Tree]:
    """An instrument as plain data, of these domains and items: `a.2/3` is the third revision of a.2."""
    return {
        **a_tree(),
        "version": version,
        "domains": [
            {
                "id": name,
                "name": text(f"Domain {name}"),
                "about": text("What it is about."),
                "items": [
                    an_item(item_id, revision=int(revision or 1))
                    for item_id, _, revision in (item.partition("/") for item in items.split())
                ],
            }
            for name, items in domains.items()
        ],
    }


def an_instrument(*, domains: int = 4, items: int = 5, gated: tuple[str, ...] = ()) -> Instrument:
    return parse(a_tree(domains=domains, items=items, gated=gated))


def a_later_instrument() -> Instrument:
    return parse(a_later_tree())


def a_profile(**gates: GateAnswer) -> Profile:
    return Profile(kind="non-profit", size="under-10", peer_workers=6, gates=gates)


def answers(**choices: str) -> dict[str, Answer]:
    """Answers by item id, with _ for the dot: answers(a_1="3", a_2="dont-know")."""
    return {item_id.replace("_", "."): Answer(choice=Choice(choice)) for item_id, choice in choices.items()}


def levels(instrument: Instrument, level: int) -> dict[str, Answer]:
    """The same level for every item."""
    return {item_id: Answer(choice=Choice(str(level))) for item_id in instrument.items}


def answers_scoring(instrument: Instrument, **points: float | None) -> dict[str, Answer]:
    """Answers that give each domain named these points, at nearly the same level everywhere; None leaves it open."""
    given: dict[str, Answer] = {}
    for domain_id, wanted in points.items():
        domain = instrument.domain(domain_id)
        assert domain, domain_id
        if wanted is not None:
            total = wanted * len(domain.items) / 25
            assert total.is_integer(), f"{wanted} points cannot be the mean of {len(domain.items)} items"
            level, higher = divmod(int(total), len(domain.items))
            for index, item in enumerate(domain.items):
                given[item.id] = Answer(choice=Choice(str(level + (index < higher))))
    return given


def a_scorecard(year: int = 2026, /, **points: float | None) -> Scorecard:
    """The scorecard of domains a, b, c … with these points each: multiples of 5, for they have five items."""
    instrument = an_instrument(domains=len(points))
    return Scorecard(a_submission(instrument, answers_scoring(instrument, **points), year=year), instrument)


def a_year(year: int, instrument: Instrument, **choices: str) -> Scorecard:
    """A year's scorecard, a character an item: a="012?x-" is levels, "don't know", "doesn't apply" and left open."""
    beside: dict[str, Choice | None] = {"?": Choice.DONT_KNOW, "x": Choice.DOES_NOT_APPLY, "-": None}
    given: dict[str, Answer] = {}
    for domain_id, chosen in choices.items():
        domain = instrument.domain(domain_id)
        assert domain, domain_id
        for item, sign in zip(domain.items, chosen, strict=True):
            given[item.id] = Answer(choice=beside[sign] if sign in beside else Choice(sign))
    return Scorecard(a_submission(instrument, given, year=year), instrument)


def a_submission(
    instrument: Instrument,
    given: dict[str, Answer] | None = None,
    *,
    organization: str = "Harbour Street",
    year: int = 2026,
    revision: int = 1,
) -> Submission:
    return freeze(
        instrument,
        organization=organization,
        year=year,
        revision=revision,
        on=A_DAY,
        profile=a_profile(),
        answers=levels(instrument, 2) if given is None else given,
    )


def an_action(what: str = "Write the roles down", **changes: object) -> Action:
    fields: dict[str, object] = {
        "id": "00000000-0000-4000-8000-000000000001",
        "year": 2026,
        "what": what,
        "who": "Program manager",
        "due_on": date(2027, 3, 31),
        "status": Status.NOT_STARTED,
        "why_dropped": "",
        "notes": "",
        "involvement": "In paid meetings.",
        "items": (),
        "advice_id": None,
        "is_first": False,
    }
    return Action.model_validate({**fields, **changes})
