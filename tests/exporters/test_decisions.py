"""A curator's decision in a release: gold says that it was adjudicated, the answers say how."""

from uuid import uuid4

import datasets
import pytest
from sqlmodel import select

from annotator.domain import Annotation, Item
from annotator.domain.deciding import DecisionIn
from annotator.store import accounts, adjudication, annotations, projects
from annotator.store.engine import writing
from exporters import release
from tests import make

GROUP = {"holder": "residents", "target": "delay"}
ITEM = "news-0-1"


@pytest.fixture
def disputed(engine):
    """Three people say three things of one item; the others' answers are the same."""
    with writing(engine) as session:
        people = [make.user(session, name) for name in ("ada", "bob", "cyd")]
        people[2].simulated = True
        news = make.open_document(session, overlap=3, members=people)
        for name in ("dee", "bea"):
            projects.join(session, news.project, make.user(session, name), "curator")
        said = [{"stances": [{"label": label, **GROUP}]} for label in ("FAVOR", "AGAINST")] + [{}]
        for user, fields in zip(people, said, strict=True):
            annotations.append(session, user, uuid4(), make.answer(ITEM, **fields))
            annotations.append(session, user, uuid4(), make.answer("news-0-0", **said[0]))
    return engine


def decide(engine, name="dee", **fields):
    with writing(engine) as session:
        project = projects.find(session, "news")
        given = DecisionIn.model_validate({"item": ITEM, **fields})
        user = accounts.find_user(session, name)
        return adjudication.decide(session, project, user, uuid4(), given)[0].uuid


def released(engine, folder):
    """The gold rows of the item, and the rows of its adjudications, as `load_dataset` gives them."""
    release.write(engine, "news", folder)
    cache = str(folder.parent / "cache")
    configs = ("gold", "annotations")
    found = {name: datasets.load_dataset(str(folder), name, cache_dir=cache) for name in configs}
    gold, answers = ([row for split in of.values() for row in split] for of in found.values())
    names = next(iter(found["gold"].values())).features["label"].names
    told = [row | {"label": names[row["label"]]} for row in gold if row["item_id"] == ITEM]
    return told, [row for row in answers if row["item_id"] == ITEM]


def answer_of(engine, name):
    with writing(engine) as session:
        own = Annotation.annotator_id == accounts.find_user(session, name).id
        return session.exec(select(Annotation).join(Item).where(own, Item.external_id == ITEM)).one().uuid


def test_the_decision_is_gold_and_its_provenance_stands_beside_it(disputed, tmp_path):
    """Who uses the data must be able to tell a curator's word from a vote, and to ask why."""
    ada = answer_of(disputed, "ada")
    stance = {"label": "FAVOR", **GROUP}
    uuid = decide(
        disputed,
        stances=[stance],
        reason="guideline_gap",
        comment="Quotes count.",
        comment_released=True,
        precedent=True,
        accepted=ada,
    )

    [gold], answers = released(disputed, tmp_path / "release")

    assert (gold["label"], gold["decided_by"], gold["n_annotators"]) == ("FAVOR", "adjudicated", 3)
    assert gold["p_absent"] == pytest.approx(1 / 3)
    [row] = [row for row in answers if row["kind"] == "adjudication"]
    assert (row["id"], row["reason"], row["note"]) == (str(uuid), "guideline_gap", "Quotes count.")
    assert (row["precedent"], row["accepted"], row["surplus"]) == (True, str(ada), False)
    assert len(row["annotator"]) == 12
    assert row["annotator"] not in {each["annotator"] for each in answers if each["kind"] == "annotation"}
    assert {each["id"] for each in answers} >= {str(ada)}


def test_a_note_stays_in_the_house_unless_it_is_released(disputed, tmp_path):
    """Curators write about people they work with."""
    decide(disputed, stances=[], comment="Bob was tired again.")

    gold, answers = released(disputed, tmp_path / "release")

    [row] = [row for row in answers if row["kind"] == "adjudication"]
    assert (gold, row["note"], row["reason"], row["precedent"]) == ([], None, None, False)
    parquet = b"".join(file.read_bytes() for file in (tmp_path / "release").rglob("*") if file.is_file())
    assert b"tired" not in parquet


def test_of_two_curators_the_last_word_stands(disputed, tmp_path):
    """Two adjudications of one item in a release would be two truths."""
    first = decide(disputed, stances=[{"label": "FAVOR", **GROUP}])
    second = decide(disputed, "bea", replaces=first, stances=[{"label": "AGAINST", **GROUP}])

    [gold], answers = released(disputed, tmp_path / "release")
    decide(disputed, "bea", replaces=second, withdrawn=True)
    later, without = released(disputed, tmp_path / "later")

    assert gold["label"] == "AGAINST"
    assert [row["id"] for row in answers if row["kind"] == "adjudication"] == [str(second)]
    assert later == []
    assert [row for row in without if row["kind"] == "adjudication"] == []


def test_simulated_annotators_are_called_so_in_every_row(disputed, tmp_path):
    """Whoever counts agreement from the file must be able to leave a program out."""
    _, answers = released(disputed, tmp_path / "release")

    prefixes = [row["annotator"].rpartition(":")[0] for row in answers]
    assert sorted(prefixes) == ["", "", "simulated"]
