"""GET …/queue and POST …/skips: all that a page needs, and what it may ask for."""

from annotator.store import accounts, projects
from tests import application, make


def test_a_question_carries_all_that_its_page_shows(ada):
    """A page that must ask again for each item is a slow page."""
    answer = ada.get("/api/v1/projects/news/queue?limit=2").json
    _, second = answer["items"]

    before, sentence, after = make.SENTENCES[0], make.SENTENCES[1], " ".join(make.SENTENCES[2:])
    start = len(f"Harbour {before} ")
    assert {"remaining", "retry_after", "scheme_version", "guidelines_version", "must_read"} < answer.keys()
    assert second["segment"] == {"text": sentence, "start": start, "end": start + len(sentence)}
    assert second["before"] == {"text": f"Harbour {before} ", "start": 0}
    assert second["after"] == {"text": f" {after}", "start": start + len(sentence)}
    assert second["heading"] == "Harbour"
    assert second["document"]["id"] == "news-0"
    assert (second["occasion"], second["language"], second["speaker"]) == (0, "en", None)
    assert second["target"] is second["holder"] is second["current"] is second["inquiry"] is None
    assert second["suggestion"] is None
    assert second["lease_expires_at"].endswith("Z")


def test_what_is_fixed_is_shown_with_its_definition(ada):
    """What is fixed is not asked, but must be understood."""
    [item] = ada.get("/api/v1/projects/posts/queue?limit=1").json["items"]

    assert item["target"]["key"] == make.TARGET
    assert item["holder"]["key"] == "author"
    assert "definition" in item["target"]


def test_a_document_is_lent_whole(ada):
    """Asked for one, the page gets one, and goes on in the same document."""
    first = ada.get("/api/v1/projects/news/queue?limit=1").json
    more = ada.get("/api/v1/projects/news/queue").json

    assert [item["id"] for item in first["items"]] == ["news-0-1"]
    assert first["remaining"] == 0
    assert [item["id"] for item in more["items"]] == [f"news-0-{n}" for n in (1, 2, 3, 4)]


def test_a_wrong_limit_is_refused(ada):
    """The bounds are part of the contract."""
    limits = ("0", "-1", "51", "many", "", "1.5", "9" * 30, "٣", "1%00")
    refused = [ada.get(f"/api/v1/projects/news/queue?limit={limit}") for limit in limits]

    assert {answer.status_code for answer in refused} == {422}
    assert {answer.json["errors"][0]["where"] for answer in refused} == {"limit"}


def test_all_seats_lent_says_when_to_come_back(app, ada):
    """The second person's page waits instead of saying that all is done."""
    application.stored(app, _bob_joins)
    ada.get("/api/v1/projects/news/queue")

    answer = application.script(app, "bob").get("/api/v1/projects/news/queue").json

    assert (answer["items"], answer["remaining"]) == ([], 0)
    assert 0 < answer["retry_after"] <= 1800


def test_a_skip_puts_off(ada):
    """The next item comes at once, the skipped one at the end."""
    ada.get("/api/v1/projects/posts/queue?limit=1")

    skipped = ada.post("/api/v1/projects/posts/skips", json={"item": "posts-0-0"})
    rest = ada.get("/api/v1/projects/posts/queue").json["items"]

    assert (skipped.status_code, skipped.data) == (204, b"")
    assert [item["id"] for item in rest] == ["posts-1-0", "posts-2-0", "posts-3-0"]


def test_only_an_item_of_the_project_is_skipped(ada):
    """An id of another project must do nothing there."""
    wanted = {"others-0-0": 404, "": 404, "\0": 422, 3: 422}
    told = {
        item: ada.post("/api/v1/projects/posts/skips", json={"item": item}).status_code for item in wanted
    }

    assert told == wanted


def test_serving_costs_the_same_however_many_items(app, ada):
    """The page must not slow down as a project grows."""
    ada.get("/api/v1/projects/posts")  # which notes that her token is used
    with application.counted_queries(app) as one:
        ada.get("/api/v1/projects/posts/queue?limit=1")
    application.stored(app, _many)
    with application.counted_queries(app) as many:
        answer = ada.get("/api/v1/projects/many/queue?limit=40").json

    assert len(answer["items"]) == 40
    assert len(many) == len(one)


def test_the_queue_is_no_safe_read_of_a_token_without_the_scope(app, rows):
    """A token that may only read lends nothing: it could lock up a project."""
    reader = application.script(app, "ada", scopes=["read"])

    assert reader.get("/api/v1/projects/posts").status_code == 200
    assert reader.get("/api/v1/projects/posts/queue").status_code == 403


def _many(session):
    make.directed(session, "many", items=40, members=[accounts.find_user(session, "ada")])


def _bob_joins(session):
    projects.join(session, projects.find(session, "news"), make.user(session, "bob"), "annotator")
