"""The first visitor after a start must not pay for what the server could have done before."""

from pathlib import Path

from annotator.config import Settings
from annotator.web import compression, create_app, files, warming

TEMPLATES = Path(warming.__file__).with_name("templates")


def test_every_template_and_file_is_ready_once_warm(database_url: str) -> None:
    """Who comes first in the morning waits as long as who comes second."""
    app = create_app(Settings(database=database_url))

    warming.warm(app)

    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    assert {name for _, name in app.jinja_env.cache} == names
    before = compression.smallest.cache_info().misses
    for data in files.all_contents():
        compression.smallest(data, "br")
    assert compression.smallest.cache_info().misses == before
    app.extensions["standpoint_engine"].dispose()
