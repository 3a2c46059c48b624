"""The page of people: invitations, roles, and who may do what to whom."""

import re

import pytest
from sqlmodel import select

from annotator.domain import AuditEntry, Item, Lease, Role, User
from annotator.store import accounts, projects, queue
from tests import application, make

PAGE = "/projects/posts/people"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:

        def store(session):
            people = {name: make.user(session, name) for name in ("ada", "cleo", "zoe")}
            made = make.directed(session, "posts", items=3, members=[people["ada"]])
            projects.join(session, made.project, people["cleo"], Role.CURATOR)
            other = make.project(session, "other")
            projects.join(session, other, people["zoe"], Role.ADMIN)
            make.user(session, "root", is_admin=True)

        application.stored(app, store)
        yield app


@pytest.fixture
def cleo(app):
    """Cleo's browser, which posts with its token."""
    client, token = application.browser(app, "cleo")

    def post(path, **form):
        return client.post(f"{PAGE}{path}", data={"csrf_token": token, **form})

    return client, post


def id_of(app, name):
    return application.stored(app, lambda session: accounts.find_user(session, name).id)


def text(client):
    return client.get(PAGE).get_data(as_text=True)


def test_an_invitation_gives_a_link_that_works_once_and_is_shown_once(app, cleo):
    """A link that stays on a page is everybody's."""
    client, post = cleo
    assert post("", name="dee", role="annotator").status_code == 303
    shown = text(client)
    [link] = re.findall(r"/sign-in/[\w-]+", shown)

    assert "/sign-in/" not in text(client)
    newcomer = app.test_client()
    assert newcomer.get(link).status_code == 303
    assert newcomer.get("/projects/posts/annotate").status_code == 200
    assert app.test_client().get(link).status_code == 404


def test_who_is_here_already_joins_without_a_link(app, cleo):
    """A link for somebody who works elsewhere would sign the curator in as them."""
    client, post = cleo
    assert post("", name="zoe", role="annotator").status_code == 303
    shown = text(client)

    assert "/sign-in/" not in shown
    assert "zoe" in shown
    assert post(f"/{id_of(app, 'zoe')}/links").status_code == 403
    assert post("", name="root", role="annotator").status_code == 303
    assert post(f"/{id_of(app, 'root')}/links").status_code == 403


def test_a_curator_gives_no_role_above_their_own(app, cleo):
    """Else every curator is an admin by one click."""
    client, post = cleo
    assert post("", name="dee", role="admin").status_code == 403
    assert post(f"/{id_of(app, 'cleo')}/role", role="admin").status_code == 403
    assert post(f"/{id_of(app, 'ada')}/role", role="curator").status_code == 303
    assert post(f"/{id_of(app, 'ada')}/role", role="king").status_code == 422
    assert 'value="admin"' not in text(client)


def test_a_removed_member_keeps_answers_gives_back_items_and_can_return(app, cleo):
    """Removal must neither lose work nor lock items up."""
    _, post = cleo
    script = application.script(app, "ada")
    assert len(script.get("/api/v1/projects/posts/queue").json["items"]) == 3
    ada = id_of(app, "ada")
    assert post(f"/{ada}/removal").status_code == 303

    assert script.get("/api/v1/projects/posts/queue").status_code == 404
    assert (
        application.stored(
            app, lambda session: [lease.ended_at is None for lease in session.exec(select(Lease))]
        )
        == [False] * 3
    )
    assert post(f"/{ada}/role", role="curator").status_code == 404
    assert post(f"/{ada}/return").status_code == 303
    assert len(script.get("/api/v1/projects/posts/queue").json["items"]) == 3
    trail = application.stored(app, lambda session: [row.action for row in session.exec(select(AuditEntry))])
    assert {"remove member", "restore member"} <= set(trail)


def test_nobody_removes_themselves_and_annotators_see_nothing_of_it(app, cleo):
    """A project must not lose its last curator by a slip."""
    _, post = cleo
    assert post(f"/{id_of(app, 'cleo')}/removal").status_code == 422
    ada, _ = application.browser(app, "ada")
    assert ada.get(PAGE).status_code == 403


def test_rounds_are_previewed_and_applied(app, cleo):
    """The answers that a plan means are told before it is applied; a mistake keeps what was written."""
    client, _ = cleo
    address = "/projects/posts/rounds"
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get(address).get_data(as_text=True))[1]
    row = {"name": "look", "round": "pilot", "items": "2", "overlap": "3", "share": "", "share_overlap": ""}
    rest = {"name": "rest", "round": "main", "items": "", "overlap": "", "share": "100", "share_overlap": "2"}
    form = {field: [row[field], rest[field]] for field in row} | {"targets": ["", ""], "csrf_token": token}

    shown = client.post(address, data={**form, "do": "preview"}).get_data(as_text=True)
    assert re.search(r"look</bdi></th><td class=\"is-number\">2</td><td class=\"is-number\">6<", shown)
    assert re.search(r"rest</bdi></th><td class=\"is-number\">1</td><td class=\"is-number\">2<", shown)
    assert application.stored(app, overlaps) == [None, None, None]
    assert client.post(address, data={**form, "do": "apply"}).status_code == 303
    assert application.stored(app, overlaps) == [None, None, 2]
    wrong = client.post(address, data={**form, "overlap": ["many", ""], "do": "apply"})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.get_data(as_text=True)


def overlaps(session):
    return [item.overlap for item in session.exec(select(Item).order_by(Item.id))]


@pytest.mark.parametrize(
    ("query", "told"), [("", "246"), ("?width=0", "between 0 and 1"), ("?width=nan", "between")]
)
def test_the_page_says_how_many_items_are_enough(app, cleo, query, told):
    """A plan without a number is a wish."""
    client, _ = cleo

    assert told in client.get(f"/projects/posts/rounds{query}").get_data(as_text=True)


def test_the_queue_serves_somebody_who_came_by_invitation(app, cleo):
    """The whole way in."""
    _, post = cleo
    post("", name="dee", role="annotator")

    def served(session):
        dee = session.exec(select(User).where(User.name == "dee")).one()
        project = projects.find(session, "posts")
        return len(queue.serve(session, project, dee, limit=9, minutes=5).leases)

    assert application.stored(app, served) == 3
