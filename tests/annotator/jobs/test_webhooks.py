"""Webhooks: what happened becomes a message, once; it arrives signed, and nowhere where it must not."""

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from annotator.config import Settings
from annotator.domain import AuditEntry, Delivery, DeliveryState, Role, User, Webhook, now
from annotator.domain.answering import AnswerIn
from annotator.domain.deciding import DecisionIn
from annotator.domain.webhook import CHOICES
from annotator.domain.workforce import RoundEntry
from annotator.errors import Invalid
from annotator.jobs import sending
from annotator.jobs.postman import Postman
from annotator.store import adjudication, annotations, audit, happenings, post, projects, rounds, webhooks
from annotator.store.post import Letter
from tests import make
from tests.services import receiver

PUBLIC = "https://example.org/hook"
LATER = timedelta(minutes=1)  # past what PostgreSQL waits for


@pytest.fixture
def project(session):
    """Two items, an answer each, of one round."""
    made = make.directed(session, "posts", items=2, members=[make.user(session, "ada")]).project
    rounds.change(session, made, [RoundEntry(name="first")], by=make.user(session, "dee"))
    return made


@pytest.fixture
def ada(session, project):
    return session.exec(select(User).where(User.name == "ada")).one()


def gather(session):
    """Gather all that there is, as a postman does."""
    while happenings.gather(session, at=now() + LATER):
        pass
    return [(each.event, each.data) for each in session.exec(select(Delivery).order_by(Delivery.id))]


def answer(session, user, item, label="FAVOR", **fields):
    said = AnswerIn(item=item, stances=[{"label": label}], **fields)
    return annotations.append(session, user, uuid4(), said)[0]


def letter(url=PUBLIC, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", **fields):
    usual = {
        "number": 1,
        "try_": 1,
        "uuid": uuid4(),
        "event": "webhook.test",
        "data": {},
        "happened_at": now(),
    }
    return Letter(url=url, secret=secret, **{**usual, **fields})


# What is told


def test_what_happens_is_told_once_and_only_what_was_asked_for(session, project, ada):
    """A pipeline starts at an event, and must not start twice."""
    webhooks.create(session, project, PUBLIC, ["item.completed", "round.closed"])
    webhooks.create(session, project, PUBLIC, ["import.finished"])

    first = answer(session, ada, "posts-0-0")
    told = gather(session)
    assert told == [("item.completed", {"project": "posts", "item": "posts-0-0", "answers": 1})]

    answer(session, ada, "posts-0-0", "AGAINST", replaces=first.uuid)  # corrected: complete before and after
    assert gather(session) == told

    answer(session, ada, "posts-1-0")
    audit.note(session, "import", project=project, files=["a.csv"], documents={"new": 2}, secret="no")
    assert gather(session)[1:] == [
        ("item.completed", {"project": "posts", "item": "posts-1-0", "answers": 1}),
        ("round.closed", {"project": "posts", "name": "first", "round": "main", "items": 2, "answers": 2}),
        ("import.finished", {"project": "posts", "files": ["a.csv"], "documents": {"new": 2}}),
    ]


def test_an_item_is_complete_when_all_its_answers_are_there(session, ada):
    """With two people an item, the first answer completes nothing."""
    project = make.directed(session, "pairs", items=1, overlap=2, members=[ada]).project
    bob = make.user(session, "bob")
    projects.join(session, project, bob, Role.ANNOTATOR)
    webhooks.create(session, project, PUBLIC, ["item.completed"])

    answer(session, ada, "pairs-0-0")
    assert gather(session) == []
    answer(session, bob, "pairs-0-0")
    assert gather(session) == [("item.completed", {"project": "pairs", "item": "pairs-0-0", "answers": 2})]


def test_decisions_and_releases_are_told(session, project, ada):
    """Whoever trains on gold wants to know when it changes."""
    webhooks.create(session, project, PUBLIC, CHOICES)
    answer(session, ada, "posts-0-0")
    dee = session.exec(select(User).where(User.name == "dee")).one()
    decision, _ = adjudication.decide(
        session, project, dee, uuid4(), DecisionIn(item="posts-0-0", stances=[{"label": "AGAINST"}])
    )
    audit.note(session, "release", project=project, number=1, sha256="0" * 64, rows={}, folder="/srv/secret")

    told = dict(gather(session))
    assert told["adjudication.decided"] == {
        "project": "posts",
        "item": "posts-0-0",
        "uuid": str(decision.uuid),
        "withdrawn": False,
    }
    assert told["release.published"] == {"project": "posts", "number": 1, "sha256": "0" * 64, "rows": {}}


def test_what_was_there_before_and_what_happens_while_it_is_off_is_not_told(session, project, ada):
    """A webhook that is new must not flood its receiver with last year."""
    answer(session, ada, "posts-0-0")
    made = webhooks.create(session, project, PUBLIC, ["item.completed"])
    assert gather(session) == []

    change = {"url": PUBLIC, "events": ["item.completed"]}
    webhooks.change(session, project, made, is_active=False, **change)
    answer(session, ada, "posts-1-0")
    assert gather(session) == []
    webhooks.change(session, project, made, is_active=True, **change)
    assert gather(session) == []


def test_other_projects_tell_nothing(session, project, ada):
    """Both write into the same tables."""
    other = make.directed(session, "others", items=1, members=[ada]).project
    webhooks.create(session, other, PUBLIC, CHOICES)

    answer(session, ada, "posts-0-0")
    audit.note(session, "import", project=project, files=["a.csv"])

    assert gather(session) == []


def test_more_rows_than_are_looked_at_at_once_are_all_told(session, project, monkeypatch):
    """After an outage there is much to tell."""
    monkeypatch.setattr(happenings, "CHUNK", 2)
    webhooks.create(session, project, PUBLIC, ["import.finished"])
    for number in range(7):
        audit.note(session, "import", project=project, files=[f"{number}.csv"])

    assert [data["files"] for _, data in gather(session)] == [[f"{number}.csv"] for number in range(7)]


# How it is sent


def test_signatures_are_those_of_standard_webhooks():
    """The published vector: every library that receives such messages agrees."""
    made = sending.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.fixture
def postman(engine):
    return Postman(engine, Settings(database=str(engine.url), webhook_hosts="127.0.0.1"))


@pytest.fixture
def hook(session, project):
    """A receiver, and the webhook that leads to it."""
    with receiver.listening() as listening:
        listening.webhook = webhooks.create(session, project, listening.url, ["import.finished"])
        session.commit()
        yield listening


def stored(session):
    session.expire_all()
    return session.exec(select(Delivery).order_by(Delivery.id)).all()


def test_a_message_arrives_and_its_signature_holds(session, project, hook, postman):
    """Over a real connection, as any receiver reads it."""
    webhooks.test(session, project, hook.webhook)
    session.commit()

    assert postman.look() == 1

    [(headers, body)] = hook.got
    [delivery] = stored(session)
    key = base64.b64decode(hook.webhook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert headers["webhook-id"] == str(delivery.uuid)
    assert json.loads(body)["type"] == "webhook.test"
    assert json.loads(body)["data"] == {"project": "posts"}
    assert (delivery.state, delivery.attempts, delivery.last_status) == (DeliveryState.DELIVERED, 1, 204)
    assert postman.look() == 0


def test_what_is_not_taken_is_tried_again_later_under_the_same_id(session, project, hook, postman):
    """A receiver that is being restarted loses nothing."""
    hook.answers = [500, 204]
    webhooks.test(session, project, hook.webhook)
    session.commit()

    assert (postman.look(), postman.look()) == (1, 0)
    [delivery] = stored(session)
    assert (delivery.state, delivery.last_status) == (DeliveryState.WAITING, 500)
    assert delivery.next_at > delivery.created_at

    delivery.next_at = now()
    session.commit()
    assert postman.look() == 1
    assert [headers["webhook-id"] for headers, _ in hook.got] == [str(delivery.uuid)] * 2
    assert [each.state for each in stored(session)] == [DeliveryState.DELIVERED]

    webhooks.send_again(session, hook.webhook, delivery.id)
    session.commit()
    assert postman.look() == 1
    assert len(hook.got) == 3


def test_a_sender_that_dies_leaves_its_message_to_the_next_one(session, project, hook, postman):
    """At least once: a message that was claimed and never told of comes again."""
    webhooks.test(session, project, hook.webhook)
    claimed = post.claim(session)
    session.commit()
    assert postman.look() == 0

    again = post.claim(session, at=now() + post.CLAIMED + LATER)
    assert (again.uuid, again.try_) == (claimed.uuid, 2)
    post.failed(session, claimed, "too late to tell")
    assert stored(session)[0].last_problem is None
    session.rollback()


def test_no_redirect_is_followed(session, project, hook, postman):
    """A public address must not lead to one of the inside."""
    with receiver.listening() as inside:
        hook.answers, hook.location = [302], inside.url
        webhooks.test(session, project, hook.webhook)
        session.commit()

        postman.look()

        assert inside.got == []
    assert stored(session)[0].last_problem == "The receiver answered 302."


def test_an_address_of_the_inside_is_refused_when_it_is_sent_to(session, project, hook, engine):
    """Without the operator's word nothing connects to this machine."""
    webhooks.test(session, project, hook.webhook)
    session.commit()

    assert Postman(engine, Settings(database=str(engine.url))).look() == 1

    assert hook.got == []
    assert "127.0.0.1, which is not public" in stored(session)[0].last_problem


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "0.0.0.0",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:7f00:1::]",
        "2130706433",
        "127.1",
        "0x7f000001",
        "a" * 70 + ".example",
    ],
)
def test_no_way_of_writing_it_leads_inside(host):
    """Loopback, private, link-local, shared, documentation, multicast; in every disguise."""
    outcome = sending.send(letter(f"http://{host}:9/hook"))

    assert outcome.status is None
    assert "not public" in outcome.problem or "could not be sent" in outcome.problem
    assert "refused" not in outcome.problem.lower()  # that would have been a connection


def test_public_addresses_are_sent_to():
    """The guard lets through what it must."""
    assert sending.is_public(ipaddress.ip_address("93.184.215.14"))
    assert sending.is_public(ipaddress.ip_address("2606:4700::1111"))


def test_a_name_is_resolved_once_and_the_connection_goes_there(hook, monkeypatch):
    """A name that is public when it is looked at and private when it is used gains nothing."""
    port = int(hook.url.split(":")[2].split("/")[0])
    asked = []

    def resolve(host, *_rest, **_more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(sending.socket, "getaddrinfo", resolve)
    url = f"http://hooks.example:{port}/hook"
    refused, sent = sending.send(letter(url)), sending.send(letter(url), allowed=frozenset({"hooks.example"}))

    assert "not public" in refused.problem
    assert sent.status == 204
    assert asked.count("hooks.example") == 2  # once a message
    assert hook.got[0][0]["host"] == f"hooks.example:{port}"


def test_who_answers_a_byte_at_a_time_is_cut_off():
    """A receiver must not keep the postman for itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:  # accepts by itself, and never answers
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        outcome = sending.send(letter(url), allowed=frozenset({"127.0.0.1"}), seconds=0.2)

    assert outcome.status is None
    assert "could not be sent" in outcome.problem


# When it goes wrong for long


def test_after_all_its_tries_a_message_is_given_up(session, project):
    """Three days, as Standard Webhooks advises."""
    made = webhooks.create(session, project, PUBLIC, CHOICES)
    webhooks.test(session, project, made)
    at = now() + LATER
    for _ in range(len(post.WAITS) + 1):
        claimed = post.claim(session, at=at)
        post.failed(session, claimed, "no", at=at)
        at = stored(session)[0].next_at

    assert stored(session)[0].state is DeliveryState.FAILED
    assert made.disabled_at is None


def test_a_webhook_that_takes_nothing_for_days_or_is_gone_is_switched_off(session, project):
    """Else a server would talk to nobody for ever."""
    silent, gone = (webhooks.create(session, project, PUBLIC, CHOICES) for _ in range(2))
    for made in (silent, gone):
        webhooks.test(session, project, made)
    at = now() + LATER
    first, second = post.claim(session, at=at), post.claim(session, at=at)
    post.failed(session, first, "no", at=at)
    post.failed(session, second, "no", status=410, at=at)
    assert (silent.disabled_at, gone.disabled_because) == (None, "The receiver says that it is gone (410).")

    later = at + post.FAILING
    post.failed(session, post.claim(session, at=later), "no", at=later)
    assert silent.disabled_because == "Nothing has arrived for 5 days."
    assert post.claim(session, at=later + timedelta(days=9)) is None


def test_what_was_sent_long_ago_is_forgotten(session, project):
    """The table must not grow for ever."""
    made = webhooks.create(session, project, PUBLIC, CHOICES)
    for _ in range(2):
        webhooks.test(session, project, made)
    sent = post.claim(session, at=now() + LATER)
    post.arrived(session, sent, 200)

    assert post.tidy(session) == 0
    assert post.tidy(session, at=now() + post.KEPT + LATER) == 1
    assert [each.state for each in stored(session)] == [DeliveryState.WAITING]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "example.org",
        "https://",
        "http://a:b@example.org/",
        "http://[::1",
        "file:///etc/passwd",
    ],
)
def test_only_addresses_of_the_web_are_taken(session, project, url):
    """What cannot be sent to is refused at once."""
    with pytest.raises(Invalid):
        webhooks.create(session, project, url, CHOICES)


def test_the_trail_tells_who_made_it_and_no_secret(session, project):
    """Where a project's news go is everybody's business who answers for it."""
    made = webhooks.create(session, project, PUBLIC, CHOICES)
    noted = session.exec(select(AuditEntry).where(AuditEntry.action == "add webhook")).one()

    assert noted.detail == {"number": made.id, "url": PUBLIC}
    assert session.exec(select(Webhook)).one().secret.startswith("whsec_")
