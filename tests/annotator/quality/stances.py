"""Open projects in a line: who named what in which item."""

import numpy as np
from hypothesis import strategies as st

from annotator.quality import relations
from annotator.quality.judgements import Answers, Judgements, Scheme, Spans, Stances
from annotator.quality.measure import measure

ENTITIES = ["council", "delay", "haste", "mayor", "residents"]
SCHEME = Scheme(("FAVOR", "AGAINST", "MIXED"), ("favor", "against", "mixed"), directed=False)
Tuple = tuple[int, int, int]  # holder, target, label
FAVOR, AGAINST = 0, 1
COUNCIL, DELAY, HASTE, MAYOR, RESIDENTS = range(5)


def table(
    judged: dict[tuple[int, int], list[Tuple]],
    *,
    spans: list[tuple[int, int, int]] = (),
    related: list[tuple[str, str, str]] = (),
) -> Judgements:
    """(item, annotator) → what they named; spans are (stance, start, end)."""
    keys = sorted(judged)
    item, annotator = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    rows = [(row, *stance) for row, key in enumerate(keys) for stance in judged[key]]
    judgement, holder, target, label = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    same = np.zeros(len(keys), dtype=np.int64)
    former = np.zeros(len(rows), dtype=bool)
    fixed = np.full(int(item.max(initial=-1)) + 1, -1)
    shown = Spans(*np.array(spans, dtype=np.int64).reshape(-1, 3).T)
    answers = Answers(
        item, annotator, same, same - 1, same, Stances(judgement, holder, target, label, former), shown
    )
    names = [f"item {n}" for n in range(len(fixed))], [f"annotator {n}" for n in range(9)], ENTITIES
    return Judgements(
        SCHEME, *names, [], ["2026-03-02"], fixed, fixed, answers, *relations.of(ENTITIES, related)
    )


def figures(*args, **fields):
    return {name: figure.value for name, figure in measure(table(*args, **fields)).figures.items()}


SETS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(2, 3), st.integers(0, 1)), max_size=3, unique_by=lambda t: t[:2]
)
JUDGED = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 3)), SETS, min_size=2, max_size=12)
