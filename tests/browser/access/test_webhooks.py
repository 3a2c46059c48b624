"""Webhooks can be made and looked after by everybody."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.domain import Role, now
from annotator.store import accounts, post, projects, webhooks
from tests import make
from tests.browser.access import axe

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_where_webhooks_are(
    server: str, browser_page: Page, engine: Engine, session: Session, language: str
):
    """One that works, one that was switched off, messages in every state, a secret, and the form."""
    dee = make.user(session, "dee")
    dee.locale = language
    project = make.project(session, "posts")
    projects.join(session, project, dee, Role.CURATOR)
    for status in (204, 500, 410):
        hook = webhooks.create(session, project, f"https://example.org/{status}", ["release.published"])
        webhooks.test(session, project, hook)
        letter = post.claim(session, at=now())
        if status == 204:
            post.arrived(session, letter, status)
        else:
            post.failed(session, letter, f"The receiver answered {status}.", status=status)
    link = accounts.sign_in_link(session, dee)
    session.commit()
    browser_page.goto(f"{server}/sign-in/{link}")
    browser_page.goto(f"{server}/projects/posts/webhooks")

    expect(browser_page.locator("tbody tr")).to_have_count(3)
    assert axe.in_both_lights(browser_page) == {}

    browser_page.locator("#url").fill("https://example.org/new")
    browser_page.locator("#event-1").check()
    browser_page.locator(".writing .button.is-main").click()
    expect(browser_page.locator(".webhook-secret")).to_be_visible()
    assert axe.in_both_lights(browser_page) == {}
    browser_page.reload()
    expect(browser_page.locator(".webhook-secret")).to_have_count(0)
