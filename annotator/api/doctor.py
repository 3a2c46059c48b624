"""What `standpoint doctor` finds, for administrators who have no shell there."""

import os
from pkgutil import resolve_name
from typing import Self

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from annotator.api.openapi import PREFIX, describes
from annotator.api.schemas import Outgoing
from annotator.http.session import administrators
from annotator.keeping.doctor.finding import Finding

EXAMINE = "annotator.keeping.doctor.examination:examine"  # imports half a second of what backups need

bp = Blueprint("api_doctor", __name__, url_prefix=f"{PREFIX}/doctor")


class FindingOut(Outgoing):
    """What was looked at, how it is (ok, warning or problem), and what to do."""

    check: str
    state: str
    says: str
    advice: str | None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """From what a check says."""
        return cls.model_validate(finding._asdict())


class FindingsOut(Outgoing):
    """All findings, in the order in which they are told."""

    findings: list[FindingOut]


@bp.get("")
@administrators
@describes(gives={200: FindingsOut})
def show() -> ResponseReturnValue:
    """Examine the database and what it stands on, while people work. Minutes, where it is very large."""
    settings = current_app.config["STANDPOINT"]
    examine = resolve_name(EXAMINE)
    found = [FindingOut.of(each) for each in examine(settings, os.environ)]
    return FindingsOut(findings=found).model_dump(mode="json")
