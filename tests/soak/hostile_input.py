"""Hostile input: every form and every part of every address, with anything in it. No answer may be our error."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from tests.soak.anything import Case, a_form, an_address
from tests.soak.forms import Form
from tests.soak.hostile import NOT_REACHED, Stage
from tests.soak.rows import Row, at_least, exactly

AT_ONCE = 25  # cases between two times that the site is put back as it was


@dataclass
class Outcome:
    """What came of all cases."""

    routes: set[str]
    cases: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def unreached(self) -> list[str]:
        """The routes that no case came to."""
        return sorted(self.routes - self.reached.keys())

    def note(self, status: int, route: str, asked: str) -> None:
        self.cases += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status not in NOT_REACHED:
            self.reached[route] = self.reached.get(route, 0) + 1
        if status >= 500:
            self.errors.append(f"{status} {asked}")

    def rows(self, name: str, *, cases: int) -> Iterator[Row]:
        yield at_least(f"hostile input, {name}: cases", self.cases, cases)
        yield exactly(f"hostile input, {name}: answers of 500 and above", len(self.errors), 0)
        yield exactly(f"hostile input, {name}: routes never reached, of {len(self.routes)}", len(self.unreached), 0)


def trial(stage: Stage, *, cases: int, seed: int) -> Outcome:
    """So many cases, as many of each route, in any order."""
    outcome, made = Outcome(stage.routes), _cases(stage, cases, seed)
    for first in range(0, len(made), AT_ONCE):
        with stage.unharmed():
            for who, method, address, data, headers in made[first : first + AT_ONCE]:
                status, _content, _kind = stage.ask(who, method, address, data, **headers)
                outcome.note(status, stage.route(method, address), f"{who}: {method} {address!r} {data!r}"[:2000])
    return outcome


def _cases(stage: Stage, cases: int, seed: int) -> list[Case]:
    """What hypothesis thinks of, as many cases for each route."""
    forms: dict[str, list[Form]] = {}
    for form in stage.forms:
        forms.setdefault(stage.route(form.method, form.action), []).append(form)
    made: list[Case] = []
    each = -(-cases // len(stage.routes))
    for rule in stage.app.url_map.iter_rules():
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            route = f"{method} {rule.endpoint}"
            address: st.SearchStrategy[Case] = an_address(stage, method, rule, (0,))
            sent = a_form(stage, forms[route]) if route in forms else address
            mostly_forms = st.one_of(sent, sent, address)
            own = f"{seed} {route}"  # with one seed for all, routes that are alike would be missed together
            made += _thought(mostly_forms, -(-each * 2 // 3), own)
            made += _thought(an_address(stage, method, rule, (1, 1, 2)), -(-each // 3), own)
    random.Random(seed).shuffle(made)
    return made


def _thought(of: st.SearchStrategy[Case], number: int, seed: str) -> list[Case]:
    made: list[Case] = []

    @seeded(seed)
    @settings(
        max_examples=number,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(of)
    def think(case: Case) -> None:
        made.append(case)

    think()
    return made
