"""`standpoint agreement`, as a curator calls it."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.cli import main
from tests.exporters.made_project import Make


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)


def called(make: Make, engine: Engine, *arguments: str) -> Result:
    make.session.commit()
    url = engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(main, ["agreement", "trains", *arguments, "--database", url])


def judged(make: Make) -> None:
    for number, votes in enumerate([("FAVOR", "FAVOR"), ("FAVOR", "NONE"), ("NONE", "NONE")]):
        item = make.question(str(number))
        for by, vote in zip(("ada", "ben"), votes, strict=True):
            make.answer(item, by, vote)


def test_the_figure_comes_first_with_what_it_means(make: Make, engine: Engine):
    """A bare 0.4 is read as a failure by who knows no figure of stance annotation."""
    judged(make)

    lines = called(make, engine).stdout.splitlines()

    assert lines[0] == "trains: 6 answers of 2 annotators to 3 items, 3 of them judged by two or more"
    assert lines[2].startswith("Krippendorff's alpha, nominal: 0.444 [")
    assert "0.368" in "\n".join(lines[3:6])


def test_json_is_one_document(make: Make, engine: Engine):
    """Scripts read it, and other programs rely on its names."""
    judged(make)

    told = json.loads(called(make, engine, "--json", "--by", "pair").stdout)

    assert (told["items"], told["annotators"], told["annotations"]) == (3, 2, 6)
    assert told["alpha"]["nominal"] == pytest.approx(4 / 9, abs=1e-6)
    assert set(told["alpha"]) == {"nominal", "polarity"}
    assert told["kappa"]["cohen"] == pytest.approx(0.4, abs=1e-6)
    assert told["intervals"]["nominal"][0] <= told["alpha"]["nominal"] <= told["intervals"]["nominal"][1]
    assert [pair["name"] for pair in told["by"]["pair"]] == ["ada – ben"]


def test_who_guesses_is_told_by_name(make: Make, engine: Engine):
    """Low agreement of all says nothing of whom to talk to."""
    for number in range(12):
        item, right = make.question(str(number)), ("FAVOR", "AGAINST", "NONE")[number % 3]
        for by in ("ada", "ben", "cleo"):
            make.answer(item, by, right)
        make.answer(item, "dan", "FAVOR")

    told = json.loads(called(make, engine, "--json", "--by", "annotator").stdout)["by"]["annotator"]
    lines = called(make, engine, "--by", "annotator").stdout.split("By annotator")[1].splitlines()

    for figure in ("competence", "reliability"):
        scores = {each["name"]: each[figure] for each in told}
        assert set(scores) == {"ada", "ben", "cleo", "dan"}
        assert scores["dan"] < 0.5 < min(scores[name] for name in ("ada", "ben", "cleo"))
    assert all(name in lines[1] for name in ("MACE", "Dawid–Skene"))
    [dan] = [each for each in told if each["name"] == "dan"]
    [row] = [line for line in lines if line.split()[:1] == ["dan"]]
    assert row.split()[-2:] == [f"{dan['competence']:.3f}", f"{dan['reliability']:.3f}"]


@pytest.mark.parametrize(("votes", "message"), [([], "Nobody has judged"), (["ada"], "by one person")])
def test_nothing_to_compare_is_told(make: Make, engine: Engine, votes: list[str], message: str):
    """An empty table would leave the curator to guess what to do."""
    item = make.question("a")
    for by in votes:
        make.answer(item, by, "FAVOR")

    found = called(make, engine)

    assert (found.exit_code, found.stdout) == (1, "")
    assert message in found.stderr
