"""Contributions: what one holds and what not, and what of a file from anybody is taken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.contributions import (
    LARGEST,
    Contribution,
    Reason,
    RefusedContributionError,
    contribute,
    number_of,
    read,
    schema,
    write,
)
from questionnaire.core.scoring import basis_of
from tests.builders import a_profile, a_submission, an_instrument, answers, answers_scoring

NETWORK, NUMBER = "3d1f7f7a-0000-4000-8000-1234567890ab", "0123456789abcdef" * 2
INSTRUMENT = an_instrument()


def a_contribution() -> Contribution:
    given = {**answers_scoring(INSTRUMENT, a=75, b=30, c=None, d=100), **answers(**{"a.1": "dont-know"})}
    submission = a_submission(INSTRUMENT, given, organization="Harbour Street")
    return contribute(submission, INSTRUMENT, network=NETWORK, contributor=NUMBER)


def refused(content: bytes) -> Reason:
    with pytest.raises(RefusedContributionError) as told:
        read(content, network=NETWORK)
    return told.value.reason


def rewritten(**changes: object) -> bytes:
    """A file that was changed by somebody who knows how its digest is made."""
    return write(a_contribution().model_copy(update=changes))


def test_a_contribution_holds_scores_and_the_questions_behind_them() -> None:
    made = a_contribution()
    assert [domain.domain_id for domain in made.domains] == ["a", "b", "d"], "c has no score"
    assert made.domains[1].points == 30
    assert made.domains[0].items == ("a.2:1", "a.3:1", "a.4:1", "a.5:1"), "nobody knew a.1"
    assert (made.kind, made.size) == (a_profile().kind, a_profile().size)


def test_a_contribution_holds_no_name_and_no_answer() -> None:
    content = write(a_contribution()).decode()
    for word in ("Harbour", "note", "level", "choice", "dont-know"):
        assert word not in content


def test_what_is_written_reads_back_and_twice_gives_the_same_bytes() -> None:
    made = a_contribution()
    assert read(write(made), network=NETWORK) == made
    assert write(made) == write(a_contribution())


def test_it_counts_as_an_organization_of_this_site_does() -> None:
    counted = a_contribution().counted
    assert counted.key == NUMBER
    assert counted.domains["b"].basis == basis_of(INSTRUMENT.domains[1].items)
    assert counted.domains["a"].basis != basis_of(INSTRUMENT.domains[0].items)
    assert (counted.name, counted.apart) == (None, {})


CONTENT = write(a_contribution())


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_a_file_altered_by_one_byte_is_refused_unless_it_says_the_same(place: int, by: int) -> None:
    altered = bytearray(CONTENT)
    altered[place] ^= by
    try:
        found = read(bytes(altered), network=NETWORK)
    except RefusedContributionError:
        return
    assert found == a_contribution(), "white space alone"
    assert CONTENT[place : place + 1].isspace()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.NOT_OURS),
        (b"[]", Reason.NOT_OURS),
        (b"{" * 50_000, Reason.NOT_OURS),
        (b"\xff\xfe", Reason.NOT_OURS),
        (b" " * (LARGEST + 1), Reason.TOO_LARGE),
        (CONTENT.replace(b'"year"', b'"surprise": 1, "year"'), Reason.NOT_OURS),
        (CONTENT.replace(b'"version": 1', b'"version": 2'), Reason.NOT_OURS),
        (CONTENT.replace(b"30.0", b"NaN"), Reason.NOT_OURS),
        (CONTENT.replace(b"30.0", b"35.0"), Reason.ALTERED),
        (rewritten(network=NETWORK.replace("3d", "4d")), Reason.OTHER_NETWORK),
    ],
    ids=["empty", "list", "deep", "no text", "huge", "more", "newer", "no number", "changed", "other network"],
)
def test_what_is_no_contribution_is_refused_with_the_reason(content: bytes, reason: Reason) -> None:
    assert refused(content) is reason


def test_points_that_no_levels_have_are_refused() -> None:
    domains = a_contribution().domains
    odd = domains[1].model_copy(update={"points": 31.0})
    assert refused(rewritten(domains=(odd,))) is Reason.IMPOSSIBLE
    assert refused(rewritten(domains=(domains[0], domains[0]))) is Reason.IMPOSSIBLE
    twice = domains[1].model_copy(update={"items": (*domains[1].items[:-1], "b.1:2")})
    assert refused(rewritten(domains=(twice,))) is Reason.IMPOSSIBLE


def test_scores_as_they_are_rounded_are_possible() -> None:
    three = answers(**{"a.1": "0", "a.2": "1", "a.3": "0", "a.4": "does-not-apply", "a.5": "does-not-apply"})
    made = contribute(
        a_submission(INSTRUMENT, {**answers_scoring(INSTRUMENT), **three}),
        INSTRUMENT,
        network=NETWORK,
        contributor=NUMBER,
    )
    assert made.domains[0].points == pytest.approx(8.3333)
    assert read(write(made), network=NETWORK) == made


def test_the_schema_names_every_part_of_a_file() -> None:
    properties = schema()["properties"]
    assert isinstance(properties, dict)
    assert properties.keys() == json.loads(CONTENT).keys()


def test_an_organization_has_one_number_in_a_network_and_another_in_every_other() -> None:
    assert number_of("organization", NETWORK) == number_of("organization", NETWORK)
    numbers = {number_of(key, network) for key in ("one", "two") for network in (NETWORK, NETWORK[::-1])}
    assert len(numbers) == 4
    assert all(len(number) == 32 for number in numbers)
