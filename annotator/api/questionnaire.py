"""The questionnaire: what is asked, what one told oneself; nobody sees another's."""

from typing import Annotated

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import Field

from annotator.api import body
from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.domain import Role
from annotator.domain.answering import Incoming, Name
from annotator.domain.workforce import Workforce
from annotator.errors import Invalid, NotFound
from annotator.http.session import requires
from annotator.store import questionnaires

bp = Blueprint("api_questionnaire", __name__, url_prefix=f"{PREFIX}/projects/<slug>/questionnaire")


class QuestionOut(Outgoing):
    """A question and its choices."""

    key: str
    text: str
    choices: list[str]


class QuestionnaireOut(Outgoing):
    """The questions, and own answers: question's key → choice. `asked`: they were answered or skipped."""

    questions: list[QuestionOut]
    asked: bool
    consented: bool
    may_publish: bool
    answers: dict[str, str]


class ToldIn(Incoming):
    """Own answers, with the consent to keep them; `may_publish` lets releases count them."""

    consent: bool
    may_publish: bool = False
    answers: Annotated[dict[Name, Name], Field(max_length=100)]


@bp.get("")
@requires(Role.ANNOTATOR)
@describes(gives={200: QuestionnaireOut})
def show() -> ResponseReturnValue:
    """The questions, with what this person told before. 404 where the project asks none."""
    return _told()


@bp.put("")
@requires(Role.ANNOTATOR)
@describes(takes=ToldIn, gives={200: QuestionnaireOut})
def answer() -> ResponseReturnValue:
    """Keep what this person tells, in place of what they told before. 422 without their consent."""
    _told()
    wanted = body.read(ToldIn)
    if not wanted.consent:
        raise Invalid(
            "Nothing is kept without consent: say so, or skip it with DELETE.", {"consent": "is missing"}
        )
    questionnaires.answer(g.session, g.project, g.user, dict(wanted.answers), may_publish=wanted.may_publish)
    return _told()


@bp.delete("")
@requires(Role.ANNOTATOR)
@describes(gives={204: None})
def skip() -> ResponseReturnValue:
    """Keep nothing; what this person told before is deleted for good."""
    _told()
    questionnaires.skip(g.session, g.project, g.user)
    return "", 204


def _told() -> dict[str, object]:
    questions = Workforce.of(g.project).questionnaire.questions
    if not questions:
        raise NotFound("This project has no questionnaire.")
    own = questionnaires.of(g.session, g.project, g.user)
    return QuestionnaireOut(
        questions=[QuestionOut.model_validate(each.model_dump()) for each in questions],
        asked=own is not None,
        consented=own is not None and own.consented,
        may_publish=own is not None and own.may_publish,
        answers=own.answers if own is not None else {},
    ).model_dump()
