"""The filter of the items page: the choices of its form, and their names."""

from typing import TYPE_CHECKING, Any

from flask import g
from flask_babel import gettext
from sqlmodel import col, select

from annotator.api.item_filter import ROUND, Filter, all_batches
from annotator.domain import Entity, Round, User
from annotator.reading.wanted import FLAGS, Status, Votes
from annotator.store import projects

if TYPE_CHECKING:
    from annotator.reading.board import Board

__all__ = ["Choices", "Filter", "choices", "flag_names", "status_names", "votes_names"]

Choices = list[tuple[str, str]]  # (value in the address, name)


def choices(board: "Board") -> dict[str, Choices]:
    """What each field of the form offers. Entities and people: those that answers or items name."""
    s, i = board.stances, board.items
    targets, holders = {*s.target.tolist(), *i.target.tolist()}, {*s.holder.tolist(), *i.holder.tolist()}
    people = set(board.answers.annotator[board.counted].tolist())
    return {
        "status": list(status_names().items()),
        "votes": list(votes_names().items()),
        "label": [(label.name, label.name) for label in projects.labels(g.session, g.project)],
        "target": _named(Entity, targets),
        "holder": _named(Entity, holders),
        "annotator": _named(User, people),
        "flag": list(flag_names().items()),
        "batch": _batch_choices(),
        "language": [(code, code) for code in sorted(set(i.language.tolist()) - {""})],
    }


def status_names() -> dict[str, str]:
    """Status → its name."""
    return {
        Status.UNANSWERED: gettext("Not answered yet"),
        Status.PARTLY: gettext("Answers missing"),
        Status.DONE: gettext("All answers there"),
        Status.CANNOT_JUDGE: gettext("Somebody cannot judge it"),
        Status.QUESTION: gettext("A question waits"),
        Status.DECIDED: gettext("Decided by a curator"),
        Status.RETIRED: gettext("Retired"),
        Status.TRAINING: gettext("Training"),
        Status.CHECK: gettext("Check"),
    }


def votes_names() -> dict[str, str]:
    """Votes → their name."""
    return {Votes.DIFFER: gettext("Answers differ"), Votes.AGREE: gettext("Answers agree")}


def flag_names() -> dict[str, str]:
    """Flag → its name, as the seat has it."""
    names = (
        gettext("needs more context"),
        gettext("cut in the wrong place"),
        gettext("garbled"),
        gettext("distressing"),
        gettext("ironic"),
        gettext("hypothetical"),
        gettext("conditional"),
        gettext("hedged"),
        gettext("implicit target"),
        gettext("former"),
    )
    return dict(zip(FLAGS, names, strict=True))


def _batch_choices() -> Choices:
    batches = all_batches()
    names = {
        Round.PILOT: gettext("Round: pilot"),
        Round.CALIBRATION: gettext("Round: calibration"),
        Round.MAIN: gettext("Round: main"),
    }
    rounds = [(f"{ROUND}{each}", name) for each, name in names.items() if each in {b.round for b in batches}]
    return [*rounds, *((batch.name, batch.name) for batch in batches)]


def _named(table: Any, ids: set[int]) -> Choices:
    """(key or name, shown name) of these rows, by name."""
    rows = g.session.exec(select(table).where(col(table.id).in_(ids))) if ids else []
    found = [(row.key, row.name) if table is Entity else (row.name, row.shown_name) for row in rows]
    return sorted(found, key=lambda pair: pair[1].casefold())
