"""The form of the scheme page: fields ↔ a project file, and the events that it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pydantic
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from annotator.domain import Project, SchemeChange
from annotator.domain.project_file import ProjectFile, first_problem
from annotator.errors import Invalid
from annotator.store import scheme, touching
from annotator.store.entries import Of

FIELDS = ("name", "description", "overlap", "serve", "order")
COLUMNS = ("name", "definition", "key", "polarity", "hue")
NEEDS_MORE = {"rename", "merge", "split"}
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form: the project's fields, and a row for each label; the last one is empty."""

    fields: dict[str, str]
    labels: list[dict[str, str]] = field(default_factory=list)


def of(file: ProjectFile) -> Draft:
    """The form of a project as it is."""
    rows = [
        {
            "name": label.name,
            "definition": label.definitions.get("en", ""),
            "key": label.key or "",
            "polarity": str(label.polarity),
            "hue": "" if label.hue is None else str(label.hue),
            "known": "yes",
        }
        for label in file.labels
    ]
    return Draft({name: str(getattr(file, name) or "") for name in FIELDS}, [*rows, _empty()])


def sent(form: MultiDict[str, str]) -> Draft:
    """What was written, as it was written."""
    columns = [form.getlist(f"label-{column}")[:MOST_ROWS] for column in COLUMNS]
    known = set(form.getlist("label-known"))
    rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=False)]
    marked = [row | {"known": "yes" if row["name"] in known else ""} for row in rows]
    if not marked or marked[-1]["name"]:
        marked.append(_empty())
    return Draft({name: form.get(name, "") for name in FIELDS}, marked)


def read(file: ProjectFile, form: MultiDict[str, str]) -> ProjectFile:
    """The project file with what the form says in it.

    Raises
    ------
    Invalid
        If that is no project.
    """
    draft = sent(form)
    labels = {label.name: label.model_dump() for label in file.labels}
    described: dict[str, Any] = file.model_dump() | {
        name: value.replace("\r\n", "\n").strip() for name, value in draft.fields.items()
    }
    described["labels"] = [
        _label(row, labels.get(row["name"].strip(), {})) for row in draft.labels if row["name"].strip()
    ]
    try:
        return ProjectFile.model_validate(described)
    except pydantic.ValidationError as error:
        raise Invalid(f"{first_problem(error)}.") from None


def carry_out(
    session: Session,
    project: Project,
    change: str,
    of: Of,
    *,
    names: list[str],
    to: list[str],
    form: Mapping[str, str],
    by_id: int | None,
) -> None:
    """Let one event happen, and ask for a second look where that was ticked.

    Raises
    ------
    Invalid
        If there is no such change.
    """
    said: dict[str, Any] = {"note": form.get("note") or None, "by_id": by_id}
    first = names[0]
    if change == SchemeChange.RENAME:
        event = scheme.rename(session, project, of, first, ", ".join(to), **said)
    elif change == SchemeChange.MERGE:
        event = scheme.merge(session, project, of, names, ", ".join(to), **said)
    elif change == SchemeChange.SPLIT:
        event = scheme.split(session, project, of, first, to, **said)
    elif change == SchemeChange.RETIRE:
        event = scheme.retire(session, project, of, first, **said)
    elif change == SchemeChange.RESTORE:
        event = scheme.restore(session, project, of, first, **said)
    else:
        raise Invalid("Choose what is to happen: rename, merge, split, retire or restore.")
    if form.get("again"):
        touching.ask_again(session, project, of, [int(id_) for id_ in event.mapping])


def _label(row: dict[str, str], known: dict[str, Any]) -> dict[str, Any]:
    definitions = {**known.get("definitions", {}), "en": row["definition"].replace("\r\n", "\n").strip()}
    return {
        **known,
        "name": row["name"],
        "polarity": row["polarity"],
        "key": row["key"].strip() or None,
        "hue": row["hue"].strip() or None,
        "definition": None,
        "definitions": {language: text for language, text in definitions.items() if text},
    }


def _empty() -> dict[str, str]:
    return dict.fromkeys((*COLUMNS, "known"), "")
