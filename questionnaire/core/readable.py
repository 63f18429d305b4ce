"""A report with the instruments that it was answered on: what pages and files render."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from questionnaire.core.benchmark import Quarter
from questionnaire.core.comparison import Comparison, DomainChange
from questionnaire.core.differences import Voices
from questionnaire.core.instrument import Domain, Instrument, Text, question
from questionnaire.core.report import NetworkPlaces, Part, Report, YearsCompared
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import Outcome
from questionnaire.core.voices_years import Heard, PeerLine, peer_line
from questionnaire.core.years import Years


@dataclass(frozen=True)
class Readable:
    """A report with the instruments of its years, by digest: what pages and files render."""

    report: Report
    instruments: Mapping[str, Instrument]

    @cached_property
    def scorecard(self) -> Scorecard:
        """The newest year; where the report holds both voices, with the advice that follows from both."""
        return replace(self._own, promoted=self.voices.lower) if self.voices else self._own

    @cached_property
    def voices(self) -> Voices | None:
        """Both voices; None where the report holds one."""
        said = self.report.voices
        return Voices(self._own, said.result, said.asked) if said else None

    def peers(self, domain: Domain) -> PeerLine | None:
        """What peer workers said in a domain over the years; None where the report holds no years, or one voice."""
        said = self.report.voices
        if said is None or self.years is None:
            return None
        results = (*said.earlier, said.result)
        return peer_line(domain, tuple(Heard(one, self.instruments[one.instrument_digest]) for one in results))

    @cached_property
    def years(self) -> Years | None:
        """All years; None where the report holds no earlier one."""
        if not self.report.earlier:
            return None
        scorecards = (*map(self._with_instrument, self.report.earlier), self.scorecard)
        known = {one.submission.year: one for one in scorecards}
        pairs = {
            (pair.earlier_year, pair.later_year): _comparison(pair, known[pair.earlier_year], known[pair.later_year])
            for pair in self.report.compared
        }
        last = self.scorecard.submission.year
        to_last = (pairs.get((year, last)) for year in sorted(known))
        return Years(
            scorecards,
            tuple(pairs[earlier, later] for earlier, later in pairwise(sorted(known))),
            next((comparison for comparison in to_last if comparison and comparison.is_possible), None),
        )

    def stood(self, places: NetworkPlaces) -> Iterator[tuple[Domain, tuple[Quarter | None, ...]]]:
        """Every domain of the newest year, and its quarter in each of these releases; None where it has none."""
        for domain in self.scorecard.instrument.domains:
            yield domain, tuple(one.quarters.get(domain.id) for one in places.years)

    @property
    def comparison(self) -> Comparison | None:
        """The change since the year before."""
        return self.years.comparisons[-1] if self.years else None

    def holds(self, part: Part) -> bool:
        """Whether a part was chosen."""
        return part in self.report.parts

    def question(self, item_id: str) -> Text | None:
        """The words of a question, from the newest year that has it."""
        return question((self.scorecard.instrument, *self.instruments.values()), item_id)

    @cached_property
    def _own(self) -> Scorecard:
        return self._with_instrument(self.report.outcome)

    def _with_instrument(self, outcome: Outcome) -> Scorecard:
        return Scorecard(outcome, self.instruments[outcome.instrument_digest])


def digests(report: Report) -> tuple[str, ...]:
    """The digests of the instruments that a report needs to be read."""
    rounds = (*report.voices.earlier, report.voices.result) if report.voices else ()
    used = (report.outcome, *report.earlier)
    return tuple(
        dict.fromkeys((*(one.instrument_digest for one in used), *(one.instrument_digest for one in rounds)))
    )


def _comparison(pair: YearsCompared, earlier: Scorecard, later: Scorecard) -> Comparison:
    domains = {domain.id: domain for domain in (*earlier.instrument.domains, *later.instrument.domains)}
    return Comparison(
        earlier,
        later,
        tuple(
            DomainChange(
                domains[figures.domain_id],
                pair.earlier_year,
                pair.later_year,
                figures.shared,
                figures.earlier_levels,
                figures.later_levels,
            )
            for figures in pair.domains
        ),
    )
