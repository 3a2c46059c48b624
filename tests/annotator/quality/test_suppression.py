"""Counts of people: no small one is told, and none can be worked out, also by who knows the rule."""

from collections import defaultdict
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.suppression import shown

TABLES = st.tuples(
    st.integers(2, 6), st.lists(st.integers(0, 2) | st.integers(0, 30), min_size=1, max_size=6)
)


@given(TABLES)
def test_no_small_count_is_told(table: tuple[int, list[int]]) -> None:
    """In a team of twelve, one over 50 is a name."""
    least, counts = table

    told = shown(counts, least)

    assert all(said is None or said == count >= least for said, count in zip(told, counts, strict=True))
    if min(counts) >= least:
        assert told == counts


@given(TABLES)
def test_none_is_the_total_less_the_others(table: tuple[int, list[int]]) -> None:
    """The total is known: one hidden count, or few that are small together, would be told by it."""
    least, counts = table

    told = shown(counts, least)

    hidden = sum(counts) - sum(filter(None, told))
    if None in told and told.count(None) < len(counts):
        assert told.count(None) > 1
        assert hidden >= least


@cache
def outcomes(cells: int, total: int, least: int) -> dict[tuple[int | None, ...], list[set[int]]]:
    """What is told → the values that each cell has in any table of this total of which that is told."""
    found: dict[tuple[int | None, ...], list[set[int]]] = defaultdict(lambda: [set() for _ in range(cells)])
    for table in product(range(total + 1), repeat=cells):
        if sum(table) == total:
            for values, count in zip(found[tuple(shown(table, least))], table, strict=True):
                values.add(count)
    return found


@given(
    counts=st.lists(st.integers(0, 7), min_size=2, max_size=4).filter(any),
    least=st.integers(2, 5),
)
def test_who_knows_the_rule_cannot_tell_a_hidden_count(counts: list[int], least: int) -> None:
    """All tables of this total are tried: a hidden count could be another one in some that tells the same."""
    told = shown(counts, least)

    could_be = outcomes(len(counts), sum(counts), least)[tuple(told)]

    for said, values in zip(told, could_be, strict=True):
        assert len(values) == 1 if said is not None else len(values) > 1


@pytest.mark.parametrize("total", range(1, 16))
@pytest.mark.parametrize("least", [2, 3, 5])
def test_of_three_choices_none_is_ever_told(total: int, least: int) -> None:
    """Every table of up to fifteen people, one by one; nor is the sum of all that is hidden a small one."""
    for told, could_be in outcomes(3, total, least).items():
        if None in told and any(told):
            assert total - sum(filter(None, told)) >= least
        assert all(len(values) > 1 for said, values in zip(told, could_be, strict=True) if said is None), told
