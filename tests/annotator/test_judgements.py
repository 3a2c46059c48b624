"""What the database gives to statistics: who judged what, and nothing that was not judged blind."""

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Batch, Project, Purpose, Relation, RelationKind, Round, now
from annotator.quality.judgements import Judgements
from annotator.reading import judgements
from tests.exporters.made_project import START, Make, stance


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)


def loaded(make: Make, engine: Engine, **fields) -> Judgements:
    make.session.commit()
    with Session(engine) as session:
        return judgements.load(session, session.exec(select(Project)).one(), **fields)


def said(table: Judgements) -> list[tuple[str, str, list[str]]]:
    """(item, annotator, labels) of every judgement."""
    answers, stances = table.answers, table.answers.stances
    return sorted(
        (
            table.items[answers.item[row]],
            table.annotators[answers.annotator[row]],
            [table.scheme.labels[label] for label in stances.label[stances.judgement == row]],
        )
        for row in range(len(answers))
    )


def test_only_first_blind_answers_to_work_are_compared(make: Make, engine: Engine):
    """A repeat, a surplus answer or one given after the decision would make people look more alike."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR")
    make.answer(item, "ada", "AGAINST", occasion=1)
    make.answer(item, "ben", "AGAINST", counted=False)
    make.answer(item, "eve", outcome="cannot_judge")
    make.answer(item, "curator", "AGAINST", kind="adjudication")
    make.answer(item, "dan", "AGAINST")  # after the decision
    make.answer(make.question("b", purpose=Purpose.TRAINING), "ada", "FAVOR")
    make.answer(make.question("c", retired_at=now()), "ada", "FAVOR")

    assert said(loaded(make, engine)) == [("item a", "ada", ["FAVOR"])]
    assert [name for _, name, _ in said(loaded(make, engine, blind=False))] == ["ada", "dan"]


def test_the_newest_revision_speaks(make: Make, engine: Engine):
    """Who corrected themselves is held to what they mean now; who withdrew said nothing."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR")
    make.answer(item, "ada", "AGAINST", revision=1)
    make.answer(item, "ben", "FAVOR")
    make.answer(item, "ben", revision=1, withdrawn=True)

    assert said(loaded(make, engine)) == [("item a", "ada", ["AGAINST"])]


def test_coverage_is_a_judgement_that_found_nothing(make: Make, engine: Engine):
    """Without it, only those who saw a stance would be compared, and all would agree that it is there."""
    make.project.kind = "open"
    document = make.document("d", "The mayor hopes.", "Nobody asked.")
    first, _ = make.item(document, 0), make.item(document, 1)
    make.answer(first, "ada", stance("FAVOR", "Mayor", "Delay"))
    make.cover(document, "ada")
    make.cover(document, "ben")

    assert said(loaded(make, engine)) == [
        ("d-0", "ada", ["FAVOR"]),
        ("d-0", "ben", []),
        ("d-1", "ada", []),
        ("d-1", "ben", []),
    ]


def test_when_and_under_what_it_was_judged(make: Make, engine: Engine):
    """Figures by week, round and guidelines show whether the annotators' training helps."""
    pilot = make.add(Batch(project_id=make.project.id, name="first", round=Round.PILOT, created_at=START))
    make.answer(make.question("a", batch_id=pilot.id), "ada", "FAVOR", guidelines_version=2)
    late = make.answer(make.question("b"), "ada", "FAVOR")
    late.created_at = START + timedelta(days=1)  # a Monday

    table = loaded(make, engine)

    answers = table.answers
    assert [table.rounds[code] if code >= 0 else None for code in answers.round] == ["pilot", None]
    assert [table.weeks[code] for code in answers.week] == ["2026-02-23", "2026-03-02"]
    assert answers.guidelines.tolist() == [2, -1]


def test_checks_and_decisions_are_held_against_annotators(make: Make, engine: Engine):
    """A curator sees who misreads what is known."""
    check, item = make.question("check", purpose=Purpose.CHECK), make.question("a")
    make.answer(check, "gold", "FAVOR", kind="gold")
    make.answer(check, "ada", "AGAINST")
    make.answer(item, "ada", "FAVOR")
    make.answer(item, "curator", "FAVOR", kind="adjudication")

    found = loaded(make, engine).references

    assert {name: (len(both.given), len(both.truth)) for name, both in found.items()} == {
        "check": (1, 1),
        "adjudication": (1, 1),
    }


def test_words_and_relations_come_along(make: Make, engine: Engine):
    """Rationales are compared in tokens, and opposites turned round."""
    make.project.kind = "open"
    document = make.document("d", "No, the mayor won't wait.")
    make.answer(make.item(document), "ada", stance("FAVOR", "Mayor", "Delay", rationale=[(4, 13)]))
    mayor, council = make.entity("Mayor"), make.entity("Council")
    make.add(Relation(subject_id=mayor.id, kind=RelationKind.SPEAKS_FOR, object_id=council.id))

    table = loaded(make, engine)

    spans = table.answers.rationales
    assert (spans.start.tolist(), spans.end.tolist()) == ([2], [4])
    assert table.entities[table.rolled[table.entities.index("Mayor")]] == "Council"


def test_an_empty_project_gives_an_empty_table(make: Make, engine: Engine):
    """The page of agreement is opened on the first day, too."""
    assert said(loaded(make, engine)) == []
