"""Where releases that are asked for on a page are put. A path never comes from a request."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from annotator.config import Settings

FOLDER = "releases"


def of_releases(settings: Settings) -> Path:
    """The folder of all of them: that of the settings, or `releases` beside SQLite's file, else here."""
    if settings.releases:
        return Path(settings.releases).absolute()
    url = make_url(settings.database)
    file = url.database if url.get_backend_name() == "sqlite" else None
    return (Path(file or "").parent / FOLDER).absolute()


def of_job(settings: Settings, slug: str, number: int, created_at: datetime) -> Path:
    """The folder of the release that this job makes, the same at every attempt."""
    return of_releases(settings) / slug / f"{created_at:%Y-%m-%d-%H%M}-{number}"
