"""Static files under a prefix that names their content, so that browsers may keep them for good.

All files are read once, when the first one is asked for, and each is compressed once: a process serves one
state of them, under one version, whatever happens on its disk.
"""

import hashlib
import json
import mimetypes
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from annotator.http.session import needs_no_database
from annotator.web import compression

STATIC = Path(__file__).with_name("static")
IMMUTABLE = "max-age=31536000, immutable"
bp = Blueprint("files", __name__)


@bp.get("/static/<version>/<path:name>")
@needs_no_database
def static(version: str, name: str) -> Response:
    """A file of ours. Modules import each other relatively, so the whole tree has one version."""
    if name not in _tree():
        raise NotFound
    return _kept(version, _tree()[name], mimetypes.guess_type(name)[0] or "application/octet-stream")


@bp.get("/static/<version>/joined/<names>.css")
@needs_no_database
def joined_sheet(version: str, names: str) -> Response:
    """Several style sheets as one, in the order of their names: "layers+tokens+components.sheet"."""
    return _kept(version, joined(tuple(names.replace(".", "/").split("+"))), "text/css")


@bp.get("/static/<version>/files.json")
@needs_no_database
def all_files(version: str) -> Response:
    """{name: text} of every module, sheet and icon: what a page needs to open without a network."""
    texts = {name: data.decode() for name, data in _tree().items()}
    return _kept(version, json.dumps(texts).encode(), "application/json")


@bp.get("/service-worker.js")
@needs_no_database
def service_worker() -> Response:
    """Outside the prefix, because a service worker speaks for the addresses beneath its own."""
    response = _kept("", _tree()["service-worker.js"], "text/javascript")
    response.headers["Cache-Control"] = "max-age=3600"
    return response


def static_url(name: str) -> str:
    """The address of a static file in the version that is served."""
    return url_for("files.static", version=version(), name=name)


def sheet_url(names: list[str]) -> str:
    """The address of these style sheets joined: ["tokens", "components/sheet"]."""
    return url_for("files.joined_sheet", version=version(), names="+".join(names).replace("/", "."))


@cache
def icon_url() -> str:
    """The icon as an address that holds it: no request for 250 bytes."""
    return "data:image/svg+xml," + quote(_tree()["icon.svg"].decode().strip())


@lru_cache(maxsize=64)
def joined(names: tuple[str, ...]) -> bytes:
    """The style sheets of these names one after the other, as they are written.

    Raises
    ------
    NotFound
        If there is no such sheet.
    """
    files = [f"css/{name}.css" for name in names]
    if len(set(names)) < len(names) or not set(files) <= _tree().keys():
        raise NotFound
    return b"\n".join(_tree()[file] for file in files)


def all_contents() -> list[bytes]:
    """What is in each file."""
    return list(_tree().values())


@cache
def version() -> str:
    """A short hash over all static files and their names."""
    digest = hashlib.sha256()
    for name, data in _tree().items():
        digest.update(name.encode() + b"\0" + data)
    return digest.hexdigest()[:12]


@cache
def _tree() -> dict[str, bytes]:
    """Every file: its path below `static/` → what is in it."""
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in files}


def _kept(wanted: str, data: bytes, mimetype: str) -> Response:
    response = compression.fixed(data, mimetype)
    response.headers["Cache-Control"] = f"public, {IMMUTABLE}" if wanted == version() else "no-cache"
    response.make_conditional(request)
    return response
