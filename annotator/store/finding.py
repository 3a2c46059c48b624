"""Which answers have a label, or certain words in what they are about.

Names of entities are compared as the registry compares them. Texts and comments are compared letter by
letter, without case: what SQLite and PostgreSQL both do, and no index of words is kept. SQLite knows the
case of ASCII letters only, so the usual spellings of other words are looked for, one beside the other.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col

from annotator.domain import Alias, Annotation, Document, Item, Label, Project, Stance
from annotator.domain.naming import normalise
from annotator.errors import Invalid
from annotator.store import entries, projects


def with_label(session: Session, project: Project, name: str) -> sa.ColumnElement[bool]:
    """Answers that have a stance with this label.

    Raises
    ------
    Invalid
        If the project has none of that name.
    """
    every = projects.labels(session, project)
    named = {entries.stands(label) for label in every if label.name == name}
    labels = [label.id for label in every if entries.stands(label) in named]
    if not labels:
        raise Invalid(f"label: there is no label {name!r} in {project.slug!r}.", {"label": "is not known"})
    return _has_stance(col(Stance.label_id).in_(labels))


def with_words(
    session: Session,
    project: Project,
    words: str,
    *,
    text: sa.ColumnElement[str],
    masked: sa.ColumnElement[bool],
) -> sa.ColumnElement[bool]:
    """Answers with these words in `text`, the title, the comment, a label or the name of an entity.

    Where `masked` holds, the holder that the item fixes is not looked at: what is found would tell it.
    """
    columns = (text, col(Document.title), col(Annotation.comment))
    literal = [column.icontains(form, autoescape=True) for column in columns for form in _spellings(words)]
    normalised = normalise(words)
    if not normalised:
        return sa.or_(*literal)
    every = projects.labels(session, project)
    called = {entries.stands(label) for label in every if _is_called(label, normalised)}
    labels = [label.id for label in every if entries.stands(label) in called]
    named = sa.select(col(Alias.entity_id)).where(
        col(Alias.project_id) == project.id, col(Alias.normalised).contains(normalised, autoescape=True)
    )
    said = [col(role).in_(named) for role in (Stance.target_id, Stance.voice_id)]
    is_own = sa.or_(~masked, col(Item.holder_id).is_(None))
    held = sa.and_(col(Stance.holder_id).in_(named), is_own)
    fixed = [col(Item.target_id).in_(named), sa.and_(col(Item.holder_id).in_(named), ~masked)]
    return sa.or_(*literal, *fixed, _has_stance(sa.or_(col(Stance.label_id).in_(labels), *said, held)))


def _has_stance(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(Stance.annotation_id) == col(Annotation.id), condition)


def _is_called(label: Label, normalised: str) -> bool:
    return any(normalised in normalise(name) for name in (label.name, *label.names.values()))


def _spellings(words: str) -> Iterable[str]:
    """The words as given, small, large, and with capitals.

    >>> sorted(_spellings("élan")), _spellings("Pier")
    (['ÉLAN', 'Élan', 'élan'], ['pier'])
    """
    if words.isascii():
        return [words.lower()]
    return {words, words.lower(), words.upper(), words.capitalize(), words.title()}
