"""The questionnaire: asked once, skippable, and nobody can be made out in what is told."""

import re

import pytest
from pydantic import ValidationError

from annotator.domain import Questionnaire, Role
from annotator.domain.project_file import ProjectFile
from annotator.store import accounts, projects, questionnaires
from tests import application, make

AGE = {"key": "age", "text": "How old are you?", "choices": ["under 30", "30 or more"]}
ASKED = {"questions": [AGE], "least": 3}
PAGE = "/projects/posts/questionnaire"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:

        def store(session):
            people = {name: make.user(session, name) for name in ("ada", "cleo")}
            made = make.directed(session, "posts", members=[people["ada"]], questionnaire=ASKED)
            projects.join(session, made.project, people["cleo"], Role.CURATOR)

        application.stored(app, store)
        yield app


def kept(app):
    def read(session):
        row = session.get(
            Questionnaire, (accounts.find_user(session, "ada").id, projects.find(session, "posts").id)
        )
        return (row.consented, row.answers) if row is not None else None

    return application.stored(app, read)


def test_it_comes_once_before_the_first_item(app):
    """Asked at every visit, people tick anything."""
    client, token = application.browser(app, "ada")
    assert client.get("/projects/posts/annotate").location.endswith(PAGE)
    sent = client.post(PAGE, data={"csrf_token": token, "q-age": "under 30", "consent": "on"})

    assert sent.location.endswith("/projects/posts/annotate")
    assert client.get("/projects/posts/annotate").status_code == 200
    assert kept(app) == (True, {"age": "under 30"})


def test_nothing_is_kept_without_consent(app):
    """What is personal is stored with a yes or not at all."""
    client, token = application.browser(app, "ada")
    sent = client.post(PAGE, data={"csrf_token": token, "q-age": "under 30"})

    assert sent.status_code == 422
    assert re.search(r"<option selected>under 30", sent.get_data(as_text=True))
    assert kept(app) is None


def test_skipping_deletes_what_was_told(app):
    """A consent can be taken back."""
    client, token = application.browser(app, "ada")
    client.post(PAGE, data={"csrf_token": token, "q-age": "under 30", "consent": "on"})
    client.post(PAGE, data={"csrf_token": token, "q-age": "under 30", "do": "skip"})

    assert kept(app) == (False, {})
    assert client.get("/projects/posts/annotate").status_code == 200


def test_publication_is_agreed_to_by_itself(app):
    """A yes to storing is no yes to a figure that anybody reads; both can be taken back."""

    def agreed():
        def read(session):
            person, project = accounts.find_user(session, "ada"), projects.find(session, "posts")
            return session.get(Questionnaire, (person.id, project.id)).may_publish

        return application.stored(app, read)

    client, token = application.browser(app, "ada")
    given = {"csrf_token": token, "q-age": "under 30", "consent": "on"}
    client.post(PAGE, data=given)
    assert not agreed()
    client.post(PAGE, data=given | {"publish": "on"})
    assert agreed()
    assert len(re.findall(r"checked>", client.get(PAGE).get_data(as_text=True))) == 2
    client.post(PAGE, data=given | {"publish": "on", "do": "skip"})
    assert not agreed()


def test_a_complaint_keeps_the_ticks(app):
    """Who forgot one tick has not taken the other one back."""
    client, token = application.browser(app, "ada")
    sent = client.post(PAGE, data={"csrf_token": token, "q-age": "under 30", "publish": "on"})

    assert sent.status_code == 422
    assert re.search(r'name="publish" checked>', sent.get_data(as_text=True))


def test_what_is_no_choice_is_refused(app):
    """A free text could name its author."""
    client, token = application.browser(app, "ada")

    assert client.post(PAGE, data={"csrf_token": token, "q-age": "43", "consent": "on"}).status_code == 422


@pytest.mark.parametrize(("people", "counts"), [(2, {}), (3, {"under 30": 3})])
def test_a_count_of_too_few_is_not_told(app, people, counts):
    """In a team of three, one over 50 is a name."""

    def answer(session):
        project = projects.find(session, "posts")
        for number in range(people + 1):
            choice = "30 or more" if number == people else "under 30"
            questionnaires.answer(session, project, make.user(session, f"p{number}"), {"age": choice})
        [told] = questionnaires.told(session, project)
        return told.counts, told.is_cut

    assert application.stored(app, answer) == (counts, True)
    cleo, _ = application.browser(app, "cleo")
    page = cleo.get("/projects/posts/people").get_data(as_text=True)
    assert "How old are you?" in page
    assert ("under 30" in page) == bool(counts)
    assert "30 or more" not in page


def test_a_project_without_questions_has_no_such_page(app):
    """A page that asks nothing is a dead end."""
    application.stored(
        app,
        lambda session: (
            make.directed(session, "plain", members=[accounts.find_user(session, "ada")]).project.id
        ),
    )
    client, _ = application.browser(app, "ada")

    assert client.get("/projects/plain/questionnaire").status_code == 404
    assert client.get("/projects/plain/annotate").status_code == 200


def test_a_count_of_one_cannot_be_asked_for():
    """One person is no count."""
    with pytest.raises(ValidationError):
        ProjectFile(slug="posts", kind="directed", questionnaire={**ASKED, "least": 1})
