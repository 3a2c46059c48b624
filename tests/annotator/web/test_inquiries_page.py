"""The curator's page of questions: each in its context, a reply to each, nobody's reply lost."""

from uuid import uuid4

import pytest

from annotator.domain import Role
from annotator.store import accounts, inquiries, items, projects, queue
from tests import application, make

PAGE = "/projects/news/inquiries"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _fill)
        yield app


def _fill(session):
    news = make.open_document(session, "news", heading="Harbour").project
    for name, role in [("ada", Role.ANNOTATOR), ("dee", Role.CURATOR), ("cleo", Role.CURATOR)]:
        projects.join(session, news, make.user(session, name), role)
    make.user(session, "eve")


def ask(app, text="Who says <so>?", item="news-0-2"):
    def store(session):
        project = projects.find(session, "news")
        ada = accounts.find_user(session, "ada")
        queue.serve(session, project, ada, limit=10, minutes=30)
        return inquiries.ask(session, ada, items.find(session, project, item), uuid4(), text)[0].uuid

    return application.stored(app, store)


def state(app, uuid):
    def read(session):
        return inquiries.find(session, projects.find(session, "news"), uuid).inquiry.reply

    return application.stored(app, read)


def test_a_question_stands_in_its_context(app):
    """Nobody can rule on a sentence alone."""
    ask(app)
    browser, _ = application.browser(app, "dee")

    page = browser.get(PAGE).get_data(as_text=True)

    for words in (
        "1 question waits",
        "Who says &lt;so&gt;?",
        "About news-0",
        "hinted at a delay",
        "asked the fishers",
    ):
        assert words in page
    assert "<strong>“We will not wait,” said the residents’ group.</strong>" in page


def test_a_reply_is_stored_and_the_question_moves_down(app):
    """What is done must not stand in the way of what is to do."""
    uuid = ask(app)
    browser, token = application.browser(app, "dee")

    answer = browser.post(f"{PAGE}/{uuid}/reply", data={"csrf_token": token, "reply": "The group."})
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)

    assert (answer.status_code, state(app, uuid)) == (303, "The group.")
    assert "0 questions wait" in page
    assert "The group." in page
    assert "<textarea" not in page


def test_whoever_was_slower_sees_both_replies(app):
    """Two curators at one question: neither's words may vanish."""
    uuid = ask(app)
    browser, token = application.browser(app, "dee")
    other, others_token = application.browser(app, "cleo")
    other.post(f"{PAGE}/{uuid}/reply", data={"csrf_token": others_token, "reply": "Nobody."})

    answer = browser.post(f"{PAGE}/{uuid}/reply", data={"csrf_token": token, "reply": "The group."})
    page = answer.get_data(as_text=True)

    assert (answer.status_code, state(app, uuid)) == (409, "Nobody.")
    assert "Nobody." in page
    assert "The group." in page


def test_an_empty_reply_is_asked_for_again(app):
    """An item must not go back with nothing."""
    uuid = ask(app)
    browser, token = application.browser(app, "dee")

    answer = browser.post(f"{PAGE}/{uuid}/reply", data={"csrf_token": token, "reply": "  "})

    assert (answer.status_code, state(app, uuid)) == (422, None)
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("eve", 404), ("dee", 200)])
def test_the_page_is_for_curators(app, name, status):
    """Nothing shows one annotator what another did not understand."""
    uuid = ask(app)
    browser, token = application.browser(app, name)
    sent = browser.post(f"{PAGE}/{uuid}/reply", data={"csrf_token": token, "reply": "Yes."})

    assert browser.get(PAGE).status_code == status
    assert sent.status_code == (303 if status == 200 else status)


def test_a_form_from_elsewhere_is_refused(app):
    """Another site must not rule in a curator's name."""
    uuid = ask(app)
    browser, _ = application.browser(app, "dee")

    assert browser.post(f"{PAGE}/{uuid}/reply", data={"reply": "Theirs."}).status_code == 403


def test_home_leads_curators_to_what_waits(app):
    """A question that nobody sees is answered by nobody."""
    ask(app)
    ask(app, item="news-0-1")
    told = {
        name: application.browser(app, name)[0].get("/").get_data(as_text=True) for name in ("ada", "dee")
    }

    assert "2 questions" in told["dee"]
    assert PAGE in told["dee"]
    assert PAGE not in told["ada"]
