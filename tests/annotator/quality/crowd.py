"""A made-up crowd: who answers what is drawn from a seed, so that nobody's data has to be kept.

Standard library alone: `scripts/crowd_kit_labels.py` runs this in an environment of its own.
"""

import random

LABELS = ("against", "favor", "none", "unrelated")


def crowd(
    *, items: int = 400, annotators: int = 24, each: int = 5, seed: int = 7
) -> list[tuple[str, str, str]]:
    """(item, annotator, label): most know the answer often, two say the same whatever is asked."""
    draw = random.Random(seed)
    skill = [0.0, 0.0, *(draw.uniform(0.2, 0.9) for _ in range(annotators - 2))]
    habit = [draw.choice(LABELS) for _ in range(annotators)]
    rows = []
    for item in range(items):
        true = draw.choices(LABELS, weights=(3, 4, 2, 1))[0]
        for annotator in sorted(draw.sample(range(annotators), each)):
            guess = habit[annotator] if annotator < 2 else draw.choice(LABELS)
            label = true if draw.random() < skill[annotator] else guess
            rows.append((f"i{item:04d}", f"a{annotator:02d}", label))
    return rows


def gappy(seed: int) -> list[tuple[int, int, str]]:
    """(item, annotator, label) of ten items and four annotators, two answers of five missing."""
    draw = random.Random(seed)
    labels = LABELS[: 2 + seed % 3]
    asked = [(item, annotator) for item in range(10) for annotator in range(4)]
    return [(*one, draw.choice((labels[one[0] % 2], *labels))) for one in asked if draw.random() < 0.6]
