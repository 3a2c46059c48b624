"""Real files are broken. What is wrong is said with file, line and column; what is right is kept."""

import json
import os
import tracemalloc

import pytest

from annotator.errors import BadInput
from annotator.importing import source
from annotator.importing.formats import read
from annotator.importing.rows import Rejected, Row


def faults(path, **options):
    return [(row.line, row.column, row.reason) for row in read(path, **options) if isinstance(row, Rejected)]


def good(path, **options):
    return [row.line for row in read(path, **options) if isinstance(row, Row)]


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.jsonl", b"\n \n", "is empty"),
        ("mark.txt", b"\xef\xbb\xbf", "is empty"),
        ("header.csv", b"id,text\n", "holds no rows"),
        ("sheet.csv", b"PK\x03\x04" + bytes(99), "office file; save a sheet as CSV"),
        ("packed.jsonl", b"\x1f\x8b\x08" + bytes(99), "gzip; unpack it first"),
        ("article.txt", b"%PDF-1.7\n", "a PDF"),
        ("table.csv", b"PAR1" + bytes(99), "say --format parquet"),
        ("noise.txt", bytes(range(256)) * 20, "full of control characters"),
        ("wide.csv", "id,text\na,b\n".encode("utf-16-le"), "say --encoding utf-16-le"),
        (
            "other.csv",
            b"tweet,stance\na,b\n",
            r"other.csv:1: needs a column text.*'tweet', 'stance'.*--column text",
        ),
        ("twice.csv", b"text,id,text\na,b,c\n", r"twice.csv:1 \(column text\): is there twice"),
        ("table.parquet", b"PAR1" + bytes(99), "is no Parquet file that can be read"),
        ("text.parquet", b"id,text\na,b\n", "is no Parquet file that can be read"),
    ],
)
def test_a_file_at_fault_is_refused_with_the_way_out(tmp_path, name, content, message):
    """A traceback tells a curator nothing."""
    with pytest.raises(BadInput, match=message) as caught:
        list(read(write(tmp_path / name, content)))

    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize("name", ["text", "lines", "csv", "tsv", "jsonl", "parquet"])
def test_a_folder_and_a_missing_file_are_told_apart(tmp_path, name):
    """Both are slips of the hand."""
    with pytest.raises(BadInput, match="is a folder where a file is meant"):
        list(read(tmp_path, format=name))
    with pytest.raises(BadInput, match="is not there"):
        list(read(tmp_path / "gone", format=name))


def test_a_folder_without_data_is_no_dataset(tmp_path):
    """An error of `datasets` would talk about the Hub."""
    with pytest.raises(BadInput, match="is a folder and no dataset"):
        read(tmp_path)
    write(tmp_path / "state.json", "{}")
    with pytest.raises(BadInput, match="is no dataset folder that can be opened"):
        list(read(tmp_path))


def test_a_file_that_vanishes_between_two_looks_is_told(tmp_path):
    """Shares and USB sticks go away."""
    path = write(tmp_path / "f.csv", "id,text\na,b\n")
    rows = read(path)
    path.unlink()

    with pytest.raises(BadInput, match=r"f\.csv: is not there \(any more\): No such file"):
        list(rows)


@pytest.fixture
def unreadable(tmp_path):
    """A file that the test may not read; root, who may read everything, is somebody else meanwhile."""
    path = write(tmp_path / "f.csv", "id,text\na,b\n")
    path.chmod(0)
    me = os.geteuid()
    os.seteuid(me or 65_534)
    yield path
    os.seteuid(me)


def test_a_file_that_may_not_be_read_is_told(unreadable):
    """The same sentence, not a PermissionError."""
    path = unreadable

    with pytest.raises(BadInput, match="cannot be read"):
        read(path)


@pytest.mark.parametrize("name", ["f.csv", "f.jsonl", "f.txt"])
def test_wrong_encoding_names_the_place_and_a_guess(tmp_path, name):
    """Accents that are silently wrong stay in a dataset for ever."""
    line = json.dumps({"text": "Le café était fermé, déjà."}, ensure_ascii=False)
    content = "text\n" * 5_000 + '"L\'été."\n' if name != "f.jsonl" else f"{line}\n" * 3
    path = write(tmp_path / name, content.encode("cp1252"))

    with pytest.raises(
        BadInput, match=r"byte 0xE9 .*is not utf-8\. .*cp1252 would read «.*é.*--encoding"
    ) as caught:
        list(read(path))

    assert (caught.value.line, caught.value.column) == ((1, 17) if name == "f.jsonl" else (5_001, 4))
    assert list(read(path, encoding="cp1252"))


def test_a_character_cut_in_two_by_a_read_is_found_at_its_place(tmp_path):
    """The file is looked through in pieces; a place that is off sends people astray."""
    content = b"text\n" + "é".encode() * 100_000 + b"\n\xff\n"

    with pytest.raises(BadInput) as caught:
        list(read(write(tmp_path / "f.csv", content)))

    assert (caught.value.line, caught.value.column) == (3, 1)
    assert "offset 200,006" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "encoding"), [("f.txt", None), ("f.csv", None), ("f.jsonl", None), ("f.csv", "cp1252")]
)
def test_one_line_of_200_megabytes_is_refused_in_little_memory(tmp_path, monkeypatch, name, encoding):
    """The machine that serves annotators must survive a curator's wrong file."""
    monkeypatch.setattr(source, "LONGEST", 100_000)
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(b"id,text\na,one\n" if name == "f.csv" else b'{"id": "a", "text": "one"}\n')
        for _ in range(200):
            file.write(b"x" * 100_000)
        file.write(b"\nb,two\n" if name == "f.csv" else b'\n{"id": "b", "text": "two"}\n')

    tracemalloc.start()
    try:
        found = list(read(path, format="lines" if name == "f.txt" else None, encoding=encoding))
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    *_, fault, last = found
    place = 3 if name == "f.csv" else 2
    assert (fault.line, last.line) == (place, place + 1)
    assert "is longer than 100,000 characters" in fault.reason
    assert peak < 5_000_000


def test_a_document_that_is_too_long_is_refused(tmp_path, monkeypatch):
    """A dump of a whole archive is no article."""
    monkeypatch.setattr("annotator.importing.text.LONGEST", 100)

    with pytest.raises(BadInput, match="longer than 100 characters: cut it"):
        list(read(write(tmp_path / "f.txt", "x" * 101)))


def test_a_mapped_column_that_is_missing_is_told_with_those_there_are(tmp_path):
    """The commonest slip on the command line."""
    table = write(tmp_path / "f.csv", "id,text\na,b\n")
    lines = write(tmp_path / "f.jsonl", '{"id": "a", "text": "b"}\n')

    for path in (table, lines):
        with pytest.raises(BadInput, match=r"has no column 'tweet'.*'id', 'text'"):
            list(read(path, columns={"title": "tweet"}))


def test_ragged_and_badly_quoted_rows_are_rejected_and_the_rest_is_kept(tmp_path):
    """One stray comma would shift every cell after it."""
    path = write(
        tmp_path / "f.csv", 'id,text\na,one\nb,two,too many\nc\n\nd,"four"x\ne,five\nf,"six\nnever closed\n'
    )

    (many, few, quoted, unclosed) = faults(path)

    assert good(path) == [2, 7]
    assert many[0] == 3 and "has 3 fields where the header has 2 (id, text)" in many[2]
    assert few[0] == 4 and "has 1 fields" in few[2]
    assert quoted[0] == 6 and "written twice" in quoted[2]
    assert unclosed[0] == 8 and "opens here is not closed up to line 9" in unclosed[2]


def test_tabs_without_quoting_keep_their_quotation_marks(tmp_path):
    """Many published TSVs hold a lone quotation mark at the beginning of a tweet."""
    path = write(tmp_path / "f.tsv", 'id\ttext\na\t"Hi" all\nb\t"open\n')

    assert [row.text for row in read(path, format="tsv-unquoted")] == ['"Hi" all', '"open']
    assert "--format tsv-unquoted" in faults(path)[0][2]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ('{"text": "a\\u0000b"}', "text", r"a NUL \(U\+0000\) at character 2"),
        ('{"text": "ok", "note": {"k": ["\\ud800"]}}', "note", r"surrogate U\+D800\) at character 1"),
        ('{"text": "ok", "\\ud800": 1}', "\ud800", "surrogate"),
        ('{"text": 3}', "text", "expected a text, not 3"),
        ('{"text": "a", "id": {}}', "id", "expected a name"),
        ('{"text": "a", "id": true}', "id", "expected a name"),
        ('{"text": "a", "position": -1}', "position", "number from 0"),
        ('{"text": "a", "position": 1.5}', "position", "whole number"),
        ('{"text": "a", "position": "1e999"}', "position", "number from 0"),
        ('{"text": "a", "published_at": "5 Feb"}', "published_at", "expected a date as 2024-02-05"),
        ('{"text": "a", "published_at": "0001-01-01T00:00+14:00"}', "published_at", "expected a date"),
        ('{"text": "a", "type": "retweet"}', "type", "expected body, heading or boilerplate.*--column type="),
        ('{"text": "a", "split": "extra"}', "split", "expected train, validation or test"),
        ('{"text": "a", "label": "X", "flags": ["odd"]}', "flags", "no flag 'odd'; there are needs_context"),
        ('{"text": "a", "label": "X", "stances": []}', "stances", "not both"),
        ('{"text": "a", "attribution": "act"}', "attribution", "no label"),
        ('{"item_id": "a", "stances": [{"holder": "b"}]}', "stances.0.label", "needs a label"),
        ('{"item_id": "a", "stances": [{"label": "b", "x": 1}]}', "stances.0", "no field 'x'"),
        (
            '{"item_id": "a", "stances": [{"label": "b", "rationales": [[1]]}]}',
            "stances.0.rationales.0",
            "a span as",
        ),
        (
            '{"item_id": "a", "stances": [{"label": "b", "mentions": {"x": []}}]}',
            "stances.0.mentions",
            "mentions as",
        ),
        ('{"item_id": "a", "stances": [{"label": "b", "confidence": 2}]}', "stances.0.confidence", "0 to 1"),
        ('{"title": "a"}', None, "needs a text, an item_id, or document and annotator; it holds 'title'"),
        ('{"text": NaN}', None, "NaN is no number of JSON"),
        ('{"text": "a"', None, "is not JSON: Expecting ',' delimiter at character 13"),
        ("[1]", None, "expected an object"),
        ('{"text": ' + "[" * 100_000, None, "nested too deeply"),
        ('{"text": "a", "n": ' + "9" * 5_000 + "}", None, "not JSON that can be stored"),
    ],
)
def test_a_row_at_fault_is_rejected_where_it_stands(tmp_path, line, column, message):
    """The rows around it still come, and the person knows which to mend."""
    first, last = '{"text": "before"}', '{"text": "after"}'
    path = write(tmp_path / "f.jsonl", f"{first}\n{line}\n{last}\n")

    (fault,) = [row for row in read(path) if isinstance(row, Rejected)]

    assert good(path) == [1, 3]
    assert (fault.line, fault.column) == (2, column)
    with pytest.raises(BadInput, match=message):
        raise fault.error()


def test_a_nul_in_a_table_is_a_fault_of_its_row(tmp_path):
    """PostgreSQL would refuse it in the middle of the import."""
    path = write(tmp_path / "f.csv", b"id,text\na,on\x00e\nb,two\n")

    assert [(line, column) for line, column, _ in faults(path)] == [(2, "text")]
    assert good(path) == [3]


def test_ids_that_repeat_or_contradict_are_rejected_with_the_first_line(tmp_path):
    """Which of two texts was labelled could never be told again."""
    path = write(tmp_path / "f.csv", "id,text\na,one\nb,two\na,other\nb,two\n")

    other, again = faults(path)

    assert (other[0], other[1], again[0]) == (4, "id", 5)
    assert "'a' stands at line 2 with another text" in other[2]
    assert "'b' stands at line 3 already" in again[2]
    assert good(path) == [2, 3]


def test_a_json_document_over_many_lines_is_named_as_such(tmp_path):
    """Pretty-printed JSON is the usual confusion."""
    path = write(tmp_path / "f.jsonl", '[\n  {"text": "a"}\n]\n')

    assert "Write one object a line" in faults(path)[0][2]
