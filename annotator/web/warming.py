"""What the first visitor would wait for, done before they come.

A few tenths of a second read what CLDR says of a language, compile templates and compress files. Then the
boards of the projects that people work on are read, for the curators: seconds of CPU at 300,000 answers.
"""

import threading

from flask import Flask

from annotator.reading.boards import Boards, worked_on
from annotator.store.engine import reading
from annotator.web import compression, curating, files, languages

FIRST = ("annotate/seat.html", "annotate/parts.html", "home/index.html")


def begin(app: Flask) -> None:
    """Warm an app in the background: who comes meanwhile is served, only slower."""
    threading.Thread(target=warm, args=[app], name="warming", daemon=True).start()


def warm(app: Flask) -> None:
    """Read the languages, compile every template, those of the seat first, compress files, read boards."""
    languages.load()
    others = app.jinja_env.list_templates(extensions=["html"])
    for name in dict.fromkeys([*FIRST, *others]):
        app.jinja_env.get_template(name)
    for coding in compression.CODINGS:
        for data in files.all_contents():
            compression.smallest(data, coding)
    _read_boards(app)


def _read_boards(app: Flask) -> None:
    boards: Boards = app.extensions[curating.KEY]
    with reading(app.extensions["standpoint_engine"]) as session:
        for project in worked_on(session):
            _ = boards.of(session, project).tally
