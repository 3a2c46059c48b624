"""The agreement of a release, and gold from annotators whose reliability is learned."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from annotator.cli import main
from annotator.domain import Relation, RelationKind
from annotator.quality import ceiling, measure
from annotator.quality.bootstrap import Resampling
from annotator.quality.judgements import Scheme
from annotator.quality.votes import Votes, cast, counted
from exporters import agreement, by_item, release
from exporters.options import Options
from tests.exporters.made_project import Make, stance

HOW = Resampling(resamples=50)
PEOPLE = ("ada", "ben", "eve", "dan")
FIGURES = ("items", "compared", "annotators", "annotations", "alpha", "kappa", "tuples", "intervals")


def directed(make: Make) -> None:
    """Three who agree often, and one who always says AGAINST; one item was decided and then judged again."""
    for number, votes in enumerate(["FFF", "FFA", "NNN", "AAA", "FFF", "NNF", "AAA", "FFF", "NFN", "FNF"]):
        item = make.question(f"{number}")
        for by, vote in zip(PEOPLE, votes + "A", strict=True):
            make.answer(item, by, {"F": "FAVOR", "A": "AGAINST", "N": "NONE"}[vote])
    make.answer(item, "curator", "FAVOR", kind="adjudication")
    make.answer(item, "late", "FAVOR")


def opened(make: Make) -> None:
    """Tuples, spans, opposites and a former stance."""
    make.project.kind = "open"
    document = make.document("d", "The mayor hopes for a delay.", "We will not wait.", "Nobody asked.")
    first, second, third = (make.item(document, position) for position in range(3))
    mayor = stance("FAVOR", "Mayor", "Delay", rationale=[(4, 15)])
    make.answer(first, "ada", mayor, stance("AGAINST", "Residents", "Delay", former=True))
    make.answer(first, "ben", stance("AGAINST", "Mayor", "Haste", rationale=[(10, 15)]))
    make.answer(first, "eve", mayor)
    for by in PEOPLE[:3]:
        make.answer(second, by, *([] if by == "eve" else [stance("AGAINST", "Residents", "Delay")]))
        make.answer(third, by)
    haste, delay = make.entity("Haste"), make.entity("Delay")
    make.add(Relation(subject_id=haste.id, kind=RelationKind.OPPOSITE_OF, object_id=delay.id))


def opposed(make: Make) -> None:
    """Opposites that stand in one order by their names and in another by their keys."""
    make.project.kind = "open"
    document = make.document("d", "The mayor hopes for a delay.", "We will not wait.", "Trains!", "Buses!")
    wanted = [("delay", "FFF"), ("Haste", "FF"), ("Trains", "FA"), ("Buses", "FF")]
    for position, (target, votes) in enumerate(wanted):
        item = make.item(document, position)
        for by, vote in zip(PEOPLE, votes, strict=False):
            make.answer(item, by, stance({"F": "FAVOR", "A": "AGAINST"}[vote], "Mayor", target))
    haste, delay = make.entity("Haste"), make.entity("delay")
    assert (haste.name < delay.name) != (haste.key < delay.key)
    make.add(Relation(subject_id=haste.id, kind=RelationKind.OPPOSITE_OF, object_id=delay.id))


@pytest.mark.parametrize("kind", [directed, opened, opposed])
def test_the_files_alone_give_what_the_command_gives(kind, make: Make, engine: Engine, tmp_path: Path):
    """Who loads the dataset can check its headline figure, and needs nobody's database for it."""
    kind(make)
    make.session.commit()
    release.write(engine, "trains", tmp_path / "1")

    url = engine.url.render_as_string(hide_password=False)
    printed = CliRunner().invoke(main, ["agreement", "trains", "--json", "--database", url])
    command, facts = json.loads(printed.stdout), json.loads((tmp_path / "1/release.json").read_text())
    labels = facts["labels"]
    scheme = Scheme(
        tuple(label["name"] for label in labels),
        tuple(label["polarity"] for label in labels),
        tuple(facts["ranks"]),
        directed=facts["kind"] == "directed",
    )
    report, _ = agreement.of_release(tmp_path / "1", scheme, facts["relations"], seed=facts["seed"])

    assert command["compared"] > 2
    for name in FIGURES:
        assert command[name] == facts["agreement"][name] == report.as_json()[name], name


def test_the_card_tells_it_first(make: Make, engine: Engine, tmp_path: Path):
    """A reader who sees no figure of agreement takes the labels for truth."""
    directed(make)
    make.session.commit()
    release.write(engine, "trains", tmp_path / "1")

    card = (tmp_path / "1/README.md").read_text()
    facts = json.loads((tmp_path / "1/release.json").read_text())

    alpha, (low, high) = facts["agreement"]["alpha"]["nominal"], facts["agreement"]["intervals"]["nominal"]
    assert f"**Krippendorff's alpha, nominal: {alpha:.3f} ({low:.3f} to {high:.3f})**" in card
    assert facts["human_ceiling"]["n"] > 0
    assert 0 < facts["human_ceiling"]["f_avg"] < 1


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 100])
def test_parts_give_what_the_whole_gives(
    rows: int, make: Make, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Five million answers do not fit: however few are read at a time, the votes are those of one table."""
    directed(make)
    make.question("nobody answers this")
    make.session.commit()
    release.write(engine, "trains", tmp_path / "1")
    scheme = Scheme(("FAVOR", "AGAINST", "NONE"), ("favor", "against", "none"))
    whole = cast((table := agreement.judgements(tmp_path / "1", scheme, ())).answers, table)

    monkeypatch.setattr(by_item, "AT_ONCE", rows)
    parts = list(by_item.parts(tmp_path / "1", ["item_id"], ["id"]))
    votes = agreement.votes_of(tmp_path / "1", scheme)

    assert sum(len(answers) for answers, _ in parts) == 42
    assert all(set(answers["item_id"]) <= set(items["id"]) for answers, items in parts)
    assert (len(parts) > 5) == (rows <= 5)
    assert by_class(votes) == by_class(whole)
    assert measure.of_votes(votes, scheme, HOW) == measure.of_votes(whole, scheme, HOW)
    assert ceiling.of_votes(votes, scheme, HOW) == ceiling.of_votes(whole, scheme, HOW)


def by_class(votes: Votes) -> list[tuple[int, ...]]:
    """How often each item was given each class, items in an order of their own."""
    return sorted(map(tuple, counted(votes, 4).tolist()))


@pytest.mark.parametrize(("aggregate", "name"), [("dawid-skene", "dawid_skene"), ("mace", "mace")])
def test_reliability_decides(aggregate: str, name: str, make: Make, engine: Engine, tmp_path: Path):
    """One who always says the same must not outweigh one who reads: 2 against 2 is no tie any more."""
    directed(make)
    make.session.commit()
    for folder in ("1", "2"):
        release.write(engine, "trains", tmp_path / folder, Options(aggregate=aggregate))

    rows = pq.read_table(tmp_path / "1/data/gold").to_pylist()
    by_item = {row["item_id"]: row for row in rows}
    assert {row["decided_by"] for row in rows} == {name, "adjudicated"}
    assert by_item["item 1"]["label"] == 0  # FAVOR, FAVOR, AGAINST, and the one who always says AGAINST
    assert by_item["item 1"]["agreement"] == 0.5
    for row in rows:
        assert sum(row["label_distribution"]) + row["p_absent"] == pytest.approx(1)
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


@pytest.mark.parametrize("aggregate", ["dawid-skene", "mace"])
def test_absent_may_win_in_open_projects(aggregate: str, make: Make, engine: Engine, tmp_path: Path):
    """A stance that one of three saw is one that two did not see."""
    opened(make)
    make.session.commit()
    written = release.write(engine, "trains", tmp_path / "1", Options(aggregate=aggregate))

    rows = pq.read_table(tmp_path / "1/data/gold").to_pylist()
    assert ("Residents", "Delay") in {(row["holder"], row["target"]) for row in rows}
    assert written.left_out["minority"] >= 1
    assert all(0 <= row["p_absent"] < 0.5 for row in rows)


def test_imported_gold_without_judges_has_no_agreement(make: Make, engine: Engine, tmp_path: Path):
    """Most published sets come without their annotators; a release must not make up figures."""
    make.answer(make.question("a"), "gold", "FAVOR", kind="gold")
    make.session.commit()
    release.write(engine, "trains", tmp_path / "1")

    facts = json.loads((tmp_path / "1/release.json").read_text())
    assert (facts["agreement"]["annotations"], facts["human_ceiling"]["n"]) == (0, 0)
    assert "no agreement can be told" in (tmp_path / "1/README.md").read_text()


def contents(folder: Path) -> dict[str, bytes]:
    """Everything but release.json, which tells number and time."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "release.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
