"""What annotators told of themselves, as it may leave the house: counts, and none that names anybody.

Counted are the answers of those who agreed that counts are published. All others stand together, who told
nothing and who did not agree, so that neither shows.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlmodel import Session, col, select

from annotator.domain import Project, Questionnaire
from annotator.domain.workforce import Workforce
from annotator.quality.suppression import shown


class Demographic(NamedTuple):
    """A question with the people behind each choice."""

    key: str
    text: str
    people: int  # all of them, those who told nothing among them
    least: int  # people whom a count that is told has at least
    counts: tuple[tuple[str, int | None], ...]  # choice → people; None: hidden
    not_told: int | None  # who chose nothing, or did not agree


def told(
    session: Session, project: Project, pseudonyms: Mapping[int, str], among: Collection[str]
) -> list[Demographic]:
    """The project's questions, answered by the people `among` whom all is counted."""
    questionnaire = Workforce.of(project).questionnaire
    if not among:
        return []
    asked = select(Questionnaire.user_id, Questionnaire.answers).where(
        Questionnaire.project_id == project.id, Questionnaire.consented, col(Questionnaire.may_publish)
    )
    answers = [given for user, given in session.exec(asked) if pseudonyms.get(user) in among]
    found = []
    for question in questionnaire.questions:
        chosen = [given.get(question.key) for given in answers]
        choices = list(dict.fromkeys(question.choices))
        counts = [chosen.count(choice) for choice in choices]
        counts.append(len(among) - sum(counts))
        *told, not_told = shown(counts, questionnaire.least)
        about = (question.key, question.text, len(among), questionnaire.least)
        found.append(Demographic(*about, tuple(zip(choices, told, strict=True)), not_told))
    return found
