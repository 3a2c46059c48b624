"""The codebook of a deposit can be read by everybody, from a disk and on paper."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page
from sqlalchemy.engine import Engine
from sqlmodel import Session

from exporters import release
from exporters.options import Options
from tests.browser.access import axe
from tests.exporters.deposit.filled import fill, hostile
from tests.exporters.made_project import Make

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", [fill, hostile])
def test_axe_finds_nothing_in_the_codebook(
    kind: Callable[[Make], object], browser_page: Page, engine: Engine, session: Session, tmp_path: Path
):
    """Tables with headers, in either light, on a phone, without a sideways scroll of the page."""
    kind(Make(session))
    session.commit()
    release.write(engine, "trains", tmp_path / "1", Options(deposit=True))
    with ZipFile(tmp_path / "1/deposit/trains.zip") as zipped:
        path = Path(zipped.extract("trains/codebook.html", tmp_path))
    browser_page.goto(path.as_uri())

    assert axe.in_both_lights(browser_page) == {}
    browser_page.set_viewport_size(axe.PHONE)
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= axe.PHONE["width"]
