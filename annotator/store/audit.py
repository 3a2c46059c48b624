"""Who changed what, when."""

from sqlmodel import Session

from annotator.domain import AuditEntry, Project


def note(
    session: Session,
    action: str,
    *,
    project: Project | None = None,
    by_id: int | None = None,
    **detail: object,
) -> None:
    """Append to the trail; part of the transaction that makes the change."""
    session.add(
        AuditEntry(
            action=action,
            user_id=by_id,
            project_id=project.id if project is not None else None,
            detail=detail,
        )
    )
