"""What a release made now would hold, counted from what the web process has in memory already."""

from dataclasses import dataclass

import numpy as np
from flask import current_app, g

from annotator.reading import beforehand, boards
from annotator.reading.board import Board
from annotator.reading.board_columns import KINDS


@dataclass(frozen=True)
class Preview:
    """Items fall into the last five: each is in one of them."""

    documents: int
    new: int  # of these: have no split yet, and get one for good
    items: int
    answers: int
    adjudicated: int  # items that a curator has decided
    imported: int  # items with an imported gold answer
    agree: int  # items whose judges vote alike
    differ: int  # items whose judges do not
    open: int  # items that nobody judged


def of_now() -> Preview:
    """Of `g.project`. A tie among those that differ will be left out, and counted."""
    kept: boards.Boards = current_app.extensions[boards.KEY]
    board = kept.of(g.session, g.project)
    n_documents, n_new = beforehand.documents(g.session.connection(), g.project.id)
    imported = _imported(board) & ~board.adjudicated
    rest = ~board.adjudicated & ~imported
    judged = board.judges > 0
    return Preview(
        documents=n_documents,
        new=n_new,
        items=len(board.items),
        answers=int(np.count_nonzero(board.stands)),
        adjudicated=int(np.count_nonzero(board.adjudicated)),
        imported=int(np.count_nonzero(imported)),
        agree=int(np.count_nonzero(rest & judged & ~board.differs)),
        differ=int(np.count_nonzero(rest & judged & board.differs)),
        open=int(np.count_nonzero(rest & ~judged)),
    )


def _imported(board: Board) -> "np.typing.NDArray[np.bool_]":
    """Items with a gold answer that stands."""
    found = np.zeros(len(board.items), dtype=np.bool_)
    rows = np.flatnonzero((board.answers.kind == KINDS.index("gold")) & (board.row >= 0))
    found[board.row[rows]] = ~board.answers.withdrawn[rows]
    return found
