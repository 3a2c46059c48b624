"""What a view of the API takes and gives, said above it; `annotator/api/openapi.py` makes OpenAPI of it.

It stands this low so that other packages may describe routes of their own, by `annotator.plugin.routes`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

PREFIX = "/api/v1"
JSON = "application/json"
JSONL = "application/jsonl"  # a body of lines, whole
NDJSON = "application/x-ndjson"  # a stream of lines
BYTES = "application/octet-stream"
ZIP = "application/zip"


@dataclass(frozen=True)
class Description:
    """What one view takes and gives."""

    takes: type[BaseModel] | None
    gives: dict[int, type[BaseModel] | None]
    query: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_open: bool = False  # to everybody, signed in or not
    media: str = JSON  # of what it takes and gives; in lines, the models are of a line
    sends: str | None = None  # the media type of what it takes, where that is no model or another one
    is_tagged: bool = False  # a GET that tells its ETag and answers 304
    is_matched: bool = False  # a change that heeds If-Match and answers 412


def describes(
    *,
    takes: type[BaseModel] | None = None,
    gives: dict[int, type[BaseModel] | None],
    query: dict[str, dict[str, Any]] | None = None,
    is_open: bool = False,
    media: str = JSON,
    sends: str | None = None,
    is_tagged: bool = False,
    is_matched: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say of a view which body it reads, what it answers by status, and its query parameters' schemas."""

    def attach(view: Callable[..., Any]) -> Callable[..., Any]:
        view.description = Description(  # type: ignore[attr-defined]
            takes, gives, query or {}, is_open, media, sends, is_tagged, is_matched
        )
        return view

    return attach
