"""Gold in published formats: read back as their users would, and every row accounted for."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.domain import Relation, RelationKind
from annotator.errors import Invalid
from exporters import release
from exporters.options import Options
from exporters.profiles import PROFILES
from tests.exporters.made_project import Make, stance

LABELS = {name.upper(): name for name in ("favor", "against", "mixed", "neutral", "none", "unrelated")}


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Six posts on trains, a label each; the last one is of the test split."""
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        make = Make(session, labels=LABELS)
        for label in LABELS:
            split = "test" if label == "UNRELATED" else "train"
            text = f"Trains,\tsays\n{label}."
            make.answer(make.question(label.lower(), text, official_split=split, language="en"), "ada", label)
        session.commit()
    return engine


def written(engine: Engine, folder: Path, profile: str) -> dict[str, Any]:
    """What release.json says of the profile."""
    release.write(engine, "trains", folder, Options(profile=profile))
    return dict(json.loads((folder / "release.json").read_text(encoding="utf-8"))["profile"])


def lines(folder: Path, profile: str, file: str) -> list[str]:
    return (folder / "profiles" / profile / file).read_text(encoding="utf-8").splitlines()


def test_semeval_is_lines_of_four_fields(filled: Engine, tmp_path: Path) -> None:
    """Its evaluation script splits at tabs: one within a text would shift the stance."""
    told = written(filled, tmp_path / "1", "semeval2016")

    train = [line.split("\t") for line in lines(tmp_path / "1", "semeval2016", "train.txt")]
    assert train[0] == ["ID", "Target", "Tweet", "Stance"]
    assert [row[1:] for row in train[1:]] == [
        ["trains", "Trains, says AGAINST.", "AGAINST"],
        ["trains", "Trains, says FAVOR.", "FAVOR"],
        ["trains", "Trains, says NEUTRAL.", "NONE"],
        ["trains", "Trains, says NONE.", "NONE"],
    ]
    assert told["rows"] == {"train": 4, "test": 1}
    assert told["left_out"] == {"no_label": 1}
    assert told["labels"]["MIXED"] is None


def test_vast_has_its_columns(filled: Engine, tmp_path: Path) -> None:
    """Its readers take post, topic and label; whether training shows the topic; and the topic's own words."""
    written(filled, tmp_path / "1", "vast")

    with (tmp_path / "1/profiles/vast/vast_test.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["post"] == "Trains,\tsays\nUNRELATED."
    assert (row["new_topic"], row["label"], row["seen?"], row["contains_topic?"]) == ("trains", "2", "1", "1")
    assert json.loads(row["text"]) == [["trains", "says", "unrelated"]]
    assert row["author"] == ""


def test_xstance_knows_two_sides(filled: Engine, tmp_path: Path) -> None:
    """What takes no side has no place there, and is counted."""
    told = written(filled, tmp_path / "1", "xstance")

    rows = [json.loads(line) for line in lines(tmp_path / "1", "xstance", "train.jsonl")]
    assert [(row["id"], row["label"], row["numerical_label"]) for row in rows] == [
        (1, "AGAINST", 0),
        (2, "FAVOR", 100),
    ]
    assert {row["question_id"] for row in rows} == {1}
    assert told["left_out"] == {"no_label": 4}
    assert told["rows"] == {"train": 2}
    assert not (tmp_path / "1/profiles/xstance/test.jsonl").exists()


def test_wtwt_is_one_list_without_texts(filled: Engine, tmp_path: Path) -> None:
    """It publishes ids, for the texts may not be passed on."""
    written(filled, tmp_path / "1", "wtwt")

    (entry,) = json.loads("\n".join(lines(tmp_path / "1", "wtwt", "wtwt_test.json")))
    assert entry == {"tweet_id": "item unrelated", "merger": "trains", "stance": "unrelated"}
    train = json.loads("\n".join(lines(tmp_path / "1", "wtwt", "wtwt_train.json")))
    assert [entry["stance"] for entry in train] == ["refute", "support", "comment", "comment"]


def test_nli_asks_whether_the_text_entails_the_stance(filled: Engine, tmp_path: Path) -> None:
    """Premise, hypothesis, and one of three relations."""
    written(filled, tmp_path / "1", "nli")

    rows = [json.loads(line) for line in lines(tmp_path / "1", "nli", "train.jsonl")]
    assert {row["sentence2"] for row in rows} == {"The author is in favor of trains."}
    assert [row["gold_label"] for row in rows] == ["contradiction", "entailment", *["neutral"] * 3]


@pytest.fixture
def opposed(engine: Engine) -> Engine:
    """An open project with "fewer trains", the opposite of "more trains", and holders beside the author."""
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        make = Make(session, kind="open", labels={"FAVOR": "favor", "AGAINST": "against"})
        fewer, more = make.entity("fewer trains"), make.entity("more trains")
        kind = RelationKind.OPPOSITE_OF
        make.add(make._of_project(Relation, subject_id=fewer.id, object_id=more.id, kind=kind))
        said = {
            "turned": [stance("AGAINST", "author", "more trains")],
            "same": [stance("FAVOR", "author", "fewer trains"), stance("AGAINST", "author", "more trains")],
            "contrary": [stance("FAVOR", "author", "fewer trains"), stance("FAVOR", "author", "more trains")],
            "ada": [stance("FAVOR", "ada", "fewer trains")],
            "former": [stance("FAVOR", "author", "fewer trains", former=True)],
        }
        for name, stances in said.items():
            make.answer(make.item(make.document(name, f"{name}.", official_split="train")), "one", *stances)
        session.commit()
    return engine


def test_opposites_become_one_target(opposed: Engine, tmp_path: Path) -> None:
    """Against more is for fewer; whoever says both ways says neither."""
    told = written(opposed, tmp_path / "1", "xstance")

    rows = [json.loads(line) for line in lines(tmp_path / "1", "xstance", "train.jsonl")]
    assert [(row["comment"], row["question"], row["label"]) for row in rows] == [
        ("same.", "fewer trains", "FAVOR"),
        ("turned.", "fewer trains", "FAVOR"),
    ]
    assert told["turned"] == 3
    assert told["left_out"] == {
        "contradicts_opposite": 2,
        "former": 1,
        "other_holder": 1,
        "same_as_opposite": 1,
    }


def test_nli_names_the_holder(opposed: Engine, tmp_path: Path) -> None:
    """The hypothesis says who holds it, so nobody's stance need be left out."""
    written(opposed, tmp_path / "1", "nli")

    rows = [json.loads(line) for line in lines(tmp_path / "1", "nli", "train.jsonl")]
    assert "ada is in favor of fewer trains." in {row["sentence2"] for row in rows}


@pytest.mark.parametrize("profile", list(PROFILES))
def test_the_card_and_the_hashes_know_the_profile(filled: Engine, tmp_path: Path, profile: str) -> None:
    """A reader learns there what was merged; a checker, that nothing was changed."""
    written(filled, tmp_path / "1", profile)

    card = (tmp_path / "1/README.md").read_text(encoding="utf-8")
    assert f"## In the format of {profile}" in card
    facts = json.loads((tmp_path / "1/release.json").read_text(encoding="utf-8"))
    assert facts["options"] == {"aggregate": "majority", "profile": profile}
    assert [name for name in facts["files"] if name.startswith(f"profiles/{profile}/")]


def test_the_same_state_gives_the_same_bytes(filled: Engine, tmp_path: Path) -> None:
    """A second release differs in release.json alone."""
    for number in "12":
        written(filled, tmp_path / number, "vast")

    for path in (tmp_path / "1").rglob("*"):
        if path.is_file() and path.name != "release.json":
            assert path.read_bytes() == (tmp_path / "2" / path.relative_to(tmp_path / "1")).read_bytes()


def test_an_unknown_profile_is_refused(filled: Engine, tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(Invalid, match="'brat' is no profile; there is: semeval2016, vast"):
        release.write(filled, "trains", tmp_path / "1", Options(profile="brat"))
    assert not (tmp_path / "1").exists()
