from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Engine

from annotator import reading
from annotator.domain import Purpose
from exporters.gold import Decided, decide
from tests.exporters.made_project import Make, stance


def decided(make: Make, engine: Engine) -> Decided:
    """What the project's only item comes to."""
    make.session.commit()
    with reading.snapshot(engine, "trains") as snapshot:
        (item,) = (item for document in snapshot.documents() for item in document.items)
        return decide(item, snapshot.project)


def labels(found: Decided) -> list[str]:
    return [stance.label for stance in found.gold]


@pytest.fixture
def open_project(make: Make) -> Make:
    make.project.kind = "open"
    return make


@pytest.mark.parametrize(
    ("votes", "label", "how", "agreement"),
    [
        (["FAVOR"], "FAVOR", "single", None),
        (["FAVOR", "FAVOR"], "FAVOR", "unanimous", 1.0),
        (["FAVOR", "AGAINST", "FAVOR"], "FAVOR", "majority", 2 / 3),
        (["FAVOR", "AGAINST", "FAVOR", "NONE"], "FAVOR", "majority", 0.5),
    ],
)
def test_most_votes_win(
    make: Make, engine: Engine, votes: list[str], label: str, how: str, agreement: float | None
) -> None:
    """A reader can tell one person's opinion from everybody's."""
    item = make.question("a")
    for number, vote in enumerate(votes):
        make.answer(item, f"annotator {number}", vote)

    found = decided(make, engine)

    (gold,) = found.gold
    assert (gold.label, gold.decided_by, gold.agreement) == (label, how, agreement)
    assert found[1:] == ((), "gold", len(votes))


def test_a_tie_is_left_out(make: Make, engine: Engine) -> None:
    """A coin must not decide what a model learns."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR")
    make.answer(item, "ben", "AGAINST")

    assert decided(make, engine) == ((), ("tie",), "left_out", 2)


def test_only_first_counted_judgements_vote(make: Make, engine: Engine) -> None:
    """A repeat, a surplus answer or a suggestion would give one person two votes, or a model one."""
    item = make.question("a")
    make.answer(item, "ada", "FAVOR")
    make.answer(item, "ada", "AGAINST", occasion=1)
    make.answer(item, "ben", "AGAINST", counted=False)
    make.answer(item, "svm", "AGAINST", kind="suggestion")
    make.answer(item, "eve", outcome="cannot_judge")

    found = decided(make, engine)

    assert (labels(found), found.n_annotators) == (["FAVOR"], 1)


def test_who_decides_goes_before_who_votes(make: Make, engine: Engine) -> None:
    """An adjudication that votes overrule again would be lost work; the votes stay visible."""
    item = make.question("a")
    for by in ("ada", "ben", "eve"):
        make.answer(item, by, "FAVOR")
    make.answer(item, "gold", "NONE", kind="gold")
    make.answer(item, "dan", "AGAINST", kind="adjudication")

    (gold,) = decided(make, engine).gold

    assert (gold.label, gold.decided_by, gold.agreement) == ("AGAINST", "adjudicated", None)
    assert gold.verdict is not None
    assert gold.verdict.distribution == (1.0, 0.0, 0.0)


def test_imported_gold_needs_no_votes(make: Make, engine: Engine) -> None:
    """A published dataset comes without its annotators; shares of nobody must not be made up."""
    make.answer(make.question("a"), "gold", "NONE", kind="gold")

    found = decided(make, engine)

    assert (found.gold[0].decided_by, found.gold[0].verdict, found.n_annotators) == ("imported gold", None, 0)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"purpose": Purpose.CHECK}, "check"), ({"retired_at": datetime(2026, 1, 1, tzinfo=UTC)}, "retired")],
)
def test_votes_on_checks_and_retired_items_are_no_gold(
    make: Make, engine: Engine, fields: dict[str, object], reason: str
) -> None:
    """Everybody answers a check item, so it would weigh more than any text that is meant."""
    make.answer(make.question("a", **fields), "ada", "FAVOR")

    assert decided(make, engine) == ((), (reason,), "annotated", 1)


def test_an_item_without_a_judgement_is_explained(make: Make, engine: Engine) -> None:
    """A curator wants to know what is still to do, and what cannot be done."""
    item = make.question("a")

    assert decided(make, engine) == ((), ("no_annotation",), "open", 0)

    make.answer(item, "ada", outcome="cannot_judge")

    assert decided(make, engine) == ((), ("cannot_judge",), "left_out", 0)


def test_absence_is_a_vote(open_project: Make, engine: Engine) -> None:
    """One of three who sees a stance does not make it gold; most disagreement is of this sort."""
    item = open_project.item(open_project.document("d", "Ada likes trains; Ben does not."))
    both = [stance("FAVOR", "ada", "trains"), stance("AGAINST", "ben", "trains")]
    open_project.answer(item, "one", *both)
    open_project.answer(item, "two", both[0])
    open_project.answer(item, "three")

    found = decided(open_project, engine)

    (gold,) = found.gold
    assert (gold.holder.key, gold.label, gold.decided_by) == ("ada", "FAVOR", "majority")
    assert gold.agreement == pytest.approx(2 / 3)
    assert gold.verdict is not None
    assert gold.verdict.p_absent == pytest.approx(1 / 3)
    assert found[1:] == (("minority",), "gold", 3)


def test_half_of_the_judges_are_not_enough(open_project: Make, engine: Engine) -> None:
    """The commonest of four opinions is still one that half of the judges do not share."""
    item = open_project.item(open_project.document("d", "Ada likes trains, sometimes."))
    for by, label in {"one": "FAVOR", "two": "FAVOR", "three": "AGAINST"}.items():
        open_project.answer(item, by, stance(label, "ada", "trains"))
    open_project.answer(item, "four")

    assert decided(open_project, engine) == ((), ("tie",), "left_out", 4)


def test_an_item_with_an_undecided_stance_is_no_negative(open_project: Make, engine: Engine) -> None:
    """A detector would learn "no stance here" from what half of the judges saw."""
    item = open_project.item(open_project.document("d", "Ada likes trains; Ben does not."))
    open_project.answer(item, "one", stance("FAVOR", "ada", "trains"))
    open_project.answer(item, "two")

    assert decided(open_project, engine) == ((), ("tie",), "left_out", 2)


def test_no_stance_at_all_is_an_answer(open_project: Make, engine: Engine) -> None:
    """Judged negatives are half of the training data of an open project."""
    item = open_project.item(open_project.document("d", "It rained."))
    open_project.answer(item, "one")
    open_project.answer(item, "two")

    assert decided(open_project, engine) == ((), ("no_stance",), "gold", 2)


def test_a_former_stance_is_one_of_its_own(open_project: Make, engine: Engine) -> None:
    """Formerly for and now against are two stances, no contradiction."""
    item = open_project.item(open_project.document("d", "Ada no longer likes trains."))
    then = stance("FAVOR", "ada", "trains", former=True, flags=["former"])
    open_project.answer(item, "one", then, stance("AGAINST", "ada", "trains"))

    found = decided(open_project, engine)

    assert [(gold.label, gold.former, gold.flags) for gold in found.gold] == [
        ("AGAINST", False, []),
        ("FAVOR", True, ["former"]),
    ]


def test_spans_and_flags_are_those_of_the_winners(make: Make, engine: Engine) -> None:
    """Words that showed somebody the opposite explain nothing."""
    item = make.question("a", "Great, another delay.")
    ironic = {"flags": ["ironic"], "attribution": "author"}
    make.answer(item, "ada", stance("AGAINST", rationale=[(0, 5)], **ironic))
    make.answer(item, "ben", stance("AGAINST", rationale=[(7, 20), (7, 14), (15, 20), (0, 5)], **ironic))
    make.answer(item, "eve", stance("AGAINST", flags=["hedged"]))
    make.answer(item, "dan", stance("FAVOR", rationale=[(0, 6)]))

    (gold,) = decided(make, engine).gold

    assert [span.text for span in gold.rationales] == ["Great", "another", "another delay", "delay"]
    assert (gold.flags, gold.attribution) == (["ironic"], "author")
