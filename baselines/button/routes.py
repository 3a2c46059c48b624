"""Models by the API: which there are, and the folder of one. One is asked for as the job `train`."""

from datetime import datetime
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from annotator.plugin import jobs
from annotator.plugin.pages import Role, requires
from annotator.plugin.routes import PREFIX, ZIP, describes
from baselines.button import pages

bp = Blueprint("api_models", __name__, url_prefix=f"{PREFIX}/projects/<slug>/models")


class ModelOut(BaseModel):
    """A model, by its job. `told` is what was trained and its scores; `is_here`: it can be downloaded."""

    number: int
    created_at: datetime
    told: dict[str, Any]
    is_here: bool


class ModelsOut(BaseModel):
    """Models, the newest first."""

    models: list[ModelOut]


@bp.get("")
@requires(Role.CURATOR)
@describes(gives={200: ModelsOut})
def listed() -> ResponseReturnValue:
    """The models that were trained here."""
    told = [
        ModelOut(
            number=job.id or 0,
            created_at=job.created_at,
            told=dict(job.result or {}),
            is_here=pages.place_of(job).is_dir(),
        )
        for job in jobs.done(pages.JOB)
    ]
    return ModelsOut(models=told).model_dump(mode="json")


@bp.get("/<int:number>/download")
@requires(Role.CURATOR)
@describes(gives={200: None}, media=ZIP)
def download(number: int) -> ResponseReturnValue:
    """The folder of a model as a zip, made while it is sent. 404 if it is not on this server."""
    return pages.sent(number)
