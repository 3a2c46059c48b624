"""What axe finds on a page, by the rules of WCAG 2.2 AA and what is good practice besides.

https://github.com/dequelabs/axe-core
"""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERY_RULE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
LIGHTS = {"light": EVERY_RULE, "dark": CONTRAST}  # by night only the colours are others

Found = list[tuple[str, list[str]]]


def violations(page: Page, options: dict[str, Any] = EVERY_RULE) -> Found:
    """(rule, what is wrong with each element) for every rule that the page breaks."""
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], [_told(node) for node in each["nodes"]]) for each in found]


def in_both_lights(page: Page) -> dict[str, Found]:
    """What axe finds by day and by night; {} if nothing."""
    found = {}
    for light, options in LIGHTS.items():
        page.emulate_media(color_scheme=light, reduced_motion="reduce")
        found[light] = violations(page, options)
    return {light: rules for light, rules in found.items() if rules}


def _told(node: dict[str, Any]) -> str:
    return f"{node['target']} {node['failureSummary']}"
