"""The first visitor after a start must not pay for what the server could have done before."""

from pathlib import Path
from uuid import uuid4

from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.config import Settings
from annotator.reading.board import Board
from annotator.reading.boards import Boards
from annotator.store import annotations, projects
from annotator.store.engine import reading
from annotator.web import compression, create_app, curating, files, warming
from tests import application, make

TEMPLATES = Path(warming.__file__).with_name("templates")


def test_every_template_and_file_is_ready_once_warm(database_url: str) -> None:
    """Who comes first in the morning waits as long as who comes second."""
    app = create_app(Settings(database=database_url))

    warming.warm(app)

    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    assert {name for _, name in app.jinja_env.cache} >= names
    before = compression.smallest.cache_info().misses
    for data in files.all_contents():
        compression.smallest(data, "br")
    assert compression.smallest.cache_info().misses == before
    app.extensions["standpoint_engine"].dispose()


def test_the_board_is_read_before_a_curator_looks(database_url: str) -> None:
    """The first dashboard of the morning is as quick as the second."""
    with application.running(database_url) as app:
        application.stored(app, _answered)
        warming.warm(app)

        boards: Boards = app.extensions[curating.KEY]
        before = _board(app.extensions["standpoint_engine"], boards)

        assert "tally" in vars(before)
        assert _board(app.extensions["standpoint_engine"], boards) is before


def _answered(session: Session) -> None:
    ada = make.user(session, "ada")
    posts = make.directed(session, "posts", items=2, members=[ada])
    annotations.append(session, ada, uuid4(), make.answer(posts.items[0], "FAVOR"))


def _board(database: Engine, boards: Boards) -> Board:
    with reading(database) as session:
        return boards.of(session, projects.find(session, "posts"))
