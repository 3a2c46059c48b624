"""Every format gives the same rows; nobody has to convert a file by hand."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pkgutil import resolve_name

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotator.domain.answer import AnnotationFlag, Attribution, Outcome, StanceFlag
from annotator.domain.corpus import SegmentType, Split
from annotator.errors import BadInput, Invalid
from annotator.importing.formats import FORMATS, detect, read
from annotator.importing.rows import Offsets, Rejected, Row, StanceRow, Words

POSTS = [
    {
        "id": "p-1",
        "text": "More ferries, please! 👍",
        "target": "Ferries",
        "label": "FAVOR",
        "topic": "transport",
    },
    {
        "id": "p-2",
        "text": 'They said "no", twice,\nto us.',
        "target": "Ferries",
        "label": "AGAINST",
        "topic": "x",
    },
]


def write_csv(path, delimiter=",", encoding="utf-8"):
    cells = [list(POSTS[0]), *(list(post.values()) for post in POSTS)]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    path.write_text("\r\n".join(quoted) + "\r\n", encoding=encoding, newline="")


def write_jsonl(path):
    path.write_text("\n".join(json.dumps(post) for post in POSTS) + "\n\n", encoding="utf-8")


def write_parquet(path):
    pq.write_table(pa.Table.from_pylist(POSTS), path)


def shape(row):
    return (row.id, row.text, row.target, row.label, row.stances, row.metadata)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("posts.csv", write_csv),
        ("posts.tsv", lambda path: write_csv(path, "\t")),
        ("semicolons.csv", lambda path: write_csv(path, ";")),
        ("marked.csv", lambda path: write_csv(path, encoding="utf-8-sig")),
        ("wide.csv", lambda path: write_csv(path, encoding="utf-16")),
        ("posts.jsonl", write_jsonl),
        ("posts.parquet", write_parquet),
    ],
)
def test_the_same_rows_come_from_every_table(tmp_path, name, write):
    """A project's data must not depend on the program that saved it."""
    write(tmp_path / name)

    rows = list(read(tmp_path / name))

    assert [shape(row) for row in rows] == [
        (
            post["id"],
            post["text"],
            "Ferries",
            post["label"],
            (StanceRow(target="Ferries", label=post["label"]),),
            {"topic": post["topic"]},
        )
        for post in POSTS
    ]


def test_a_record_over_two_lines_counts_as_its_first(tmp_path):
    """People look for the line that a message names."""
    write_csv(tmp_path / "posts.csv")
    with (tmp_path / "posts.csv").open("a") as file:
        file.write("p-3,One.,Ferries,FAVOR\n")

    *_, second, ragged = read(tmp_path / "posts.csv")

    assert (second.line, ragged.line) == (3, 5)


def test_a_text_file_is_a_document_and_with_lines_a_document_a_line(tmp_path):
    """The simplest input that there is."""
    path = tmp_path / "article.txt"
    path.write_bytes("One.\r\n\r\nTwo é.\n".encode())

    (document,) = read(path)
    lines = list(read(path, format="lines"))

    assert (document.id, document.text) == ("article", "One.\r\n\r\nTwo é.\n")
    assert [(row.id, row.text, row.line) for row in lines] == [
        ("article-1", "One.", 1),
        ("article-3", "Two é.", 3),
    ]


def test_values_are_typed_and_the_unknown_is_kept(tmp_path):
    """A date that stays a string sorts wrongly for ever."""
    given = {
        "ID": 7,
        "text": " As it is ",
        "document": "d",
        "position": "3.0",
        "paragraph": 1,
        "type": "Heading",
        "published_at": "2024-02-05T01:30:00+02:00",
        "license": "CC0-1.0",
        "split": "dev",
        "seconds": "2.5",
        "n": [1, {"deep": None}],
        "empty": "",
    }
    (tmp_path / "f.jsonl").write_text(json.dumps(given))

    (row,) = read(tmp_path / "f.jsonl")

    assert (row.id, row.text, row.position, row.type) == ("7", " As it is ", 3, SegmentType.HEADING)
    assert row.published_at == datetime(2024, 2, 4, 23, 30, tzinfo=UTC)
    assert (row.licence, row.split, row.seconds) == ("CC0-1.0", Split.VALIDATION, 2.5)
    assert row.metadata == {"n": [1, {"deep": None}]}


def test_columns_are_mapped_by_hand(tmp_path):
    """Nobody renames the columns of a published dataset to import it."""
    path = tmp_path / "f.csv"
    path.write_text("Tweet,Stance,text,type\nHello,FAVOR,old,retweet\n")

    (row,) = read(path, columns={"text": "Tweet", "label": "Stance", "type": ""})

    assert (row.text, row.label, row.type) == ("Hello", "FAVOR", None)
    assert row.metadata == {"text": "old", "type": "retweet"}


def test_nested_stances_come_whole(tmp_path):
    """Gold made by hand brings holders, voices, sources and the words that show it."""
    stance = {
        "holder": "council",
        "target": "ferries",
        "label": "AGAINST",
        "attribution": "direct_quote",
        "voice": "chair",
        "sources": ["agency", "chair"],
        "confidence": 0.5,
        "flags": ["hedged"],
        "rationales": ["not asked", [4, 9], {"segment": "d-02", "text": "again"}],
        "mentions": {"holder": [{"start": 0, "end": 3, "text": "The"}], "target": [1, 2]},
    }
    line = {
        "item_id": "d-01",
        "annotator": "ada",
        "stances": [stance],
        "flags": ["garbled"],
        "comment": "test:blame",
    }
    nothing = {"item_id": "d-02", "stances": []}
    (tmp_path / "g.jsonl").write_text("\n".join(map(json.dumps, [line, nothing])))

    row, empty = read(tmp_path / "g.jsonl")

    assert row.stances == (
        StanceRow(
            holder="council",
            target="ferries",
            label="AGAINST",
            attribution=Attribution.DIRECT_QUOTE,
            voice="chair",
            sources=("agency", "chair"),
            confidence=0.5,
            flags=(StanceFlag.HEDGED,),
            rationales=(Words("not asked"), Offsets(4, 9), Words("again", "d-02")),
            mentions={"holder": (Offsets(0, 3, None, "The"),), "target": (Offsets(1, 2),)},
        ),
    )
    assert (row.flags, row.comment) == ((AnnotationFlag.GARBLED,), "test:blame")
    assert empty.stances == ()
    assert empty.has_answer


def test_a_flat_row_is_one_stance(tmp_path):
    """Spreadsheets have a row a stance; flags about the item and about the stance share a column."""
    path = tmp_path / "f.csv"
    path.write_text(
        "item_id,annotator,holder,target,label,flags,attribution,rationales,outcome\n"
        "d-01,ada,council,ferries,AGAINST,hedged|garbled,direct quote,not asked,\n"
        "d-02,ada,,,,needs context,,,cannot judge\n"
    )

    row, unjudged = read(path)

    (stance,) = row.stances
    assert (stance.holder, stance.attribution, stance.flags) == (
        "council",
        Attribution.DIRECT_QUOTE,
        (StanceFlag.HEDGED,),
    )
    assert (stance.rationales, row.flags) == ((Words("not asked"),), (AnnotationFlag.GARBLED,))
    assert (unjudged.stances, unjudged.outcome) == (None, Outcome.CANNOT_JUDGE)
    assert unjudged.has_answer


def test_coverage_needs_no_text(tmp_path):
    """Who read which document makes silence an answer."""
    (tmp_path / "c.csv").write_text("document,annotator\nd,ada\n")

    (row,) = read(tmp_path / "c.csv")

    assert row.is_coverage


def test_an_id_comes_again_with_another_answer_or_target(tmp_path):
    """One row an annotator is the commonest shape of annotated data."""
    path = tmp_path / "f.csv"
    path.write_text("id,text,annotator,label\na,Yes.,ada,FAVOR\na,Yes.,ben,AGAINST\n")
    both = tmp_path / "g.csv"
    both.write_text("id,text,target\na,Yes.,X\na,Yes.,Y\n")

    assert all(isinstance(row, Row) for file in (path, both) for row in read(file))


def test_class_numbers_of_a_parquet_file_become_names(tmp_path):
    """Our own releases come back with labels, not with numbers."""
    features = {"label": {"_type": "ClassLabel", "names": ["FAVOR", "AGAINST"]}}
    told = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    table = pa.table({"text": ["a", "b", "c", "d"], "label": [1, 0, -1, 5]}).replace_schema_metadata(told)
    pq.write_table(table, tmp_path / "f.parquet")

    *rows, fault = read(tmp_path / "f.parquet")

    assert [row.label for row in rows] == ["AGAINST", "FAVOR", None]
    assert isinstance(fault, Rejected)
    assert "class 5, of 2" in fault.reason


@pytest.mark.parametrize("save", ["save_to_disk", "parquet"])
def test_a_hugging_face_folder_brings_splits_and_label_names(tmp_path, save):
    """Most published stance datasets live on the Hub."""
    label = datasets.ClassLabel(names=["AGAINST", "FAVOR"])
    features = datasets.Features({"text": datasets.Value("string"), "label": label})
    made = datasets.DatasetDict(
        {
            split: datasets.Dataset.from_dict({"text": [f"{split}."], "label": [number]}, features=features)
            for number, split in enumerate(["train", "test"])
        }
    )
    folder = tmp_path / "set"
    if save == "save_to_disk":
        made.save_to_disk(str(folder))
    else:
        (folder / "data").mkdir(parents=True)
        for split, rows in made.items():
            rows.to_parquet(str(folder / "data" / f"{split}-00000-of-00001.parquet"))

    rows = list(read(folder))

    assert detect(folder) == "hub"
    assert sorted((row.split, row.text, row.label) for row in rows) == [
        (Split.TEST, "test.", "FAVOR"),
        (Split.TRAIN, "train.", "AGAINST"),
    ]


def test_reading_loads_no_heavy_library():
    """The web process and `standpoint --help` would pay seconds and memory for it."""
    heavy = ["datasets", "pyarrow", "pandas", "sklearn"]
    code = f"import sys, annotator.importing; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_options_that_cannot_be_are_refused_with_what_there_is(tmp_path):
    """A typing error should cost seconds."""
    write_csv(tmp_path / "f.csv")

    with pytest.raises(Invalid, match="there are text, lines, csv"):
        read(tmp_path / "f.csv", format="excel")
    with pytest.raises(Invalid, match="no such column; known are id, text"):
        read(tmp_path / "f.csv", columns={"tweet": "text"})
    with pytest.raises(Invalid, match="no such encoding"):
        list(read(tmp_path / "f.csv", encoding="utf-88"))
    with pytest.raises(BadInput, match="say --format with one of"):
        write_csv(tmp_path / "f.dat")
        read(tmp_path / "f.dat")


def test_every_format_has_a_reader():
    """The table names them by string; a typing error there would show at a user's."""
    assert all(callable(resolve_name(known.reader)) for known in FORMATS.values())
