"""What axe finds on a page, by the rules of WCAG 2.2 AA and what is good practice besides.

https://github.com/dequelabs/axe-core
"""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERY_RULE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
PHONE = {"width": 390, "height": 844}

Found = list[tuple[str, list[str]]]


def violations(page: Page, options: dict[str, Any] = EVERY_RULE) -> Found:
    """(rule, what is wrong with each element) for every rule that the page breaks."""
    page.wait_for_load_state()  # what was clicked may stand without its style sheet still
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], [_told(node) for node in each["nodes"]]) for each in found]


def in_both_lights(page: Page) -> dict[str, Found]:
    """What axe finds by day, by night, and by night on a phone, every rule each time; {} if nothing.

    The phone has the night because its colours are the same at any width and its layout by any light.
    """
    wide = page.viewport_size
    assert wide is not None
    found = {}
    for name, light, size in (("light", "light", wide), ("dark", "dark", wide), ("phone", "dark", PHONE)):
        page.emulate_media(color_scheme=light, reduced_motion="reduce")
        page.set_viewport_size(size)
        found[name] = violations(page)
    page.set_viewport_size(wide)
    return {name: rules for name, rules in found.items() if rules}


def _told(node: dict[str, Any]) -> str:
    return f"{node['target']} {node['failureSummary']}"
