"""The human ceiling, and annotators against known answers, held to scikit-learn."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score

from annotator.quality import ceiling, truth
from annotator.quality.bootstrap import Resampling
from annotator.quality.judgements import Answers, Judgements, Reference, Scheme, Spans, Stances

SCHEME = Scheme(("FAVOR", "AGAINST", "NONE"), ("favor", "against", "none"))
HOW = Resampling(resamples=2)
EXACT = {"rel": 1e-9, "abs": 1e-9}
VOTES = st.lists(st.lists(st.integers(-1, 2), min_size=5, max_size=5), min_size=1, max_size=8)  # -1: missing


def answers(votes: list[list[int]]) -> Answers:
    rows = [(item, who, said) for item, row in enumerate(votes) for who, said in enumerate(row) if said >= 0]
    item, who, said = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    same, nothing = np.zeros(len(rows), dtype=np.int64), np.zeros(0, dtype=np.int64)
    stances = Stances(np.arange(len(rows)), same, same, said, same.astype(bool))
    return Answers(item, who, same, same - 1, same, stances, Spans(nothing, nothing, nothing))


def table(votes: list[list[int]]) -> Judgements:
    fixed, one = np.full(len(votes), 0), np.zeros(1, dtype=np.int64)
    names = [f"item {n}" for n in range(len(votes))], [f"annotator {n}" for n in range(5)], ["taxes"]
    return Judgements(
        SCHEME, *names, [], ["2026-03-02"], fixed - 1, fixed - 1, answers(votes), one, one.astype(bool), one
    )


@given(votes=VOTES)
def test_the_ceiling_is_that_of_scikit_learn(votes: list[list[int]]):
    """A model is marked against it, so it must be the same figure that models get."""
    right, said = [], []
    for row in votes:
        for who, own in enumerate(row):
            others = [label for other, label in enumerate(row) if other != who and label >= 0]
            top = sorted((others.count(label), label) for label in range(3))
            if own >= 0 and len(others) >= 2 and top[-1][0] > top[-2][0]:
                right.append(top[-1][1])
                said.append(own)
    assume(right)

    found = ceiling.of(table(votes), HOW)

    either = f1_score(right, said, labels=[0, 1], average="macro", zero_division=0)
    assert found.n == len(right)
    assert found.figures["accuracy"].value == pytest.approx(accuracy_score(right, said), **EXACT)
    assert found.figures["macro_f1"].value == pytest.approx(f1_score(right, said, average="macro"), **EXACT)
    assert found.figures["f_avg"].value == pytest.approx(either, **EXACT)


@given(votes=VOTES, gold=st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_figures_against_known_answers_are_those_of_scikit_learn(votes: list[list[int]], gold: list[int]):
    """Whoever is told to train again must have been measured rightly."""
    pairs = [(gold[item], said) for item, row in enumerate(votes) for said in row if said >= 0]
    assume(len({label for pair in pairs for label in pair}) > 1)
    known = answers([[label] for label in gold[: len(votes)]])

    everybody, *_ = truth.against(Reference(answers(votes), known), table(votes), HOW)

    right, said = zip(*pairs, strict=True)
    assert everybody.figures["accuracy"].value == pytest.approx(accuracy_score(right, said), **EXACT)
    assert everybody.figures["cohen"].value == pytest.approx(cohen_kappa_score(right, said), **EXACT)
