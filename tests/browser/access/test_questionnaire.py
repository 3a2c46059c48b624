"""The questionnaire can be answered by everybody, also with its complaint."""

import pytest
from sqlmodel import select

from annotator.domain import Project
from annotator.store.engine import writing
from tests.browser.access import axe

pytestmark = pytest.mark.browser

ASKED = {"questions": [{"key": "age", "text": "How old are you?", "choices": ["under 30", "30 or more"]}]}


def test_axe_finds_nothing_on_the_questionnaire(sign_in, engine):
    """Who cannot read it cannot consent."""
    page = sign_in("en")
    with writing(engine) as session:
        project = session.exec(select(Project)).one()
        project.settings = {**project.settings, "questionnaire": ASKED}
        session.add(project)
    page.goto(page.url.rstrip("/") + "/projects/trains/annotate")
    page.get_by_role("heading", name="About you").wait_for()
    assert axe.in_both_lights(page) == {}
    page.get_by_role("button", name="Store and go on").click()
    page.get_by_role("alert").wait_for()

    assert axe.in_both_lights(page) == {}
