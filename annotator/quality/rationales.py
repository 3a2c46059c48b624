"""Rationales: which words show a stance, and how far annotators mark the same ones.

Compared are pairs of stances of one unit whose annotators both marked words: not to have marked any says
nothing of which. Each is the measure of the other, so precision and recall are the same figure.
"""

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from annotator.quality import units
from annotator.quality.agreement import Array, ratio
from annotator.quality.judgements import Answers, Codes, Spans
from annotator.quality.pairs import combined, joined, within
from annotator.quality.stages import Stage

TOKEN = re.compile(r"\w+|[^\w\s]")
HALF = 0.5  # of the tokens of two spans, shared: then they are the same


def in_tokens(text: str, spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Spans in characters, of shape (n, 2), as spans in tokens: every token that they touch.

    >>> in_tokens("No, we won't.", np.array([[4, 6], [8, 10]])).tolist()
    [[2, 3], [3, 4]]
    """
    found = [match.span() for match in TOKEN.finditer(text)]
    starts, ends = np.array(found, dtype=np.int64).reshape(-1, 2).T
    first = np.searchsorted(ends, spans[:, 0], side="right")
    return np.stack([first, np.searchsorted(starts, spans[:, 1], side="left")], axis=1)


def stage(found: units.Units, answers: Answers, items: int) -> Stage:
    """Token F1 and IoU F1 of the rationales, and the share of aligned pairs in which both marked words.

    Source: DeYoung et al. (2020), ERASER, section 4.2, https://aclanthology.org/2020.acl-main.408: a span
    is found if one of the other's has at least half of their tokens in common.
    """
    once, rows = units.once(found, answers)
    one, other = within(once.unit)
    marked = np.bincount(answers.rationales.stance, minlength=len(found.unit))[rows] > 0
    both = marked[one] & marked[other]
    item = once.item[one]
    pairs = rows[one[both]], rows[other[both]]
    summed = (
        *_tokens(answers, *pairs),
        *_spans(answers.rationales, *pairs),
        np.ones(int(both.sum())),
    )
    columns = [np.bincount(item[both], weights=weights, minlength=items) for weights in summed]
    columns.append(np.bincount(item, minlength=items).astype(np.float64))

    def figures(sums: Array) -> Mapping[str, Array]:
        return {
            "rationale_tokens": ratio(2 * sums[..., 0], sums[..., 1]),
            "rationale_iou": ratio(sums[..., 2], sums[..., 3]),
            "rationale_coverage": ratio(sums[..., 4], sums[..., 5]),
        }

    return Stage(np.stack(columns, axis=1), figures)


def _tokens(answers: Answers, one: Codes, other: Codes) -> tuple[Array, Array]:
    """For each pair of stances how many tokens both mark, and how many each of them does, together."""
    stance, token = units.tokens(answers)
    number = len(answers.stances.judgement)
    marked = np.bincount(stance, minlength=number)
    pair, row = joined(one, stance)
    tokens_there = int(token.max(initial=0)) + 1
    known = np.sort(stance * tokens_there + token)
    wanted = other[pair] * tokens_there + token[row]
    place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    is_shared = known[place] == wanted if len(known) else np.zeros(0, dtype=bool)
    shared = np.bincount(pair, weights=is_shared, minlength=len(one))
    return shared.astype(np.float64), (marked[one] + marked[other]).astype(np.float64)


def _spans(spans: Spans, one: Codes, other: Codes) -> tuple[Array, Array]:
    """For each pair of stances how many spans of either are found in the other, and how many there are."""
    number = int(max(spans.stance.max(initial=-1), one.max(initial=-1), other.max(initial=-1))) + 1
    there = np.bincount(spans.stance, minlength=number)
    pair, left = joined(one, spans.stance)
    again, right = joined(other[pair], spans.stance)
    pair, left = pair[again], left[again]
    shared = np.minimum(spans.end[left], spans.end[right]) - np.maximum(spans.start[left], spans.start[right])
    union = (spans.end - spans.start)[left] + (spans.end - spans.start)[right] - np.maximum(shared, 0)
    same = np.maximum(shared, 0) >= HALF * np.maximum(union, 1)
    found = np.zeros(len(one))
    for side in (left, right):
        hit = combined(pair[same], side[same])
        _, first = np.unique(hit, return_index=True)
        found += np.bincount(pair[same][first], minlength=len(one))
    return found, (there[one] + there[other]).astype(np.float64)
