"""croissant.json: what is in a release, as a machine reads it.

Every file stands there with its hash and size, every config as a record set with a field a column. The
official validator (`mlcroissant`) is a tool of our tests; writing needs no library. As in every file but
release.json there is no number and no date, so the same state gives the same bytes: `datePublished` and
`version` are recommended, and whoever deposits a release adds them there.

Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import ClassLabel, List, Value

from annotator.reading import Project
from exporters import citing, schema
from exporters.figures import Figures
from exporters.parquet import Tables

NAME = "croissant.json"
VERSION = "http://mlcommons.org/croissant/1.0"
PARQUET = "application/x-parquet"
TYPES = {
    "string": "sc:Text",
    "int64": "sc:Integer",
    "float32": "sc:Float",
    "bool": "sc:Boolean",
    "timestamp[us, tz=UTC]": "sc:DateTime",
}
OWN = "citeAs column conformsTo dct examples extract field fileProperty fileObject fileSet format includes "
OWN += (
    "isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace separator "
)
OWN += "samplingRate containedIn source subField transform equivalentProperty"
MEANINGS = {
    "gold": "Stances that were decided, each with its text, holder, target, label, votes and rationales.",
    "items": "Every item that was put to annotators, judged or not.",
    "annotations": "Every answer of every annotator under a pseudonym, a row for each of its stances.",
    "documents": "The texts.",
} | {config: f"Gold once more, split by {kind}." for kind, config in schema.HELD_OUT.items()}
Node = dict[str, Any]


def text(project: Project, figures: Figures, tables: Tables, files: Mapping[str, str], folder: Path) -> str:
    """The whole of croissant.json. `files` are the hashes of the files in `folder`, by their names there."""
    configs = [config for config in tables.configs if tables.written(config)]
    name = " ".join(project.name.split())
    facts: Node = {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": name,
        "description": project.description.strip() or f"Stances in texts: the project {name}.",
        "keywords": ["stance detection"],
        "inLanguage": sorted(filter(None, figures.languages)),
        "license": sorted(filter(None, figures.licences)),
        "creator": citing.creators(project),
        "distribution": [*_files(files, folder), *map(_file_set, configs)],
        "recordSet": [_labels(project), _splits(tables), *(_records(config, tables) for config in configs)],
    }
    told = {key: value for key, value in facts.items() if value != []}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _context() -> Node:
    """The context of the format: what its words stand for."""
    own: Node = {word: f"cr:{word}" for word in OWN.split()}
    special = {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "sc": "https://schema.org/",
    }
    return dict(sorted((own | special).items()))


def _files(files: Mapping[str, str], folder: Path) -> Iterator[Node]:
    for name in sorted(files):
        yield {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name,
            "contentUrl": name,
            "contentSize": f"{(folder / name).stat().st_size} B",
            "encodingFormat": PARQUET,
            "sha256": files[name],
        }


def _file_set(config: str) -> Node:
    return {
        "@type": "cr:FileSet",
        "@id": f"{config}-files",
        "name": f"{config}-files",
        "description": f"The Parquet files of the config {config}.",
        "encodingFormat": PARQUET,
        "includes": f"data/{config}/*.parquet",
    }


def _labels(project: Project) -> Node:
    """The scheme: what the numbers in the columns of labels stand for."""
    rows = [
        {"labels/index": number, "labels/name": label.name, "labels/polarity": label.polarity}
        for number, label in enumerate(project.labels)
    ]
    columns = {"index": "sc:Integer", "name": "sc:Text", "polarity": "sc:Text"}
    return _listed("labels", "sc:Enumeration", "The labels, in the order of their numbers.", columns, rows)


def _splits(tables: Tables) -> Node:
    there = {split.name for config in tables.configs for split in tables.written(config)}
    rows = [{"splits/name": split} for split in schema.SPLITS if split in there]
    said = "The splits, made of whole documents."
    return _listed("splits", "cr:Split", said, {"name": "sc:Text"}, rows)


def _listed(id_: str, kind: str, said: str, columns: Mapping[str, str], rows: Sequence[Node]) -> Node:
    """A record set whose rows stand in the file itself; its first column is the key."""
    return {
        "@type": "cr:RecordSet",
        "@id": id_,
        "name": id_,
        "description": said,
        "dataType": kind,
        "key": {"@id": f"{id_}/{next(iter(columns))}"},
        "field": [
            {"@type": "cr:Field", "@id": f"{id_}/{name}", "name": name, "dataType": type_}
            for name, type_ in columns.items()
        ],
        "data": rows,
    }


def _records(config: str, tables: Tables) -> Node:
    counts = tables.rows()[config]
    told = ", ".join(f"{count} {split}" for split, count in counts.items())
    columns = tables.features[config].items()
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": f"{MEANINGS[config]} {sum(counts.values())} rows: {told}.",
        "field": [_split(config), *(_column(config, name, feature) for name, feature in columns)],
    }


def _split(config: str) -> Node:
    """Which split a row is of: the name of its file tells."""
    return {
        "@type": "cr:Field",
        "@id": f"{config}/split",
        "name": "split",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": f"{config}-files"},
            "extract": {"fileProperty": "filename"},
            "transform": {"regex": r"^([a-z]+)-\d+-of-\d+\.parquet$"},
        },
        "references": {"field": {"@id": "splits/name"}},
    }


def _column(config: str, name: str, feature: Any) -> Node:
    source = {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": name}}
    return _field(f"{config}/{name}", name, feature, source)


def _field(id_: str, name: str, feature: Any, source: Node) -> Node:
    """A field of a column. The parts of a list of structs are its subfields, each found by its name.

    A list of structs within a struct (the spans of an item's stances) has no path in the format, and is
    left to the Parquet schema; the config `gold` has the same spans as columns.
    """
    field: Node = {"@type": "cr:Field", "@id": id_, "name": name}
    inner = feature
    if isinstance(feature, List):
        field["repeated"], inner = True, feature.feature
    if isinstance(inner, dict):
        parts = [(part, of) for part, of in inner.items() if not _is_structs(of)]
        of_part = [_field(f"{id_}/{part}", part, of, _part(source, part)) for part, of in parts]
        return field | {"subField": of_part}
    field["source"] = source
    if isinstance(inner, ClassLabel):
        return field | {"dataType": "sc:Integer", "references": {"field": {"@id": "labels/index"}}}
    assert isinstance(inner, Value)
    return field | {"dataType": TYPES[inner.dtype]}


def _is_structs(feature: Any) -> bool:
    return isinstance(feature, List) and isinstance(feature.feature, dict)


def _part(source: Node, name: str) -> Node:
    return source | {"transform": {"jsonPath": name}}
