"""The body of a request, as a model says it must be."""

from typing import TypeVar

from flask import request
from pydantic import BaseModel
from werkzeug.exceptions import RequestEntityTooLarge

MOST_BYTES = 2**20

Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model]) -> Model:
    """The JSON body of this request. 413 if it is longer than MOST_BYTES, 422 if it is no such model."""
    return model.model_validate_json(raw())


def raw() -> bytes:
    """The body of this request. 413 if it is longer than MOST_BYTES."""
    request.max_content_length = MOST_BYTES
    try:
        return request.get_data()
    except RequestEntityTooLarge as error:
        error.description = f"The body is longer than {MOST_BYTES >> 20} MiB: send less at once."
        raise
