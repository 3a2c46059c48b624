"""A person at the annotator's seat: a small project in the database, and her browser on its page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Document,
    Entity,
    Item,
    Kind,
    Label,
    Pool,
    Project,
    Role,
    Segment,
    Span,
    Stance,
)
from annotator.domain.project_file import ProjectFile
from annotator.store import accounts, projects, queue
from annotator.store.engine import writing
from annotator.store.registry import Registry

ENTITIES: list[dict[str, Any]] = [
    {
        "key": "night-trains",
        "kind": "issue",
        "name": "More night trains",
        "aliases": ["night trains", "sleeper trains"],
        "definition": "Whether the railway should run more trains by night.",
        "favor_means": "more of them, or more money for them",
        "against_means": "fewer of them, or none",
    },
    {"key": "railway", "actor_type": "organisation", "name": "State Railway", "aliases": ["the railway"]},
    {"key": "mayor", "actor_type": "person", "name": "Mayor Anders", "aliases": ["Anders"]},
    {"key": "fares", "kind": "claim", "name": "Lower fares", "aliases": ["cheaper tickets"]},
]
IS_SAVED = """() => {
  const { outbox } = document.querySelector("annotation-seat")
  const keepsKeys = document.querySelectorAll("label-keys, passage-text, stance-form, label-choice")
  const isQuiet = [...keepsKeys].every(({ pending }) => !pending)
  return isQuiet && outbox && !outbox.waiting.length && !outbox.refused.length
}"""
GUIDELINES = "# How to decide\n\nA reporting verb is **not** a stance.\n\n- Bad news is no stance.\n"


def fill(session: Session, kind: str, texts: Sequence[Sequence[str]], **more: Any) -> Project:
    """A project of this kind: every text is a document, every sentence of it an item."""
    given = {"slug": "trains", "name": "Night trains", "kind": kind, "entities": ENTITIES, **more}
    project = projects.create(session, ProjectFile(**{"guidelines_text": GUIDELINES} | given))
    bring_in(session, project, texts)
    return project


def bring_in(session: Session, project: Project, texts: Sequence[Sequence[str]]) -> None:
    """Every text is a document of the project, every sentence of it an item of its queue."""
    is_directed = project.kind == "directed"
    target = Registry.load(session, project.id).by_key["night-trains"] if is_directed else None
    pool = session.exec(select(Pool).where(Pool.project_id == project.id)).one()
    for number, sentences in enumerate(texts):
        items = [
            Item(
                project_id=project.id,
                external_id=f"{number}-{segment.position}",
                segment_id=segment.id,
                target_id=target.id if target is not None else None,
            )
            for segment in _segments(session, project, number, sentences)
        ]
        session.add_all(items)
        session.flush()
        queue.enqueue(session, pool, [(item.id, project.overlap) for item in items])


def _segments(session: Session, project: Project, number: int, sentences: Sequence[str]) -> list[Segment]:
    text = " ".join(sentences)
    document = Document(
        project_id=project.id,
        external_id=f"text-{number}",
        title="Sleepers return to the north",
        outlet="The Evening Post",
        author="I. Berg",
        language=project.language or "en",
        text=text,
        raw_sha256="0" * 64,
        segmenter="by hand",
    )
    session.add(document)
    session.flush()
    segments, start = [], 0
    for position, sentence in enumerate(sentences):
        end = start + len(sentence)
        segments.append(
            Segment(
                document_id=document.id,
                external_id=f"text-{number}:{position}",
                position=position,
                paragraph=0,
                start=start,
                end=end,
            )
        )
        start = end + 1
    session.add_all(segments)
    session.flush()
    return segments


class HeldBack:
    """A file that does not come before it is let go, as on a slow network."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._routes: list[Route] = []
        self._is_free = False
        page.route(pattern, self._meet)

    def let_go(self) -> None:
        """Let it come, whether it was asked for already or will be."""
        self._is_free = True
        for route in self._routes:
            route.continue_()

    def _meet(self, route: Route) -> None:
        if self._is_free:
            route.continue_()
        else:
            self._routes.append(route)


@dataclass
class Seat:
    """Ada at her page, and what the database holds of her answers."""

    page: Page
    engine: Engine

    @property
    def sentence(self) -> Locator:
        """The sentence to be judged."""
        return self.page.locator(".passage-segment")

    def press(self, *keys: str) -> None:
        """Press keys one after the other, whatever has the focus."""
        for key in keys:
            self.page.keyboard.press(key)

    def wait_until_complete(self) -> None:
        """Wait for what the first label does not need: sheets, panels, flags and comment."""
        self.page.locator("#help").wait_for(state="attached")
        self.page.locator("answer-extras:defined").wait_for(state="attached")

    def wait_until_saved(self, timeout: float = 180_000) -> None:
        """Wait until no key and no answer waits in the browser any more."""
        self.page.wait_for_function(IS_SAVED, timeout=timeout)

    def answers(self) -> dict[str, list[str]]:
        """{item: what its current answer says, a string a stance}; withdrawn answers are left out."""
        said: dict[str, list[str]] = {}
        with Session(self.engine) as session:
            query = select(Annotation, Item.external_id).join(Item, col(Item.id) == col(Annotation.item_id))
            for annotation, item in session.exec(query.order_by(col(Annotation.revision))):
                said[item] = [_told(session, stance) for stance in annotation.stances]
                if annotation.outcome == "cannot_judge":
                    said[item] = ["?", *annotation.flags]
                if annotation.withdrawn:
                    del said[item]
        return said

    def rows(self) -> int:
        """How many revisions are stored."""
        with Session(self.engine) as session:
            return len(session.exec(select(Annotation)).all())

    def spans(self) -> list[tuple[str, str]]:
        """(role, the document's words) of every span stored."""
        with Session(self.engine) as session:
            query = (
                select(Span, Document.text)
                .join(Stance, col(Stance.id) == col(Span.stance_id))
                .join(Annotation, col(Annotation.id) == col(Stance.annotation_id))
                .join(Item, col(Item.id) == col(Annotation.item_id))
                .join(Segment, col(Segment.id) == col(Item.segment_id))
                .join(Document, col(Document.id) == col(Segment.document_id))
            )
            return [(str(span.role), text[span.start : span.end]) for span, text in session.exec(query)]


def looks(engine: Engine) -> dict[tuple[str, int], tuple[list[str], bool]]:
    """{(item, occasion): (its stances in words; the suggestion was seen)} of what stands."""
    found: dict[tuple[str, int], tuple[list[str], bool]] = {}
    with Session(engine) as session:
        query = select(Annotation, Item.external_id).join(Item, col(Item.id) == col(Annotation.item_id))
        query = query.where(Annotation.kind == Kind.ANNOTATION).order_by(col(Annotation.revision))
        for answer, item in session.exec(query):
            told = [_told(session, stance) for stance in answer.stances]
            found[item, answer.occasion] = (told, answer.suggestion is not None)
            if answer.withdrawn:
                del found[item, answer.occasion]
    return found


def _told(session: Session, stance: Stance) -> str:
    holder, target = session.get(Entity, stance.holder_id), session.get(Entity, stance.target_id)
    return f"{holder.key} {session.get(Label, stance.label_id).name} {target.key}"


@pytest.fixture
def sit_down(engine: Engine, server: str, browser_page: Page) -> Callable[..., Seat]:
    """`sit_down("directed", [["One sentence.", "Two."]])` signs ada in and opens her page."""

    def sit(kind: str, texts: Sequence[Sequence[str]], **more: Any) -> Seat:
        with writing(engine) as session:
            ada = accounts.add_user(session, "ada")
            projects.join(session, fill(session, kind, texts, **more), ada, Role.ANNOTATOR)
            token = accounts.sign_in_link(session, ada)
        browser_page.goto(f"{server}/sign-in/{token}")
        browser_page.goto(f"{server}/projects/trains/annotate")
        browser_page.locator(".passage-segment").wait_for()
        return Seat(browser_page, engine)

    return sit
