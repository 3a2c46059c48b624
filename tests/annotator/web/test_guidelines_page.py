"""The curator's page of guidelines: nothing is published unseen, nothing that was written is lost."""

import re

import pytest

from annotator.domain import Role
from annotator.store import guidelines, projects
from tests import application, make

PAGE = "/projects/posts/guidelines"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _fill)
        yield app


@pytest.fixture
def send(app):
    """`send(markdown="…", do="publish")` sends the form as Dee, the curator."""
    browser, token = application.browser(app, "dee")
    return lambda **form: browser.post(PAGE, data={"csrf_token": token, "replaces": "0", **form})


def _fill(session):
    posts = make.directed(session, "posts").project
    for name, role in [("ada", Role.ANNOTATOR), ("dee", Role.CURATOR), ("cleo", Role.CURATOR)]:
        projects.join(session, posts, make.user(session, name), role)
    make.user(session, "eve")


def texts(app):
    def read(session):
        return [row.text for row in guidelines.versions(session, projects.find(session, "posts"))]

    return application.stored(app, read)


def publish(app, text):
    def store(session):
        guidelines.publish(session, projects.find(session, "posts"), text)

    application.stored(app, store)


def test_a_text_is_published_with_what_goes_with_it(app, send):
    """Note and mark are what annotators see of a change first."""
    answer = send(markdown="One.\r\nTwo.", note="First", must_read="on", do="publish")

    def stored(session):
        [row] = guidelines.versions(session, projects.find(session, "posts"))
        return row.text, row.note, row.must_read, row.created_by_id is not None

    assert answer.status_code == 303
    assert application.stored(app, stored) == ("One.\nTwo.", "First", True, True)


def test_a_preview_publishes_nothing_and_keeps_all(app, send):
    """Looking first must not cost what was written."""
    publish(app, "A report is no stance.")

    page = send(
        markdown="A report is *never* one.", note="Clearer", must_read="on", replaces="1", do="preview"
    ).get_data(as_text=True)

    assert texts(app) == ["A report is no stance."]
    assert "<em>never</em>" in page
    assert "<del>" in page
    assert "A report is *never* one.</textarea>" in page
    assert 'value="Clearer"' in page
    assert re.search(r'name="must_read" checked', page)


def test_whoever_was_slower_keeps_their_text_and_sees_the_other(app, send):
    """Two curators edit on the same morning."""
    publish(app, "One.")
    publish(app, "One, says Cleo.")

    answer = send(markdown="One, I say.", replaces="1", do="publish")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert texts(app) == ["One, says Cleo.", "One."]
    assert "One, I say.</textarea>" in page
    assert 'name="replaces" value="2"' in page
    assert "<del>" in page
    assert send(markdown="One, I say.", replaces="2", do="publish").status_code == 303


def test_a_label_has_a_text_of_its_own(app, send):
    """The rule of a label stands where the label does."""
    send(about="label:FAVOR", markdown="Clear approval.", do="publish")
    send(about=f"entity:{make.TARGET}", markdown="At sea too.", do="publish")
    browser, _ = application.browser(app, "dee")

    page = browser.get(f"{PAGE}?about=label:FAVOR").get_data(as_text=True)

    assert "Clear approval.</textarea>" in page
    assert 'value="label:FAVOR" selected' in page
    assert browser.get(f"{PAGE}?about=label:MAYBE").status_code == 404


def test_what_cannot_be_published_is_told_beside_the_text(app, send):
    """An error page would have swallowed an hour's work."""
    publish(app, "One.")

    same = send(markdown="One.", replaces="1", do="publish")
    long = send(markdown="x" * 200_001, replaces="1", do="publish")

    for answer in (same, long):
        assert answer.status_code == 422
        assert 'role="alert"' in answer.get_data(as_text=True)
    assert "x" * 200_001 in long.get_data(as_text=True)


def test_what_was_written_cannot_break_out_of_the_page(app, send):
    """Markdown is text on this page too."""
    evil = "</textarea><script>alert(1)</script>"

    page = send(markdown=evil, note='"><script>alert(2)</script>', do="preview").get_data(as_text=True)

    assert "<script>alert" not in page


@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("eve", 404), ("dee", 200)])
def test_the_page_is_for_curators(app, name, status):
    """Annotators follow the rules, strangers do not know the project."""
    browser, token = application.browser(app, name)

    assert browser.get(PAGE).status_code == status
    sent = browser.post(PAGE, data={"csrf_token": token, "markdown": "Mine.", "do": "preview"})
    assert sent.status_code == status


def test_a_form_from_elsewhere_is_refused(app):
    """Another site must not write the rules in a curator's name."""
    browser, _ = application.browser(app, "dee")

    assert browser.post(PAGE, data={"markdown": "Theirs.", "do": "publish"}).status_code == 403
    assert texts(app) == []
