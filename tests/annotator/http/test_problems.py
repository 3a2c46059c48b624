"""Every error has a status and a form, and nobody ever reads a traceback."""

import pytest
import sqlalchemy as sa
from flask import abort, g

from annotator.errors import Conflict, Forbidden, Invalid, NotFound, Unusable
from tests import application


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("Wrong.", {"name": "is empty"}), 422),
        (NotFound("Nothing."), 404),
        (Forbidden("No."), 403),
        (Conflict("Late."), 409),
        (Unusable("Full."), 503),
        (sa.exc.OperationalError("SELECT secret", {}, Exception("locked")), 503),
        (sa.exc.IntegrityError("SELECT secret", {}, Exception("UNIQUE")), 409),
        (sa.exc.DataError("SELECT secret", {}, Exception("NUL")), 422),
        (RuntimeError("secret"), 500),
    ],
)
def test_an_error_has_its_status_in_both_forms(app, error, status):
    """A script reads JSON, a person a page; neither reads our insides."""
    for path in ("/api/boom", "/boom"):
        app.add_url_rule(path, path, _raising(error))
    client = application.script(app, "ada")
    told, shown = client.get("/api/boom"), client.get("/boom")

    assert (told.status_code, shown.status_code) == (status, status)
    assert told.content_type == "application/problem+json"
    assert told.json.keys() >= {"type", "title", "status", "detail"}
    assert shown.mimetype == "text/html"
    assert "secret" not in told.text + shown.text


def test_a_missing_page_and_a_wrong_method_are_problems_too(app):
    """A client parses what it gets by its content type; 405 must say what is allowed."""
    client = application.script(app, "ada")
    missing, wrong = client.get("/api/v1/nothing"), client.delete("/api/v1/projects/posts/queue")

    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert {missing.content_type, wrong.content_type} == {"application/problem+json"}
    assert "GET" in wrong.headers["Allow"]


def test_a_page_that_is_missing_keeps_the_way_to_the_others(app):
    """Whoever mistyped an address is not signed out, and looks for their pages; a command is no sentence."""
    client, _ = application.browser(app, "ada")

    assert 'href="/account"' in client.get("/nothing").text
    used = app.test_client().get("/sign-in/used").text
    assert 'href="/account"' not in used
    assert '<code dir="ltr">standpoint user link NAME</code>' in used


def test_a_wrong_method_is_told_before_any_csrf_token_is_asked_for(app):
    """“CSRF token missing” would send a script's author in the wrong direction."""
    client, _ = application.browser(app, "ada")

    assert client.delete("/api/v1/projects/posts/queue").status_code == 405
    assert client.post("/api/v1/nothing").status_code == 404


def test_what_a_failed_request_wrote_is_rolled_back(app):
    """Half of a change must not stay."""

    def fail():
        g.session.execute(sa.text("UPDATE project SET name = 'half'"))
        abort(418)

    app.add_url_rule("/api/fail", "fail", fail, methods=["POST"])
    told = application.script(app, "ada").post("/api/fail")
    name = application.stored(
        app, lambda session: session.execute(sa.text("SELECT name FROM project")).scalar_one()
    )

    assert (told.status_code, name) == (418, "posts")


def test_every_answer_carries_the_headers_of_a_strict_page(app):
    """A page that runs a stranger's script gives her session away."""
    for path in ("/", "/api/v1/nothing", "/nothing", "/api/v1/openapi.json"):
        headers = app.test_client().get(path).headers

        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path


def _raising(error):
    def view():
        raise error

    return view
