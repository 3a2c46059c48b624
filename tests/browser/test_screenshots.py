"""The seat as people see it, photographed into screenshots/ (which git ignores) to be looked at.

A picture cannot be judged by a test; what can be is held here: nothing overflows sideways, nothing that one
presses is cut off, and the picture is of the state that it is named after.
"""

import re
import shutil
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
CORPUS = Path(__file__).parents[2] / "corpus" / "open"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SPILLS = """
() => [...document.querySelectorAll("main, main *, header *")].filter((element) => {
  const box = element.getBoundingClientRect()
  const clipped = element.closest(".visually-hidden, .skip-link, [hidden]")
  return !clipped && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)
    && !element.closest("pre, table")
}).map((element) => element.outerHTML.slice(0, 120))
"""


@pytest.fixture
def sample(sqlite_url: str, serve: Callable[[Settings], str]) -> tuple[str, str]:
    """The address of a server with the sample corpus, and the token of a link for its demo person."""
    token = re.search(r"/sign-in/(\S+)", standpoint(sqlite_url, "demo", "--no-serve", "--port", "0"))
    assert token is not None
    return serve(Settings(database=sqlite_url)), token[1]


def standpoint(database: str, *arguments: str) -> str:
    """What a command prints."""
    command = [str(Path(sys.executable).with_name("standpoint")), "--database", database, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


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
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(open_seat: Callable[..., Page], slug: str, scheme: str) -> None:
    """In a train, with one thumb: what one presses is on the screen without scrolling."""
    page = open_seat(slug, PHONE, color_scheme=scheme, has_touch=True, is_mobile=True, device_scale_factor=2)

    pressed = "No stance here" if slug == "news" else "FAVOR"
    expect(page.get_by_role("button", name=pressed)).to_be_in_viewport(ratio=1)
    photograph(page, f"{slug}-phone-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_three_stances_on_one_sentence(open_seat: Callable[..., Page], scheme: str) -> None:
    """A militia, its spokesman and who they are against: the reason for all of this."""
    page = open_seat("news", DESKTOP, color_scheme=scheme)
    skip_to(page, "not interested in escalating")

    for holder, target, label in THREE:
        choose(page, holder, target)
        page.locator(f'stance-form [data-choice][data-label="{label}"]').click()
    mark(page, "not interested in escalating")

    expect(page.locator(".stance")).to_have_count(3)
    photograph(page, f"open-three-stances-{scheme}")
    page.keyboard.press("d")
    expect(page.locator(".details").first).to_be_visible()
    photograph(page, f"open-details-{scheme}")


@pytest.mark.parametrize("locale", ["ar", "es"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_in_other_languages(
    open_seat: Callable[..., Page], sample: tuple[str, str], locale: str, viewport: dict[str, int]
) -> None:
    """The whole page turns round for who reads from the right."""
    page = open_seat("news", viewport, locale=locale)

    assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
    photograph(page, f"news-{locale}-{'phone' if viewport is PHONE else 'desktop'}")
    page.goto(sample[0])
    photograph(page, f"home-{locale}-{'phone' if viewport is PHONE else 'desktop'}")


def test_an_arabic_text_in_an_arabic_page(
    open_seat: Callable[..., Page], sqlite_url: str, tmp_path: Path
) -> None:
    """Holder, target and label stand in the order in which they are read."""
    described = (CORPUS / "project.toml").read_text(encoding="utf-8")
    file = tmp_path / "project.toml"
    file.write_text(described.replace('slug = "news"', 'slug = "arabic"'), encoding="utf-8")
    shutil.copy(CORPUS / "guidelines.md", tmp_path)
    standpoint(sqlite_url, "project", "create", str(file))
    standpoint(sqlite_url, "import", "arabic", str(next(CORPUS.glob("documents/*desal*.jsonl"))))

    page = open_seat("arabic", DESKTOP, locale="ar")
    page.keyboard.press("1")
    page.keyboard.press("1")

    assert page.locator(".passage-segment").evaluate("text => getComputedStyle(text).direction") == "rtl"
    photograph(page, "arabic-text")


def test_offline(open_seat: Callable[..., Page]) -> None:
    """Who is in a tunnel sees what waits, and goes on."""
    page = open_seat("posts", DESKTOP)
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("1")

    expect(page.locator("save-status")).to_contain_text("3 waiting, offline")
    photograph(page, "offline")


@pytest.mark.parametrize("panel", ["document", "history", "guidelines", "ask"])
def test_panels(open_seat: Callable[..., Page], panel: str) -> None:
    """What stands beside the work leaves it room."""
    page = open_seat("news", DESKTOP)
    page.keyboard.press("x")
    page.keyboard.press("x")
    page.locator(f"[data-toggles={panel}]:visible").first.click()

    expect(page.locator(f"#{panel}")).to_be_visible()
    page.wait_for_load_state("networkidle")
    photograph(page, f"panel-{panel}")


@pytest.mark.parametrize("path", ["/", "/preferences", "/timesheet", "/projects/news/guidelines"])
def test_other_pages(open_seat: Callable[..., Page], sample: tuple[str, str], path: str) -> None:
    """The pages around the seat are of one piece with it."""
    page = open_seat("news", DESKTOP)

    page.goto(f"{sample[0]}{path}")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    photograph(page, path.strip("/").replace("/", "-") or "home")


THREE = [
    ("Harakat al-Nujaba", "United States", "AGAINST"),
    ("Hussein al-Mosawi", "United States", "AGAINST"),
    ("The author", "Harakat al-Nujaba", "NEUTRAL"),
]


def choose(page: Page, *names: str) -> None:
    """Holder, then target: from the list."""
    for name in names:
        page.locator(".option", has_text=name).first.click()


def mark(page: Page, words: str) -> None:
    """Select these words of the sentence and make them the rationale."""
    page.evaluate(
        """(words) => {
          const segment = document.querySelector(".passage-segment")
          const texts = document.createTreeWalker(segment, NodeFilter.SHOW_TEXT)
          for (let text; (text = texts.nextNode());) {
            const at = text.data.indexOf(words)
            if (at >= 0) getSelection().setBaseAndExtent(text, at, text, at + words.length)
          }
        }""",
        words,
    )
    page.keyboard.press("r")
