"""The confusion matrix as an SVG picture that needs no other file."""

import io
import warnings
from collections.abc import Sequence


def confusion_svg(counts: Sequence[Sequence[int]], labels: Sequence[str]) -> str:
    """Gold labels down, predicted ones across; each cell has its rows, shaded by its share of the gold label.

    The same counts give the same bytes. No figure stays in matplotlib's state.
    """
    # Here and not at the top: it takes 2 s, which training and predicting need not pay.
    import matplotlib as mpl  # noqa: PLC0415
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
    picture = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "standpoint", "svg.fonttype": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the browser draws the text
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()
