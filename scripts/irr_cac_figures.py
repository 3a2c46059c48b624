"""What irrCAC makes of small crowds: writes tests/annotator/quality/irr_cac.json, the oracle of our own.

    python -m venv /tmp/irr-cac && /tmp/irr-cac/bin/pip install irrCAC==0.4.4
    /tmp/irr-cac/bin/python scripts/irr_cac_figures.py

In an environment of its own, because irrCAC wants the scipy and pandas of 2024. It is the Python port of
Gwet's R package, and rounds to five digits.
"""

import json
import runpy
from pathlib import Path

import pandas as pd
from irrCAC.raw import CAC

QUALITY = Path(__file__).parents[1] / "tests/annotator/quality"
FILE = QUALITY / "irr_cac.json"
SEEDS = 12


def figures(rows: list[tuple[int, int, str]], labels: tuple[str, ...]) -> dict[str, float]:
    """Percent agreement, AC1, Fleiss' kappa and nominal alpha."""
    table = pd.DataFrame(rows, columns=["item", "annotator", "label"])
    table = table.pivot(index="item", columns="annotator", values="label")
    found = CAC(table, categories=list(labels))
    gwet, fleiss, alpha = (
        found.gwet()["est"],
        found.fleiss()["est"],
        found.krippendorff()["est"],
    )
    return {
        "percent": gwet["pa"],
        "ac1": gwet["coefficient_value"],
        "fleiss": fleiss["coefficient_value"],
        "nominal": alpha["coefficient_value"],
    }


def main() -> None:
    """Write the file."""
    crowd = runpy.run_path(str(QUALITY / "crowd.py"))
    kept = [figures(crowd["gappy"](seed), crowd["LABELS"]) for seed in range(SEEDS)]
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
