"""Which items a curator asks for: what an address says, as conditions on rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import g
from sqlmodel import col, select
from werkzeug.datastructures import MultiDict

from annotator.domain import Batch, Document, Entity, Inquiry, Item, User
from annotator.errors import Invalid
from annotator.reading.wanted import FLAGS, Status, Votes, Wanted
from annotator.store import projects, search

if TYPE_CHECKING:
    from annotator.reading.board import Board
    from annotator.reading.board_columns import Truths

SELECTS = ("status", "votes", "label", "target", "holder", "annotator", "flag", "batch", "language")
FIELDS = ("words", *SELECTS, "document")
MOST_LETTERS = 300
ROUND = "round:"  # before a round's name, where others have a batch's


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for, by field, as the address has it; empty fields are left out."""

    asked: Mapping[str, str]

    @classmethod
    def read(cls, values: MultiDict[str, str]) -> "Filter":
        """The fields of a query or a form.

        Raises
        ------
        Invalid
            If one is too long or holds what no database keeps.
        """
        asked = {name: values.get(name, "").strip() for name in FIELDS}
        for name, value in asked.items():
            if len(value) > MOST_LETTERS or "\0" in value:
                raise Invalid(f"{name} is too long: {MOST_LETTERS} characters at most.")
        return cls({name: value for name, value in asked.items() if value})

    def wanted(self) -> Wanted:
        """The same as conditions.

        Raises
        ------
        Invalid
            If a field names something that is not there.
        """
        ask = self.asked
        return Wanted(
            found=search.items(g.session, g.project, ask["words"]) if "words" in ask else None,
            label=self._row("label", _labels()),
            target=self._row("target", _entities()),
            holder=self._row("holder", _entities()),
            annotator=self._row("annotator", _people()),
            flag=self._known("flag", FLAGS),
            votes=Votes(ask["votes"]) if self._known("votes", tuple(Votes)) else None,
            status=Status(ask["status"]) if self._known("status", tuple(Status)) else None,
            batches=_batches(ask["batch"]) if "batch" in ask else None,
            language=ask.get("language"),
            document=self._row("document", _document(ask.get("document"))),
            waiting=_waiting() if ask.get("status") == Status.QUESTION else (),
        )

    def chosen(self, board: "Board") -> "Truths":
        """Of each of the board's items, whether it is asked for. Raises as `wanted`."""
        from annotator.reading.choosing import chosen  # noqa: PLC0415 - numpy: only curators choose

        return chosen(board, self.wanted())

    def _known(self, name: str, known: Iterable[str]) -> str | None:
        value = self.asked.get(name)
        if value is not None and value not in set(known):
            raise Invalid(f"{name}: there is no {value!r} here.", {name: "is not known"})
        return value

    def _row(self, name: str, known: Mapping[str, int | None]) -> int | None:
        value = self._known(name, known)
        return known[value] if value is not None else None


def all_batches() -> list[Batch]:
    """The batches of the project, by name."""
    query = select(Batch).where(Batch.project_id == g.project.id, col(Batch.deleted_at).is_(None))
    return list(g.session.exec(query.order_by(col(Batch.name))))


def _labels() -> dict[str, int | None]:
    return {label.name: label.id for label in projects.labels(g.session, g.project)}


def _entities() -> dict[str, int | None]:
    query = sa.select(col(Entity.key), col(Entity.id)).where(col(Entity.project_id) == g.project.id)
    return dict(g.session.execute(query).all())


def _people() -> dict[str, int | None]:
    return dict(g.session.execute(sa.select(col(User.name), col(User.id))).all())


def _document(external_id: str | None) -> dict[str, int | None]:
    query = sa.select(col(Document.external_id), col(Document.id)).where(
        col(Document.project_id) == g.project.id,
        col(Document.external_id) == external_id,
        col(Document.deleted_at).is_(None),
    )
    return dict(g.session.execute(query).all())


def _waiting() -> list[int]:
    query = sa.select(col(Inquiry.item_id)).join(Item, col(Item.id) == col(Inquiry.item_id))
    open_ones = (col(Inquiry.replied_at).is_(None), col(Inquiry.withdrawn_at).is_(None))
    return list(g.session.execute(query.where(col(Item.project_id) == g.project.id, *open_ones)).scalars())


def _batches(value: str) -> list[int]:
    """The batches of a name, or of a round."""
    found = [batch for batch in all_batches() if value in {batch.name, f"{ROUND}{batch.round}"}]
    if not found:
        raise Invalid(f"batch: there is no {value!r} here.", {"batch": "is not known"})
    return [batch.id for batch in found if batch.id is not None]
