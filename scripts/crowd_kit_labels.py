"""What crowd-kit makes of crowds: writes tests/annotator/quality/crowd_kit.json, the oracle of our own.

    python -m venv /tmp/crowd-kit && /tmp/crowd-kit/bin/pip install crowd-kit==1.4.2
    /tmp/crowd-kit/bin/python scripts/crowd_kit_labels.py [DATA_DIR]

In an environment of its own, because crowd-kit brings transformers. The file holds one character a label
and an item, items in order: no text, no annotator. DATA_DIR has the folders gwsd and crowd-face-sentiment;
without it, the labels of these sets stay as they are.

crowd-kit's MACE reads its tables in the order of names where it wrote them in the order of appearance. So
annotators and labels get names in that order first; with their own, 3.5 % (gwsd) and 3.3 % of the labels
would be others. All its restarts start alike, hence one.
"""

import csv
import json
import runpy
import sys
from pathlib import Path

import pandas as pd
from crowdkit.aggregation import MACE, DawidSkene

QUALITY = Path(__file__).parents[1] / "tests/annotator/quality"
FILE = QUALITY / "crowd_kit.json"
SETS = ("gwsd", "crowd-face-sentiment")


def labels(rows: list[tuple[str, str, str]]) -> dict[str, str]:
    """Per method, each item's label as its place among the labels, items in order."""
    data = pd.DataFrame(rows, columns=["task", "worker", "label"])
    known = sorted(data["label"].unique())
    data["label"], named = data["label"].map(known.index).factorize()
    for column in ("worker", "label"):
        data[column] = [f"{code:06d}" for code in pd.factorize(data[column])[0]]
    found = {
        "dawid_skene": DawidSkene(n_iter=100).fit_predict(data),
        "mace": MACE(n_restarts=1, n_iter=50, random_state=0).fit_predict(data),
    }
    return {
        method: "".join(str(named[int(label)]) for label in given.sort_index())
        for method, given in found.items()
    }


def main() -> None:
    """Write the file."""
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    kept["made up"] = labels(runpy.run_path(str(QUALITY / "crowd.py"))["crowd"]())
    for name in SETS if len(sys.argv) > 1 else ():
        with (Path(sys.argv[1]) / name / "annotations.csv").open(encoding="utf-8", newline="") as file:
            kept[name] = labels(
                [(row["item_id"], row["annotator"], row["label"]) for row in csv.DictReader(file)]
            )
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
