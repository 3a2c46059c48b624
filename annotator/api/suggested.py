"""What a model says of an item, as the annotator's page gets it with the item."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import Field
from sqlmodel import Session

from annotator.api.schemas import Outgoing
from annotator.domain import Project, ProjectKind
from annotator.domain.workforce import Show
from annotator.store import open_suggestions, suggestions
from annotator.store.questions import Question


class ExpectedStanceOut(Outgoing):
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
    any_stance: bool | None = None
    stances: list[ExpectedStanceOut] = Field(default_factory=list)
    p: float | None  # of the label, or of any stance or none, as far as the model told
    at_once: bool


def suggestions_out(session: Session, project: Project, put: Sequence[Question]) -> dict[int, SuggestionOut]:
    """What a model says to each that is asked for the first time, where the project shows it, by row id."""
    when = suggestions.shown(project)
    if when is Show.OFF:
        return {}
    wanted, at_once = [each.item.id for each in put if each.occasion == 0], when is Show.BESIDE
    if project.kind is ProjectKind.DIRECTED:
        return {
            item: SuggestionOut(uuid=said.uuid, label=said.label, p=said.p, at_once=at_once)
            for item, said in suggestions.of_items(session, project, wanted).items()
        }
    return {
        item: SuggestionOut(
            uuid=said.uuid,
            any_stance=said.any_stance,
            stances=[ExpectedStanceOut.model_validate(each) for each in said.stances],
            p=said.p,
            at_once=at_once,
        )
        for item, said in open_suggestions.of_items(session, project, wanted).items()
    }
