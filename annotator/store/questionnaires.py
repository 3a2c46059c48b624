"""The questionnaire for annotators: asked once, skippable, told as coarse counts alone.

A choice that fewer than `least` people made is not told, and no total is told beside the counts, for the
missing one could be taken from it. Nobody but the person sees their own answers.
"""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import Session, select

from annotator.domain import Project, Questionnaire, User, now
from annotator.domain.workforce import Question, Workforce
from annotator.errors import Invalid
from annotator.store import audit


@dataclass(frozen=True, slots=True)
class Told:
    """A question with the choices that enough people made."""

    question: Question
    counts: dict[str, int]  # choice → people; those under `least` are left out
    is_cut: bool  # whether some choices are left out, also ones that nobody made


def is_owed(session: Session, project: Project, user: User) -> bool:
    """Whether the person is to be asked: once, where the project asks something."""
    return bool(Workforce.of(project).questionnaire.questions) and of(session, project, user) is None


def of(session: Session, project: Project, user: User) -> Questionnaire | None:
    """The person's own answers; None if they were not asked yet."""
    return session.get(Questionnaire, (user.id, project.id))


def answer(
    session: Session, project: Project, user: User, answers: dict[str, str], *, may_publish: bool = False
) -> None:
    """Keep what the person tells, in place of what they told before, with their consent.

    `may_publish` is their consent to counts in releases as well.

    Raises
    ------
    Invalid
        If it is no choice of the question.
    """
    known = {question.key: question.choices for question in Workforce.of(project).questionnaire.questions}
    for key, choice in answers.items():
        if choice not in known.get(key, []):
            raise Invalid(f"{choice!r} is no choice of the question {key!r}.", {key: "is no choice"})
    _store(session, project, user, consented=True, may_publish=may_publish, answers=answers)


def skip(session: Session, project: Project, user: User) -> None:
    """Keep nothing; what they told before is deleted for good."""
    _store(session, project, user, consented=False, may_publish=False, answers={})


def told(session: Session, project: Project) -> list[Told]:
    """What a curator may know: for each question, the choices that enough people made."""
    questionnaire = Workforce.of(project).questionnaire
    rows = session.exec(
        select(Questionnaire).where(Questionnaire.project_id == project.id, Questionnaire.consented)
    ).all()
    found = []
    for question in questionnaire.questions:
        counts = Counter(row.answers[question.key] for row in rows if question.key in row.answers)
        enough = {
            choice: counts[choice] for choice in question.choices if counts[choice] >= questionnaire.least
        }
        found.append(Told(question, enough, len(enough) < len(question.choices)))
    return found


def _store(
    session: Session,
    project: Project,
    user: User,
    *,
    consented: bool,
    may_publish: bool,
    answers: dict[str, str],
) -> None:
    assert user.id is not None and project.id is not None
    row = of(session, project, user) or Questionnaire(user_id=user.id, project_id=project.id)
    row.consented, row.may_publish = consented, may_publish
    row.answers, row.answered_at = answers, now()
    session.add(row)
    audit.note(session, "questionnaire", project=project, by_id=user.id)  # that, not what
    session.flush()
