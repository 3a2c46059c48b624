"""The page of webhooks: made, tried, switched off, taken away; what is wrong is said where it was written."""

import re

import pytest

from annotator.domain import Role
from annotator.store import projects, webhooks
from tests import application, make

PAGE = "/projects/posts/webhooks"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:

        def store(session):
            project = make.directed(session, "posts", items=1).project
            projects.join(session, project, make.user(session, "dee"), Role.CURATOR)

        application.stored(app, store)
        yield app


@pytest.fixture
def send(app):
    """`send(address, …)` posts a form as Dee's browser does; with None it looks at the page."""
    client, token = application.browser(app, "dee")

    def post(address=None, **fields):
        if address is None:
            return client.get(PAGE)
        return client.post(address, data={**fields, "csrf_token": token})

    return post


def test_a_webhook_is_made_and_its_secret_shown_once(send):
    """Who misses it makes another one."""
    made = send(PAGE, url="https://example.org/hook", event=["item.completed", "release.published"])
    assert made.status_code == 303

    assert re.search(r"whsec_[\w+/=]{44}", send().text)
    again = send().text
    assert "whsec_" not in again
    assert "https://example.org/hook" in again


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "ftp://example.org/", "event": ["item.completed"]}, "This is no address"),
        ({"url": "https://example.org/"}, "Choose what this webhook is to be told of."),
        ({"url": "https://a:b@example.org/", "event": ["item.completed"]}, "Leave the password out"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(send, fields, said):
    """Nobody types an address twice."""
    answer = send(PAGE, **fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{fields["url"]}"' in answer.text


def test_it_is_tried_switched_off_and_on_and_taken_away(app, send):
    """All of it by buttons."""
    send(PAGE, url="https://example.org/hook", event=["item.completed"])
    number = int(re.search(r'id="webhook-(\d+)"', send().text)[1])
    one = f"{PAGE}/{number}"

    send(one, do="test")
    assert "Waits" in send().text
    send(one, do="off")
    assert "Off since" in send().text
    send(one, do="on")
    assert "Off since" not in send().text
    send(one, do="secret")
    assert "whsec_" in send().text

    def give_up(session):
        hook = webhooks.find(session, projects.find(session, "posts"), number)
        [delivery], _ = webhooks.deliveries(session, hook)
        delivery.state = "failed"
        session.add(delivery)
        return delivery.id

    delivery = application.stored(app, give_up)
    assert "Given up" in send().text
    send(f"{one}/deliveries/{delivery}")
    assert "Waits" in send().text
    send(one, do="remove")
    assert "https://example.org/hook" not in send().text
    assert send(one, do="test").status_code == 404
