"""The routes of the API, described by the models that they really use.

`describes` stands above a view and says what it takes and gives; `document` makes OpenAPI 3.1 of it.
A library that does both (flask-openapi3, spectree) was the alternative: it brings its own way of
routing and of answering errors, for fewer lines than it costs.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from annotator.api.schemas import Problem
from annotator.http import etags
from annotator.http.described import BYTES, JSON, JSONL, NDJSON, PREFIX, Description, describes
from annotator.http.session import needs_no_database

__all__ = ["BYTES", "JSON", "JSONL", "NDJSON", "PREFIX", "Description", "bp", "describes", "document"]

bp = Blueprint("openapi", __name__, url_prefix=PREFIX)

_REF = "#/components/schemas/{model}"
_TYPES = {"uuid": {"type": "string", "format": "uuid"}, "int": {"type": "integer"}}


@bp.get("/openapi.json")
@needs_no_database
@describes(gives={200: None}, is_open=True, is_tagged=True)
def show() -> Response:
    """The description of this API."""
    return etags.tagged(document(current_app))


def document(app: Flask) -> dict[str, Any]:
    """OpenAPI 3.1 of every described view of the app."""
    described = _described(app)
    models = {model for _, _, d in described for model in (d.takes, *d.gives.values()) if model is not None}
    _, schemas = models_json_schema(
        [
            (model, "validation" if _takes(model, described) else "serialization")
            for model in _sorted(models | {Problem})
        ],
        ref_template=_REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for rule, view, description in described:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(rule, view, description)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Standpoint", "version": version("standpoint")},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "standpoint_session"},
            },
        },
        "security": [{"token": []}, {"cookie": []}],
    }


def _described(app: Flask) -> list[tuple[Any, Callable[..., Any], Description]]:
    views = [(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()]
    found = [(rule, view, view.description) for rule, view in views if hasattr(view, "description")]
    return sorted(found, key=lambda each: (each[0].rule, each[0].endpoint))


def _takes(model: type[BaseModel], described: list[tuple[Any, Any, Description]]) -> bool:
    return any(d.takes is model for _, _, d in described)


def _sorted(models: set[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: model.__name__)


def _operation(rule: Any, view: Callable[..., Any], description: Description) -> dict[str, Any]:
    summary, _, text = (view.__doc__ or "").partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": summary.strip(),
        "description": " ".join(text.split()),
        "parameters": _parameters(rule, description),
        "responses": {
            str(status): _response(status, model, description.media)
            for status, model in description.gives.items()
        },
    }
    if description.is_tagged:
        operation["responses"]["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase}
    if description.is_matched:
        operation["responses"]["412"] = _response(HTTPStatus.PRECONDITION_FAILED, Problem)
    operation["responses"]["default"] = _response(0, Problem)
    if description.is_open:
        operation["security"] = []
    if description.takes is not None:
        operation["requestBody"] = {
            "required": True,
            "content": _content(description.takes, description.sends or description.media),
        }
    elif description.sends is not None:
        operation["requestBody"] = {"required": True, "content": {description.sends: {"schema": {}}}}
    return operation


def _parameters(rule: Any, description: Description) -> list[dict[str, Any]]:
    converters = dict(re.findall(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>", rule.rule))
    path = [
        {"name": name, "in": "path", "required": True, "schema": _TYPES.get(kind, {"type": "string"})}
        for kind, name in converters.items()
    ]
    asked = [{"name": name, "in": "query", "schema": schema} for name, schema in description.query.items()]
    headers = {"If-None-Match": description.is_tagged, "If-Match": description.is_matched}
    told = [
        {"name": name, "in": "header", "schema": {"type": "string"}}
        for name, is_read in headers.items()
        if is_read
    ]
    return path + asked + told


def _response(status: int, model: type[BaseModel] | None, media: str = JSON) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase if status else "A problem"
    is_problem = model is not None and issubclass(model, Problem)
    kind = "application/problem+json" if is_problem else media
    return {"description": phrase} | ({"content": _content(model, kind)} if model is not None else {})


def _content(model: type[BaseModel], kind: str) -> dict[str, Any]:
    return {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}
