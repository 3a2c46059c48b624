"""What a person prefers, read from and kept in their row."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from annotator.domain import Label, Project, ProjectKind, User
from annotator.domain.keys import CHOOSING, OPEN_ONLY, first_clash, of_label
from annotator.domain.preferences import Preferences
from annotator.errors import Invalid
from annotator.store import projects


@dataclass(frozen=True, slots=True)
class Clash:
    """A key that would do two things. `other`: an action, a label of `project`, or "" for what digits do."""

    code: str
    action: str  # or a label of `project`, where is_label
    other: str
    project: str | None = None
    is_label: bool = False

    def __str__(self) -> str:
        if not self.other:
            return f"{self.code} chooses labels and entities: give {self.action!r} another key."
        where = f" in {self.project!r}" if self.project is not None else ""
        return f"{self.code} would be both {self.action!r} and {self.other!r}{where}: give one another key."


def of(user: User | None) -> Preferences:
    """What this person has chosen; the defaults where nobody is signed in."""
    if user is None:
        return Preferences()
    return Preferences.kept({**user.preferences, "locale": user.locale})


def keep(session: Session, user: User, preferences: Preferences) -> None:
    """Keep all of it in place of what was kept before; what is as everybody has it is not stored.

    The person's row is locked, so that of two pages that save at once the later one holds whole.

    Raises
    ------
    Invalid
        If a key would do two things in a project of this person.
    """
    if (found := clash(session, user, preferences)) is not None:
        raise Invalid(str(found), {"label_keys" if found.is_label else f"keys.{found.action}": str(found)})
    row = session.exec(select(User).where(User.id == user.id).with_for_update()).one()
    row.preferences = preferences.model_dump(mode="json", exclude={"locale"}, exclude_defaults=True)
    row.locale = preferences.locale
    session.add(row)
    session.flush()


def clash(session: Session, user: User, preferences: Preferences) -> Clash | None:
    """The first key that these preferences would give to two things, if there is one.

    The keys that a project gives its labels by itself take default keys from actions; only what the person
    chose must not collide with them.
    """
    for action, codes in preferences.keys.items():
        for code in filter(CHOOSING.fullmatch, codes):
            return Clash(code, action, "")
    if (found := first_clash(preferences.in_force)) is not None:
        return Clash(*found)
    mine = projects.of_user(session, user)
    labels = _labels(session, mine)
    return next((found for project in mine for found in _with_labels(preferences, project, labels)), None)


def _with_labels(preferences: Preferences, project: Project, labels: list[Label]) -> Iterator[Clash]:
    own = preferences.label_keys.get(project.slug, {})
    here = {label.name: label.key for label in labels if label.project_id == project.id}
    codes = {name: code for name, key in here.items() if (code := own.get(name) or of_label(key))}
    if (found := first_clash({name: [code] for name, code in codes.items()})) is not None:
        code, one, other = found
        yield Clash(code, one, other, project.slug, is_label=True)
    for name, code in codes.items():
        for action, theirs in preferences.in_force.items():
            is_here = project.kind is ProjectKind.OPEN or action not in OPEN_ONLY
            if is_here and code in theirs and (name in own or action in preferences.keys):
                yield Clash(code, action, name, project.slug)


def _labels(session: Session, mine: list[Project]) -> list[Label]:
    query = select(Label).where(
        col(Label.project_id).in_([project.id for project in mine]),
        col(Label.retired_at).is_(None),
        col(Label.deleted_at).is_(None),
    )
    return list(session.exec(query.order_by(col(Label.position))))
