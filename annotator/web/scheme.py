"""The curator's page of the project and its scheme: fields, labels, events, and the project file."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.domain import Label, Polarity, Role, SchemeChange
from annotator.domain.keys import FREE_KEYS
from annotator.domain.project_file import ProjectFile
from annotator.domain.project_toml import as_toml, from_toml
from annotator.errors import Conflict, Invalid, StandpointError
from annotator.http import sentences
from annotator.http.session import requires
from annotator.store import describing, entries, labelling, previewing, projects, scheme, telling, touching
from annotator.web import scheme_form
from annotator.web.preferences import own_zone

bp = Blueprint("scheme", __name__, url_prefix="/projects/<slug>/scheme")


@dataclass(frozen=True, slots=True)
class Preview:
    """A project file that waits for a yes, and what it would change."""

    toml: str
    rows: list[previewing.Difference]


@dataclass(frozen=True, slots=True)
class Asked:
    """An event that waits for a yes, with what it would touch."""

    change: str
    of: entries.Of
    names: list[str]
    to: list[str]
    note: str
    touched: touching.Touched


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """The project as it is, to be changed."""
    return _page()


@bp.get("/project.toml")
@requires(Role.CURATOR)
def download() -> ResponseReturnValue:
    """The project file, as `standpoint project show` prints it."""
    text = as_toml(describing.describe(g.session, g.project))
    response = Response(text, mimetype="application/toml")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.project.slug}.toml"'
    return response


@bp.post("")
@requires(Role.CURATOR)
def edit() -> ResponseReturnValue:
    """What the fields of the form would change, before they do; all that was written stays."""
    try:
        _require_version()
        file = scheme_form.read(describing.describe(g.session, g.project), request.form)
        return _page(preview=_preview(file))
    except StandpointError as error:
        return _page(draft=scheme_form.sent(request.form), problem=error), _status(error)


@bp.post("/file")
@requires(Role.CURATOR)
def upload() -> ResponseReturnValue:
    """What a project file would change; with `do=apply`, change it."""
    try:
        _require_version()
        text = _uploaded()
        file = from_toml(text)
        if file.slug != g.project.slug:
            raise Invalid(f"This file describes the project {file.slug!r}, not {g.project.slug!r}.")
        if request.form.get("do") != "apply":
            return _page(preview=_preview(file))
        projects.apply(g.session, g.project, file, version=_version(), by_id=g.user.id)
    except StandpointError as error:
        return _page(problem=error), _status(error)
    return redirect(url_for(".show", slug=g.project.slug, done="applied"), code=HTTPStatus.SEE_OTHER)


@bp.post("/events")
@requires(Role.CURATOR)
def happen() -> ResponseReturnValue:
    """Show how many answers an event would touch; with `do=apply`, let it happen."""
    form = request.form
    of: entries.Of = "entity" if form.get("of") == "entity" else "label"
    names = [name for name in form.getlist("name") if name]
    to = [part.strip() for part in form.get("to", "").split(",") if part.strip()]
    change = form.get("change", "")
    try:
        scheme.lock(g.session, g.project, _version())
        if not names or (change in scheme_form.NEEDS_MORE and not to):
            raise Invalid("Say which one, and the new name, the one that stays, or the parts.")
        if form.get("do") != "apply":
            return _page(asked=_asked(change, of, names, to))
        scheme_form.carry_out(
            g.session, g.project, change, of, names=names, to=to, form=form, by_id=g.user.id
        )
    except StandpointError as error:
        return _page(problem=error), _status(error)
    back = "registry.show" if of == "entity" else ".show"
    return redirect(url_for(back, slug=g.project.slug, done="changed"), code=HTTPStatus.SEE_OTHER)


def _preview(file: ProjectFile) -> Preview:
    return Preview(as_toml(file), previewing.would(g.session, g.project, file))


def _asked(change: str, of: entries.Of, names: list[str], to: list[str]) -> Asked:
    ids = [entries.find(g.session, g.project, of, name).id or 0 for name in names]
    touched = touching.count(g.session, g.project, of, ids)
    savepoint = g.session.begin_nested()  # what it would be refused for is said now
    try:
        scheme_form.carry_out(g.session, g.project, change, of, names=names, to=to, form={}, by_id=g.user.id)
    finally:
        savepoint.rollback()
        g.session.expire_all()
    return Asked(change, of, names, to, request.form.get("note", ""), touched)


def _uploaded() -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return request.form.get("toml", "").replace("\r\n", "\n")
    try:
        return str(sent.read().decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid("This file is not UTF-8: save it as UTF-8.") from None


def _version() -> int:
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _require_version() -> None:
    scheme.lock(g.session, g.project, _version())


def _status(error: StandpointError) -> HTTPStatus:
    return HTTPStatus.CONFLICT if isinstance(error, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY


def _page(
    *,
    draft: scheme_form.Draft | None = None,
    preview: Preview | None = None,
    asked: Asked | None = None,
    problem: StandpointError | None = None,
) -> str:
    if problem is not None:
        g.session.rollback()
    described = describing.describe(g.session, g.project)
    labels: list[Label] = projects.labels(g.session, g.project)
    events = reversed(scheme.events(g.session, g.project))
    return render_template(
        "scheme/page.html",
        project=g.project,
        zone=own_zone(),
        draft=draft or scheme_form.of(described),
        preview=preview,
        asked=asked,
        problem=(sentences.told(str(problem)) or str(problem)) if problem is not None else None,
        done=request.args.get("done"),
        labels=[label for label in labels if label.retired_at is None],
        retired=[label for label in labels if label.retired_at is not None],
        used={label.name: labelling.named_by(g.session, label) for label in labels},
        by_id={label.id: label for label in labels},
        events=[(event, telling.olds(event), telling.news(event)) for event in events],
        keys=FREE_KEYS,
        polarities=list(Polarity),
        changes=list(SchemeChange),
    )
