"""Undo what the audit trail tells, where that can be undone: each action by the verb that takes it back."""

from collections.abc import Callable, Collection

from sqlmodel import Session, col, select

from annotator.domain import AuditEntry, Project, Role, SchemeEvent
from annotator.errors import Invalid, NotFound
from annotator.store import accounts, audit, entries, projects, removing, scheme
from annotator.store.entries import Of

Undo = Callable[[Session, Project, AuditEntry, int | None], None]
UNDO = "undo"


def undo(session: Session, project: Project, number: int, *, by_id: int | None = None) -> AuditEntry:
    """Take back what an entry of the trail tells; return the entry. The trail keeps both.

    Raises
    ------
    NotFound
        If the project has no such entry.
    Invalid
        If it cannot be undone, or was.
    """
    session.refresh(project, with_for_update={"key_share": True})
    entry = session.get(AuditEntry, number)
    if entry is None or entry.project_id != project.id:
        raise NotFound(f"There is no entry {number} in the trail of {project.slug!r}.")
    take_back = UNDONE_BY.get(entry.action)
    if take_back is None or entry.id in undone(session, project, [number]):
        raise Invalid("This cannot be undone, or was undone already.")
    take_back(session, project, entry, by_id)
    audit.note(session, UNDO, project=project, by_id=by_id, entry=entry.id, action_undone=entry.action)
    session.flush()
    return entry


def undone(session: Session, project: Project, numbers: Collection[int]) -> set[int]:
    """Which of these entries were undone."""
    if not numbers:
        return set()
    later = select(AuditEntry).where(
        AuditEntry.project_id == project.id,
        AuditEntry.action == UNDO,
        col(AuditEntry.id) > min(numbers),
    )
    return {number for each in session.exec(later) if isinstance(number := each.detail["entry"], int)}


def _document(session: Session, project: Project, entry: AuditEntry, by_id: int | None) -> None:
    removing.restore_document(session, project, str(entry.detail["document"]), by_id=by_id)


def _items(session: Session, project: Project, entry: AuditEntry, by_id: int | None) -> None:
    items = entry.detail["items"]
    assert isinstance(items, list)
    removing.restore_items(session, project, items, by_id=by_id)


def _member(session: Session, project: Project, entry: AuditEntry, by_id: int | None) -> None:
    user = accounts.find_user(session, str(entry.detail["user"]))
    projects.join(session, project, user, Role(str(entry.detail["role"])), by_id=by_id)


def _event(session: Session, project: Project, entry: AuditEntry, by_id: int | None) -> None:
    """Restore each entry that the event retired, where it was not restored since."""
    event = session.exec(
        select(SchemeEvent).where(
            SchemeEvent.project_id == project.id, SchemeEvent.version == entry.detail["version"]
        )
    ).one()
    of: Of = "label" if event.of == "label" else "entity"
    for id_ in event.mapping:
        found = entries.by_id(session, of, int(id_))
        if not entries.is_in_use(found):
            scheme.restore(session, project, of, entries.called(found), by_id=by_id)


def _name(session: Session, project: Project, entry: AuditEntry, by_id: int | None) -> None:
    event = session.exec(
        select(SchemeEvent).where(
            SchemeEvent.project_id == project.id, SchemeEvent.version == entry.detail["version"]
        )
    ).one()
    of: Of = "label" if event.of == "label" else "entity"
    [id_] = event.mapping
    found = entries.by_id(session, of, int(id_))
    scheme.rename(session, project, of, entries.called(found), event.names[id_], by_id=by_id)


UNDONE_BY: dict[str, Undo] = {
    "delete document": _document,
    "retire items": _items,
    "remove member": _member,  # its note tells the `user` and the `role` that they had
    **{f"{change} {of}": _event for change in ("merge", "split", "retire") for of in ("label", "entity")},
    **{f"rename {of}": _name for of in ("label", "entity")},
}
