"""The third attacker: somebody who holds the slips of four colleagues who helped, and so knows what they said."""

import random
from collections.abc import Iterable, Sequence

from tests.anonymity.guesses import Compared, Guess, compared, is_near
from tests.anonymity.people import DOMAINS, mean_of
from tests.anonymity.years import Year

HELPERS = 4


def with_four(workplaces: Iterable[Sequence[Year]], sizes: range, seed: int) -> Compared:
    """What is published less the four, spread over whoever is left; of rounds with so many forms.

    This attacker is also told how many forms count in each domain, which nobody is.
    """
    chance, guesses = random.Random(seed), []
    for number, years in enumerate(workplaces):
        for year in years:
            if len(year.forms) not in sizes:
                continue
            target, *helpers = chance.sample(sorted(year.forms), HELPERS + 1)
            for domain in DOMAINS:
                means = {who: mean_of(form, domain) for who, form in year.forms.items()}
                told = {who: one for who, one in means.items() if one is not None}
                if domain.id not in year.figures or target not in told:
                    continue
                known = [told[who] for who in helpers if who in told]
                shown = year.figures[domain.id]
                left = (len(told) * shown - sum(known)) / (len(told) - len(known))
                guesses.append(Guess(number, is_near(shown, told[target]), is_near(left, told[target])))
    return compared(guesses)
