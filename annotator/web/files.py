"""Static files under a prefix that names their content, so that browsers may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

from annotator.http.session import needs_no_database

STATIC = Path(__file__).with_name("static")
bp = Blueprint("files", __name__)


@bp.get("/static/<version>/<path:name>")
@needs_no_database
def static(version: str, name: str) -> Response:
    """A file of ours. Modules import each other relatively, so the whole tree has one version."""
    response = send_from_directory(STATIC, name)
    immutable = version == _version()
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if immutable else "no-cache"
    return response


def static_url(name: str) -> str:
    """The address of a static file in the version that is served."""
    return url_for("files.static", version=_version(), name=name)


@cache
def _version() -> str:
    """A short hash over all static files and their names."""
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
