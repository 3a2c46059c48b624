"""More of the text around the sentence, and less; what was on the screen is what is stored."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Project, Segment, SegmentType
from annotator.store.engine import writing
from tests.browser.conftest import Seat

pytestmark = pytest.mark.browser

TEXT = [[f"This is sentence {number}." for number in range(12)]]
LENGTH = len(" ".join(TEXT[0]))


def read(seat: Seat) -> str:
    """All of the text that stands on the screen."""
    parts = seat.page.locator(".passage [data-part]:visible").all_inner_texts()
    return " ".join(" ".join(parts).split())


def numbers(seat: Seat) -> tuple[int, int]:
    """The first and the last sentence on the screen."""
    told = [int(word) for word in read(seat).replace(".", " ").split() if word.isdigit()]
    return min(told), max(told)


def contexts(engine: Engine) -> list[tuple[int, int]]:
    """The context stored with each answer, in their order."""
    with Session(engine) as session:
        rows = session.exec(select(Annotation).order_by(col(Annotation.id)))
        return [(row.context_start, row.context_end) for row in rows]


def go_to(seat: Seat, number: int) -> None:
    """Skip until this sentence is to be judged."""
    for _ in range(number):
        seat.press("s")
    expect(seat.sentence).to_have_text(f"This is sentence {number}.")


def shows(seat: Seat, first: int, last: int) -> None:
    """Wait until these sentences are the first and the last on the screen."""
    expect(seat.page.locator(".passage")).to_contain_text(f"sentence {last}.")
    expect(seat.page.locator(".passage")).to_contain_text(f"sentence {first}.")
    seat.page.wait_for_timeout(50)
    assert numbers(seat) == (first, last)


def test_context_widens_by_steps_to_the_whole_text_and_back(sit_down: Callable) -> None:
    """Two sentences are often too few; the whole text is sometimes needed."""
    seat = sit_down("directed", TEXT)
    state = seat.page.locator("[data-reach-state]")
    go_to(seat, 6)
    shows(seat, 4, 8)

    seat.press("w")
    shows(seat, 2, 10)
    expect(state).to_have_text("±4 sentences")
    seat.press("w")
    shows(seat, 0, 11)
    expect(state).to_have_text("whole text")
    expect(seat.page.get_by_role("button", name="More context")).to_be_disabled()
    seat.press("Shift+W")
    shows(seat, 2, 10)
    seat.page.get_by_role("button", name="Less").click()
    shows(seat, 4, 8)
    expect(state).to_have_text("")
    expect(seat.page.get_by_role("button", name="Less")).to_be_disabled()


def test_the_width_holds_for_the_next_items(sit_down: Callable) -> None:
    """Who needs more of this text needs it sentence after sentence, also after a reload."""
    seat = sit_down("directed", TEXT)
    go_to(seat, 5)
    seat.press("w")
    shows(seat, 1, 9)

    seat.press("1")
    expect(seat.sentence).to_have_text("This is sentence 6.")
    shows(seat, 2, 10)
    seat.page.reload()
    seat.sentence.wait_for()
    expect(seat.page.locator("[data-reach-state]")).to_have_text("±4 sentences")


def test_the_widest_that_was_shown_is_stored(sit_down: Callable, engine: Engine) -> None:
    """A stance that was read off the last paragraph must not look as if the sentence alone had shown it."""
    seat = sit_down("directed", TEXT)
    seat.press("1")
    seat.press("w", "w", "w")
    expect(seat.page.locator("[data-reach-state]")).to_have_text("whole text")
    seat.press("Shift+W", "Shift+W", "Shift+W", "1")
    expect(seat.sentence).to_have_text("This is sentence 2.")
    seat.press("1")

    seat.wait_until_saved()
    first, second, third = contexts(engine)
    assert second == (0, LENGTH)
    assert first[1] < LENGTH and third[1] < LENGTH


def test_words_are_marked_anywhere_in_what_is_shown(sit_down: Callable) -> None:
    """The reason may stand far from the sentence; and it is still there when the answer is opened again."""
    seat = sit_down("directed", TEXT)
    seat.press("w", "w", "w")
    expect(seat.page.locator("[data-reach-state]")).to_have_text("whole text")
    seat.page.locator(".passage-after").evaluate(
        "element => { const text = element.lastChild, at = text.data.indexOf('sentence 11');"
        " getSelection().setBaseAndExtent(text, at, text, at + 11) }"
    )
    seat.press("r", "1")
    expect(seat.sentence).to_have_text("This is sentence 1.")
    seat.press("Shift+W", "Shift+W", "Shift+W", "z")

    expect(seat.sentence).to_have_text("This is sentence 0.")
    expect(seat.page.locator("mark")).to_have_text("sentence 11")
    seat.press("2")
    seat.wait_until_saved()
    assert set(seat.spans()) == {("rationale", "sentence 11")}
    assert seat.answers() == {"0-0": ["author AGAINST night-trains"]}


def test_a_key_right_after_a_selection_marks_it(sit_down: Callable) -> None:
    """Hands are faster than the browser's own word that something is selected."""
    seat = sit_down("directed", TEXT)
    seat.sentence.evaluate(
        "element => { const text = element.firstChild; getSelection().setBaseAndExtent(text, 0, text, 4);"
        " const key = { code: 'KeyR', key: 'r', bubbles: true, cancelable: true };"
        " document.body.dispatchEvent(new KeyboardEvent('keydown', key)) }"
    )

    expect(seat.page.locator("mark")).to_have_text("This")


def test_an_experiment_on_the_width_offers_no_more(sit_down: Callable, engine: Engine) -> None:
    """A person who widens what was drawn narrow belongs to no arm."""
    width = {"name": "width", "factor": "context", "levels": ["1", "2"]}
    seat = sit_down("directed", TEXT)
    seat.press("w", "w")
    expect(seat.page.locator("[data-reach-state]")).to_have_text("±8 sentences")
    with writing(engine) as session:
        project = session.exec(select(Project)).one()
        project.settings = {**project.settings, "experiments": [width]}
        session.add(project)
    seat.page.reload()
    seat.sentence.wait_for()

    seat.press("w", "w")
    expect(seat.page.get_by_role("button", name="More context")).to_be_hidden()
    seat.press("v")
    expect(seat.page.locator("document-view [data-state]")).to_contain_text("part of an experiment")
    assert numbers(seat)[1] <= 2


def test_headings_and_speakers_stand_in_their_place(sit_down: Callable, engine: Engine) -> None:
    """In a debate, who speaks is half of who holds."""
    seat = sit_down("open", TEXT)
    with writing(engine) as session:
        for segment in session.exec(select(Segment)):
            segment.speaker = "Mayor Anders" if segment.position in (2, 3) else "The chair"
            segment.type = SegmentType.HEADING if segment.position == 1 else SegmentType.BODY
            segment.speaker = None if segment.position < 2 else segment.speaker
            segment.paragraph = segment.position // 2
            session.add(segment)
    seat.page.reload()
    seat.sentence.wait_for()
    for _ in range(3):
        seat.press("s")
    expect(seat.sentence).to_have_text("This is sentence 3.")

    passage = seat.page.locator(".passage")
    expect(passage.locator(".turn-heading")).to_have_text("This is sentence 1.")
    expect(passage.locator(".turn-speaker:visible")).to_contain_text(
        ["Mayor Anders", "Mayor Anders", "The chair"]
    )
    seat.press("w", "w")
    expect(passage).to_contain_text("sentence 11.")
    expect(passage.locator(".turn-speaker:visible")).to_contain_text(
        ["Mayor Anders", "Mayor Anders", "The chair"]
    )

    seat.press("ArrowRight", "ArrowLeft", "Shift+ArrowLeft", "h")
    expect(passage.locator("mark")).to_have_text("sentence 2")


def test_open_projects_widen_without_a_network(sit_down: Callable) -> None:
    """In a tunnel the rest of the text is there, because it came while nothing else was to do."""
    seat = sit_down("open", TEXT)
    with seat.page.expect_response("**/document?id=*"):
        seat.press("0")
    seat.page.wait_for_load_state("networkidle")
    seat.page.context.set_offline(True)

    seat.press("w", "w", "w")

    expect(seat.page.locator("[data-reach-state]")).to_have_text("whole text")
    shows(seat, 0, 11)


def test_what_cannot_be_fetched_is_said(sit_down: Callable) -> None:
    """A key that does nothing, silently, is pressed again and again."""
    seat = sit_down("directed", TEXT)
    seat.page.route("**/document?id=*", lambda route: route.abort())

    seat.press("w")

    expect(seat.page.locator("[data-reach-state]")).to_have_text(
        "The rest of the text cannot be fetched now."
    )
    seat.press("1")
    expect(seat.sentence).to_have_text("This is sentence 1.")


def test_the_sentence_keeps_its_place_on_the_screen(sit_down: Callable) -> None:
    """The eye rests on the sentence; the text grows around it."""
    seat = sit_down(
        "directed", [[f"This is a sentence so long that lines fill up: number {n}." for n in range(40)]]
    )
    seat.page.set_viewport_size({"width": 900, "height": 500})
    for number in range(12):  # faster than anybody reads, the page would run out of items and drop a key
        seat.press("s")
        expect(seat.sentence).to_contain_text(f"number {number + 1}.")
    before = seat.sentence.bounding_box()["y"]

    for _ in range(6):
        seat.press("w")
    expect(seat.page.locator("[data-reach-state]")).to_have_text("whole text")
    assert abs(seat.sentence.bounding_box()["y"] - before) < 2
    seat.press("1")
    expect(seat.sentence).to_contain_text("number 13.")
    expect(seat.sentence).to_be_in_viewport()
