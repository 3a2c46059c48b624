"""Where a document is quoted beside its own rows: in what was asked of a job, and in what came of it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from annotator.domain import Import, Job, JobState, now

QUOTED = 20  # characters, and more, that tell a quotation


class Words(NamedTuple):
    """A document's text, and its segments."""

    text: str
    segments: frozenset[str]

    def stand_in(self, text: str) -> bool:
        """Whether the text holds a segment that is long enough to tell."""
        return any(part in text for part in self.segments if len(part) >= QUOTED)

    def are_quoted(self, said: str) -> bool:
        """Whether somebody said a part of the document, or more than it; a short segment counts if whole.

        >>> words = Words("No. Keep the night trains!", frozenset({"No.", "Keep the night trains!"}))
        >>> [words.are_quoted(said) for said in ("the night trains and more", "eep the night trains", "no")]
        [False, True, False]
        """
        said = said.strip()
        if len(said) < QUOTED:
            return " " in said and said in self.segments
        return said in self.text or self.stand_in(said)


def take_out(session: Session, project_id: int, words: Words, instead: str) -> None:
    """Write this instead of every word of the project's jobs and imports that quote the document.

    Every word, because an explanation is told in pieces. Numbers stay. A job that has not ended is
    cancelled: its process can store nothing any more.
    """
    for job in session.exec(select(Job).where(Job.project_id == project_id)):
        if any(map(words.are_quoted, _said([job.arguments, job.result, job.failure]))):
            job.arguments, job.result = _without(job.arguments, instead), _without(job.result, instead)
            job.failure = instead if job.failure else None
            if job.finished_at is None:
                job.state, job.finished_at = JobState.CANCELLED, now()
            session.add(job)
    for each in session.exec(select(Import).where(col(Import.project_id) == project_id)):
        if any(map(words.are_quoted, _said(each.told))):
            each.told = _without(each.told, instead)
            session.add(each)
    session.flush()


def _said(value: object) -> Iterator[str]:
    """All strings in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _said(each)
    elif isinstance(value, list):
        for each in value:
            yield from _said(each)


def _without(value: Any, instead: str) -> Any:
    """The same with other strings."""
    if isinstance(value, str):
        return instead
    if isinstance(value, Mapping):
        return {key: _without(each, instead) for key, each in value.items()}
    return [_without(each, instead) for each in value] if isinstance(value, list) else value
