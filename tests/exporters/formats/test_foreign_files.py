"""Files as other tools make them, written here to their documented formats: they import, or say why not."""

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from annotator.domain.project_file import ProjectFile
from annotator.errors import BadInput
from annotator.reading.exchange import Cells
from annotator.store import projects
from annotator.store.engine import writing
from exporters.formats.cells import GOLD
from tests.exporters.formats.projects import DIRECTED, LABELS, OPEN, taken_in, told

TEXT = "🚋 Mayor Oduya wants the tram. Nobody asked the fishers."


@pytest.fixture
def news(engine: Engine) -> str:
    return _project(engine, "news", OPEN)


@pytest.fixture
def posts(engine: Engine) -> str:
    return _project(engine, "posts", DIRECTED)


def _project(engine: Engine, slug: str, kind: str) -> str:
    with writing(engine) as session:
        projects.create(session, ProjectFile.model_validate({"slug": slug, "kind": kind, "labels": LABELS}))
    return slug


def _answers(engine: Engine, slug: str, what: str = "annotations") -> list[Cells]:
    return [answer for document in told(engine, slug, what) for answer in document.answers]


def test_doccano_spans_and_relations(engine: Engine, tmp_path: Path, news: str) -> None:
    """Its page counts an emoji as two; words before it would otherwise move by one."""
    line = {
        "id": 7,
        "text": TEXT,
        "entities": [
            {"id": 1, "label": "FAVOR", "start_offset": 15, "end_offset": 20},
            {"id": 2, "label": "holder", "start_offset": 3, "end_offset": 14},
            {"id": 3, "label": "target", "start_offset": 21, "end_offset": 29},
        ],
        "relations": [
            {"id": 1, "from_id": 1, "to_id": 2, "type": "holder"},
            {"id": 2, "from_id": 1, "to_id": 3, "type": "target"},
        ],
        "Comments": [],
        "annotator": "fay",
        "source": "a newspaper",
    }
    taken_in(engine, news, [_json(tmp_path / "all.jsonl", line)], "doccano")

    (answer,) = _answers(engine, news)
    (stance,) = answer["stances"]
    assert (stance["holder"], stance["target"], stance["label"]) == ("Mayor Oduya", "the tram", "FAVOR")
    assert TEXT[slice(*stance["rationales"][0])] == "wants"
    assert TEXT[slice(*stance["mentions"]["target"][0])] == "the tram"
    assert told(engine, news)[0].document["metadata"] == {"source": "a newspaper"}


@pytest.mark.parametrize("label", [["FAVOR"], [[0, 5, "FAVOR"]]])
def test_doccano_labels_of_a_text(engine: Engine, tmp_path: Path, posts: str, label: object) -> None:
    """Text classification and sequence labels are one key with two meanings."""
    line = {"id": 1, "text": "Trams for all", "label": label, "target": "trams"}
    taken_in(engine, posts, [_json(tmp_path / "admin.jsonl", line)], "doccano")

    (answer,) = _answers(engine, posts, GOLD)
    assert [stance["label"] for stance in answer["stances"]] == ["FAVOR"]


LABEL_STUDIO = {
    "id": 12,
    "data": {"text": TEXT, "page": 4},
    "annotations": [
        {
            "id": 1001,
            "completed_by": {"id": 3, "email": "fay@example.org"},
            "was_cancelled": False,
            "lead_time": 4.2,
            "result": [
                {
                    "id": "a",
                    "from_name": "label",
                    "to_name": "text",
                    "type": "labels",
                    "value": {"start": 14, "end": 19, "text": "wants", "labels": ["FAVOR"]},
                },
                {
                    "id": "a",
                    "from_name": "target",
                    "to_name": "text",
                    "type": "textarea",
                    "value": {"start": 14, "end": 19, "text": ["trams"]},
                },
                {
                    "id": "b",
                    "from_name": "label",
                    "to_name": "text",
                    "type": "labels",
                    "value": {"start": 3, "end": 14, "text": "Mayor Oduya", "labels": ["holder"]},
                },
                {
                    "type": "relation",
                    "from_id": "a",
                    "to_id": "b",
                    "direction": "right",
                    "labels": ["holder"],
                },
            ],
        },
        {"completed_by": 4, "was_cancelled": True, "result": []},
    ],
    "predictions": [{"model_version": "one", "score": 0.4, "result": []}],
}


def test_label_studio_regions_and_relations(engine: Engine, tmp_path: Path, news: str) -> None:
    """Code points, as it writes them now, and UTF-16 units, as it did before, may stand in one project."""
    taken_in(engine, news, [_json(tmp_path / "project.json", [LABEL_STUDIO])], "label-studio")

    (answer,) = _answers(engine, news)
    (stance,) = answer["stances"]
    assert answer["annotator"] == "fay@example.org"
    assert (stance["holder"], stance["target"]) == ("Mayor Oduya", "trams")
    assert [TEXT[slice(*span)] for span in stance["mentions"]["holder"]] == ["Mayor Oduya"]


def test_label_studio_choices(engine: Engine, tmp_path: Path, posts: str) -> None:
    """The simplest template of all: a text and one choice."""
    choice = {"id": "x", "from_name": "stance", "to_name": "text", "type": "choices"}
    task = {
        "data": {"text": "Trams for all", "target": "trams"},
        "annotations": [{"completed_by": 1, "result": [choice | {"value": {"choices": ["FAVOR"]}}]}],
    }
    taken_in(engine, posts, [_json(tmp_path / "project.json", [task])], "label-studio")

    (answer,) = _answers(engine, posts)
    assert [stance["label"] for stance in answer["stances"]] == ["FAVOR"]


ANN = (
    "T1\tFAVOR 14 19\twants\nT2\tPerson 2 13\tMayor Oduya\nT3\tThing 20 28\tthe tram\n"
    "E1\tFAVOR:T1 Holder:T2 Target:T3\nA1\tCertain E1\n#1\tAnnotatorNotes E1\tclear\n"
)


def test_brat_events(engine: Engine, tmp_path: Path, news: str) -> None:
    """Attributes, notes in words and types of the corpus's own are no reason to refuse a corpus."""
    _folder(tmp_path / "brat", ANN)
    taken_in(engine, news, [tmp_path / "brat"])  # a folder with .ann is brat's

    (answer,) = _answers(engine, news, GOLD)
    (stance,) = answer["stances"]
    assert stance["label"] == "FAVOR"
    assert [TEXT[slice(*span)] for span in stance["mentions"]["holder"]] == ["Mayor Oduya"]


def _folder(folder: Path, ann: str) -> Path:
    folder.mkdir()
    (folder / "council.txt").write_text(TEXT, encoding="utf-8")
    (folder / "council.ann").write_text(ann, encoding="utf-8")
    return folder


def test_offsets_hold_in_a_text_that_is_repaired(engine: Engine, tmp_path: Path, news: str) -> None:
    """Windows' line ends and decomposed accents are cleaned away, and each would move a span."""
    text = "Cafe\u0301 news\r\n\r\nThe cafe\u0301 hates trams."
    start = text.index("hates")
    span = {"label": "AGAINST", "start_offset": start, "end_offset": start + 5, "id": 1}
    target = {"label": "target", "start_offset": start + 6, "end_offset": start + 11, "id": 2}
    link = {"id": 1, "from_id": 1, "to_id": 2, "type": "target"}
    line = {"id": 1, "text": text, "entities": [span, target], "relations": [link]}
    taken_in(engine, news, [_json(tmp_path / "all.jsonl", line)], "doccano")

    ((document, answers),) = told(engine, news, GOLD)
    assert document["text"] != text
    assert document["text"][slice(*answers[0]["stances"][0]["rationales"][0])] == "hates"


@pytest.mark.parametrize(
    ("format_", "name", "content", "message"),
    [
        ("doccano", "a.jsonl", '{"text": "x"', "a.jsonl:1: is not JSON"),
        ("doccano", "a.jsonl", "[1]", "expected an object"),
        ("doccano", "a.jsonl", '{"label": []}', "(column text): a line of doccano has its text"),
        ("doccano", "a.jsonl", '{"text": "ab", "label": [[0, 9, "FAVOR"]]}', "lies outside the text"),
        ("doccano", "a.jsonl", '{"text": "🚋b", "label": [[1, 2, "FAVOR"]]}', "lies within a character"),
        (
            "doccano",
            "a.jsonl",
            '{"text": "ab", "label": [[0, 2, "Per"]], "target": "x"}',
            "'Per' is no label",
        ),
        ("doccano", "a.jsonl", '{"text": "a\\u0000b", "label": []}', "a NUL"),
        ("doccano", "a.jsonl", '{"text": "ab", "entities": [{"id": 1}]}', "(column entities.0)"),
        ("label-studio", "a.json", '[{"data": {"text": "x"}}', "the file ends: it is cut short"),
        ("label-studio", "a.json", '[\n{"data": {"text": "x"', "a.json:2 (column 22): is not JSON"),
        ("label-studio", "a.json", '{"data": {"image": "x"}}', "a task has its text in data.text"),
        ("label-studio", "a.json", '[{"data": {"text": "x"}, "annotations": 3}]', "expected a list, not 3"),
        ("label-studio", "a.json", "hello", "expected a list of Label Studio's tasks, not 'h'"),
    ],
)
def test_a_malformed_file_is_told_with_its_place(
    engine: Engine, tmp_path: Path, posts: str, format_: str, name: str, content: str, message: str
) -> None:
    """Whoever made the file needs the line, and what was expected there."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    with pytest.raises(BadInput) as refused:
        taken_in(engine, posts, [path], format_)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("ann", "message"),
    [
        ("T1\tFAVOR 14 99\twants", "council.ann:1: T1: the text there is"),
        ("T1\tFAVOR wants", "expected TYPE START END"),
        ("X1 what", "expected an id as T1, E1, R1 or #1 and a tab"),
        ("E1\tFAVOR:T9", "has the trigger 'T9', which is not there"),
        ("T1\tFAVOR 14 19\twants\nR1\tholder Arg1:T1 Arg2:T7", "names 'T7', which is no mark of this text"),
        ("T1\tholder 14 19\twants", "belongs to no stance"),
    ],
)
def test_a_malformed_ann_is_told_with_its_line(
    engine: Engine, tmp_path: Path, news: str, ann: str, message: str
) -> None:
    """A corpus of a thousand files has one at fault."""
    with pytest.raises(BadInput) as refused:
        taken_in(engine, news, [_folder(tmp_path / "brat", ann)], "brat")

    assert message in str(refused.value)


def _json(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8-sig")
    return path
