"""Answers → rows of Annotation, Stance, Source and Span; their annotators → members of the project.

An imported answer's uuid is made from what it is the answer of, so that the same file gives the same
answer again: nothing is stored for it. If its content differs, a revision is appended. What somebody
answered here is theirs: an import does not replace it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Kind,
    Membership,
    Project,
    Role,
    Source,
    Span,
    Stance,
    User,
    UserKind,
)
from annotator.importing import stage, twins
from annotator.importing.bulk import chunks, insert, insert_only
from annotator.importing.given import Answer
from annotator.importing.names import GOLD, Names
from annotator.importing.report import Report
from annotator.importing.uuids import OCCASION, given_uuid, other_uuid


def store(
    session: Session, project: Project, answers: Sequence[Answer], names: Names, report: Report
) -> None:
    """Store the answers that are new and revise those that changed."""
    people = _annotators(session, project, answers, report)
    stood_in: dict[int, int] = {}
    for chunk in stage.parts(session, answers):
        newest = _newest(session, {answer.item.id for answer in chunk})
        twins.make(session, {answer.item.id for answer in chunk if not answer.item.is_new}, stood_in)
        rows = []
        for answer in chunk:
            before = newest.get((answer.item.id, people[answer.annotator], answer.kind))
            sha256 = answer.sha256(names)
            if before is not None and before.body_sha256 == sha256 and not before.withdrawn:
                report.known_answers[answer.kind] += 1
            elif before is not None and before.uuid not in _uuids(project, answer, before.revision):
                report.refuse(answer.placed, _answered_here(answer))
            else:
                _count(answer, before, report)
                row = _annotation(project, answer, people[answer.annotator], before, sha256)
                row["item_id"] = stood_in.get(answer.item.id, answer.item.id)
                row["created_at"] = stage.of(session).moment
                rows.append((answer, row))
        _insert(session, _unlike(session, project, rows))


def _annotators(
    session: Session, project: Project, answers: Sequence[Answer], report: Report
) -> dict[str, int]:
    """The ids of those who answer: people, who are members then, and models, who are not."""
    models = {of.annotator: of.model_sha256 or "" for of in answers if of.kind is Kind.SUGGESTION}
    others = {answer.annotator for answer in answers} - models.keys()
    found = annotators(session, project, others, report) if others or not models else {}
    return found | (annotators(session, project, set(models), report, models=models) if models else {})


def annotators(
    session: Session,
    project: Project,
    names: set[str],
    report: Report,
    *,
    models: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """The ids of the annotators of these names, people all members of the project; new ones never sign in.

    `models` tells that they are models, by name, and the hash of each.
    """
    people: dict[str, int] = {}
    for chunk in chunks(sorted(names)):
        known = select(User.name, User.id).where(col(User.name).in_(chunk), col(User.deleted_at).is_(None))
        people |= {name: id_ or 0 for name, id_ in session.exec(known)}
    new = [name for name in sorted(names) if name not in people]
    moment = stage.of(session).moment
    people |= dict(
        zip(new, insert(session, User, [_user(name, moment, models) for name in new]), strict=True)
    )
    if models is None:
        _join(session, project, [id_ for name, id_ in people.items() if name != GOLD])
    stage.breathe(session)
    report.annotators |= names - {GOLD}
    report.new_annotators += [name for name in new if name != GOLD]
    return people


def _user(name: str, moment: datetime, models: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "name": name,
        "kind": UserKind.PERSON if models is None else UserKind.MODEL,
        "model_sha256": models.get(name) if models is not None else None,
        "is_admin": False,
        "simulated": False,
        "preferences": {},
        "created_at": moment,
    }


def _join(session: Session, project: Project, people: list[int]) -> None:
    """Those who have no role in the project become annotators of it."""
    seats = sa.select(col(Membership.user_id)).where(
        col(Membership.project_id) == project.id, col(Membership.deleted_at).is_(None)
    )
    waiting = [row for row in stage.of(session).later if isinstance(row, Membership)]
    members = {*session.execute(seats).scalars(), *(row.user_id for row in waiting)}
    assert project.id is not None
    moment = stage.of(session).moment
    rows = [
        Membership(project_id=project.id, user_id=person, role=Role.ANNOTATOR, created_at=moment)
        for person in people
        if person not in members
    ]
    stage.add(session, rows)


def _newest(session: Session, items: Iterable[int]) -> dict[tuple[int, int, Kind], Annotation]:
    """The newest revision by item, annotator and kind."""
    query = select(Annotation).where(col(Annotation.item_id).in_(items), Annotation.occasion == OCCASION)
    found = session.exec(query.order_by(col(Annotation.revision)))
    return {(answer.item_id, answer.annotator_id, answer.kind): answer for answer in found}


def _answered_here(answer: Answer) -> str:
    return (
        f"{answer.annotator} has answered item {answer.item.external_id!r} in this project otherwise, "
        "and an import does not replace that: leave the row out, or give its annotator another name"
    )


def _count(answer: Answer, before: Annotation | None, report: Report) -> None:
    if before is not None:
        report.changed_answers += 1
        return
    report.new_answers[answer.kind] += 1
    report.empty_answers[answer.kind] += answer.is_empty


def _annotation(
    project: Project, answer: Answer, annotator_id: int, before: Annotation | None, sha256: str
) -> dict[str, Any]:
    revision = before.revision + 1 if before is not None else 0
    return {
        "uuid": _uuid(project, answer, revision),
        "item_id": answer.item.id,
        "annotator_id": annotator_id,
        "kind": answer.kind,
        "occasion": OCCASION,
        "revision": revision,
        "replaces": before.uuid if before is not None else None,
        "withdrawn": False,
        "counted": True,
        "outcome": answer.outcome,
        "flags": [str(flag) for flag in answer.flags],
        "comment": answer.comment,
        "seconds": answer.seconds,
        "uncertainty": answer.uncertainty,
        "p_absent": answer.p_absent,
        "precedent": False,
        "body_sha256": sha256,
    }


def _uuid(project: Project, answer: Answer, revision: int) -> UUID:
    return given_uuid(project.slug, answer.kind, answer.item.external_id, answer.annotator, revision)


def _uuids(project: Project, answer: Answer, revision: int) -> set[UUID]:
    """The uuids that an import gives to this answer; the second where another item had the name before."""
    first = _uuid(project, answer, revision)
    return {first, other_uuid(first, answer.item.id)}


def _unlike(
    session: Session, project: Project, rows: list[tuple[Answer, dict[str, Any]]]
) -> list[tuple[Answer, dict[str, Any]]]:
    """The rows, with other uuids where those are taken by answers to items that were undone."""
    query = sa.select(col(Annotation.uuid)).where(col(Annotation.uuid).in_([row["uuid"] for _, row in rows]))
    taken = set(session.execute(query).scalars())
    for answer, row in rows:
        if row["uuid"] in taken:
            row["uuid"] = other_uuid(row["uuid"], answer.item.id)
    return rows


def _insert(session: Session, rows: list[tuple[Answer, dict[str, Any]]]) -> None:
    ids = insert(session, Annotation, [row for _, row in rows])
    stances = [
        (stance, id_, position)
        for (answer, _), id_ in zip(rows, ids, strict=True)
        for position, stance in enumerate(answer.stances)
    ]
    stance_rows = [
        {
            "annotation_id": id_,
            "position": position,
            "holder_id": stance.holder_id,
            "target_id": stance.target_id,
            "label_id": stance.label_id,
            "attribution": stance.attribution,
            "voice_id": stance.voice_id,
            "confidence": stance.confidence,
            "former": stance.former,
            "flags": [str(flag) for flag in stance.flags],
            "label_distribution": list(stance.distribution) if stance.distribution is not None else None,
        }
        for stance, id_, position in stances
    ]
    stance_ids = insert(session, Stance, stance_rows)
    sources, spans = [], []
    for (stance, _, _), id_ in zip(stances, stance_ids, strict=True):
        sources += [
            {"stance_id": id_, "position": position, "entity_id": source}
            for position, source in enumerate(stance.source_ids)
        ]
        spans += [
            {"stance_id": id_, "role": role, "start": start, "end": end} for role, start, end in stance.spans
        ]
    insert_only(session, Source, sources)
    insert_only(session, Span, spans)
