"""Who asks: by a sign-in link and a cookie, or by an API token; and what each may do."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask, g

from annotator.config import Settings
from annotator.domain import Role
from annotator.http import session
from annotator.http.session import requires
from annotator.store import accounts, projects
from tests import application
from tests.together import at_once

FAVOR = {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}
LONG_AGO = "'2020-01-01 00:00:00'"
QUEUE = "/api/v1/projects/posts/queue"


def put(client, **headers):
    return client.put(f"/api/v1/annotations/{uuid4()}", json=FAVOR, headers=headers)


def test_another_persons_link_signs_nobody_in_silently(app):
    """On a shared laptop Bob's labels would go in as Ada's, without a word."""
    links = {}

    def rows(session):
        for name in ("ada", "bob"):
            links[name] = accounts.sign_in_link(session, accounts.find_user(session, name))

    application.stored(app, rows)
    browser, later = app.test_client(), app.test_client()
    browser.get(f"/sign-in/{links['ada']}")

    refused = browser.get(f"/sign-in/{links['bob']}")

    assert refused.status_code == 403
    assert "ada" in refused.text and "sign out" in refused.text
    assert later.get(f"/sign-in/{links['bob']}").status_code == 303  # the link is still good


def test_nobody_comes_in_without_a_name(app):
    """Texts are under licence, answers are people's work."""
    stranger = app.test_client()
    answers = [put(stranger), stranger.get(QUEUE), stranger.get("/api/v1/projects/posts")]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Bearer realm="standpoint"'}


def test_a_page_speaks_for_its_own_person_only(app):
    """Tabs share the cookie: when bob signs in next door, ada's page must not answer in his name."""
    client, token = application.browser(app, "bob")

    refused = put(client, **{"X-CSRFToken": token, "X-Standpoint-User": "ada"})
    lent = client.get(QUEUE, headers={"X-Standpoint-User": "ada"})

    assert (refused.status_code, lent.status_code) == (403, 403)
    assert "bob is signed in here now" in refused.json["detail"]
    assert put(client, **{"X-CSRFToken": token, "X-Standpoint-User": "%62ob"}).status_code in {201, 404}


def test_a_sign_in_link_works_once(app):
    """A link in a mail archive must open nothing."""
    link = _link(app)
    first, second = app.test_client(), app.test_client()

    assert first.get(f"/sign-in/{link}").status_code == 303
    assert second.get(f"/sign-in/{link}").status_code == 404
    assert (first.get(QUEUE).status_code, second.get(QUEUE).status_code) == (200, 401)


@pytest.mark.parametrize("link", ["unknown", "%00", "%ff", "'; DROP TABLE user"])
def test_a_wrong_link_opens_nothing(app, link):
    """Guessing gets nobody in, and nobody gets a traceback."""
    assert app.test_client().get(f"/sign-in/{link}").status_code == 404


def test_an_old_link_opens_nothing(app):
    """A day is enough to read a mail."""
    link = _link(app)
    _update(app, f"sign_in_link SET expires_at = {LONG_AGO}")

    assert app.test_client().get(f"/sign-in/{link}").status_code == 404


def test_with_a_cookie_a_change_needs_the_csrf_token(app):
    """Another site must not answer in her name."""
    client, token = application.browser(app, "ada")

    assert put(client).status_code == 403
    assert put(client, **{"X-CSRFToken": "forged"}).status_code == 403
    assert put(client, **{"X-CSRFToken": token}).status_code == 201


def test_a_csrf_token_is_its_browsers(app):
    """A token that a stranger was given must not work with her cookie."""
    client, _ = application.browser(app, "ada")
    _, stolen = application.browser(app, "bob")

    assert put(client, **{"X-CSRFToken": stolen}).status_code == 403


def test_an_api_token_needs_none(app):
    """A script has no page to read it from, and no browser sends its header for it."""
    assert put(application.script(app, "ada")).status_code == 201


def test_a_token_does_what_its_scopes_say(app):
    """A dashboard's token must not answer, nor lend."""
    reader = application.script(app, "ada", scopes=["read"])
    writer = application.script(app, "ada", scopes=["annotate"])

    assert [reader.get("/api/v1/projects/posts").status_code, reader.get(QUEUE).status_code] == [200, 403]
    assert put(reader).status_code == 403
    assert put(writer).status_code == 201


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "bearer sp_é", "Bearer sp_ x y"])
def test_a_wrong_token_is_told_so(app, header):
    """A script whose token was revoked must not read somebody's empty page."""
    client = app.test_client()

    answer = client.get(QUEUE, headers={"Authorization": header.encode("latin-1")})

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_revoked_or_old_token_is_none(app, column):
    """A leaked token can be ended."""
    script = application.script(app, "ada")
    _update(app, f"api_token SET {column} = {LONG_AGO}")

    assert script.get(QUEUE).status_code == 401


def test_a_deleted_person_is_out_at_once(app):
    """Who leaves the team leaves with all browsers and tokens."""
    script, (browser, _) = application.script(app, "ada"), application.browser(app, "ada")
    _update(app, f'"user" SET deleted_at = {LONG_AGO}')

    assert (script.get(QUEUE).status_code, browser.get(QUEUE).status_code) == (401, 401)


def test_signing_out_ends_the_session_on_the_server(app):
    """A stolen cookie dies with it."""
    client, token = application.browser(app, "ada")
    stolen = client.get_cookie("standpoint_session").value

    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    again = app.test_client()
    again.set_cookie("standpoint_session", stolen)
    assert again.get(QUEUE).status_code == 401


def test_the_session_cookie_is_no_scripts_business(app):
    """A script on the page, or another site, must not read or send it."""
    link = _link(app)
    cookies = app.test_client().get(f"/sign-in/{link}").headers.getlist("Set-Cookie")

    assert len(cookies) == 3
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_a_project_is_not_there_for_strangers_and_all_there_for_an_admin(app):
    """Bob has no seat in it; the admin of the installation has one everywhere."""
    application.stored(app, lambda session: accounts.add_user(session, "root", is_admin=True) and None)

    assert application.script(app, "bob").get(QUEUE).status_code == 404
    assert put(application.script(app, "bob")).status_code == 404
    assert application.script(app, "root").get(QUEUE).status_code == 200
    assert application.script(app, "root").get("/api/v1/projects/none/queue").status_code == 404


@pytest.mark.parametrize(
    ("role", "told"),
    [("annotator", [200, 403, 403]), ("curator", [200, 200, 403]), ("admin", [200, 200, 200])],
)
def test_each_role_includes_those_before_it(app, role, told):
    """An annotator must not adjudicate her own answers."""
    for each in Role:
        app.add_url_rule(f"/for/{each}/<slug>", str(each), requires(each)(lambda: g.project.slug))

    def join(session):
        project, ada = projects.find(session, "posts"), accounts.find_user(session, "ada")
        projects.join(session, project, ada, Role(role))

    application.stored(app, join)
    ada = application.script(app, "ada")

    assert [ada.get(f"/for/{each}/posts").status_code for each in Role] == told


def test_servers_that_start_at_once_share_one_key(engine):
    """Each would otherwise sign cookies that the others refuse."""

    def start(_number):
        app = Flask("server")
        session.install(app, engine, Settings())
        return app.config["SECRET_KEY"]

    assert len(set(at_once(start, range(6)))) == 1


def _link(app):
    return application.stored(
        app, lambda session: accounts.sign_in_link(session, accounts.find_user(session, "ada"))
    )


def _update(app, change):
    def store(session):
        session.execute(sa.text(f"UPDATE {change}"))

    application.stored(app, store)
