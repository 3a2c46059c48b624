"""A real Chromium: the machine's, or one that Playwright has downloaded.

Run as a program, this prints the executable, or fails where there is none.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Playwright, sync_playwright

NAMES = (
    "chromium-headless-shell",  # the same engine without what nobody sees: a fifth less work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge", "Brave Browser")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
HINT = (
    "no Chromium found: install one (Debian: apt-get install chromium; macOS: brew install --cask chromium; "
    "anywhere: .venv/bin/playwright install chromium)"
)


class Missing(Exception):
    """There is no Chromium here that starts. `str(missing)` says why."""


@contextmanager
def running() -> Iterator[Browser]:
    """A headless Chromium, closed at the end.

    Raises
    ------
    Missing
        If none is found, or none of those found starts.
    """
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def found(chromium: BrowserType) -> list[str]:
    """The executables that may work here, best first. CHROMIUM=… names one."""
    if named := os.environ.get("CHROMIUM"):
        return [named]
    on_path = [path for name in NAMES if (path := shutil.which(name))]
    homes = [Path("/Applications"), Path.home() / "Applications"]
    applications = [home / f"{name}.app/Contents/MacOS/{name}" for name in APPLICATIONS for home in homes]
    candidates = [*on_path, *map(str, applications), chromium.executable_path]
    return [path for path in candidates if Path(path).exists()]


def with_profile(browser: Browser, folder: Path) -> BrowserContext:
    """Another browser of this kind, which keeps its data in a folder, as people's browsers do."""
    chromium = browser.browser_type
    return chromium.launch_persistent_context(
        folder, executable_path=found(chromium)[0], args=FLAGS, chromium_sandbox=False, timeout=120_000
    )


def _launch(playwright: Playwright) -> Browser:
    reason = HINT
    for executable in found(playwright.chromium):
        try:
            return playwright.chromium.launch(
                executable_path=executable, args=FLAGS, chromium_sandbox=False, timeout=120_000
            )
        except Error as error:
            reason = f"Chromium does not start: {executable}: {str(error).strip().splitlines()[0]}"
    raise Missing(reason)


if __name__ == "__main__":
    with sync_playwright() as started:
        executables = found(started.chromium)
    sys.exit(HINT) if not executables else sys.stdout.write(f"{executables[0]}\n")
