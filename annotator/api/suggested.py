"""What a model says of an item, as the annotator's page gets it with the item."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import Field
from sqlmodel import Session

from annotator.api.schemas import Outgoing
from annotator.domain import Project, ProjectKind
from annotator.domain.workforce import Show
from annotator.store import arms, open_suggestions, suggestions
from annotator.store.questions import Question


class ExpectedOut(Outgoing):
    """A stance that a model expects; holder and target by key."""

    holder: str
    target: str
    label: str
    p: float | None  # of this label, as far as the model told


class SuggestionOut(Outgoing):
    """What a model says. `at_once`: it may stand beside the item; else only once the first answer is given.

    In a directed project a `label`. In an open one whether there is `any_stance`, and the `stances` where the
    model says which. An answer given after a look at it names it in shown.suggestion.
    """

    uuid: UUID
    label: str | None = None
    any_stance: bool = True
    stances: list[ExpectedOut] = Field(default_factory=list)
    p: float | None  # of the label, or of any stance or none, as far as the model told
    at_once: bool


def suggestions_out(session: Session, project: Project, put: Sequence[Question]) -> dict[int, SuggestionOut]:
    """What a model says to each that is asked for the first time, where the project shows it, by row id."""
    when = suggestions.shown(project)
    if when is Show.OFF:
        return {}
    wanted = [each for each in put if each.occasion == 0]
    if project.kind is ProjectKind.OPEN:
        return _of_open(session, project, wanted, at_once=when is Show.BESIDE)
    found = suggestions.of_items(session, project, [each.item.id for each in wanted])
    at_once = when is Show.BESIDE
    return {
        item: SuggestionOut(uuid=each.uuid, label=each.label, p=each.p, at_once=at_once)
        for item, each in found.items()
    }


def _of_open(
    session: Session, project: Project, put: Sequence[Question], *, at_once: bool
) -> dict[int, SuggestionOut]:
    """Where an experiment hides who holds the stance, a suggestion that names a holder is hidden with it."""
    found = open_suggestions.of_items(session, project, [each.item.id for each in put])
    masked = {each.item.id for each in put if arms.masks_holder(each.arm)}
    return {
        item: SuggestionOut(
            uuid=said.uuid,
            any_stance=said.any_stance,
            stances=[ExpectedOut.model_validate(each) for each in said.stances],
            p=said.p,
            at_once=at_once,
        )
        for item, said in found.items()
        if not (said.stances and item in masked)
    }
