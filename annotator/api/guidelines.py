"""The guidelines in force, their versions, what changed, and what a person has read of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, Field, model_validator

from annotator.api import body, query
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing, Problem
from annotator.domain import Guidelines, Role
from annotator.domain.answering import Incoming, Name, Version, storable
from annotator.errors import Conflict
from annotator.http import difference, etags
from annotator.http.markdown import to_html
from annotator.http.session import requires
from annotator.store import guidelines, news, scheme
from annotator.store.guidelines import MOST_NOTE, MOST_TEXT, Change, Scope, Subject

bp = Blueprint("api_guidelines", __name__, url_prefix=f"{PREFIX}/projects/<slug>/guidelines")

Markdown = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(storable)]
Note = Annotated[str, Field(max_length=MOST_NOTE), AfterValidator(storable)]
MOST_VERSION = 2**31 - 1
SINCE = {"type": "integer", "minimum": 0, "maximum": MOST_VERSION}


class TextOut(Outgoing):
    """A text in force; version 0 and empty where there is none."""

    version: int
    markdown: str
    html: str

    @classmethod
    def of_text(cls, text: Guidelines | None, **more: object) -> Self:
        """From its row."""
        version, markdown = (text.version, text.text) if text is not None else (0, "")
        return cls.model_validate(
            {"version": version, "markdown": markdown, "html": to_html(markdown)} | more
        )


class SubjectTextOut(TextOut):
    """The text about a label (`of` its name) or an entity (its key)."""

    of: str
    name: str


class GuidelinesOut(TextOut):
    """The text of the project, and those of labels and entities that have one."""

    guidelines_version: int  # counts the changes of all texts
    labels: list[SubjectTextOut]
    entities: list[SubjectTextOut]


class VersionOut(Outgoing):
    """A version of one text. `by` is empty for the command line."""

    version: int
    scope: Scope
    of: str | None
    name: str | None
    note: str | None
    must_read: bool
    by: str | None
    created_at: datetime

    @classmethod
    def of_row(cls, row: Guidelines, *, subject: Subject, by: str | None) -> Self:
        """From its row, what it is about and who published it."""
        about = {"scope": subject.scope, "of": subject.of, "name": subject.name}
        return cls.model_validate(row.model_dump() | about | {"by": by})


class VersionsOut(Outgoing):
    """All versions, newest first."""

    versions: list[VersionOut]


class ChangeOut(Outgoing):
    """What became of one text. `html` shows the difference; the whole text where it is new."""

    scope: Scope
    of: str | None
    name: str | None
    version: int
    replaces: int | None
    notes: list[str]  # of all versions between, oldest first
    must_read: bool
    html: str

    @classmethod
    def of_change(cls, change: Change) -> Self:
        """From the store's."""
        return cls(
            scope=change.subject.scope,
            of=change.subject.of,
            name=change.subject.name,
            version=change.after.version,
            replaces=change.before.version if change.before is not None else None,
            notes=[version.note for version in change.versions if version.note],
            must_read=any(version.must_read for version in change.versions),
            html=difference_html(change.before.text if change.before else None, change.after.text),
        )


class ChangesOut(Outgoing):
    """What changed after version `since`, up to `guidelines_version`."""

    since: int
    guidelines_version: int
    changes: list[ChangeOut]


class GuidelinesIn(Incoming):
    """A new version of one text; `replaces` is the version that it was written from, 0 for none."""

    scope: Scope = Scope.PROJECT
    of: Name | None = None
    markdown: Markdown
    note: Note | None = None
    must_read: bool = False
    replaces: Version | None = None

    @model_validator(mode="after")
    def about_something(self) -> Self:
        """A label's text names the label."""
        if (self.of is None) != (self.scope is Scope.PROJECT):
            raise ValueError("`of` names the label or the entity, and nothing where the scope is the project")
        return self


class ReadIn(Incoming):
    """The version that was read."""

    version: Version


class ReadOut(Outgoing):
    """The newest version that this person has read."""

    guidelines_read: int


class StaleProblem(Problem):
    """Somebody has published meanwhile; `current` is their text."""

    current: TextOut | None = None


@bp.get("")
@requires(Role.ANNOTATOR)
@describes(gives={200: GuidelinesOut}, is_tagged=True)
def show() -> ResponseReturnValue:
    """The guidelines in force, as Markdown and as safe HTML."""
    return etags.tagged(_in_force())


def _in_force() -> dict[str, object]:
    texts = guidelines.in_force(g.session, g.project)
    about = guidelines.subjects(g.session, texts)
    of_scope = {scope: [text for text in texts if about[text.version].scope is scope] for scope in Scope}
    whole = next(iter(of_scope[Scope.PROJECT]), None)
    return GuidelinesOut.of_text(
        whole,
        guidelines_version=g.project.guidelines_version,
        labels=_subject_texts(of_scope[Scope.LABEL], about),
        entities=_subject_texts(of_scope[Scope.ENTITY], about),
    ).model_dump(mode="json")


@bp.get("/versions")
@requires(Role.ANNOTATOR)
@describes(gives={200: VersionsOut})
def versions() -> ResponseReturnValue:
    """All versions with note, author and time, newest first."""
    rows = guidelines.versions(g.session, g.project)
    return VersionsOut(versions=_versions(rows)).model_dump(mode="json")


@bp.get("/changes")
@requires(Role.ANNOTATOR)
@describes(gives={200: ChangesOut}, query={"since": SINCE})
def changes() -> ResponseReturnValue:
    """What changed since a version; without `since`, since the one that this person knows."""
    known = news.of(g.session, g.project, g.user).known
    since = query.number("since", least=0, most=MOST_VERSION, usual=known)
    found = guidelines.changes(g.session, g.project, since=since)
    return ChangesOut(
        since=since,
        guidelines_version=g.project.guidelines_version,
        changes=[ChangeOut.of_change(change) for change in found],
    ).model_dump(mode="json")


@bp.post("")
@requires(Role.CURATOR)
@describes(takes=GuidelinesIn, gives={201: VersionOut, 409: StaleProblem}, is_matched=True)
def publish() -> ResponseReturnValue:
    """Publish a new version of one text. 409 with the text that stands, if `replaces` is not that one.

    With the ETag of the guidelines in If-Match, 412 if any of them has changed since.
    """
    wanted = body.read(GuidelinesIn)
    if request.if_match:
        scheme.lock(g.session, g.project)  # one at a time
        etags.require(etags.of(_in_force()))
    try:
        row = save(wanted)
    except Conflict as conflict:
        if isinstance(conflict.current, Guidelines):
            conflict.current = TextOut.of_text(conflict.current).model_dump(mode="json")
        raise
    return _versions([row])[0].model_dump(mode="json"), 201


@bp.put("/read")
@requires(Role.ANNOTATOR)
@describes(takes=ReadIn, gives={200: ReadOut})
def read() -> ResponseReturnValue:
    """Say that the guidelines were read up to a version. It never goes back."""
    version = news.mark_read(g.session, g.project, g.user, body.read(ReadIn).version)
    return ReadOut(guidelines_read=version).model_dump()


def save(wanted: GuidelinesIn) -> Guidelines:
    """Append a version in the name of the person who asks; return its row.

    Raises
    ------
    StandpointError
        As `guidelines.publish`, and NotFound if there is no such label or entity.
    """
    return guidelines.publish(
        g.session,
        g.project,
        wanted.markdown,
        subject=guidelines.subject(g.session, g.project, wanted.scope, wanted.of),
        note=wanted.note,
        must_read=wanted.must_read,
        replaces=wanted.replaces,
        by_id=g.user.id,
    )


def difference_html(before: str | None, after: str) -> str:
    """What changed, as safe HTML; the whole of a text that is new."""
    if before is None:
        return to_html(after)
    return render_template("guidelines/_difference.html", lines=difference.lines(before, after))


def _subject_texts(texts: Sequence[Guidelines], about: dict[int, Subject]) -> list[SubjectTextOut]:
    told = [(text, about[text.version]) for text in texts if text.text]
    return [SubjectTextOut.of_text(text, of=subject.of, name=subject.name) for text, subject in told]


def _versions(rows: Sequence[Guidelines]) -> list[VersionOut]:
    about, by = guidelines.subjects(g.session, rows), guidelines.authors(g.session, rows)
    return [VersionOut.of_row(row, subject=about[row.version], by=by.get(row.version)) for row in rows]
