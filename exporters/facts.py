"""release.json: what a release is known by, how it was made, and the hashes of its files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from annotator.quality.ceiling import Ceiling, told_ceiling
from annotator.quality.judgements import Scheme
from annotator.quality.report import Report
from annotator.reading import Project
from exporters import schema
from exporters.agreement import Relations
from exporters.filling import Given
from exporters.options import Options

NAME = "release.json"


@dataclass(frozen=True)
class Release:
    """What a release is known by; `--json` prints it."""

    number: int
    rows: Mapping[str, Mapping[str, int]]  # {config: {split: n}}
    left_out: Mapping[str, int]  # {reason: n}
    sha256: str
    hold_out: Any = None  # what release.json says of it


@dataclass(frozen=True)
class Contents:
    """What is in a release, before it has a number."""

    options: Options
    rows: dict[str, dict[str, int]]
    left_out: dict[str, int]
    splits: Given
    measured: Mapping[str, object]  # agreement, the human ceiling, and what they need beside the files
    changed: Mapping[str, int] | None  # since the parent
    hashes: Mapping[str, str]  # of the files of rows, by name


def text(
    project: Project, release: Release, contents: Contents, files: Mapping[str, str], now: datetime
) -> str:
    """The whole of release.json."""
    last = project.last_release
    facts = {
        "schema_version": schema.VERSION,
        "slug": project.slug,
        "kind": project.kind,
        "number": release.number,
        "created_at": now.isoformat().replace("+00:00", "Z"),
        "sha256": release.sha256,
        "parent": {"number": last.number, "sha256": last.sha256} if last else None,
        "changed": contents.changed,
        "labels": [{"name": label.name, "polarity": label.polarity} for label in project.labels],
        "options": contents.options.as_json(),
        "seed": project.seed,
        "rows": release.rows,
        "left_out": release.left_out,
        **contents.measured,
        "files": files,
        "versions": {name: version(name) for name in ("standpoint", "datasets", "pyarrow")},
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def of_agreement(scheme: Scheme, related: Relations, report: Report, ceiling: Ceiling) -> dict[str, object]:
    """What release.json says of agreement; the ranks and relations are what the files do not hold."""
    found = report.as_json()
    return {
        "ranks": list(scheme.ranks),
        "relations": [list(relation) for relation in related],
        "agreement": {name: value for name, value in found.items() if name not in {"by", "against"}},
        "human_ceiling": told_ceiling(ceiling),
    }
