"""Agreement as a card tells it: one figure first, and what it means; then the rest."""

from annotator.quality.ceiling import HOW, Ceiling
from annotator.quality.report import Figure, Report
from exporters.markdown import number, table

NAMES = {
    "percent": "pairs of annotators who agree",
    "nominal": "Krippendorff's alpha, nominal",
    "ordinal": "Krippendorff's alpha, ordinal",
    "polarity": "Krippendorff's alpha, polarity",
    "cohen": "Cohen's kappa, mean over pairs",
    "fleiss": "Fleiss' kappa",
    "ac1": "Gwet's AC1",
    "detection": "any stance: alpha",
    "identification": "holder and target: F1",
    "identification_rolled_up": "holder and target, rolled up: F1",
    "coverage": "stances that the alphas of labels are about",
    "tuples": "holder, target and label: F1",
    "aligned": "holder, target and label, opposites turned round: F1",
    "rolled_up": "holder, target and label, rolled up: F1",
    "masi": "set of tuples: alpha with MASI",
    "rationale_tokens": "words of rationales: F1",
    "rationale_iou": "spans of rationales, half shared: F1",
    "rationale_coverage": "pairs of stances in which both marked words",
}
CEILING = {"accuracy": "accuracy", "macro_f1": "macro-F1", "f_avg": "F_avg"}


def sentence(report: Report) -> str:
    """The one figure that the scheme calls for, with its interval."""
    if not report.compared:
        return "Nobody judged what another one did: no agreement can be told."
    of = f"on {number(report.compared)} items judged by two or more"
    first = f"**{NAMES[report.headline]}: {shown(report.first)}**"
    return f"{first}, {of}. None of them had seen a suggestion or the item's decision."


def told(report: Report) -> str:
    """All figures that can be told."""
    rows = [
        (NAMES[name], shown(figure)) for name, figure in report.figures.items() if figure.value is not None
    ]
    return table(["measure", "value (95 % interval)"], rows) if report.compared and rows else ""


def distances(report: Report) -> str:
    """The matrix of the polarity distance."""
    if not report.compared:
        return ""
    rows = [[name, *row] for name, row in zip(report.labels, report.distance, strict=True)]
    return table(["", *report.labels], rows)


def ceiling(found: Ceiling) -> str:
    """How well people do, measured as a model is."""
    if not found.n:
        return ""
    figures = ", ".join(f"{CEILING[name]} {shown(figure)}" for name, figure in found.figures.items())
    return f"Human ceiling, {HOW}: {figures}; {number(found.n)} answers."


def shown(figure: Figure) -> str:
    """A figure with its interval.

    >>> shown(Figure(0.368, 0.3521, 0.3842))
    '0.368 (0.352 to 0.384)'
    """
    if figure.value is None:
        return "–"
    interval = figure.interval
    return f"{figure.value:.3f}" + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")
