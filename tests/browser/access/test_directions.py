"""Right to left and left to right: the page as its reader reads, each text and name as it was written."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page
from sqlalchemy.engine import Engine

from annotator.store import accounts
from annotator.store.engine import writing

pytestmark = pytest.mark.browser

ENGLISH = [["Mayor Anders wants night trains.", "It rained."]]
ARABIC = [["تريد العمدة Anders قطارات ليلية.", "هطل المطر."]]
NAMED = [
    {
        "key": "night-trains",
        "kind": "issue",
        "name": "More night trains",
        "names": {"ar": "قطارات ليلية أكثر"},
        "definition": "Whether more trains should run by night.",
        "definitions": {"ar": "أن تسير قطارات أكثر ليلًا"},
    }
]


@pytest.fixture
def in_arabic(engine: Engine) -> Callable[[Page], None]:
    """Show the page again in Arabic."""

    def turn(page: Page) -> None:
        with writing(engine) as session:
            accounts.find_user(session, "ada").locale = "ar"
        page.reload()
        page.locator(".passage-segment").wait_for()

    return turn


def test_the_page_is_mirrored_and_an_english_text_is_not(sit_down: Callable, in_arabic: Callable):
    """An Arabic reader's eye begins on the right; an English sentence still begins on the left."""
    seat = sit_down("open", ENGLISH)
    in_arabic(seat.page)
    seat.press("2", "1", "1")

    assert left(seat.page.locator(".answer")) < left(seat.page.locator(".reading"))
    assert style(seat.sentence, "direction") == "ltr"
    assert style(seat.page.locator(".lead-in"), "direction") == "ltr"
    line = seat.page.locator(".stance").first
    assert style(line.locator(".arrow").first, "scale") == "-1 1"
    parts = line.locator("[data-value]")
    assert left(parts.nth(0)) > left(parts.nth(1))


def test_an_arabic_text_stands_right_to_left_in_an_english_page(sit_down: Callable):
    """The words belong to their text, the buttons to their page."""
    seat = sit_down("open", ARABIC, language="ar")

    assert left(seat.page.locator(".answer")) > left(seat.page.locator(".reading"))
    assert style(seat.sentence, "direction") == "rtl"
    assert seat.sentence.get_attribute("lang") == "ar"
    assert style(seat.page.locator(".lead-in"), "direction") == "rtl"
    assert style(seat.page.locator(".marking"), "direction") == "ltr"


def test_labels_and_targets_have_their_names_in_the_language_of_the_page(
    sit_down: Callable, in_arabic: Callable
):
    """Who reads Arabic labels by Arabic names, sees them and hears them; the data keep the scheme's."""
    seat = sit_down("directed", ARABIC, language="ar", entities=NAMED)
    in_arabic(seat.page)

    assert seat.page.get_by_role("button", name="تأييد").is_visible()
    assert seat.page.locator(".question-target").inner_text() == "قطارات ليلية أكثر"
    assert seat.page.locator(".question-definition").inner_text() == "أن تسير قطارات أكثر ليلًا"
    assert "قطارات ليلية أكثر" in (seat.page.locator("[data-announcer]").text_content() or "")
    seat.press("1")
    seat.wait_until_saved()
    assert seat.answers() == {"0-0": ["author FAVOR night-trains"]}


def test_prose_of_the_project_begins_where_its_language_does(sit_down: Callable, in_arabic: Callable):
    """An English definition that is flush right makes one search for each line; names stay with the page."""
    seat = sit_down("directed", ENGLISH)
    in_arabic(seat.page)

    for prose in seat.page.locator(".question-definition, .poles dd").all():
        assert style(prose, "direction") == "ltr"
        assert indent(prose) == pytest.approx(0, abs=2)
    assert indent(seat.page.locator(".question-target")) > 50


@pytest.mark.parametrize("kind", ["directed", "open"])
def test_the_legend_of_a_key_reads_left_to_right(sit_down: Callable, in_arabic: Callable, kind: str):
    """⇧W is pressed in that order, whatever is read around it."""
    seat = sit_down(kind, ENGLISH)
    in_arabic(seat.page)

    looks = seat.page.locator("kbd").evaluate_all(
        "(keys) => keys.map((key) => getComputedStyle(key).unicodeBidi)"
    )

    assert set(looks) == {"plaintext"}


def left(of: Locator) -> float:
    """The distance to the left edge, px."""
    box = of.bounding_box()
    assert box is not None
    return box["x"]


def indent(of: Locator) -> float:
    """How far its words stand from the left edge of what holds them, px."""
    return of.evaluate(
        """(element) => {
          const words = document.createRange()
          words.selectNodeContents(element)
          const lines = [...words.getClientRects()].map(({ left }) => left)
          return Math.min(...lines) - element.parentElement.getBoundingClientRect().left
        }"""
    )


def style(of: Locator, name: str) -> str:
    """What the browser computes for it."""
    return of.evaluate("(element, name) => getComputedStyle(element)[name]", name)
