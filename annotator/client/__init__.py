"""A client of the API in Python: `Client(address, token)`, a method for each thing that scripts do.

It imports nothing of ours, so that it can be copied out. What a method calls stands in `operations.py`, what
it gives in `shapes.py`; a test holds both to the OpenAPI.
"""

from annotator.client.client import Client
from annotator.client.transport import ApiError, Unavailable

__all__ = ["ApiError", "Client", "Unavailable"]
