from uuid import UUID

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator import reading
from annotator.domain import Document, EntityKind, Release, UserKind, now
from annotator.errors import Conflict, Invalid, NotFound
from annotator.store.engine import writing
from tests.exporters.made_project import Make, stance


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)


def read(make: Make, engine: Engine) -> list[reading.Document]:
    make.session.commit()
    with reading.snapshot(engine, "trains") as snapshot:
        documents = list(snapshot.documents())
        items = [item for document in documents for item in document.items]
        stored = [answer for item in items for answer in item.answers if not answer.implied]
        assert snapshot.totals() == (len(documents), len(items), len(stored))
    return documents


def answers(make: Make, engine: Engine) -> list[reading.Answer]:
    return [answer for document in read(make, engine) for item in document.items for answer in item.answers]


def test_the_highest_revision_is_current(make: Make, engine: Engine) -> None:
    """A corrected label must not come out beside the one that it corrects."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR", revision=0)
    make.answer(item, "ada", "AGAINST", revision=2)
    make.answer(item, "ada", "NONE", revision=1)

    assert [answer.stances[0].label for answer in answers(make, engine)] == ["AGAINST"]


def test_a_withdrawn_answer_uncovers_no_older_one(make: Make, engine: Engine) -> None:
    """Who takes an answer back did not mean the one before it either."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR", revision=0)
    make.answer(item, "ada", revision=1, withdrawn=True)
    make.answer(item, "ben", "FAVOR")

    assert len(answers(make, engine)) == 1


def test_occasions_and_kinds_are_answers_of_their_own(make: Make, engine: Engine) -> None:
    """A repeat measures a person's consistency: it needs both answers."""
    item = make.question("a")
    for occasion in (0, 1):
        make.answer(item, "ada", "FAVOR", occasion=occasion)
    for kind in ("adjudication", "gold", "suggestion"):
        make.answer(item, "ada", "FAVOR", kind=kind)

    found = [(answer.kind, answer.occasion, answer.is_vote) for answer in answers(make, engine)]

    assert found == [
        ("adjudication", 0, False),
        ("annotation", 0, True),
        ("annotation", 1, False),
        ("gold", 0, False),
        ("suggestion", 0, False),
    ]


def test_people_are_pseudonyms_and_models_are_not(make: Make, engine: Engine) -> None:
    """Nobody can be found by their name in what is published; which model spoke must be known."""
    item = make.question("a")
    make.user("svm", kind=UserKind.MODEL)
    make.answer(item, "ada.lovelace", "FAVOR")
    make.answer(item, "svm", "FAVOR", kind="suggestion")

    person, model = (answer.annotator for answer in answers(make, engine))

    assert model == "model:svm"
    assert len(person) == 12
    assert int(person, 16)


def test_documents_stand_in_byte_order(make: Make, engine: Engine) -> None:
    """PostgreSQL sorts like people and SQLite like bytes: a release would depend on the database."""
    ids = ["b", "B", "a", "Z", "é", "e", "z", "10", "9", "a b", "a-b", "ab", "😀", "\ufeff", "\uffef"]
    for id_ in ids:
        make.question(id_)

    assert [document.id for document in read(make, engine)] == sorted(ids)


def test_items_stand_in_reading_order_with_their_context(make: Make, engine: Engine) -> None:
    """A reader of the dataset sees the sentences as the annotator did."""
    make.project.context = 1
    document = make.document("d", "One 😀.", "Two.", "Three.", "Four.")
    make.item(document, 2, target="trains")
    make.item(document, 1, target="trains")
    make.item(document, 1, target="rails")

    items = read(make, engine)[0].items

    assert [item.id for item in items] == ["d-1-rails", "d-1-trains", "d-2-trains"]
    assert (items[0].context_before, items[0].text, items[0].context_after) == ("One 😀. ", "Two.", " Three.")


def test_spans_are_code_points_of_the_document(make: Make, engine: Engine) -> None:
    """One emoji before a rationale must not shift it by one."""
    document = make.document("d", "👍🏽 Ada: I love trains.", "Indeed.")
    spans = {"rationale": [(8, 14), (23, 30)], "holder": [(3, 6)], "target": [(15, 21)]}
    make.answer(make.item(document, target="trains"), "ada", stance("FAVOR", **spans))

    (found,) = read(make, engine)
    (told,) = found.items[0].answers[0].stances

    assert [span.text for span in told.rationales] == ["I love", "Indeed."]
    assert [span.text for span in (*told.holder_mentions, *told.target_mentions)] == ["Ada", "trains"]
    for span in (*told.rationales, *told.holder_mentions, *told.target_mentions):
        assert found.text[span.start : span.end] == span.text


def test_entities_of_one_name_are_told_apart(make: Make, engine: Engine) -> None:
    """Two ministries of one name would melt into one holder in the files."""
    for key in ("interior", "justice"):
        make.entity("the ministry", key=key)
    make.entity("trains", kind=EntityKind.ISSUE)
    item = make.item(make.document("d", "They differ."))
    given = [stance("FAVOR", "interior", "trains"), stance("AGAINST", "justice", "trains")]
    make.answer(item, "ada", *given)

    holders = [told.holder for answer in answers(make, engine) for told in answer.stances]

    assert holders == [("interior", "the ministry (interior)"), ("justice", "the ministry (justice)")]


def test_coverage_implies_no_stance(make: Make, engine: Engine) -> None:
    """An import that says who read an article says of its silent sentences that they saw nothing."""
    document = make.document("d", "One.", "Two.", "Three.")
    items = [make.item(document, position, target="trains") for position in range(3)]
    make.cover(document, "ada")
    make.answer(items[0], "ada", "FAVOR")
    make.answer(items[2], "ada", "FAVOR")
    make.answer(items[2], "ada", revision=1, withdrawn=True)

    found = [item.answers for item in read(make, engine)[0].items]

    assert [len(given) for given in found] == [1, 1, 0]
    assert (found[1][0].is_vote, found[1][0].stances, found[1][0].implied) == (True, (), True)
    assert UUID(found[1][0].id)


def test_what_is_deleted_or_of_another_project_stays_inside(make: Make, engine: Engine) -> None:
    """Who deleted a text does not want to see it published."""
    make.question("a")
    make.question("b", deleted_at=now())
    make.document("c", "Gone.").deleted_at = now()

    documents = read(make, engine)

    assert [(document.id, len(document.items)) for document in documents] == [("a", 1), ("b", 0)]
    with pytest.raises(NotFound, match="no project 'planes'; there are: trains"):  # noqa: SIM117
        with reading.snapshot(engine, "planes"):
            pass


def test_a_label_that_was_deleted_is_said(make: Make, engine: Engine) -> None:
    """An answer must neither vanish nor come out under another label's number."""
    make.answer(make.question("a"), "ada", "FAVOR")
    make.labels["FAVOR"].deleted_at = now()

    with pytest.raises(Invalid, match="Answers name a label that was deleted"):
        read(make, engine)


def test_a_snapshot_does_not_see_what_comes_later(make: Make, engine: Engine) -> None:
    """A release that is read while people work must not hold half of an answer."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR")
    make.session.commit()

    with reading.snapshot(engine, "trains") as snapshot:
        before = snapshot.totals()
        make.answer(item, "ben", "AGAINST")
        make.question("b")
        make.session.commit()

        assert snapshot.totals() == before == (1, 1, 1)
        assert [len(item.answers) for document in snapshot.documents() for item in document.items] == [1]


def test_chunks_make_no_difference(make: Make, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size of a chunk is about memory, not about the data."""
    for number in range(7):
        make.answer(make.question(f"d{number}"), "ada", stance("FAVOR", rationale=[(0, 2)]))
    whole = read(make, engine)

    monkeypatch.setattr("annotator.reading.documents.CHUNK_DOCUMENTS", 2)

    assert read(make, engine) == whole
    assert len(whole) == 7


def test_a_release_is_recorded_with_its_splits(make: Make, engine: Engine) -> None:
    """Where a document fell is stored, so that it never falls elsewhere."""
    first, second = (make.document(id_, "Text.").id for id_ in "ab")
    make.session.commit()
    with reading.snapshot(engine, "trains") as snapshot:
        project = snapshot.project

    number = record(engine, project, {"train": [first], "test": [second]})

    assert number == 1
    with Session(engine) as after:
        assert [(document.external_id, document.split) for document in after.exec(select(Document))] == [
            ("a", "train"),
            ("b", "test"),
        ]
        assert after.exec(select(Release)).one().left_out == {"tie": 1}


def test_two_releases_at_once_do_not_share_a_number(make: Make, engine: Engine) -> None:
    """Two different datasets by one name would make every figure about it doubtful."""
    make.session.commit()
    with reading.snapshot(engine, "trains") as snapshot:
        project = snapshot.project
    record(engine, project, {})

    with pytest.raises(Conflict, match="Another release of 'trains' was made meanwhile"):
        record(engine, project, {})


def test_a_stored_split_is_never_changed(make: Make, engine: Engine) -> None:
    """A model would be marked on what it was trained on."""
    document = make.document("a", "Text.", split="train").id
    make.session.commit()
    with reading.snapshot(engine, "trains") as snapshot:
        project = snapshot.project

    with pytest.raises(Conflict):
        record(engine, project, {"test": [document]})
    with writing(engine) as after:
        assert after.exec(select(Document)).one().split == "train"
        assert after.exec(select(Release)).first() is None


def record(engine: Engine, project: reading.Project, splits: dict[str, list[int]]) -> int:
    return reading.record(
        engine,
        project,
        sha256="0",
        options={},
        rows={},
        left_out={"tie": 1},
        splits=splits,
        created_at=now(),
    )
