"""How fast the annotator's seat is in Chromium, on a real server: keys, frames, first load.

    seat_speed.py [--items 500] [--loads 5] [--pause 40]

Two projects, directed (a key an item) and open (four keys: holder, target, label, done). Of every key: the
time that its scripts took (from the first listener to the last, which draw the next item), and the duration
that Event Timing gives, from the key to the next frame on the screen. The browser rounds that to 8 ms and
tells nothing below 16; what it does not tell counts as 16. Beside it the time of a frame in which nothing
happens, which is the machine's. Limits: script p99 8 ms, duration median 16 and p99 32 ms; first load 20
requests, 60 KB and a first label after 0.5 s.

Source: Event Timing, https://www.w3.org/TR/event-timing/
"""

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
from playwright.sync_api import Browser, Page

from annotator.domain import Role
from annotator.store import accounts, engine, projects
from tests.browser.conftest import fill
from tests.browser.test_first_load import Traffic
from tests.services import chromium
from tests.services.served import serving

SENTENCE = "the mayor wants night trains back and says the railway must buy them before the winter"
KEYS = {"directed": ["1"], "open": ["2", "1", "1", "Enter"]}
WATCH = """
window.seen = { script: [], slow: [], asking: 0 }
let began = 0
addEventListener("keydown", () => { began = performance.now() }, { capture: true })
addEventListener("keydown", () => seen.script.push(performance.now() - began))
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.name === "keydown") seen.slow.push(entry.duration)
}).observe({ type: "event", durationThreshold: 16, buffered: true })
new MutationObserver(() => {
  seen.asking ||= document.querySelector("annotation-seat[data-state=asking]") ? performance.now() : 0
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-state"] })
"""
FRAMES = """() => new Promise((resolve) => {
  const frames = []
  let last = performance.now()
  const step = (now) => {
    frames.push(now - last)
    last = now
    frames.length < 180 ? requestAnimationFrame(step) : resolve(frames.slice(1))
  }
  requestAnimationFrame(step)
})"""


@dataclass
class Keys:
    """Times of keys, in ms."""

    script: list[float]
    durations: list[float]
    idle: list[float]


@click.command()
@click.option("--items", default=500, show_default=True, help="Items that are labelled in each project.")
@click.option("--loads", default=5, show_default=True, help="First visits, each of a new browser profile.")
@click.option("--pause", default=40, show_default=True, help="ms between two keys.")
def main(items: int, loads: int, pause: int) -> None:
    """Measure both kinds of project and print a table."""
    with tempfile.TemporaryDirectory() as folder, chromium.running() as browser:
        for kind in KEYS:
            database = f"sqlite:///{folder}/{kind}.db"
            links = _prepare(database, kind, items=items, links=loads + 1)
            with serving(database) as server:
                _print_loads(kind, [_load(browser, server.url, link) for link in links[1:]])
                _print_keys(kind, _label(browser, server.url, links[0], kind, items=items, pause=pause))


def _prepare(database: str, kind: str, *, items: int, links: int) -> list[str]:
    """A database with a project of so many sentences; gives one-time links of its annotator."""
    database_engine = engine.create(database)
    engine.migrate(database_engine)
    sentences = [f"{SENTENCE} of {number}." for number in range(items + 40)]
    texts = [sentences[start : start + 10] for start in range(0, len(sentences), 10)]
    with engine.writing(database_engine) as session:
        ada = accounts.add_user(session, "ada")
        projects.join(session, fill(session, kind, texts), ada, Role.ANNOTATOR)
        made = [accounts.sign_in_link(session, ada) for _ in range(links)]
    database_engine.dispose()
    return made


def _load(browser: Browser, server: str, link: str) -> list[float]:
    """(requests, bytes, ms until the first label is possible) of a first visit, and of the second."""
    figures: list[float] = []
    with browser.new_context() as context:
        context.add_init_script(WATCH)
        context.request.get(f"{server}/sign-in/{link}", max_redirects=0)
        for _ in range(2):
            page = context.new_page()
            traffic = Traffic(page)
            page.goto(f"{server}/projects/trains/annotate")
            page.wait_for_function("() => seen.asking")
            urls, size = traffic.of_the_first_load()
            figures += [len(urls), size, page.evaluate("() => seen.asking")]
            page.close()
    return figures


def _label(browser: Browser, server: str, link: str, kind: str, *, items: int, pause: int) -> Keys:
    """Label so many items, key by key."""
    with browser.new_context() as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{server}/sign-in/{link}")
        page.goto(f"{server}/projects/trains/annotate")
        page.wait_for_function("() => seen.asking")
        page.wait_for_timeout(4_000)  # what comes later has come
        idle = page.evaluate(FRAMES)
        for item in range(items):
            if item % 50 == 0:
                click.echo(f"{kind}: {item} of {items}", err=True)
            _answer(page, KEYS[kind], pause)
        page.wait_for_timeout(500)
        seen: dict[str, Any] = page.evaluate("() => seen")
    silent = [16.0] * (len(seen["script"]) - len(seen["slow"]))
    return Keys(script=seen["script"], durations=seen["slow"] + silent, idle=idle)


def _answer(page: Page, keys: Sequence[str], pause: int) -> None:
    page.locator("annotation-seat[data-state=asking]").wait_for()
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(pause)


def _print_loads(kind: str, loads: list[list[float]]) -> None:
    first = [statistics.median(load[index] for load in loads) for index in range(6)]
    for name, (requests, size, ready) in (("first", first[:3]), ("second", first[3:])):
        click.echo(
            f"{kind:8} {name:6} visit  {requests:3.0f} requests  {size:7,.0f} bytes  "
            f"label possible after {ready:4.0f} ms"
        )


def _print_keys(kind: str, keys: Keys) -> None:
    for name, times in (("script", keys.script), ("duration", keys.durations), ("idle frame", keys.idle)):
        middle, most = statistics.median(times), _quantile(times, 0.99)
        click.echo(
            f"{kind:8} {name:10} median {middle:5.1f} ms  p99 {most:5.1f} ms  of {len(times):,}"
            f"  longest {max(times):5.1f}"
        )


def _quantile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


if __name__ == "__main__":
    main()
