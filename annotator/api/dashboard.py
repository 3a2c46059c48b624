"""How far the work is, how well people agree, who did what and how long it took."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlmodel import col, select

from annotator.api import query
from annotator.api.board import board, measurement
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import NamedOut, Outgoing
from annotator.domain import Entity, Role, User, now
from annotator.http.session import requires
from annotator.store import projects

bp = Blueprint("api_dashboard", __name__, url_prefix=f"{PREFIX}/projects/<slug>")

ZONE = {"zone": {"type": "string"}}


class AgreementOut(Outgoing):
    """Agreement as it was measured last; `report` is what `standpoint agreement --json` prints.

    Null: it is being measured, ask again. `is_current`: no answer came since.
    """

    measured_at: datetime | None
    is_current: bool
    report: dict[str, Any] | None


class ForecastOut(Outgoing):
    """Answers done and wanted; paces are answers a day; when all will be there, at the best and the worst."""

    done: int
    wanted: int
    paces: list[float]
    first: date | None
    last: date | None


class DayOut(Outgoing):
    """Answers that count, of a day."""

    day: date
    answers: int


class WeekOut(Outgoing):
    """Agreement on items whose last answer is of that week."""

    monday: date
    items: int
    alpha: float | None
    percent: float | None


class TargetOut(Outgoing):
    """How the answers about one target are distributed, in the order of the labels."""

    target: NamedOut
    votes: list[int]


class AnnotatorOut(Outgoing):
    """What one annotator has done; `agreement` is the share of others' votes that are like theirs."""

    name: str
    answers: int
    surplus: int
    seconds: float
    items: int
    agreement: float | None


class WorkedWeekOut(Outgoing):
    """One person's work in one week, in seconds of activity and of sittings."""

    monday: date
    name: str
    active: float
    present: float
    items: int
    surplus: int


class DashboardOut(Outgoing):
    """Figures of a project. `confusion` counts pairs of votes, `labels` by `labels` and absent at the end."""

    zone: str
    labels: list[str]
    forecast: ForecastOut
    days: list[DayOut]
    weeks: list[WeekOut]
    confusion: list[list[int]]
    targets: list[TargetOut]
    people: list[AnnotatorOut]
    worked: list[WorkedWeekOut]


@bp.get("/agreement")
@requires(Role.CURATOR)
@describes(gives={200: AgreementOut})
def agreement() -> ResponseReturnValue:
    """How well annotators agree."""
    measured, is_current = measurement()
    return AgreementOut(
        measured_at=measured.at if measured is not None else None,
        is_current=is_current,
        report=measured.report.as_json() if measured is not None else None,
    ).model_dump(mode="json")


@bp.get("/dashboard")
@requires(Role.CURATOR)
@describes(gives={200: DashboardOut}, query=ZONE)
def show() -> ResponseReturnValue:
    """The figures of the dashboard as they are now; days begin at midnight in `zone`."""
    from annotator.reading import breakdowns, trends  # noqa: PLC0415 - numpy: only curators ask for figures
    from annotator.reading.weeks_worked import weeks_worked  # noqa: PLC0415

    seen, zone = board(), query.zone()
    days = seen.once(("days", zone.key), lambda: trends.a_day(seen, zone))
    weeks = seen.once(("weeks", zone.key), lambda: trends.weeks(seen, zone))
    people = seen.once("people", lambda: breakdowns.people(seen))
    worked = seen.once(("worked", zone.key), lambda: weeks_worked(seen, zone))
    targets = breakdowns.targets(seen)
    entities = _entities([each.id for each in targets])
    names = _names({each.id for each in people} | {each.annotator for each in worked})
    foreseen = trends.forecast(seen, days, now().astimezone(zone).date())
    return DashboardOut(
        zone=zone.key,
        labels=[label.name for label in projects.labels(g.session, g.project)],
        forecast=ForecastOut.model_validate(foreseen, from_attributes=True),
        days=[DayOut(day=day, answers=answers) for day, answers in sorted(days.items())],
        weeks=[WeekOut.model_validate(each) for each in weeks],
        confusion=breakdowns.confusion(seen).tolist(),
        targets=[TargetOut(target=entities[each.id], votes=each.votes) for each in targets],
        people=[AnnotatorOut.model_validate(_told(each, names[each.id])) for each in people],
        worked=[WorkedWeekOut.model_validate(_told(each, names[each.annotator])) for each in worked],
    ).model_dump(mode="json")


def _told(row: Any, name: str) -> dict[str, Any]:
    return {field: getattr(row, field) for field in row.__dataclass_fields__} | {"name": name}


def _entities(ids: list[int]) -> dict[int | None, NamedOut]:
    rows = g.session.exec(select(Entity).where(col(Entity.id).in_(ids)))
    return {row.id: NamedOut.model_validate(row) for row in rows}


def _names(ids: set[int]) -> dict[int | None, str]:
    return {row.id: row.name for row in g.session.exec(select(User).where(col(User.id).in_(ids)))}
