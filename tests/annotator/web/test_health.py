"""What machines ask: does it live, is it ready, how much does it do; and what they are not told."""

import json
import logging

import pytest
import sqlalchemy as sa

from annotator import logs
from annotator.config import Settings
from annotator.errors import Unusable
from annotator.store import accounts
from tests import application

TOKEN = "a token of these tests alone"


@pytest.fixture
def watched(database_url):
    """The application with a token for its figures, and an administrator."""
    with application.running(database_url, metrics_token=TOKEN) as app:
        application.stored(app, lambda session: accounts.add_user(session, "root", is_admin=True).id)
        yield app


def figures(app):
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text


def test_a_server_without_its_schema_lives_and_is_not_ready(app):
    """A load balancer must not send people where no page can be shown."""
    client = app.test_client()
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)

    with app.extensions["standpoint_engine"].begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    told = client.get("/readyz")

    assert (client.get("/healthz").status_code, told.status_code) == (200, 503)
    assert told.content_type == "application/problem+json"
    assert "postgresql" not in told.text + client.get("/healthz").text  # where the database is, is no one's


def test_figures_are_for_administrators(app, watched):
    """How much each route is used tells strangers about people at work."""
    asked = {
        "nobody": app.test_client().get("/metrics"),
        "an annotator": application.script(app, "ada").get("/metrics"),
        "a guess": app.test_client().get("/metrics", headers={"Authorization": "Bearer "}),
        "an unset token": app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}),
        "an administrator": application.script(watched, "root").get("/metrics"),
    }

    assert {who: answer.status_code for who, answer in asked.items()} == {
        "nobody": 401,
        "an annotator": 403,
        "a guess": 401,
        "an unset token": 401,
        "an administrator": 200,
    }
    assert "standpoint_" in figures(watched)


def test_a_short_token_for_figures_is_refused():
    """One that can be guessed is none."""
    with pytest.raises(Unusable, match="16 characters"):
        Settings(metrics_token="secret")


def test_figures_tell_routes_and_never_addresses(watched):
    """A label for every address would fill the memory of whoever collects them, and show tokens."""
    client = watched.test_client()
    for number in range(5):
        client.get(f"/sign-in/secret-{number}")
        client.open(f"/nothing/secret-{number}", method=f"METHOD{number}")
    told = figures(watched)

    assert 'standpoint_requests_total{method="GET",route="/sign-in/<token>",status="4xx"} 5.0' in told
    assert 'standpoint_requests_total{method="other",route="(none)",status="4xx"} 5.0' in told
    assert "standpoint_sign_ins_refused_total 5.0" in told
    assert "secret" not in told
    assert 'standpoint_jobs{state="waiting"} 0.0' in told


def test_answers_are_counted_by_what_became_of_them(app, ada):
    """A rise of conflicts is the first sign of a client that goes wrong."""
    client = application.script(app, "ada")
    items = client.get("/api/v1/projects/posts/queue").json["items"]
    one, two = "0" * 31 + "1", "0" * 31 + "2"
    for uuid, label in [(one, "FAVOR"), (one, "FAVOR"), (one, "AGAINST"), (two, "NONE")]:
        body = {"item": items[0]["id"], "stances": [{"label": label}]}
        client.put(f"/api/v1/annotations/{uuid[:8]}-0000-4000-8000-{uuid[-12:]}", json=body)
    told = app.extensions["standpoint_metrics"].told().decode()

    assert 'standpoint_answers_total{outcome="new"} 1.0' in told
    assert 'standpoint_answers_total{outcome="repeated"} 1.0' in told
    assert 'standpoint_answers_total{outcome="conflict"} 2.0' in told
    assert f"standpoint_items_lent_total {float(len(items))}" in told


def test_a_request_keeps_a_well_formed_id_and_gets_one_for_another(app):
    """One request is followed through the proxy's log and ours; nobody writes lines into ours by a header."""
    client = app.test_client()
    given = client.get("/healthz", headers={"X-Request-ID": "abc-123.DEF"})
    forged = client.get("/api/v1/nothing", headers={"X-Request-ID": 'x" injected'})

    assert given.headers["X-Request-ID"] == "abc-123.DEF"
    assert forged.headers["X-Request-ID"] == forged.json["request_id"]
    assert "injected" not in forged.headers["X-Request-ID"]


def test_a_traceback_goes_to_the_log_under_the_id_that_the_client_is_told(app):
    """“It said something went wrong” is a search through a day's log, unless it said which."""
    app.add_url_rule("/api/boom", "boom", lambda: 1 / 0)
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(logs.AsJson().format(record)))
    logger = logging.getLogger("annotator.http.problems")
    logger.addHandler(handler)
    try:
        told = app.test_client().get("/api/boom")
    finally:
        logger.removeHandler(handler)

    [line] = [line for line in lines if "traceback" in line]
    assert line["request_id"] == told.json["request_id"] == told.headers["X-Request-ID"]
    assert "ZeroDivisionError" in line["traceback"]
    assert "ZeroDivisionError" not in told.text
