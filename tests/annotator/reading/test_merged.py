"""What was merged counts as what it became, wherever answers are counted; restored, it is itself again."""

from uuid import uuid4

import pytest
from sqlmodel import Session

from annotator.quality.measure import measure
from annotator.reading import judgements
from annotator.reading.board import Board
from annotator.reading.boards import Boards
from annotator.store import annotations, disagreements, projects, scheme, weighing
from annotator.store.disagreements import Wanted
from tests import make


@pytest.fixture
def people(session):
    return [make.user(session, name) for name in ("ada", "ben")]


@pytest.fixture
def posts(session, people):
    return make.directed(session, items=2, members=people, overlap=2)


def disputed(session: Session, project, user) -> list[str]:
    while weighing.weigh_new(session):
        pass
    found, _ = disagreements.page(session, project, Wanted(), user=user)
    return [each.item.external_id for each in found]


def labels_of(session: Session, project, board: Board) -> list[str]:
    names = {label.id: label.name for label in projects.labels(session, project)}
    return sorted(names[label] for label in board.stances.label.tolist())


def test_labels_that_became_one_no_longer_differ(session, people, posts):
    """A curator must not be sent to settle FAVOR against what is read as FAVOR now."""
    boards, (ada, ben) = Boards(), people
    for user, label in ((ada, "AGAINST"), (ben, "NONE")):
        for item in posts.items:
            annotations.append(session, user, uuid4(), make.answer(item, label))
    assert len(disputed(session, posts.project, ada)) == 2
    assert (
        labels_of(session, posts.project, boards.of(session, posts.project)) == ["AGAINST"] * 2 + ["NONE"] * 2
    )

    scheme.merge(session, posts.project, "label", ["NONE"], "AGAINST")

    assert disputed(session, posts.project, ada) == []
    assert labels_of(session, posts.project, boards.of(session, posts.project)) == ["AGAINST"] * 4
    report = measure(judgements.load(session, posts.project))
    assert report.figures["percent"].value == 1.0

    scheme.restore(session, posts.project, "label", "NONE")

    assert len(disputed(session, posts.project, ada)) == 2
    assert (
        labels_of(session, posts.project, boards.of(session, posts.project)) == ["AGAINST"] * 2 + ["NONE"] * 2
    )


def test_holders_that_became_one_are_one_tuple(session, people):
    """Two names of the same ministry are one holder, in agreement as in the queue of disagreements."""
    ada, ben = people
    news = make.open_document(session, sentences=["The council is for it."], members=people, overlap=2)
    make.entity(session, news.project, "the-council")
    for user, holder in ((ada, "council"), (ben, "the-council")):
        stance = {"holder": holder, "target": "delay", "label": "FAVOR"}
        annotations.append(session, user, uuid4(), make.answer(news.items[0], stances=[stance]))
    assert len(disputed(session, news.project, ada)) == 1

    scheme.merge(session, news.project, "entity", ["the-council"], "council")

    assert disputed(session, news.project, ada) == []
    assert len(set(Boards().of(session, news.project).stances.holder.tolist())) == 1
    assert measure(judgements.load(session, news.project)).figures["tuples"].value == 1.0
