"""A small writer of releases for tests: the columns of `exporters.schema`, and nothing else of ours."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from exporters import schema

DIRECTED = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}
OPEN = {"FAVOR": "favor", "AGAINST": "against", "MIXED": "mixed", "NEUTRAL": "neutral"}


def make_release(
    folder: Path,
    gold: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    items: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    held_out: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]] = MappingProxyType({}),
    labels: Mapping[str, str] = DIRECTED,
    kind: str = "directed",
    number: int = 1,
    slug: str = "trains",
    schema_version: str = schema.VERSION,
) -> Path:
    """Write a release of the rows of each split; what a row does not say is null, empty or numbered."""
    configs = {"gold": gold, "items": items if items is not None else _items_of(gold), **held_out}
    for config, splits in configs.items():
        (folder / config).mkdir(parents=True)
        for split, rows in splits.items():
            _write(folder / config / f"{split}-00000-of-00001.parquet", config, rows, list(labels))
    (folder / "README.md").write_text(_card({config: list(splits) for config, splits in configs.items()}))
    facts = {
        "schema_version": schema_version,
        "number": number,
        "slug": slug,
        "kind": kind,
        "sha256": hashlib.sha256(repr((gold, number)).encode()).hexdigest(),
        "labels": [{"name": name, "polarity": polarity} for name, polarity in labels.items()],
    }
    (folder / "release.json").write_text(json.dumps(facts))
    return folder


def _items_of(gold: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """An item a gold row, judged."""
    kept = ("text", "target", "holder", "item_id")
    return {
        split: [{key: row[key] for key in kept if key in row} | {"status": "gold"} for row in rows]
        for split, rows in gold.items()
    }


def _write(path: Path, config: str, rows: Sequence[Mapping[str, Any]], labels: list[str]) -> None:
    features = schema.features(config, labels)
    encoded = [
        features.encode_example(_full(row, number, features, path.name)) for number, row in enumerate(rows)
    ]
    pq.write_table(pa.Table.from_pylist(encoded, schema=features.arrow_schema), path)


def _full(row: Mapping[str, Any], number: int, features: Any, where: str) -> dict[str, Any]:
    name = row.get("item_id", f"{where.split('-', maxsplit=1)[0]}-{number}")
    given = {"holder": "author", "document_id": f"document of {name}", **row}
    ids = {"id": name, "item_id": name} if "item_id" in features else {"id": name}
    return {column: given.get(column, ids.get(column)) for column in features}


def _card(configs: Mapping[str, Sequence[str]]) -> str:
    lines = ["---", "configs:"]
    for config, splits in configs.items():
        lines += [
            f"- config_name: {config}",
            *(["  default: true"] if config == "gold" else []),
            "  data_files:",
        ]
        for split in splits:
            lines += [f"  - split: {split}", f"    path: {config}/{split}-*.parquet"]
    return "\n".join([*lines, "---", "# A release for tests", ""])
