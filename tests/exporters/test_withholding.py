"""A release without its texts gives none away, and with the texts it is the whole release again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator.cli import main
from annotator.domain import Document, Segment
from annotator.errors import Invalid
from exporters import parquet, schema
from exporters.options import Options
from exporters.rebuilding import rebuild
from exporters.withholding import put
from tests.exporters.made_project import Make, stance
from tests.exporters.test_release import fill, load, rows, write

WITHHELD = Options(withhold_text=True)
ARABIC = "قال الوزير إن القطارات 🚆 أفضل من السيارات."


@pytest.fixture
def made(make: Make) -> Make:
    """A little of everything: two scripts, marks, line ends, a title that the text begins with."""
    fill(make)
    document = make.document(
        "عربي/1", "Heading 👩‍👩‍👧", ARABIC, "It rained cats.\n\nAnd dogs.", title="Heading 👩‍👩‍👧"
    )
    item = make.item(document, 1)
    of_trains = (document.text.index("القطارات"), document.text.index("القطارات") + 8)
    make.answer(item, "one", stance("AGAINST", "ada", "trains", rationale=[of_trains], target=[of_trains]))
    make.item(document, 2)
    make.document("nothing asked", "Nobody was asked about this sentence.", title="A title of its own")
    make.session.commit()
    return make


@pytest.fixture
def released(made: Make, engine: Engine, tmp_path: Path) -> Path:
    """A folder with `full` and `withheld`, of the same state."""
    write(made, engine, tmp_path / "full")
    write(made, engine, tmp_path / "withheld", WITHHELD)
    return tmp_path


@pytest.fixture
def texts(made: Make, tmp_path: Path) -> Path:
    """All texts in a file."""
    return _jsonl(tmp_path / "texts.jsonl", _texts(made))


def _texts(made: Make) -> dict[str, str]:
    return {each.external_id: each.text for each in made.session.exec(select(Document))}


def _jsonl(path: Path, texts: dict[str, str]) -> Path:
    lines = [json.dumps({"id": id_, "text": text}, ensure_ascii=False) + "\n" for id_, text in texts.items()]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "release.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _facts(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "release.json").read_text(encoding="utf-8"))


def _strings(cell: object) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, dict):
        for inner in cell.values():
            yield from _strings(inner)
    elif isinstance(cell, list):
        for inner in cell:
            yield from _strings(inner)


def test_with_the_texts_every_file_is_the_whole_release_s(released: Path, texts: Path) -> None:
    """Who reproduces a paper holds their files against the authors', byte for byte."""
    done = rebuild(released / "withheld", texts, released / "rebuilt")

    assert _files(released / "rebuilt") == _files(released / "full")
    assert (done.documents, done.missing, done.different, done.identical) == (8, [], [], True)
    full, rebuilt = _facts(released / "full"), _facts(released / "rebuilt")
    assert (
        done.sha256
        == rebuilt["sha256"]
        == full["sha256"]
        == _facts(released / "withheld")["withheld"]["sha256"]
    )
    assert (rebuilt["files"], rebuilt["options"]) == (full["files"], full["options"])
    assert load(released / "rebuilt") == load(released / "full")


def test_no_text_is_in_any_byte(released: Path, made: Make) -> None:
    """One sentence that stays in a footer, a span or a card is one that may not be passed on."""
    texts = _texts(made).values()
    words = {line for text in texts for line in text.splitlines() if line} | {
        "Ada 😀 likes",
        "القطارات",
        "likes",
        "Heading",
    }
    words |= {text[item.start : item.end] for item, text in _segments(made)}

    assert _giving_away(released / "full", words) >= {"Ada 😀 likes", "القطارات", "likes", "Heading", ARABIC}
    assert _giving_away(released / "withheld", words) == set()


def _segments(made: Make) -> Iterator[tuple[Any, str]]:
    query = select(Segment, Document).where(Segment.document_id == Document.id)
    for segment, document in made.session.exec(query):
        yield segment, document.text


def _giving_away(folder: Path, words: set[str]) -> set[str]:
    """Those of the words that stand in a file: in its bytes, in a cell, or in a footer."""
    raw = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    cells = []
    for path in folder.rglob("*.parquet"):
        with pq.ParquetFile(path) as file:
            cells += [text for row in file.read().to_pylist() for text in _strings(row)]
            groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        columns = [group.column(number) for group in groups for number in range(group.num_columns)]
        told = [
            each.statistics for each in columns if each.statistics is not None and each.statistics.has_min_max
        ]
        cells += [text for each in told for text in _strings([each.min, each.max])]
    return {
        word
        for word in words
        if any(word.encode() in each for each in raw) or any(word in each for each in cells)
    }


def test_both_forms_load_alike(released: Path) -> None:
    """An engineer's code reads the form with texts and the one without."""
    full, withheld = load(released / "full"), load(released / "withheld")

    assert withheld == full
    for config in schema.CONFIGS:
        told = zip(rows(released / "full", config), rows(released / "withheld", config), strict=True)
        for whole, without in told:
            title = {"title": None} if whole.get("title") == "Heading 👩‍👩‍👧" else {}
            text = {"text": None} if config == "documents" else {}
            assert without == put(whole, None, None) | text | title
    assert "standpoint rehydrate" in (released / "withheld" / "README.md").read_text()
    assert _facts(released / "withheld")["options"] == {"aggregate": "majority", "withhold_text": True}
    assert pq.read_table(released / "withheld/data/gold")["text"].null_count == _n_rows(
        released / "full", "gold"
    )


def _n_rows(folder: Path, config: str) -> int:
    return sum(_facts(folder)["rows"][config].values())


def test_texts_may_be_raw_or_files(made: Make, engine: Engine, tmp_path: Path) -> None:
    """What people have is what they imported, with its traces of the way here; or a folder of files."""
    write(made, engine, tmp_path / "withheld", WITHHELD)
    (tmp_path / "texts").mkdir()
    for id_, text in _texts(made).items():
        name = quote(id_, safe="")
        raw = (
            text.replace("rained", "ra\u00adined").replace("Nobody", "Nobody&#32;")
            if "Nobody" not in text
            else text
        )
        (tmp_path / "texts" / f"{name}.txt").write_text(raw + " \r\n", encoding="utf-8", newline="")

    done = rebuild(tmp_path / "withheld", tmp_path / "texts", tmp_path / "rebuilt")

    assert done.identical


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12
).filter(str.strip)


@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
@given(
    sentences=st.lists(TEXTS, min_size=1, max_size=4), title=st.none() | TEXTS, number=st.integers(0, 10**9)
)
def test_whatever_the_texts_are_they_come_back(
    make: Make, engine: Engine, tmp_path: Path, sentences: list[str], title: str | None, number: int
) -> None:
    """Offsets that slip by one code point cut an emoji in two, and a dataset with it."""
    document = make.document(f"made {number} {len(list(tmp_path.iterdir()))}", *sentences, title=title)
    for position in range(len(sentences)):
        item = make.item(document, position, target="trains")
        make.answer(item, "one", stance("FAVOR", rationale=[(0, 1)]))
    make.session.commit()
    place = tmp_path / f"{len(list(tmp_path.iterdir()))}"
    write(make, engine, place / "full")
    write(make, engine, place / "withheld", WITHHELD)

    rebuild(place / "withheld", _jsonl(place / "texts.jsonl", _texts(make)), place / "rebuilt")

    assert _files(place / "rebuilt") == _files(place / "full")


def test_several_shards_and_row_groups_come_back(
    released: Path, made: Make, engine: Engine, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one file ends and the next begins hangs on the texts, which are not there."""
    monkeypatch.setattr(parquet, "GROUP", 2)
    monkeypatch.setattr(parquet, "GROUP_DOCUMENTS", 1)
    monkeypatch.setitem(parquet.writing.__wrapped__.__kwdefaults__, "shard_bytes", 1)
    write(made, engine, released / "shards")
    write(made, engine, released / "shards-withheld", WITHHELD)

    rebuild(released / "shards-withheld", texts, released / "rebuilt")

    assert len(list((released / "shards/data/items").iterdir())) > len(schema.SPLITS)
    assert _files(released / "rebuilt") == _files(released / "shards")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["rehydrate", *map(str, arguments)])


def test_missing_and_other_texts_are_named(released: Path, made: Make) -> None:
    """Who lacks a tweet that was deleted learns which, and may go on without it."""
    texts = _texts(made)
    del texts["Z"], texts["open"]
    texts["10"] = "Another text."
    given = _jsonl(released / "some.jsonl", texts)

    refused = run(released / "withheld", given)
    partial = run(released / "withheld", given, "--partial", "--json")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "2 of 8 documents have no text there: 'open', 'Z'." in refused.stderr
    assert "1 have another text than was annotated: '10' (13 characters long, not 30)" in refused.stderr
    told = json.loads(partial.stdout)
    assert (told["missing"], told["different"], told["identical"]) == (["open", "Z"], ["10"], False)
    folder = released / "withheld-full"
    lacking = {row["id"] for row in rows(folder, "documents") if row["text"] is None}
    assert lacking == {"Z", "open", "10"}
    without = {row["document_id"] for row in rows(folder, "items") if row["text"] is None}
    assert without == {"Z", "open", "10"}
    assert load(folder) == load(released / "full")


def test_people_are_told_where_it_is(released: Path, texts: Path) -> None:
    """The command says where the tables are, and that nobody need doubt them."""
    done = run(released / "withheld", texts, "--to", released / "there")

    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"The texts of 8 of 8 documents are back in {released / 'there'}.\n")
    assert "byte for byte" in done.stdout


def test_what_cannot_be_rebuilt_is_one_message(released: Path, texts: Path) -> None:
    """A folder that is none, one with its texts, one that somebody edited."""
    (released / "withheld" / "README.md").write_text("changed")

    for folder, said in {
        "none": "is no release",
        "full": "nothing to put back",
        "withheld": "README.md is not as it was",
    }.items():
        done = run(released / folder, texts, "--to", released / "there")
        assert (done.exit_code, done.stdout) == (1, "")
        assert said in " ".join(done.stderr.split())
        assert not (released / "there").exists()


@pytest.mark.parametrize("where", ["metadata", "title"])
def test_words_of_the_text_beside_it_are_refused(
    make: Make, engine: Engine, tmp_path: Path, where: str
) -> None:
    """A column with the tweet in HTML would pass on what was to be withheld."""
    tweet = "Trains are the best that ever was."
    more = {"extra": {"html": f"<p>{tweet}</p>"}} if where == "metadata" else {"title": f"Ada: {tweet}"}
    make.answer(make.question("a", tweet, **more), "one", "FAVOR")
    make.session.commit()

    with pytest.raises(Invalid, match=f"first: {where}.* of the document 'a'"):
        write(make, engine, tmp_path / "withheld", WITHHELD)

    assert not [path for path in tmp_path.iterdir() if path.name.startswith("withheld")]
    write(make, engine, tmp_path / "full")


@pytest.mark.parametrize(
    ("profile", "hold_out"),
    [
        ("semeval2016", "target"),
        ("vast", "holder"),
        ("xstance", "document"),
        ("wtwt", None),
        ("nli", "target"),
        (None, "time"),
    ],
)
def test_what_is_written_once_more_comes_back(
    made: Make, engine: Engine, tmp_path: Path, texts: Path, profile: str | None, hold_out: str | None
) -> None:
    """Data in a shared task's format, or with unseen targets, may hold tweets like any other."""
    for number, holder in enumerate(("ada", "bea", "cem", "dot", "eva", "fay")):
        text = f"Number {number} says what nobody else did: {holder * 9}."
        question = made.item(made.document(f"more {number}", text, published_at=dated(number)), 0)
        made.answer(question, "one", stance("FAVOR", holder, f"target {number}", rationale=[(0, 6)]))
        made.answer(made.question(f"post {number}", f"{text * 2}", target=f"t{number}"), "one", "AGAINST")
    made.session.commit()
    _jsonl(texts, _texts(made))
    options = {"profile": profile, "hold_out": hold_out}
    write(made, engine, tmp_path / "full", Options(**options))
    write(made, engine, tmp_path / "withheld", Options(**options, withhold_text=True))

    done = rebuild(tmp_path / "withheld", texts, tmp_path / "rebuilt")

    words = {line for text in _texts(made).values() for line in text.splitlines() if line.strip()}
    assert _giving_away(tmp_path / "withheld", words) == set()
    files = _files(tmp_path / "rebuilt")
    assert done.identical
    assert files == _files(tmp_path / "full")
    written = {name for name in files if name.startswith("profiles/") and len(files[name]) > 80}
    assert bool(written) == (profile is not None)
    assert bool(list((tmp_path / "withheld").glob("profiles/*/*"))) == (profile == "wtwt")
    if hold_out is not None:
        held = _facts(tmp_path / "withheld")["hold_out"]
        assert len(held["rows"]) > 1
        assert rows(tmp_path / "withheld", held["config"])
        assert _facts(tmp_path / "rebuilt")["hold_out"] == held
    told = _facts(tmp_path / "rebuilt"), _facts(tmp_path / "full")
    assert told[0].get("profile") == told[1].get("profile")
    assert told[0]["options"] == told[1]["options"]


def dated(number: int) -> datetime:
    """A day in March."""
    return datetime(2026, 3, 1 + number, tzinfo=UTC)


def test_a_profile_goes_without_the_texts_that_are_gone(
    made: Make, engine: Engine, tmp_path: Path, texts: Path
) -> None:
    """Of a set of tweets some are deleted: the shared task's file has the others, and says how many lack."""
    options = {"profile": "nli", "hold_out": "document"}
    write(made, engine, tmp_path / "full", Options(**options))
    write(made, engine, tmp_path / "withheld", Options(**options, withhold_text=True))
    gone = rows(tmp_path / "full", "gold")[0]["document_id"]
    given = _jsonl(tmp_path / "some.jsonl", {id_: text for id_, text in _texts(made).items() if id_ != gone})

    done = rebuild(tmp_path / "withheld", given, tmp_path / "rebuilt", partial=True)

    assert done.missing == [gone]
    told, whole = _facts(tmp_path / "rebuilt")["profile"], _facts(tmp_path / "full")["profile"]
    lacking = whole["left_out"] | {"no_text": told["left_out"]["no_text"]}
    assert sum(told["rows"].values()) + told["left_out"]["no_text"] == sum(whole["rows"].values())
    assert told["left_out"] == lacking
    held = rows(tmp_path / "rebuilt", "gold_by_document")
    assert {row["text"] is None for row in held if row["document_id"] == gone} <= {True}
    assert any(row["text"] for row in held)


def test_other_releases_are_as_they_were(released: Path) -> None:
    """Options that nobody chose leave no trace, so that old releases' bytes stay."""
    assert not (released / "full" / "withheld").exists()
    assert _facts(released / "full")["options"] == {"aggregate": "majority"}
