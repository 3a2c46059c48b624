"""The reliability table in LaTeX: the figures of `standpoint agreement`, with their intervals."""

from collections.abc import Iterator

from annotator.quality.bootstrap import Resampling
from annotator.quality.report import Figure
from exporters.agreement_figures import CEILING, NAMES
from exporters.deposit.known import Known
from exporters.deposit.latex import escaped, number

HEAD = r"""% \usepackage{booktabs}; names in other scripts than Latin need XeLaTeX or LuaLaTeX.
\begin{table}
  \centering
  \caption{CAPTION}
  \label{tab:reliability}
  \begin{tabular}{lrr}
    \toprule
    Measure & Value & 95\,\% interval \\
    \midrule
"""
TAIL = r"""    \bottomrule
  \end{tabular}
\end{table}
"""
RULE = "    \\midrule\n"


def text(known: Known) -> str:
    """The whole of reliability.tex."""
    rows = "".join(_row(NAMES[name], figure) for name, figure in known.report.figures.items())
    people = "".join(_people(known))
    return HEAD.replace("CAPTION", _caption(known)) + rows + (RULE if rows and people else "") + people + TAIL


def _caption(known: Known) -> str:
    report = known.report
    if not report.compared:
        return escaped(f"{known.title}: nobody judged what another one did, so no agreement can be told.")
    return escaped(
        f"Reliability of {known.title}: {report.annotations:,} answers of {report.annotators:,} annotators, "
        f"on {report.compared:,} items judged by two or more. Intervals: percentile bootstrap over items, "
        f"{Resampling().resamples:,} resamples."
    )


def _people(known: Known) -> Iterator[str]:
    """How well people do, measured as a model is."""
    if known.found.ceiling.n:
        for name, figure in known.found.ceiling.figures.items():
            yield _row(f"Human ceiling: {CEILING[name]}", figure)


def _row(name: str, figure: Figure) -> str:
    if figure.value is None:
        return ""
    between = " to ".join(map(number, figure.interval)) if figure.interval else "--"
    return f"    {escaped(name)} & {number(figure.value)} & {between} \\\\\n"
