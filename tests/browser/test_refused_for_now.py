"""The server cannot store for a while: the browser keeps what was refused, and sends it again by itself."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlalchemy.engine import Engine

from annotator.store.engine import writing
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser


def rename(engine: Engine, old: str, new: str) -> None:
    """A table under another name is as good as a database that fails."""
    with writing(engine) as session:
        session.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_what_got_a_503_is_kept_and_sent_again(sit_down: Callable[..., Seat], engine: Engine) -> None:
    """The database is repaired at noon: nobody does their morning again."""
    seat = sit_down("directed", [[f"Sentence number {number}."] for number in range(5)])
    rename(engine, "annotation", "away")
    with seat.page.expect_response(lambda answer: answer.status == 503, timeout=180_000) as refused:
        seat.page.keyboard.press("1")
    expect(seat.page.locator(".passage-segment")).to_have_text("Sentence number 1.")
    assert refused.value.headers["retry-after"] == "5"

    rename(engine, "away", "annotation")
    seat.wait_until_saved(timeout=180_000)
    assert list(seat.answers()) == ["0-0"]
    assert seat.rows() == 1
