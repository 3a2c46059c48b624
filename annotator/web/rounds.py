"""The curator's page of rounds: what each comes to, a preview of a change, and how many items are needed."""

from collections.abc import Sequence
from http import HTTPStatus

import pydantic
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Role
from annotator.domain.workforce import RoundEntry, Workforce
from annotator.errors import Invalid
from annotator.http.session import requires
from annotator.quality import sample_size
from annotator.store import rounds
from annotator.store.rounds import Planned

bp = Blueprint("rounds", __name__, url_prefix="/projects/<slug>/rounds")

FIELDS = ("name", "round", "items", "overlap", "share", "share_overlap", "targets")
Form = list[dict[str, str]]


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The rounds as they are, in a form to change them."""
    return _page([_told(entry) for entry in Workforce.of(g.project).rounds])


@bp.post("")
@requires(Role.CURATOR)
def change() -> ResponseReturnValue:
    """Apply the rounds of the form, or show what they would come to. What was written stays."""
    form = [row for row in _sent() if any(row[field] for field in FIELDS if field != "round")]
    try:
        entries = [RoundEntry.model_validate(_entry(row)) for row in form]
        Workforce(rounds=entries)
        if request.form.get("do") == "preview":
            return _page(form, preview=rounds.preview(g.session, g.project, entries))
        rounds.change(g.session, g.project, entries, by=g.user)
    except (pydantic.ValidationError, Invalid) as error:
        return _page(form, problem=_why(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show", slug=g.project.slug, done="yes"), code=HTTPStatus.SEE_OTHER)


def _page(form: Form, *, preview: Sequence[Planned] | None = None, problem: str | None = None) -> str:
    return render_template(
        "rounds/page.html",
        project=g.project,
        form=[*form, dict.fromkeys(FIELDS, "") | {"round": "main"}],
        planned=rounds.planned(g.session, g.project),
        preview=preview,
        problem=problem,
        done=request.args.get("done"),
        needed=_needed(),
        asked={name: request.args.get(name, usual) for name, usual in USUAL.items()},
    )


USUAL = {"width": "0.1", "agreement": "0.8", "alpha": "0.4", "share": "0.3"}


def _needed() -> tuple[int, int] | None:
    """Items for the observed agreement, and for alpha; None where what was asked has no answer."""
    try:
        width, agreement, alpha, share = (
            float(request.args.get(name, usual)) for name, usual in USUAL.items()
        )
        return sample_size.for_share(agreement, width), sample_size.for_alpha(alpha, width, prevalence=share)
    except (ValueError, OverflowError):
        return None


def _sent() -> Form:
    """The rows of the form, a round each."""
    columns = [request.form.getlist(field) for field in FIELDS]
    return [
        dict(zip(FIELDS, (value.strip() for value in row), strict=True))
        for row in zip(*columns, strict=False)
    ]


def _entry(row: dict[str, str]) -> dict[str, object]:
    """What a project file would say."""
    said: dict[str, object] = {"name": row["name"], "round": row["round"] or "main"}
    said |= {field: row[field] for field in ("items", "overlap") if row[field]}
    if row["share"] or row["share_overlap"]:
        try:
            rate = float(row["share"]) / 100
        except ValueError:
            rate = -1
        said["share"] = {"rate": rate, "overlap": row["share_overlap"] or None}
    pairs = [pair.partition("=") for pair in row["targets"].split(",") if pair.strip()]
    said["targets"] = {key.strip(): overlap.strip() for key, _, overlap in pairs}
    return said


def _told(entry: RoundEntry) -> dict[str, str]:
    share = entry.share
    return {
        "name": entry.name,
        "round": str(entry.round),
        "items": str(entry.items or ""),
        "overlap": str(entry.overlap or ""),
        "share": f"{share.rate * 100:g}" if share else "",
        "share_overlap": str(share.overlap) if share else "",
        "targets": ", ".join(f"{key} = {overlap}" for key, overlap in entry.targets.items()),
    }


def _why(error: pydantic.ValidationError | Invalid) -> str:
    if isinstance(error, Invalid):
        return str(error)
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {first['msg'].removeprefix('Value error, ')}"
