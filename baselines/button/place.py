"""Where models that are trained on a page are put. A path never comes from a request."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from annotator.plugin import Settings

FOLDER, REPORT, TOLD = "models", "report", "trained.json"


def of_models(settings: Settings) -> Path:
    """The folder of all of them: that of the settings, or `models` beside SQLite's file, else here."""
    if settings.models:
        return Path(settings.models).absolute()
    url = make_url(settings.database)
    file = url.database if url.get_backend_name() == "sqlite" else None
    return (Path(file or "").parent / FOLDER).absolute()


def of_job(settings: Settings, slug: str, number: int, created_at: datetime) -> Path:
    """The folder of the model that this job trains, the same at every attempt."""
    return of_models(settings) / slug / f"{created_at:%Y-%m-%d-%H%M}-{number}"
