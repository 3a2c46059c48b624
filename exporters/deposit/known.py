"""All that a deposit tells of, once its tables are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.quality.report import Report
from annotator.reading import MODEL, Described, Project
from exporters.deposit.counting import Counts
from exporters.figures import Figures
from exporters.findings import Findings


@dataclass(frozen=True)
class Known:
    """A release as its deposit tells it."""

    project: Project
    figures: Figures
    found: Findings
    aggregate: str  # a word of `schema.DECIDED_BY`
    is_withheld: bool  # are there no texts?
    entities: Sequence[Described]
    counts: Mapping[str, Counts]  # config → what stands in it

    @property
    def report(self) -> Report:
        """The agreement."""
        return self.found.report

    @property
    def title(self) -> str:
        """The project's name on one line."""
        return " ".join(self.project.name.split())

    @property
    def annotators(self) -> frozenset[str]:
        """The pseudonyms of those who annotated; who only decided, or brought gold, is not among them."""
        gave = self.counts["annotations"].annotators["annotation"]
        return frozenset(name for name in gave if not name.startswith(MODEL))

    @property
    def simulated(self) -> frozenset[str]:
        """Those of them in whose place a program answered."""
        return self.annotators & self.project.simulated

    def rows(self, config: str) -> int:
        """How many rows a table has."""
        return self.counts[config].rows.total()
