"""Nobody is shown another annotator's labels, name or speed.

Ada's whole view of the application, every page and every answer of the API that her role opens, is taken
before and after Bob works in the same projects. What differs is what she could learn about him.
"""

import re
from uuid import uuid4

import pytest

from annotator.domain import Inquiry, Item
from annotator.store import accounts, annotations, projects, queue
from tests import application, make

QUERIES = {"/document": "?id={slug}-0", "/items": "?id={slug}-0-{first}"}
FIRST = {"posts": 0, "news": 1}  # a heading stands before the first sentence of the news
OPEN_TO_ALL = ("/static/", "/service-worker.js", "/sign-in/", "/api/v1/openapi.json")
OF_NOBODY = (  # differs from one request to the next, whoever works
    r'name="csrf-token" content="[^"]*"',
    r'name="csrf_token" value="[^"]*"',
    r'"lease_expires_at":"[^"]*"',
)
SEATS = r'"remaining":\d+'  # what is left for all tells how much all have done: the one exception
TRACES = re.compile(r"\bbob\b|Quokka|\b777\b")  # his names, his words, his seconds (no part of a date)


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _rows)
        yield app


def _rows(session):
    ada, bob = make.user(session, "ada"), make.user(session, "bob")
    bob.display_name = "Quokka"
    labels = [{"name": "FAVOR", "polarity": "favor"}, {"name": "NOPE", "polarity": "against"}]
    posts = make.directed(session, "posts", items=3, overlap=2, members=[ada, bob], labels=labels)
    news = make.open_document(session, "news", overlap=2, heading="Harbour", members=[ada, bob])
    for project in (posts.project, news.project):
        queue.serve(session, project, ada, limit=20, minutes=60)
    for item in (posts.items[0], posts.items[1]):
        annotations.append(session, ada, uuid4(), make.answer(item, "FAVOR", seconds=60))
    annotations.append(session, ada, uuid4(), make.answer(news.items[0], stances=[]))


def _work_of_bob(session):
    bob = accounts.find_user(session, "bob")
    for slug in ("posts", "news"):
        project = projects.find(session, slug)
        held = queue.serve(session, project, bob, limit=20, minutes=60).leases
        for lease in held[:-1]:
            annotations.append(session, bob, uuid4(), _answer_of_bob(session, lease, slug))
        session.add(Inquiry(uuid=uuid4(), item_id=held[-1].item_id, user_id=bob.id, text="Quokka?"))
    session.flush()


def _answer_of_bob(session, lease, slug):
    item = session.get_one(Item, lease.item_id)
    if slug == "posts":
        return make.answer(item, "NOPE", seconds=777, comment="Quokka")
    stance = {"holder": "council", "target": "delay", "label": "AGAINST"}
    return make.answer(item, stances=[stance], seconds=777, comment="Quokka")


def view(app, client):
    """{address: text} of all that this client is given."""
    return {
        address: _text(client.get(address, headers={"X-Request-ID": "always-the-same"}))
        for address in _addresses(app)
    }


def _addresses(app):
    for rule in app.url_map.iter_rules():
        address = str(rule)
        if "GET" not in rule.methods or address.startswith(OPEN_TO_ALL):
            continue
        for slug in ("posts", "news") if "<slug>" in address else ("",):
            query = next((query for end, query in QUERIES.items() if address.endswith(end)), "")
            yield address.replace("<slug>", slug) + query.format(slug=slug, first=FIRST.get(slug))


def _text(response):
    text = response.get_data(as_text=True)
    for changing in OF_NOBODY:
        text = re.sub(changing, "", text)
    return response.status_code, text


def test_another_persons_work_changes_nothing_that_i_see(app):
    """A colleague's label sways, a colleague's speed hurries: neither is anywhere to be found."""
    client, _ = application.browser(app, "ada")
    view(app, client)  # a first look may lend and note what was seen
    before = view(app, client)
    application.stored(app, _work_of_bob)
    after = view(app, client)

    seen = [address for address, (status, _) in after.items() if status == 200]
    assert len(seen) > 20, after.keys()
    for address in after:
        was, now = before[address], after[address]
        if address.endswith("/queue"):
            assert was != now, "bob has taken no seats: this test tests nothing"
            was, now = [(status, re.sub(SEATS, "", text)) for status, text in (was, now)]
        assert now == was, address
    assert not [address for address, (_, text) in after.items() if TRACES.search(text)]


def test_the_receipt_of_an_answer_tells_of_nobody_else(app):
    """The second to answer an item must not learn that there was a first, nor what was said."""
    application.stored(app, _work_of_bob)
    answer = {"item": "posts-2-0", "stances": [{"label": "FAVOR"}]}

    receipt = application.script(app, "ada").put(f"/api/v1/annotations/{uuid4()}", json=answer)

    assert receipt.status_code == 201
    assert receipt.json.keys() == {"uuid", "revision", "counted", "withdrawn", "created_at", "expected"}
