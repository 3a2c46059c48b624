"""Proposals come with the item, in the shape of a stance without a label."""

from annotator.store import projects
from annotator.store.registry import Registry
from tests import application


def test_an_item_carries_its_proposals(app, ada):
    """The page may not ask again for each sentence."""
    application.stored(app, _register)
    _, second, *_ = ada.get("/api/v1/projects/news/queue").json["items"]

    [candidate] = second["candidates"]
    assert candidate.keys() == {
        "rule", "holder", "target", "voice", "attribution", "rationales", "mentions",
    }  # fmt: skip
    assert (candidate["rule"], candidate["holder"], candidate["target"]) == (
        "speech-verb/1",
        "residents",
        "delay",
    )
    [[start, end]] = candidate["mentions"]["holder"]
    first = second["segment"]["start"]
    assert second["segment"]["text"][start - first : end - first] == "residents’ group"


def test_a_directed_item_has_none(ada):
    """There, nothing is left to propose but the label."""
    assert ada.get("/api/v1/projects/posts/queue?limit=1").json["items"][0]["candidates"] == []


def _register(session):
    registry = Registry.load(session, projects.find(session, "news").id)
    registry.alias(registry.by_key["residents"], "residents’ group")
