"""What a project file would change, row by row, before it does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from annotator.domain import Project
from annotator.domain.project_file import ProjectFile
from annotator.store import describing, projects

SKIPPED = {"labels", "entities", "guidelines", "guidelines_text"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of the project, a label or an entity, as it is and as it would be."""

    of: str  # "project", "label", "entity", "guidelines"
    name: str  # of the label, the key of the entity
    field: str
    before: str
    after: str


def would(session: Session, project: Project, file: ProjectFile) -> list[Difference]:
    """What applying the file would change. Nothing is changed.

    Raises what `projects.apply` raises.
    """
    before = describing.describe(session, project)
    savepoint = session.begin_nested()
    try:
        projects.apply(session, project, file)
        after = describing.describe(session, project)
    finally:
        savepoint.rollback()
        session.expire_all()
    return list(differences(before, after))


def differences(before: ProjectFile, after: ProjectFile) -> Iterator[Difference]:
    """Field by field; a label or an entity that is new has all of its fields."""
    yield from _fields("project", "", _told(before), _told(after))
    for of in ("labels", "entities"):
        key = "name" if of == "labels" else "key"
        known = {getattr(entry, key): entry.model_dump(mode="json") for entry in getattr(before, of)}
        found = {getattr(entry, key): entry.model_dump(mode="json") for entry in getattr(after, of)}
        for name, fields in found.items():
            yield from _fields("label" if of == "labels" else "entity", name, known.get(name, {}), fields)
        order = [name for name in found if name in known]
        if of == "labels" and order != list(known):
            yield Difference("project", "", "order of labels", ", ".join(known), ", ".join(order))
    if before.guidelines_text != after.guidelines_text:
        yield Difference("guidelines", "", "text", _size(before), _size(after))


def _told(file: ProjectFile) -> dict[str, Any]:
    return file.model_dump(mode="json", exclude=SKIPPED)


def _fields(of: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for field, value in after.items():
        was, is_ = _words(before.get(field)), _words(value)
        if was != is_:
            yield Difference(of, name, field, was, is_)


def _words(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(part)}" for key, part in value.items() if part not in (None, ""))
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    return str(value)


def _size(file: ProjectFile) -> str:
    return f"{len(file.guidelines_text or ''):,}"
