"""The seat as people see it, photographed into screenshots/ (which git ignores) to be looked at.

A picture cannot be judged by a test; what can be is held here: nothing overflows sideways, nothing that one
presses is cut off, and the picture is of the state that it is named after.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.config import Settings

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parents[2] / "screenshots"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SPILLS = """
() => [...document.querySelectorAll("main, main *, header *")].filter((element) => {
  const box = element.getBoundingClientRect()
  const clipped = element.closest(".visually-hidden, .skip-link, [hidden]")
  return !clipped && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)
    && !element.closest(".bar-tools, pre, table")
}).map((element) => element.outerHTML.slice(0, 120))
"""


@pytest.fixture
def sample(sqlite_url: str, serve: Callable[[Settings], str]) -> tuple[str, str]:
    """The address of a server with the sample corpus, and the token of a link for its demo person."""
    command = [str(Path(sys.executable).with_name("standpoint")), "--database", sqlite_url]
    done = subprocess.run(
        [*command, "demo", "--no-serve", "--port", "0"], capture_output=True, text=True, check=True
    )
    token = re.search(r"/sign-in/(\S+)", done.stdout)
    assert token is not None
    return serve(Settings(database=sqlite_url)), token[1]


@pytest.fixture
def open_seat(browser: Browser, sample: tuple[str, str]) -> Iterator[Callable[..., Page]]:
    """`open_seat("news", PHONE, color_scheme="dark")` → a page at this project's seat."""
    contexts: list[Any] = []
    address, token = sample

    def open_(slug: str, viewport: dict[str, int], **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/sign-in/{token}")
        page.goto(f"{address}/projects/{slug}/annotate")
        expect(page.locator(".passage-segment")).to_have_text(re.compile(r"\S"))
        return page

    yield open_
    for context in contexts:
        context.close()


def photograph(page: Page, name: str) -> None:
    """Keep the picture, unless something lies outside of it."""
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")

    assert page.evaluate(SPILLS) == []


def skip_to(page: Page, words: str) -> None:
    """Answer "no stance" until this sentence is asked for."""
    for _ in range(200):
        if words in page.locator(".passage-segment").inner_text():
            return
        page.keyboard.press("x")
    raise AssertionError(f"{words!r} was never asked for")


def test_directed_on_a_desktop(open_seat: Callable[..., Page]) -> None:
    """One post, one target, one key."""
    page = open_seat("posts", DESKTOP)

    expect(page.get_by_role("button", name="FAVOR")).to_be_in_viewport(ratio=1)
    photograph(page, "directed-desktop")


@pytest.mark.parametrize("slug", ["posts", "news"])
def test_on_a_phone(open_seat: Callable[..., Page], slug: str) -> None:
    """In a train, with one thumb."""
    page = open_seat(slug, PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)

    photograph(page, f"{slug}-phone")
