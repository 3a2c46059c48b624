"""The same estimator gives the same skops file, byte by byte.

skops names objects and arrays by their addresses in memory and stamps the hour into the archive, so that two
runs of one training differ in their hash. Here each address becomes its place in the order of the file; what
skops reads back is the same.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import skops.io

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can say


def dump(estimator: Any, path: Path) -> None:
    """Write the estimator to `path`, compressed."""
    skops.io.dump(estimator, path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts["schema.json"])
    places: dict[str, str] = {}
    steady = json.dumps(_placed(schema, places))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "schema.json", steady.encode())
        for name in sorted(parts.keys() - {"schema.json"}, key=lambda name: int(places[_stem(name)])):
            _write(archive, places[_stem(name)] + Path(name).suffix, parts[name])


def _placed(node: Any, places: dict[str, str]) -> Any:
    """The node with each address replaced by the place where it was first met."""
    if isinstance(node, list):
        return [_placed(child, places) for child in node]
    if not isinstance(node, dict):
        return node
    placed = {key: _placed(child, places) for key, child in node.items()}
    if "__id__" in node and "__loader__" in node:
        placed["__id__"] = int(places.setdefault(str(node["__id__"]), str(len(places))))
    if "file" in node and "__loader__" in node:
        placed["file"] = places.setdefault(_stem(node["file"]), str(len(places))) + Path(node["file"]).suffix
    return placed


def _stem(name: str) -> str:
    return Path(name).stem


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    about = zipfile.ZipInfo(name, EPOCH)
    about.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(about, content)
