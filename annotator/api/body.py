"""The body of a request, as a model says it must be."""

from typing import TypeVar

from flask import request
from pydantic import BaseModel

MOST_BYTES = 2**20

Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model]) -> Model:
    """The JSON body of this request. 413 if it is longer than MOST_BYTES, 422 if it is no such model."""
    request.max_content_length = MOST_BYTES
    return model.model_validate_json(request.get_data())
