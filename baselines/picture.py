"""The confusion matrix and the learning curve as SVG pictures that need no other file."""

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from baselines.curve import Curve, predict

STYLES = (("#1f5f8b", "o", "-"), ("#a0481a", "s", "--"))  # colour, mark and line of a measure


def confusion_svg(counts: Sequence[Sequence[int]], labels: Sequence[str]) -> str:
    """Gold labels down, predicted ones across; each cell has its rows, shaded by its share of the gold label.

    The same counts give the same bytes. No figure stays in matplotlib's state.
    """
    # Here and not at the top: it takes 2 s, which training and predicting need not pay.
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    size = 2.4 + 0.75 * len(labels)
    figure = Figure(figsize=(size + 0.6, size), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot(
        xlabel="predicted", ylabel="gold", xticks=range(len(labels)), yticks=range(len(labels)),
        xticklabels=labels, yticklabels=labels,
    )  # fmt: skip
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    shares = [[n / max(1, sum(row)) for n in row] for row in counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for down, row in enumerate(counts):
        for across, n in enumerate(row):
            share = shares[down][across]
            told = f"{n:,}\n{share:.0%}"
            axes.text(across, down, told, ha="center", va="center", color="white" if share > 0.7 else "black")
    return _svg(figure)


def curve_svg(curves: Mapping[str, Curve]) -> str:
    """Scores over rows learned from: points with their intervals, the law, and what more rows would bring.

    Each measure has its own mark and line beside its colour. The same curves give the same bytes.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot(xlabel="rows learned from", ylabel="score × 100")
    axes.spines[["top", "right"]].set_visible(False)
    for (name, curve), (colour, mark, line) in zip(curves.items(), STYLES, strict=False):
        rows, scores, low, high = (
            np.array(column, dtype=float) for column in zip(*curve.points, strict=True)
        )
        errors = 100 * np.maximum(0, [scores - low, high - scores])
        axes.errorbar(rows, 100 * scores, errors, fmt=mark, color=colour, capsize=2, label=name)
        end = rows[-1] + curve.more
        along = np.linspace(rows[0], end, 100)
        axes.plot(along, [100 * predict(curve.law, each) for each in along], line, color=colour)
        ahead = [[100 * abs(curve.then - bound)] for bound in curve.then_interval]
        axes.errorbar([end], [100 * curve.then], ahead, fmt=mark, mfc="white", color=colour, capsize=4)
    axes.legend(frameon=False, loc="lower right")
    return _svg(figure)


def _svg(figure: Any) -> str:
    import matplotlib as mpl  # noqa: PLC0415

    picture = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "standpoint", "svg.fonttype": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the browser draws the text
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()
