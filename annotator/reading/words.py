"""Rationales in tokens of their document: only of documents that have any, one at a time."""

from collections import defaultdict

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from annotator.domain import SpanRole, metadata
from annotator.quality.rationales import in_tokens
from annotator.reading.columns import ANSWER, ITEM, SEGMENT, SPAN, STANCE, integers
from annotator.store.plain import within

NONE = np.zeros((0, 3), dtype=np.int64)
CHUNK = 200  # documents whose texts are held together
DOCUMENT = metadata.tables["document"]


def rationales(connection: Connection, project_id: int) -> NDArray[np.int64]:
    """Stance id, start and end of each rationale of a first answer, in tokens."""
    query = (
        sa.select(SPAN.c.stance_id, SPAN.c.start, SPAN.c.end, SEGMENT.c.document_id)
        .join(STANCE, STANCE.c.id == SPAN.c.stance_id)
        .join(ANSWER, ANSWER.c.id == STANCE.c.annotation_id)
        .join(ITEM, ITEM.c.id == ANSWER.c.item_id)
        .join(SEGMENT, SEGMENT.c.id == ITEM.c.segment_id)
        .where(ITEM.c.project_id == project_id, SPAN.c.role == SpanRole.RATIONALE, ANSWER.c.occasion == 0)
    )
    found = integers(connection, query)
    rows: dict[int, list[int]] = defaultdict(list)
    for row, document in enumerate(found[:, 3].tolist()):
        rows[document].append(row)
    ids = sorted(rows)
    for first in range(0, len(ids), CHUNK):
        texts = sa.select(DOCUMENT.c.id, DOCUMENT.c.text)
        for document, text in connection.execute(
            texts.where(within(DOCUMENT.c.id, ids[first : first + CHUNK]))
        ):
            of = rows[document]
            found[of, 1:3] = in_tokens(text, found[of, 1:3])
    return found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))][:, :3]
