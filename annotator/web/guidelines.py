"""The curator's page of guidelines: choose a text, change it, look at it and at the difference, publish."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

import pydantic
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.api.guidelines import GuidelinesIn, difference_html, save
from annotator.domain import Guidelines, Role
from annotator.errors import Conflict, Invalid
from annotator.http import sentences
from annotator.http.markdown import to_html
from annotator.http.session import requires
from annotator.store import guidelines
from annotator.store.guidelines import WHOLE, Scope, Subject
from annotator.web.preferences import own_zone

bp = Blueprint("guidelines", __name__, url_prefix="/projects/<slug>/guidelines")


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it stands in the form, and the version that it was written from."""

    markdown: str
    note: str = ""
    must_read: bool = False
    replaces: int = 0

    @classmethod
    def of(cls, row: Guidelines | None) -> Self:
        """The text in force, to be changed."""
        return cls(markdown=row.text, replaces=row.version) if row is not None else cls(markdown="")

    @classmethod
    def sent(cls) -> Self:
        """What the form of this request says. Browsers send lines with the line ends of a typewriter."""
        form = request.form
        replaces = form.get("replaces", "")
        return cls(
            markdown=form.get("markdown", "").replace("\r\n", "\n"),
            note=form.get("note", "").strip(),
            must_read="must_read" in form,
            replaces=int(replaces) if replaces.isascii() and replaces.isdigit() else 0,
        )


@bp.get("")
@requires(Role.CURATOR)
def show() -> ResponseReturnValue:
    """A text to change, and the versions of all of them; `version` shows what one of them changed."""
    subject = _subject(request.args.get("about", ""))
    return _page(subject, Draft.of(guidelines.newest(g.session, g.project, subject)))


@bp.post("")
@requires(Role.CURATOR)
def change() -> ResponseReturnValue:
    """Publish a text, or show what it would look like. Whatever goes wrong, what was written stays."""
    subject, draft = _subject(request.form.get("about", "")), Draft.sent()
    if request.form.get("do") == "preview":
        return _page(subject, draft, is_preview=True)
    try:
        row = _publish(subject, draft)
    except Conflict as conflict:
        theirs = conflict.current if isinstance(conflict.current, Guidelines) else None
        newer = Draft(draft.markdown, draft.note, draft.must_read, theirs.version if theirs else 0)
        return _page(subject, newer, theirs=theirs), HTTPStatus.CONFLICT
    except Invalid as invalid:
        return _page(
            subject, draft, problem=sentences.told(str(invalid)) or str(invalid)
        ), HTTPStatus.UNPROCESSABLE_ENTITY
    shown = url_for(".show", slug=g.project.slug, about=_about(subject), version=row.version)
    return redirect(shown, code=HTTPStatus.SEE_OTHER)


def _publish(subject: Subject, draft: Draft) -> Guidelines:
    try:
        wanted = GuidelinesIn(
            scope=subject.scope,
            of=subject.of,
            markdown=draft.markdown,
            note=draft.note or None,
            must_read=draft.must_read,
            replaces=draft.replaces,
        )
    except pydantic.ValidationError as error:
        raise Invalid(
            "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
        ) from None
    return save(wanted)


def _page(
    subject: Subject,
    draft: Draft,
    *,
    is_preview: bool = False,
    theirs: Guidelines | None = None,
    problem: str | None = None,
) -> str:
    newest = guidelines.newest(g.session, g.project, subject)
    in_force = newest.text if newest is not None else ""
    rows = guidelines.versions(g.session, g.project)
    return render_template(
        "guidelines/page.html",
        project=g.project,
        zone=own_zone(),
        subject=subject,
        about=_about(subject),
        choices=_choices(),
        draft=draft,
        theirs=theirs,
        problem=problem,
        preview=to_html(draft.markdown) if is_preview else None,
        difference=difference_html(in_force, draft.markdown) if is_preview or theirs is not None else None,
        rows=rows,
        subjects=guidelines.subjects(g.session, rows),
        authors=guidelines.authors(g.session, rows),
        chosen=_chosen(rows),
        about_of=_about,
    )


def _chosen(rows: list[Guidelines]) -> tuple[Guidelines, str] | None:
    """The version that the address names, with what it changed."""
    number = request.args.get("version", "")
    row = next((row for row in rows if str(row.version) == number), None)
    if row is None:
        return None
    same = [each for each in rows if (each.label_id, each.entity_id) == (row.label_id, row.entity_id)]
    before = next((each for each in same if each.version < row.version), None)
    return row, difference_html(before.text if before is not None else None, row.text)


def _choices() -> dict[Scope, list[tuple[str, str]]]:
    """Scope → (value, name) of every text that there may be."""
    found: dict[Scope, list[tuple[str, str]]] = {scope: [] for scope in Scope}
    for subject in guidelines.possible(g.session, g.project):
        found[subject.scope].append((_about(subject), subject.name or ""))
    return found


def _about(subject: Subject) -> str:
    """What the address calls a subject: "label:FAVOR"; nothing for the whole project."""
    return "" if subject == WHOLE else f"{subject.scope}:{subject.of}"


def _subject(about: str) -> Subject:
    scope, _, of = about.partition(":")
    known = Scope(scope) if scope in set(Scope) else Scope.PROJECT
    return guidelines.subject(g.session, g.project, known, of)
