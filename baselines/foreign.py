"""A Hugging Face dataset that is no release: text, target and label under any names → what recipes read.

Context: stance sets come in many shapes. Choice: a dataset is brought under the columns of gold and then goes
every way that a release goes; nothing else knows where rows come from. Cost: it stands in memory as Arrow.
"""

import hashlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.compute as pc

from annotator.errors import BadInput, Invalid, NotFound, Unusable
from baselines.data import ABOUT, ROW, UNREADABLE, Release, quiet
from baselines.facts import Facts, Label

NEEDED = ("text", "target", "label")
OPTIONAL = ("holder", "item_id", "document_id", "language")
USUAL_SPLITS = {"dev": "validation", "val": "validation", "valid": "validation"}
POLARITIES = ("favor", "against", "mixed", "neutral", "none", "unrelated", "other")
SPELLED = {"favour": "favor"}  # other spellings of a polarity's name
FORMATS = {".csv": "csv", ".tsv": "csv", ".jsonl": "json", ".json": "json", ".parquet": "parquet"}
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")  # ORG/NAME


def read_dataset(
    source: Path,
    *,
    config: str | None = None,
    columns: Mapping[str, str] | None = None,
    polarities: Mapping[str, str] | None = None,
    known: Sequence[Label] = (),
    is_labelled: bool = True,
) -> Release:
    """The dataset in a folder or file, or the one of that name on the Hub, as if it were a release.

    Its splits are as they are; where there is one only, a column "split" parts it. `columns` maps our names
    to theirs, `polarities` a polarity to the label that has it. Labels are those of its ClassLabel, or the
    strings that occur; if all of them are `known`, these stand, in their order. Only what is to be
    predicted may do without (`is_labelled`).

    Raises
    ------
    NotFound
        If there is no such folder, file or dataset.
    BadInput, Invalid
        If it cannot be read, has not the columns, or no label to give a polarity to.
    Unusable
        If the Hub does not answer.
    """
    columns = dict(columns or {})
    found = _parted(_loaded(source, config), columns)
    needed = NEEDED if is_labelled else NEEDED[:2]
    tables = {split: _table(source, part, columns, needed) for split, part in found.items()}
    for split, table in tables.items():
        table.setdefault("item_id", pa.array([f"{split}-{row}" for row in range(len(table["text"]))]))
    feature = next(iter(found.values())).features.get(columns.get("label", "label"))
    labels = _labels(_names(feature, tables), polarities or {}, known)
    names = [label.name for label in labels]
    if is_labelled and not names:
        raise BadInput(source, "has no row with a label: name the column that holds it (--column label=…)")
    facts = Facts(
        schema_version="",
        number=None,
        sha256=_sha256(tables),
        slug=(source.name if source.exists() else str(source)) + (f":{config}" if config else ""),
        kind="dataset",
        labels=labels,
    )
    coded = {split: _coded(table, names) for split, table in tables.items()}
    return Release(source, facts, datasets.DatasetDict(coded), columns)


def _loaded(source: Path, config: str | None) -> dict[str, datasets.Dataset]:
    """Its splits by name. What lies on the disk is read into memory, without a trace in anybody's cache."""
    with tempfile.TemporaryDirectory(prefix="standpoint-") as cache, quiet():
        try:
            if not source.exists():
                return dict(_from_hub(source, config))
            if source.is_file():
                how: dict[str, Any] = {"path": _format(source), "data_files": str(source)}
                how |= {"sep": "\t"} if source.suffix.lower() == ".tsv" else {}
            elif (source / "dataset_dict.json").exists() or (source / "state.json").exists():
                saved = datasets.load_from_disk(str(source), keep_in_memory=True)
                return dict(saved) if isinstance(saved, dict) else {str(saved.split or "train"): saved}
            else:
                how = {"path": str(source), "name": config}
            return dict(datasets.load_dataset(**how, cache_dir=cache, keep_in_memory=True))
        except UNREADABLE as error:
            reason = str(error.__cause__ or error).strip().splitlines()[0].rstrip(".")
            told = (
                "give a release, a folder of Parquet, CSV or JSON Lines files of the same columns, one that "
            )
            told += "`save_to_disk` wrote, or one such file"
            raise BadInput(source, f"cannot be read as a dataset ({reason}): {told}") from error


def _from_hub(source: Path, config: str | None) -> Mapping[str, datasets.Dataset]:
    if not HUB_NAME.fullmatch(str(source)):
        raise NotFound(f"{source} is not a folder, nor a file, nor a dataset's name on the Hub (ORG/NAME).")
    try:
        found: Mapping[str, datasets.Dataset] = datasets.load_dataset(str(source), config)
    except datasets.exceptions.DatasetNotFoundError as error:
        raise NotFound(f"{source} is not a folder here, and no dataset on the Hub has that name.") from error
    except ConnectionError as error:
        raise Unusable(
            f"{source} is not a folder here, and the Hub cannot be reached to look there."
        ) from error
    return found


def _format(source: Path) -> str:
    if source.suffix.lower() not in FORMATS:
        raise BadInput(source, f"has a suffix that tells no format: it must be one of {', '.join(FORMATS)}")
    return FORMATS[source.suffix.lower()]


def _parted(found: dict[str, datasets.Dataset], columns: Mapping[str, str]) -> dict[str, datasets.Dataset]:
    """The splits; those that a column names, where all rows are in one and there is such a column."""
    only = next(iter(found.values()))
    column = columns.get("split", "split")
    if len(found) != 1 or column not in only.column_names:
        return found
    names = _strings(only, column).to_pylist()
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        usual = str(name).strip().lower()
        places.setdefault(USUAL_SPLITS.get(usual, usual), []).append(place)
    return {name: only.select(rows) for name, rows in places.items()}


def _table(
    source: Path, part: datasets.Dataset, columns: Mapping[str, str], needed: Sequence[str]
) -> dict[str, pa.Array]:
    """Its columns under our names; the label as a string, null where there is none."""
    there = part.column_names
    usual = {"item_id": "item_id" if "item_id" in there else "id"}
    theirs = {name: columns.get(name, usual.get(name, name)) for name in (*NEEDED, *OPTIONAL)}
    absent = [name for name in theirs if theirs[name] not in there and (name in needed or name in columns)]
    if absent:
        raise BadInput(
            source,
            f"has no column {theirs[absent[0]]}; there are {', '.join(there)}. Name the one that holds the "
            f"{absent[0]}: --column {absent[0]}=THEIRS",
        )
    found = {ours: _strings(part, name) for ours, name in theirs.items() if name in there}
    nothing = pa.nulls(len(part), pa.string())
    return {"holder": nothing, "label": nothing, **found}


def _strings(part: datasets.Dataset, column: str) -> pa.Array:
    """A column as strings: of a ClassLabel its names, of numbers their digits."""
    feature = part.features[column]
    values = part.with_format("arrow")[column][:]
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(feature, datasets.ClassLabel):
        names = pa.array(feature.names, type=pa.string())
        met = pc.if_else(pc.greater_equal(values, 0), values, None)  # −1 is a row without a label
        return names.take(pc.cast(met, pa.int64()))
    if pa.types.is_nested(values.type) or pa.types.is_floating(values.type):
        raise Invalid(
            f"The column {column} holds {values.type}, and must hold texts, names or whole numbers."
        )
    return pc.cast(values, pa.string())


def _names(label: Any, tables: Mapping[str, Mapping[str, pa.Array]]) -> list[str]:
    """The labels' names: those of the feature `label`, if it is a ClassLabel, then others that occur."""
    met = {name for table in tables.values() for name in table["label"].unique().to_pylist() if name}
    names = list(label.names) if isinstance(label, datasets.ClassLabel) else []
    return names + sorted(met - set(names))


def _labels(names: list[str], polarities: Mapping[str, str], known: Sequence[Label]) -> list[Label]:
    """The labels with their polarities: told, or in their names ("Favour"), else "other"."""
    if set(names) <= {label.name for label in known} and not polarities:
        return list(known)
    for polarity, name in polarities.items():
        if name not in names or polarity not in POLARITIES:
            raise Invalid(
                f"--polarity {polarity}={name}: the labels are {', '.join(names)}, the polarities "
                f"{', '.join(POLARITIES)}."
            )
    told = {name: polarity for polarity, name in polarities.items()}
    return [Label(name=name, polarity=told.get(name, _by_name(name))) for name in names]


def _by_name(label: str) -> str:
    spelled = label.strip().lower()
    spelled = SPELLED.get(spelled, spelled)
    return spelled if spelled in POLARITIES else "other"


def _coded(table: Mapping[str, pa.Array], names: list[str]) -> datasets.Dataset:
    """A split under the columns of gold, its label a ClassLabel."""
    codes = pc.index_in(table["label"], value_set=pa.array(names, type=pa.string()))
    columns = {**table, "label": pc.cast(codes, pa.int64())}
    kinds = {name: datasets.ClassLabel(names=names) if name == "label" else datasets.Value("string")
             for name in columns}  # fmt: skip
    ordered = [name for name in (*ROW, "label", *ABOUT) if name in columns]
    features = datasets.Features({name: kinds[name] for name in ordered})
    arrow = pa.table({name: columns[name] for name in ordered})
    return datasets.Dataset(arrow.replace_schema_metadata(features.arrow_schema.metadata))


def _sha256(tables: Mapping[str, Mapping[str, pa.Array]]) -> str:
    """Of what is read of it: the same rows in the same splits give the same, wherever they lie."""
    digest = hashlib.sha256()
    for split, table in sorted(tables.items()):
        digest.update(split.encode())
        for name in ("text", "target", "holder", "label"):
            for value in table[name].to_pylist():
                digest.update(b"\0" if value is None else value.encode("utf-8", "surrogatepass") + b"\x01")
    return digest.hexdigest()
