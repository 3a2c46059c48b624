"""What a page reads of its project, and an entity that somebody proposes."""

from functools import partial
from uuid import uuid4

from sqlmodel import select

from annotator.domain import Alias
from annotator.domain.project_file import ProjectFile
from annotator.store import projects
from annotator.store.registry import Registry
from tests import application


def test_a_project_shows_its_scheme(ada):
    """The page draws its buttons from this."""
    shown = ada.get("/api/v1/projects/posts").json

    assert [(label["name"], label["key"]) for label in shown["labels"]] == [
        ("FAVOR", "1"),
        ("AGAINST", "2"),
        ("NONE", "3"),
    ]
    assert (shown["slug"], shown["kind"], shown["scheme_version"]) == ("posts", "directed", 1)


def test_the_registry_lists_names_and_aliases(app, ada):
    """The picker searches in them while she types."""
    application.stored(app, _alias)

    entities = {
        entity["key"]: entity for entity in ada.get("/api/v1/projects/news/entities").json["entities"]
    }

    assert set(entities) == {"author", "unspecified", "everyone", "council", "residents", "delay"}
    assert entities["council"]["aliases"] == [{"name": "they", "document": "news-0", "language": None}]
    assert entities["author"]["reserved"] is True


def test_a_proposed_entity_can_be_used_at_once(ada):
    """Who meets a new actor must not lose her place."""
    proposed = ada.post("/api/v1/projects/news/entities", json={"name": " Harbour Board ", "kind": "actor"})
    stance = {"label": "FAVOR", "holder": proposed.json["key"], "target": "harbour board"}
    used = ada.put(f"/api/v1/annotations/{uuid4()}", json={"item": "news-0-1", "stances": [stance]})

    assert (proposed.status_code, proposed.json["name"], proposed.json["status"]) == (
        201,
        "Harbour Board",
        "proposed",
    )
    assert used.status_code == 201


def test_a_name_that_is_none_or_taken_is_refused(ada):
    """Twins in the registry split every count in two."""
    taken = [{"name": "council"}, {"name": "COUNCIL."}, {"name": "author"}]
    wrong = [{"name": name} for name in ("", " '. ", "x" * 201, "a\0")]
    wrong += [{"name": "x", "kind": "thing"}, {"name": "x", "colour": "red"}]
    told = [ada.post("/api/v1/projects/news/entities", json=body).status_code for body in taken + wrong]

    assert told == [409] * len(taken) + [422] * len(wrong)


def test_a_closed_registry_takes_no_proposals(app, ada):
    """Some projects have a fixed list."""
    closed = ProjectFile(slug="news", kind="open", entities_open=False)
    application.stored(app, partial(_apply, closed))

    assert ada.post("/api/v1/projects/news/entities", json={"name": "New"}).status_code == 403


def test_progress_is_ones_own(ada):
    """Nobody is shown another's."""
    body = {"item": "posts-0-0", "stances": [{"label": "NONE"}]}
    ada.put(f"/api/v1/annotations/{uuid4()}", json=body)

    assert ada.get("/api/v1/projects/posts/progress").json == {"answered": 1, "open": 3, "today": 1}
    ada.get("/api/v1/projects/posts/queue?limit=2")
    assert ada.get("/api/v1/projects/posts/progress").json["open"] == 3  # what one holds is still to be done


def test_a_project_of_others_is_not_there(ada):
    """A stranger cannot tell it from one that does not exist."""
    slugs = ("others", "nothing", "%00", "a%00b", "%ff", "'")
    pages = ("", "/queue", "/entities", "/guidelines", "/progress")
    answers = [ada.get(f"/api/v1/projects/{slug}{page}") for slug in slugs for page in pages]

    assert {(answer.status_code, answer.content_type) for answer in answers} == {
        (404, "application/problem+json")
    }


def _apply(file, session):
    projects.apply(session, projects.find(session, "news"), file)


def _alias(session):
    registry = Registry.load(session, projects.find(session, "news").id)
    registry.alias(registry.by_key["council"], "they", document="news-0")
    session.flush()
    return len(session.exec(select(Alias)).all())
