"""The uuids of imported answers: the same for the same file, so that a second import finds the first."""

import json
from uuid import UUID, uuid5

from annotator.domain import Kind

IMPORTED = UUID("5f1d7c52-6a34-5b0e-9d37-3f6c1c8e2b90")  # the namespace of their uuids
OCCASION = 0


def given_uuid(slug: str, kind: Kind, item: str, annotator: str, revision: int) -> UUID:
    """The uuid of an imported answer: the same for the same file."""
    return uuid5(IMPORTED, json.dumps([slug, kind, item, annotator, OCCASION, revision]))


def other_uuid(uuid: UUID, item_id: int) -> UUID:
    """The uuid instead of that one, where it is taken: of an item that had the same name."""
    return uuid5(uuid, str(item_id))
