"""Training on a million short texts, and the memory that it takes.

    python benchmarks/out_of_core.py [--rows 1000000]

Makes a release of made-up short texts over twelve targets in a folder that is thrown away, a batch at a time,
trains the recipe `hashed` on it in a process of its own, and prints that process's CPU seconds and its
largest resident memory, pages of mapped files included. Exits 1 above 2 GB.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.parquet as pq

from exporters import schema

LABELS = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}
GIGABYTES = 2.0
BATCH = 50_000
TRAIN = "from annotator.cli import main; main()"


@click.command()
@click.option("--rows", default=1_000_000, show_default=True)
def main(rows: int) -> None:
    """Make the release, train on it, and print what that took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.process_time()
        size = made(folder / "release", rows)
        made_in = time.process_time() - started
        print(f"{rows:,} rows, {size / 2**20:.0f} MB of Parquet, made in {made_in:.0f} CPU s")
        command = ["train", str(folder / "release"), str(folder / "model"), "--recipe", "hashed"]
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", TRAIN, *command], check=True)
        wall = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = used.ru_maxrss / 2**20
    cpu = used.ru_utime + used.ru_stime
    print(f"trained in {cpu:.0f} CPU s ({rows / cpu:,.0f} rows a CPU s), {wall:.0f} s on the clock")
    print(f"largest resident memory {peak:.2f} GB, wanted at most {GIGABYTES:.0f}")
    sys.exit(peak > GIGABYTES)


def made(folder: Path, rows: int) -> int:
    """A release of so many rows in train; returns the bytes of its Parquet."""
    (folder / "gold").mkdir(parents=True)
    features = schema.features("gold", list(LABELS))
    path = folder / "gold" / "train-00000-of-00001.parquet"
    rng = random.Random(0)
    words = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"] * 3
    words = [word + end for word, end in zip(words, ["", "er", "ing"] * len(words), strict=False)]
    with pq.ParquetWriter(path, features.arrow_schema) as writer:
        for start in range(0, rows, BATCH):
            writer.write_table(
                _part(range(start, min(start + BATCH, rows)), rng, words, features.arrow_schema)
            )
    card = "---\nconfigs:\n- config_name: gold\n  default: true\n  data_files:\n  - split: train\n"
    (folder / "README.md").write_text(f"{card}    path: gold/train-*.parquet\n---\n")
    facts = {"schema_version": schema.VERSION, "number": 1, "slug": "many", "kind": "directed", "sha256": "0"}
    facts |= {"labels": [{"name": name, "polarity": polarity} for name, polarity in LABELS.items()]}
    (folder / "release.json").write_text(json.dumps(facts))
    return path.stat().st_size


def _part(numbers: range, rng: random.Random, words: list[str], wanted: pa.Schema) -> pa.Table:
    """Rows of some eighteen words, of which two tell the label; null in the columns that nobody reads."""
    labels = [number % len(LABELS) for number in numbers]
    names = [str(number) for number in numbers]
    texts = [
        " ".join(
            rng.choices(words, k=rng.randint(8, 24)) + rng.choices(words[50 * label : 50 * label + 50], k=2)
        )
        for label in labels
    ]
    told = {"id": names, "item_id": names, "document_id": names, "text": texts, "label": labels}
    told |= {"holder": ["author"] * len(names), "target": [f"target {rng.randrange(12)}" for _ in names]}
    columns = [
        pa.array(told[each.name], each.type) if each.name in told else pa.nulls(len(names), each.type)
        for each in wanted
    ]
    return pa.Table.from_arrays(columns, schema=wanted)


if __name__ == "__main__":
    main()
