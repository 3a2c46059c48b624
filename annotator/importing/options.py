"""What somebody wants of an import: plain values, nothing heavy to import."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain import Kind, Purpose, Split

COVERAGE = "coverage"  # kinds that are none of an answer
DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How files are read, and what their rows mean where they do not say it themselves."""

    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)  # ours → theirs
    encoding: str | None = None
    kind: Kind | None = None  # of answers
    is_coverage: bool = False  # the rows say who judged which document
    split: Split | None = None
    cut: bool | None = None  # texts into sentences; None: in open projects
    keep_going: bool = False
    purpose: Purpose = Purpose.WORK  # of items that are new
