"""The page is light: few requests at one depth, few bytes, and nothing twice."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from annotator.domain import ProjectKind
from annotator.web import annotate

pytestmark = pytest.mark.browser

TEXT = [["Mayor Anders wants night trains, and she attacked the railway.", "It rained.", "Buses will do."]]
STATIC = Path(annotate.__file__).with_name("static")
MOST_REQUESTS, MOST_BYTES = 20, 60_000
LATER = "/lib/later.js"  # with this file begins what the first label does not need


@dataclass
class Traffic:
    """What a page asks for, and how many bytes came over the wire."""

    page: Page
    asked: dict[str, str] = field(default_factory=dict)  # request id → URL, the first asked first
    sizes: dict[str, int] = field(default_factory=dict)  # request id → bytes that came
    cached: set[str] = field(default_factory=set)  # ids of what the browser had already

    def __post_init__(self) -> None:
        client = self.page.context.new_cdp_session(self.page)
        client.send("Network.enable")
        client.on("Network.requestWillBeSent", self._ask)
        client.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))
        client.on("Network.loadingFinished", self._receive)
        client.on("Network.responseReceived", self._see)

    def of_the_first_load(self) -> tuple[list[str], int]:
        """What went over the wire until the page fetched what may come later: the paths, and the bytes."""
        while not any(url.endswith(LATER) for url in self.asked.values()):
            self.page.wait_for_timeout(50)
        self.page.wait_for_load_state("networkidle")
        first = list(takewhile(lambda key: not self.asked[key].endswith(LATER), self.asked))
        sent = [key for key in first if key not in self.cached]
        urls = [re.sub(r"^http://[^/]+", "", self.asked[key]) for key in sent]
        return urls, sum(self.sizes[key] for key in sent)

    def _ask(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.asked[event["requestId"]] = event["request"]["url"]

    def _see(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache") or event["response"].get("fromServiceWorker"):
            self.cached.add(event["requestId"])

    def _receive(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])


@pytest.mark.parametrize("kind", ["directed", "open"])
def test_the_first_load_is_light(sit_down: Callable, browser: Browser, kind: str) -> None:
    """In a train, each request is half a second."""
    seat = sit_down(kind, TEXT)
    fresh = browser.new_context(storage_state=seat.page.context.storage_state()).new_page()
    traffic = Traffic(fresh)

    fresh.goto(seat.page.url)
    fresh.locator(".passage-segment").wait_for()
    urls, size = traffic.of_the_first_load()
    fresh.context.close()

    assert len(urls) <= MOST_REQUESTS, urls
    assert size <= MOST_BYTES


@pytest.mark.parametrize("kind", ["directed", "open"])
def test_the_second_visit_asks_for_the_page_and_its_items_only(sit_down: Callable, kind: str) -> None:
    """What cannot have changed is not even asked about."""
    seat = sit_down(kind, TEXT)
    traffic = Traffic(seat.page)

    seat.page.goto(seat.page.url)
    seat.sentence.wait_for()
    urls, _ = traffic.of_the_first_load()

    expected = ["/projects/trains/annotate", "/api/v1/projects/trains/queue?limit=8"]
    assert sorted(urls) == sorted(expected + ["/api/v1/projects/trains/entities"] * (kind == "open"))


@pytest.mark.parametrize("kind", list(ProjectKind))
def test_every_module_of_the_first_load_is_named_by_the_page(kind: ProjectKind) -> None:
    """A module that only another module names is asked for a round trip later."""
    named = {*annotate.SHARED_MODULES, *annotate.FORM_MODULES[kind], annotate.SEAT_MODULE}

    reached = {name for name in named if name.startswith("elements/")}
    todo = list(reached)
    while todo:
        new = _imports(todo.pop()) - reached
        reached |= new
        todo += new

    assert reached == named


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_file_is_compressed_once_and_told_apart(server: str, browser_page: Page, coding: str) -> None:
    """A proxy must not give a compressed file to who cannot read it."""
    browser_page.goto(server)
    sheet = browser_page.locator("link[rel=stylesheet]").first.get_attribute("href")
    plain = browser_page.request.get(f"{server}{sheet}", headers={"Accept-Encoding": "identity"})
    small = browser_page.request.get(f"{server}{sheet}", headers={"Accept-Encoding": coding})

    assert plain.body() == small.body()  # Playwright unpacks
    assert small.headers["content-encoding"] == coding
    assert "content-encoding" not in plain.headers
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert small.headers["etag"] != plain.headers["etag"]
    assert "immutable" in small.headers["cache-control"]
    again = browser_page.request.get(
        f"{server}{sheet}", headers={"Accept-Encoding": coding, "If-None-Match": small.headers["etag"]}
    )
    assert again.status == 304


def _imports(name: str) -> set[str]:
    text = (STATIC / name).read_text(encoding="utf-8")
    paths = re.findall(r"^(?:import|export) .*from \"(\.[^\"]+)\"", text, flags=re.MULTILINE)
    folder = (STATIC / name).parent
    return {(folder / path).resolve().relative_to(STATIC.resolve()).as_posix() for path in paths}
