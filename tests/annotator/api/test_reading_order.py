"""Where an item stands in its document, and what is asked of a sentence there."""

BASE = "/api/v1/projects"


def test_an_item_tells_its_place_in_the_text(ada):
    """A reader wants to know how far it is; headings and boilerplate are not read towards it."""
    items = ada.get(f"{BASE}/news/queue").json["items"]

    assert [item["place"] for item in items] == [{"number": n, "of": 4} for n in (1, 2, 3, 4)]


def test_a_document_tells_what_each_question_is_about(ada):
    """Where the target is fixed, a note in the margin must be able to name it."""
    [post] = ada.get(f"{BASE}/posts/document?id=posts-0").json["segments"]
    heading, *sentences = ada.get(f"{BASE}/news/document?id=news-0").json["segments"]

    assert post["target"]["name"] == "wind farms"
    assert {sentence["target"] for sentence in (heading, *sentences)} == {None}
