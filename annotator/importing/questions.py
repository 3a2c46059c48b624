"""The items that rows answer, and the texts that their spans lie in: read once, a thousand at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from annotator.domain import Document, Item, Project, Segment
from annotator.errors import Invalid
from annotator.importing import stage
from annotator.importing.bulk import chunks
from annotator.importing.drafted import DocumentDraft
from annotator.importing.names import Names
from annotator.importing.report import Placed
from annotator.importing.spans import Place


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as its answers see it: what it fixes, and the segment that it is about."""

    id: int
    external_id: str
    target_id: int | None
    holder_id: int | None
    segment: str
    document_id: int
    document: str
    is_new: bool = False  # by this import


class Questions:
    """The items of some rows. `asked` is an item's external id where the row brought its text along."""

    def __init__(
        self,
        session: Session,
        project: Project,
        names: Names,
        rows: Iterable[tuple[Placed, str | None]],
        *,
        new: Mapping[str, Asked],
        texts: Iterable[DocumentDraft] = (),
    ) -> None:
        self._session = session
        self._names = {placed.number: _names(placed, asked, names) for placed, asked in rows}
        every_name = dict.fromkeys(name for found in self._names.values() for name in found)
        self._items = dict(new)
        for chunk in chunks(name for name in every_name if name not in new):
            self._items |= _items(session, project, chunk)
            stage.breathe(session)
        drafts = {draft.external_id: draft for draft in texts}
        self._given = {name: draft for name, draft in drafts.items() if draft.is_placed}
        self._drafts = {of.document_id: drafts[of.document] for of in new.values() if of.document_id < 0}
        self._texts: dict[int, tuple[str, dict[str, Place]]] = {}

    def of(self, placed: Placed) -> Asked:
        """The item that a row answers.

        Raises
        ------
        Invalid
            If there is none.
        """
        names = self._names[placed.number]
        for name in reversed(names):  # the one that names the target, too, is the better
            if name in self._items:
                return self._items[name]
        field = "item_id" if placed.row.item_id else "id"
        if not names:
            raise Invalid(
                "an answer needs an item_id, or its text beside it",
                {"item_id": "an answer needs an item_id, or its text beside it"},
            )
        reason = (
            f"there is no item {names[0]!r} in this project (headings and boilerplate have none): "
            "import its text first, or name the column with --column item_id=NAME"
        )
        raise Invalid(reason, {field: reason})

    def text(self, document_id: int) -> tuple[str, dict[str, Place]]:
        """The text of a document and the places of its segments."""
        if document_id not in self._texts and (draft := self._drafts.get(document_id)) is not None:
            segments_of = {segment.external_id: (segment.start, segment.end) for segment in draft.segments}
            self._texts[document_id] = draft.text, segments_of
        if document_id not in self._texts:
            text = self._session.exec(select(Document.text).where(Document.id == document_id)).one()
            segments = select(Segment.external_id, Segment.start, Segment.end).where(
                col(Segment.document_id) == document_id
            )
            places = {name: (start, end) for name, start, end in self._session.exec(segments)}
            self._texts[document_id] = text, places
        return self._texts[document_id]

    def given(self, item: Asked) -> DocumentDraft | None:
        """The item's document as this import brought it, where it says where its segments lie."""
        return self._given.get(item.document)


def _names(placed: Placed, asked: str | None, names: Names) -> list[str]:
    """What the row's item may be called; an id that several targets share is written id:target."""
    row = placed.row
    name = asked or row.item_id or row.id
    if asked or name is None or row.target is None:
        return [name] if name is not None else []
    try:
        target = names.registry.find(row.target)
    except Invalid:  # told when the stance is read
        target = None
    return [name, f"{name}:{target.key}"] if target is not None else [name]


def _items(session: Session, project: Project, names: list[str]) -> dict[str, Asked]:
    query = (
        select(Item.id, Item.external_id, Item.target_id, Item.holder_id)
        .add_columns(col(Segment.external_id), col(Document.id), col(Document.external_id))
        .join(Segment, col(Segment.id) == col(Item.segment_id))
        .join(Document, col(Document.id) == col(Segment.document_id))
        .where(
            col(Item.project_id) == project.id,
            col(Item.external_id).in_(names),
            col(Item.deleted_at).is_(None),
        )
    )
    return {row[1]: Asked(*row) for row in session.execute(query)}
