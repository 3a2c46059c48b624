"""Bringing a file in can be done by everybody."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.domain import Import, ImportState, Role, now
from annotator.store import accounts, jobs, projects
from tests import make
from tests.browser.access import axe

pytestmark = pytest.mark.browser

REJECTED = [{"line": 7, "column": "label", "reason": "there is no label 'MAYBE'; there are FAVOR, AGAINST"}]
ARGUMENTS = {"upload": "0" * 32, "name": "posts.csv", "columns": {"text": "tweet"}}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_where_files_are_imported(
    server: str, browser_page: Page, engine: Engine, session: Session, language: str
):
    """The form, what would come in with rows at fault, and what came in can be read and operated."""
    dee = make.user(session, "dee")
    dee.locale = language
    project = make.project(session, "posts")
    projects.join(session, project, dee, Role.CURATOR)
    numbers = []
    for trial in (True, False):
        job, _ = jobs.enqueue(
            session, "import", project=project, by=dee, arguments={**ARGUMENTS, "trial": trial}
        )
        assert jobs.claim(session, f"{trial}") == job.id
        lines = ["Import into posts:", "  documents: 12 new", "  items: 12 new", "  12 gold answers new"]
        figures = {"rejected": 1}
        result = {"trial": trial, "lines": lines, "figures": figures, "rejected": REJECTED}
        jobs.finish(session, job.id, f"{trial}", result)
        numbers.append(job.id)
    figures = {"documents": {"new": 12, "merged": 2}, "items": {"new": 12}}
    made = Import(
        project_id=project.id, owner="tests 1", state=ImportState.DONE, files=["posts.csv"], finished_at=now()
    )
    made.told = {"figures": figures}
    session.add(made)
    link = accounts.sign_in_link(session, dee)
    session.commit()
    browser_page.goto(f"{server}/sign-in/{link}")

    browser_page.goto(f"{server}/projects/posts/imports")
    expect(browser_page.locator("#file")).to_be_visible()
    assert axe.in_both_lights(browser_page) == {}
    browser_page.locator("a[href$='/undo']").click()
    expect(browser_page.locator(".made-acts button")).to_be_visible()
    assert axe.in_both_lights(browser_page) == {}
    for number in numbers:
        browser_page.goto(f"{server}/projects/posts/jobs/{number}")
        expect(browser_page.locator(".imported li")).to_have_count(3)
        assert axe.in_both_lights(browser_page) == {}, number
