"""An explanation as text: for a terminal, and as pieces of which pages mark some."""

from typing import NamedTuple

from baselines.why.explaining import LINEAR, OCCLUSION, Explanation, Word

MOST_MARKED = 8
WEAKEST = 0.08  # of the strongest word's weight: what is weaker is not marked
STRENGTHS = 3

HOW = {
    LINEAR: "exact: the words, the other features and the intercept are the decision, in sum",
    OCCLUSION: "the model is not linear: by leaving out one word at a time, in points of probability",
}


class Piece(NamedTuple):
    """A part of a text; `strength` −3 to 3: how much it speaks for a label, 0 if it is not marked."""

    text: str
    strength: int = 0
    weight: float = 0.0


def marked(explanation: Explanation, label: str, *, longest: int | None = None) -> list[Piece]:
    """The text in order, cut at the words that speak loudest for or against the label.

    At most `longest` characters of it, then an ellipsis.
    """
    text, cut = explanation.text, longest is not None and len(explanation.text) > longest
    end = longest - 1 if longest is not None and cut else len(text)
    found, done = [], 0
    for word, strength in _loudest(explanation, label):
        if word.end <= end:
            found += [Piece(text[done : word.start]), Piece(word.text, strength, word.weights[label])]
            done = word.end
    rest = text[done:end] + ("…" if cut else "")
    return [piece for piece in [*found, Piece(rest)] if piece.text]


def _loudest(explanation: Explanation, label: str) -> list[tuple[Word, int]]:
    """The loudest words in the order of the text, each with its strength."""
    words = sorted(explanation.words, key=lambda word: -abs(word.weights[label]))[:MOST_MARKED]
    most = max((abs(word.weights[label]) for word in words), default=0.0)
    loud = [word for word in words if most > 0 and abs(word.weights[label]) >= WEAKEST * most]
    return [
        (word, _strength(word.weights[label] / most)) for word in sorted(loud, key=lambda each: each.start)
    ]


def _strength(share: float) -> int:
    level = min(STRENGTHS, 1 + int(abs(share) * STRENGTHS))
    return level if share > 0 else -level


def as_text(explanation: Explanation, label: str) -> str:
    """The label, its probability, and the words for and against it, for a terminal."""
    shares = ", ".join(f"{name} {share:.0%}" for name, share in explanation.probabilities.items())
    lines = [
        f"{explanation.label}  ({shares})",
        "",
        f"Words for and against {label}, {HOW[explanation.method]}.",
    ]
    for sign, name in ((1, "for"), (-1, "against")):
        words = explanation.strongest(label, sign=sign)
        told = "  ".join(f"{word.text} {_weight(explanation, word.weights[label])}" for word in words)
        lines.append(f"  {name + ':':<9}{told or '–'}")
    if explanation.method == LINEAR and label in explanation.decision:
        words_alone = sum(word.weights[label] for word in explanation.words)
        others = "".join(f"  {name} {values[label]:+.3f}" for name, values in explanation.others.items())
        sums = f"words {words_alone:+.3f}{others}  intercept {explanation.intercept[label]:+.3f}"
        lines.append(f"  in sum:  {sums}  = decision {explanation.decision[label]:+.3f}")
    return "\n".join(lines)


def _weight(explanation: Explanation, weight: float) -> str:
    return f"{weight:+.3f}" if explanation.method == LINEAR else f"{100 * weight:+.1f}"
