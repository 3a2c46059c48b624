"""Training and check items from files."""

import pytest
from sqlmodel import select

from annotator.domain import Item, Purpose, QueueEntry
from annotator.errors import BadInput
from annotator.importing.load import load, read_all
from annotator.importing.options import Options
from tests import make


def brought(session, tmp_path, text, **options):
    path = tmp_path / "lessons.csv"
    path.write_text(text, encoding="utf-8")
    project = make.project(
        session, entities=[{"key": "wind-farms", "kind": "issue"}], fixes={"target": "wind-farms"}
    )
    chosen = Options(**options)
    rows, report = read_all([path], chosen)
    load(session, project, rows, report, chosen)
    return project


def test_training_items_bring_their_answer_and_explanation(session, tmp_path):
    """A lesson without its explanation teaches nothing, and one in the queue is work."""
    brought(
        session,
        tmp_path,
        "id,text,label,explanation\na,We want them.,FAVOR,They say so.\n",
        purpose=Purpose.TRAINING,
    )
    [item] = session.exec(select(Item)).all()

    assert (item.purpose, item.explanation) == (Purpose.TRAINING, "They say so.")
    assert session.exec(select(QueueEntry)).all() == []


def test_a_check_without_its_answer_is_refused(session, tmp_path):
    """Nothing could be held against it."""
    with pytest.raises(BadInput, match="a check item needs the answer that it expects"):
        brought(session, tmp_path, "id,text,label\na,We want them.,\n", purpose=Purpose.CHECK)
