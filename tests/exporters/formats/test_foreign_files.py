"""Files as other tools make them, written here to their documented formats: they import, or say why not."""

import json
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from annotator import reading
from annotator.domain.project_file import ProjectFile
from annotator.errors import BadInput, Unusable
from annotator.reading.exchange import Cells
from annotator.store import projects
from annotator.store.engine import writing
from exporters import formats
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


ARGILLA = {
    "id": "r1",
    "fields": {"text": TEXT},
    "metadata": {"source": "a newspaper"},
    "suggestions": {"label": {"value": "AGAINST", "score": 0.4, "agent": "one"}},
    "responses": {
        "label": [
            {"value": "FAVOR", "user_id": "5e2c6d5c-0000-4000-8000-000000000001"},
            {"value": "AGAINST", "user_id": "5e2c6d5c-0000-4000-8000-000000000002", "status": "draft"},
        ],
        "stance_holder": [{"value": "Mayor Oduya", "user_id": "5e2c6d5c-0000-4000-8000-000000000001"}],
        "stance_target": [{"value": "trams", "user_id": "5e2c6d5c-0000-4000-8000-000000000001"}],
        "spans": [
            {
                "value": [{"start": 15, "end": 20, "label": "rationale", "score": None}],
                "user_id": "5e2c6d5c-0000-4000-8000-000000000001",
            }
        ],
    },
    "vectors": {},
    "_server_id": None,
}


def test_argilla_records(engine: Engine, tmp_path: Path, news: str) -> None:
    """Its page counts an emoji as two; a draft is nobody's answer yet, and a suggestion a model's."""
    taken_in(engine, news, [_json(tmp_path / "records.json", [ARGILLA])], "argilla")

    ((document, (answer,)),) = told(engine, news)
    (stance,) = answer["stances"]
    assert document["metadata"] == {"source": "a newspaper"}
    assert answer["annotator"] == "5e2c6d5c-0000-4000-8000-000000000001"
    assert (stance["holder"], stance["target"], stance["label"]) == ("Mayor Oduya", "trams", "FAVOR")
    assert [TEXT[slice(*span)] for span in stance["rationales"]] == ["wants"]


@pytest.mark.parametrize(
    "question", [{"stance": "FAVOR"}, {"spans": [{"start": 0, "end": 5, "label": "FAVOR"}]}]
)
def test_argilla_labels_of_a_text(
    engine: Engine, tmp_path: Path, posts: str, question: dict[str, object]
) -> None:
    """One question for the label, or one of spans that bear it: both are how its guides begin."""
    responses = {name: [{"value": value, "user_id": "None"}] for name, value in question.items()}
    record = {"id": "1", "fields": {"text": "Trams for all", "target": "trams"}, "responses": responses}
    taken_in(engine, posts, [_json(tmp_path / "records.json", [record])], "argilla")

    (answer,) = _answers(engine, posts, GOLD)
    assert [stance["label"] for stance in answer["stances"]] == ["FAVOR"]


def test_argilla_answers_without_the_texts_go_to_those_that_are_there(
    engine: Engine, tmp_path: Path, news: str
) -> None:
    """What Argilla saves itself has our records, and none of our other files."""
    text = {"id": "a", "text": TEXT}
    answer = {"item_id": "a-01", "annotator": "ada", "stances": [STANCE | {"rationales": [[30, 36]]}]}
    lines = "\n".join(json.dumps(line) for line in (text, answer))
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    taken_in(engine, news, [tmp_path / "a.jsonl"])
    with reading.snapshot(engine, news, named=True) as snapshot:
        formats.export(formats.stocked(snapshot, "annotations", "argilla")[0], tmp_path / "out", "argilla")
    records = json.loads((tmp_path / "out" / "records.json").read_text(encoding="utf-8"))
    said = records[1]["responses"]["spans"][0]
    said["value"] = [{"start": 7, "end": 12, "label": "rationale"}]
    said["user_id"] = records[1]["responses"]["label"][0]["user_id"] = "5e2c6d5c-0000-4000-8000-000000000001"
    for question in ("stance_holder", "stance_target"):
        records[1]["responses"][question][0]["user_id"] = said["user_id"]

    taken_in(engine, news, [_json(tmp_path / "records.json", records)], "argilla")

    ours, theirs = sorted(_answers(engine, news), key=lambda answer: answer["annotator"], reverse=True)
    assert (ours["annotator"], theirs["annotator"]) == ("ada", said["user_id"])
    assert TEXT[slice(*theirs["stances"][0]["rationales"][0])] == "asked"


STANCE = {"holder": "author", "target": "trams", "label": "FAVOR"}

CAS = {
    "%TYPES": {
        "webanno.custom.Stance": {
            "%NAME": "webanno.custom.Stance",
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "label": {"%NAME": "label", "%RANGE": "uima.cas.String"},
            "target": {"%NAME": "target", "%RANGE": "uima.cas.String"},
            "holder": {"%NAME": "holder", "%RANGE": "webanno.custom.StanceHolderLink[]"},
        },
        "webanno.custom.StanceHolderLink": {
            "%NAME": "webanno.custom.StanceHolderLink",
            "%SUPER_TYPE": "uima.cas.TOP",
            "role": {"%NAME": "role", "%RANGE": "uima.cas.String"},
            "target": {"%NAME": "target", "%RANGE": "webanno.custom.Person"},
        },
        "webanno.custom.Person": {
            "%NAME": "webanno.custom.Person",
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "value": {"%NAME": "value", "%RANGE": "uima.cas.String"},
        },
    },
    "%FEATURE_STRUCTURES": [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": TEXT},
        {"%ID": 2, "%TYPE": "webanno.custom.Person", "@sofa": 1, "begin": 3, "end": 14, "value": "PER"},
        {"%ID": 3, "%TYPE": "webanno.custom.StanceHolderLink", "@target": 2},
        {"%ID": 4, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [3]},
        {
            "%ID": 5,
            "%TYPE": "webanno.custom.Stance",
            "@sofa": 1,
            "begin": 15,
            "end": 20,
            "label": "FAVOR",
            "target": "trams",
            "@holder": 4,
        },
    ],
    "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2, 5]}},
}


def test_inception_json(engine: Engine, tmp_path: Path, news: str) -> None:
    """A project's own layers: a slot feature leads to a layer for people, and offsets are Java's."""
    path = tmp_path / "annotation" / "council.txt" / "fay.json"
    path.parent.mkdir(parents=True)
    (path.parent / "INITIAL_CAS.json").write_text(json.dumps(CAS), encoding="utf-8")
    path.write_text(json.dumps(CAS), encoding="utf-8")
    taken_in(engine, news, [tmp_path / "annotation"], "webanno")

    ((document, (answer,)),) = told(engine, news)
    (stance,) = answer["stances"]
    assert (document["id"], answer["annotator"]) == ("council.txt", "fay")
    assert (stance["holder"], stance["target"], stance["label"]) == ("Mayor Oduya", "trams", "FAVOR")
    assert [TEXT[slice(*span)] for span in stance["rationales"]] == ["wants"]
    assert [TEXT[slice(*span)] for span in stance["mentions"]["holder"]] == ["Mayor Oduya"]


TYPE_SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
<typeDescription><name>webanno.custom.Stance</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>label</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>target</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription></types></typeSystemDescription>"""
XMI = f"""<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"
 xmlns:custom="http:///webanno/custom.ecore" xmlns:other="http:///webanno/other.ecore"
 xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<type:Sentence xmi:id="2" sofa="1" begin="0" end="30"/>
<type:Sentence xmi:id="3" sofa="1" begin="31" end="56"/>
<other:Unknown xmi:id="9" sofa="1" begin="0" end="2"/>
<custom:Stance xmi:id="4" sofa="1" begin="38" end="43" label="AGAINST" target="trams"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{TEXT}"/>
<cas:View sofa="1" members="2 3 4 9"/></xmi:XMI>"""


def test_inception_xmi(engine: Engine, tmp_path: Path, news: str) -> None:
    """What its export menu gives first: a folder with the text's XMI and its types beside it."""
    (tmp_path / "council.xmi").write_text(XMI, encoding="utf-8")
    (tmp_path / "TypeSystem.xml").write_text(TYPE_SYSTEM, encoding="utf-8")
    taken_in(engine, news, [tmp_path])  # a folder with TypeSystem.xml is INCEpTION's

    ((document, (answer,)),) = told(engine, news, GOLD)
    (stance,) = answer["stances"]
    assert [(segment["start"], segment["end"]) for segment in document["segments"]] == [(0, 29), (30, 55)]
    assert (answer["item_id"], stance["label"]) == ("council-01", "AGAINST")
    assert [TEXT[slice(*span)] for span in stance["rationales"]] == ["asked"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "{", "a.json:1: is not JSON"),
        ("a.json", '{"a": 1}', "is no UIMA CAS as INCEpTION writes it"),
        ("a.json", json.dumps(CAS).replace('"begin": 15', '"begin": 99'), "an offset outside its text"),
        ("a.json", json.dumps(CAS).replace('"begin": 15', '"begin": 1'), "or within a character"),
        ("a.json", json.dumps(CAS).replace("FAVOR", "Per"), "'Per' is no label"),
        ("a.json", json.dumps(CAS).replace('"begin": 15, "end": 20, ', ""), "'FAVOR' at [0, 0] lies outside"),
        ("a.json", json.dumps(CAS).replace('"label": "FAVOR"', '"label": ""'), "[14, 19] has no label"),
        ("a.xmi", "<xmi", "a.xmi:1: is not XML"),
        ("a.xmi", XMI.replace("<cas:Sofa", "<!--").replace("</xmi", "--></xmi"), "a.xmi:1: "),
    ],
)
def test_a_malformed_cas_is_told_with_its_file(
    engine: Engine, tmp_path: Path, news: str, name: str, content: str, message: str
) -> None:
    """A curator unpacked a hundred archives; one was cut short."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "TypeSystem.xml").write_text(TYPE_SYSTEM, encoding="utf-8")

    with pytest.raises(BadInput) as refused:
        taken_in(engine, news, [tmp_path / name], "webanno")

    assert message in str(refused.value)


def test_an_xmi_without_its_types_says_where_they_are(engine: Engine, tmp_path: Path, news: str) -> None:
    """They come in the archive that the file was taken out of."""
    (tmp_path / "a.xmi").write_text(XMI, encoding="utf-8")

    with pytest.raises(BadInput, match=r"has no TypeSystem\.xml beside it"):
        taken_in(engine, news, [tmp_path / "a.xmi"])


def test_without_the_library_inceptions_files_say_what_to_install(
    engine: Engine, tmp_path: Path, news: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra; a traceback would not say so."""
    (tmp_path / "a.xmi").write_text(XMI, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "cassis", None)

    with pytest.raises(Unusable, match=r"pip install 'standpoint\[uima\]'"):
        taken_in(engine, news, [tmp_path / "a.xmi"])


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
        ("argilla", "a.json", '[{"fields": {"body": "x"}}]', "has its text in the field 'text'"),
        ("argilla", "a.json", '[{"fields": {"text": "x"}, "responses": [1]}]', "expected a responses as"),
        (
            "argilla",
            "a.json",
            '[{"fields": {"text": "🚋b"}, "responses": {"spans": [{"value": [{"start": 1, "end": 2}]}]}}]',
            "(column responses.spans): the offset 1 lies within a character: offsets of Argilla's page",
        ),
        (
            "argilla",
            "a.json",
            '[{"fields": {"text": "b", "target": "x"}, "responses": {"label": [{"value": "FAVOR"}], '
            '"more": [{"value": "oh"}]}}]',
            "is not JSON",
        ),
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
