"""A deposit for a research archive: one zip file with the tables in CSV and all that archives ask for beside.

`standpoint release SLUG DIR --deposit` writes DIR/deposit/SLUG.zip. Like every file of a release but
release.json it holds no number and no date of its own, so the same state, options and versions give the same
bytes. It is written from the Parquet files of the release, row group by row group: memory stays flat, and
where the texts are withheld there are none to be written.
"""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from annotator.reading import Described, Project
from exporters.deposit import (
    archive,
    citation,
    codebook,
    columns,
    methods,
    notes,
    reliability,
    statement,
    tables,
)
from exporters.deposit.known import Known
from exporters.figures import Figures
from exporters.findings import Findings
from exporters.folder import sha256_of
from exporters.options import Options
from exporters.parquet import Tables

PLACE = "deposit"
SCRIPT = "recompute_alpha.py"


def name(project: Project) -> str:
    """Where the deposit is, in the folder of the release."""
    return f"{PLACE}/{project.slug}.zip"


def write(
    part: Path,
    project: Project,
    written: Tables,
    figures: Figures,
    found: Findings,
    *,
    options: Options,
    entities: Sequence[Described],
) -> dict[str, object]:
    """Write the deposit of the release in `part`; what release.json says of it."""
    path = part / name(project)
    path.parent.mkdir()
    with archive.writing(path, project.slug) as deposit:
        counts = {}
        for config in (config for config in written.configs if written.written(config)):
            with deposit.adding(f"{config}.csv") as stream:
                counts[config] = tables.write(part, config, written.features[config], stream)
        known = Known(project, figures, found, options.decided_by, options.withhold_text, entities, counts)
        for file, text in _texts(known).items():
            deposit.put(file, text)
    told: dict[str, object] = {
        "file": name(project),
        "sha256": sha256_of(path),
        "files": dict(sorted(deposit.sums.items())),
    }
    told["authors"] = len(project.authors)
    return {PLACE: told}


def section(project: Project) -> str:
    """What the card says of it."""
    return (
        "\n## Deposit\n\n"
        f"`{name(project)}` is for a research archive: the tables in CSV, a codebook, a data statement to "
        "complete, the reliability table and a methods paragraph, `CITATION.cff`, and a script that "
        "recomputes alpha from the CSV. Its hash stands in `release.json`.\n"
    )


def _texts(known: Known) -> dict[str, str]:
    """The files beside the tables, by name."""
    agreement = {key: value for key, value in known.report.as_json().items() if key not in {"by", "against"}}
    return {
        "README.txt": notes.readme(known),
        "LICENSE.txt": notes.licence(known),
        "columns.csv": columns.text(known),
        "codebook.html": codebook.text(known),
        "data_statement.md": statement.text(known),
        "methods.md": methods.as_markdown(known),
        "methods.tex": methods.as_latex(known),
        "reliability.tex": reliability.text(known),
        "agreement.json": json.dumps(agreement, ensure_ascii=False, indent=2) + "\n",
        "CITATION.cff": citation.text(known),
        SCRIPT: _script(known.project.kind),
    }


def _script(kind: str) -> str:
    """The script, told what the items ask for."""
    text = (files("exporters.deposit") / SCRIPT).read_text(encoding="utf-8")
    return text.replace('KIND = "directed"', f'KIND = "{kind}"', 1)
