"""Training a model, and what models score, can be done and read by everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.domain import Role
from annotator.store import accounts, jobs, projects
from exporters import release
from tests.browser.access import axe
from tests.exporters.made_project import Make

pytestmark = pytest.mark.browser

FIGURES = {"f_avg": 0.6898, "macro_f1": 0.61, "accuracy": 0.7}
BOUNDS = {"f_avg": [0.61, 0.75], "macro_f1": [0.55, 0.68], "accuracy": None}
TRAINED = {
    "recipe": "svm_ngrams",
    "release": 1,
    "rows": 1_200,
    "targets": 2,
    "notes": ["the target “trams” has fewer than 5 rows"],
    "sha256": "0" * 64,
    "split": "test",
    "n": 300,
    "scores": FIGURES,
    "intervals": BOUNDS,
    "majority": {**FIGURES, "f_avg": None},
}

PIECES = [["I ", 0, 0.0], ["welcome", 3, 0.5], [" this ", 0, 0.0], ["delay", -2, -0.3]]
SAID = {"name": "FAVOR", "p": 0.7, "pieces": PIECES, "for": [["welcome", 0.5]], "against": [["delay", -0.3]]}
EXPLAINED = {
    "model": 1,
    "recipe": "svm_ngrams_comb",
    "text": "I welcome this delay",
    "target": "trams",
    "holder": "author",
    "label": "FAVOR",
    "method": "linear",
    "notes": ["“trams”: no such target among the training rows"],
    "labels": [
        {**SAID, "others": [["target: trams", 0.1]], "words": 0.2, "intercept": -0.1, "decision": 0.2}
    ],
}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_where_models_are(
    server: str, browser_page: Page, engine: Engine, session: Session, tmp_path: Path, language: str
):
    """The form, a model with figures and one without, and the page of its job can be read and operated."""
    make = Make(session)
    dee = make.user("dee", locale=language)
    projects.join(session, make.project, dee, Role.CURATOR)
    make.answer(make.question("a"), "ada", "FAVOR")
    link = accounts.sign_in_link(session, dee)
    session.commit()
    release.write(engine, "trains", tmp_path / "1")
    numbers = []
    for result in (TRAINED, {**TRAINED, "recipe": "majority", "split": None}):
        job, _ = jobs.enqueue(session, "train", project=make.project, by=dee, arguments={"release": 1})
        assert jobs.claim(session, f"{job.id}") == job.id
        jobs.finish(session, job.id, f"{job.id}", result)
        numbers.append(job.id)
    session.commit()
    browser_page.goto(f"{server}/sign-in/{link}")

    browser_page.goto(f"{server}/projects/trains/models")
    expect(browser_page.locator("article")).to_have_count(2)
    expect(browser_page.locator("form.making select")).to_have_count(2)
    assert axe.in_both_lights(browser_page) == {}
    for number in numbers:
        browser_page.goto(f"{server}/projects/trains/jobs/{number}")
        expect(browser_page.locator(".made-acts a").first).to_be_visible()
        assert axe.in_both_lights(browser_page) == {}, number

    asked = {"model": numbers[0], "text": EXPLAINED["text"], "target": "trams", "holder": ""}
    job, _ = jobs.enqueue(session, "explain", project=make.project, by=dee, arguments=asked)
    assert jobs.claim(session, f"{job.id}") == job.id
    jobs.finish(session, job.id, f"{job.id}", EXPLAINED)
    session.commit()
    browser_page.goto(f"{server}/projects/trains/jobs/{job.id}")
    expect(browser_page.locator("mark")).to_have_count(2)
    expect(browser_page.locator("form.making textarea")).to_have_value(EXPLAINED["text"])
    assert axe.in_both_lights(browser_page) == {}
