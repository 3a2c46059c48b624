"""A label is split while people work: who gave it is asked once more, and sees what she had said."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from annotator.store import projects, scheme
from annotator.store.engine import writing

pytestmark = pytest.mark.browser


def test_an_answer_comes_back_after_its_label_was_split(sit_down: Callable) -> None:
    """Nobody else can say which part was meant, and the earlier answer stands until she does."""
    seat = sit_down("directed", [["First.", "Second.", "Third."]])
    seat.press("1")
    expect(seat.sentence).to_have_text("Second.")
    seat.wait_until_saved()
    with writing(seat.engine) as session:
        scheme.split(session, projects.find(session, "trains"), "label", "FAVOR", ["STRONG", "WEAK"])
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"]}

    seat.page.reload()
    expect(seat.sentence).to_have_text("First.")
    seat.page.get_by_role("button", name="WEAK").click()
    expect(seat.sentence).to_have_text("Second.")
    seat.wait_until_saved()

    assert seat.answers() == {"0-0": ["author WEAK night-trains"]}
