"""What is found out about rows that are written, from their files, and written beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from annotator.quality.ceiling import Ceiling
from annotator.quality.judgements import Scheme
from annotator.quality.report import Report
from annotator.reading import Project
from exporters import agreement, audit, facts, filling, holding_out, parquet, profiles
from exporters.agreement import Relations
from exporters.audit import Audit
from exporters.filling import Filled
from exporters.holding_out import HeldOut
from exporters.options import Options
from exporters.profiles import Written


class Compared(NamedTuple):
    """What answers are compared by."""

    scheme: Scheme
    related: Relations


@dataclass(frozen=True)
class Findings:
    """For the card and release.json."""

    report: Report
    ceiling: Ceiling
    audit: Audit
    held_out: HeldOut | None
    profile: Written | None

    def as_json(self, compared: Compared) -> dict[str, object]:
        """What release.json says."""
        told = facts.of_agreement(*compared, self.report, self.ceiling)
        told["audit"] = self.audit.as_json()
        if self.profile:
            told["profile"] = self.profile.as_json()
        if self.held_out:
            told["hold_out"] = self.held_out.as_json()
        return told


def of_release(
    part: Path,
    tables: parquet.Tables,
    filled: Filled,
    options: Options,
    *,
    project: Project,
    compared: Compared,
) -> Findings:
    """Write what the options ask for beside the tables, and measure what is there."""
    held_out, profile = None, None
    if options.hold_out:
        gold = holding_out.Gold(part, filled.standing, compared.related, project.shares, project.seed)
        held_out = holding_out.write(tables, options.hold_out, gold)
    if options.profile:
        profile = profiles.write(part, options.profile, project.labels, compared.related)
    report, ceiling = agreement.of_release(part, *compared, seed=project.seed)
    audited = audit.of_release(part, filling.names(project), filled.standing.are_official())
    return Findings(report, ceiling, audited, held_out, profile)
