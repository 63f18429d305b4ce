"""What Hypothesis makes up: answers, and whole instruments as plain data."""

from itertools import cycle

from hypothesis import strategies as st

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.instrument import Effort, Instrument, Kind, Tree

PROSE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
WORDS = PROSE.filter(str.strip)
TEXTS = st.fixed_dictionaries({"en": WORDS}, optional={"fr": WORDS})
IDENTIFIERS = st.tuples(st.sampled_from("abyz09"), st.sampled_from(["", "1", "-x", ".x-9"])).map("".join)
SOURCES = st.lists(
    st.fixed_dictionaries({"section": WORDS, "words": WORDS, "kind": st.sampled_from([*map(str, Kind)])}),
    min_size=1,
    max_size=3,
)
ANSWERS = st.builds(
    Answer, choice=st.none() | st.sampled_from(Choice), reason=PROSE, note=PROSE, come_back=st.booleans()
)


def answers_to(instrument: Instrument) -> st.SearchStrategy[dict[str, Answer]]:
    """Answers to every item, most of them a level; some items are left open."""
    levels = [choice for choice in Choice if choice.level is not None]
    choices = st.sampled_from([*levels, *levels, *levels, Choice.DONT_KNOW, Choice.DOES_NOT_APPLY, None])
    return st.fixed_dictionaries(dict.fromkeys(instrument.items, st.builds(Answer, choice=choices)))


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Tree]:
    """An instrument with three or four domains; its texts and sources are taken in turn from a few."""
    texts = cycle(draw(st.lists(TEXTS, min_size=1, max_size=6)))
    passages = cycle(draw(st.lists(SOURCES, min_size=1, max_size=3)))

    def text() -> Tree:
        return dict(next(texts))

    def source() -> Tree:
        several: list[Tree] = [dict(passage) for passage in next(passages)]
        return several if len(several) > 1 or yes() else several[0]

    def yes() -> bool:
        return draw(st.booleans())

    def identifiers(most: int, least: int = 1) -> list[str]:
        return draw(st.lists(IDENTIFIERS, min_size=least, max_size=most, unique=True))

    gates, domain_ids, item_ids = identifiers(2, least=0), identifiers(4, least=3), identifiers(6, least=4)

    def advice(advice_id: str) -> Tree:
        texts_of = ("title", "why", "first_step", "leads", "involvement", "shown_by")
        moves: list[Tree] = list(draw(st.lists(st.sampled_from(item_ids), min_size=1, max_size=3)))
        effort = draw(st.sampled_from([*map(str, Effort)]))
        return {
            "id": advice_id,
            "moves": moves,
            "effort": effort,
            "source": source(),
            **{name: text() for name in texts_of},
        }

    def item(item_id: str) -> Tree:
        made: dict[str, Tree] = {
            "id": item_id,
            "revision": draw(st.integers(1, 9)),
            "question": text(),
            "why": text(),
            "levels": [{"label": text(), "sees": text()} for _ in range(5)],
            "source": source(),
            "advice": [advice(f"{item_id}.{number}") for number in range(draw(st.integers(1, 2)))],
        }
        if gates and yes():
            made["asked_if"] = draw(st.sampled_from(gates))
        if yes():
            made["peer"] = {"question": text(), "levels": [text() for _ in range(5)]}
        return made

    shares = [item_ids[start :: len(domain_ids)] for start in range(len(domain_ids))]
    return {
        "id": draw(IDENTIFIERS),
        "version": draw(st.integers(1, 99)),
        "title": text(),
        "citation": draw(WORDS),
        "doi": draw(WORDS),
        "limits": text(),
        "kinds": [{"id": option, "label": text()} for option in identifiers(3)],
        "sizes": [{"id": option, "label": text()} for option in identifiers(3)],
        "gates": [{"id": gate, "question": text(), "peer": text()} for gate in gates],
        "domains": [
            {"id": domain_id, "name": text(), "about": text(), "items": [item(item_id) for item_id in share]}
            for domain_id, share in zip(domain_ids, shares, strict=True)
        ],
    }
