"""Bad input through the command: what people read, and what is left in the database."""

import pytest

GOOD = "id,target,text,label\np1,Trams,Back!,FAVOR\n"
ANSWERS = "item_id,annotator,holder,target,label\n"
SENTENCES = "id,document,position,text\na-0,a,0,The council acts.\na-1,a,1,It rained.\n"
FILES = {
    "empty.csv": (b"", "is empty"),
    "binary.csv": (bytes(range(256)) * 40, "is no text"),
    "photo.txt": (b"\x89PNG\r\n\x1a\n" + bytes(2_000), "is no text"),
    "latin.csv": ("id,target,text\np1,Cafés,Déjà vu\n".encode("cp1252"), "latin.csv:"),
    "columns.csv": (b"id,tweet\np1,Back!\n", "the columns here are 'id', 'tweet'"),
    "label.csv": (b"id,target,text,label\np1,Trams,Back!,PRO\n", "there are FAVOR, AGAINST, NONE"),
    "twice.csv": (GOOD.encode() + b"p1,Trams,Gone!,NONE\n", "'p1' stands at line 2 with another text"),
    "nul.csv": (b"id,target,text\np1,Trams,Ba\0ck!\n", "nul.csv:2 (column text)"),
    "half.jsonl": (b'{"id": "p1", "target": "Trams", "text": "Ba\\ud800ck"}\n', "half.jsonl:1"),
    "ragged.csv": (GOOD.encode() + b"p2,Trams\n", "ragged.csv:3"),
    "target.csv": (b"id,text\np1,Back!\n", "every item of a directed project has one"),
    "item.csv": (b"item_id,label\np7,FAVOR\n", "there is no item 'p7' in this project"),
    "answers.csv": (GOOD.encode() + b"p1,Trams,Back!,NONE\n", "one person answers an item once"),
    "stances.jsonl": (
        b'{"id": "p1", "target": "Trams", "text": "Hm", "stances": []}\n',
        "asks for one label",
    ),
    "odd.jsonl": (b'{"id": "p1"\n', "odd.jsonl:1"),
    "deep.jsonl": (
        b'{"id": "p1", "target": "T", "text": "Hm", "m": ' + b"[" * 200 + b"]" * 200 + b"}\n",
        "deep.jsonl:1 (column m): is nested more than 50 levels deep",
    ),
    "deeper.jsonl": (b'{"id": ' + b"[" * 100_000 + b"\n", "deeper.jsonl:1"),
    "long_id.csv": (b"id,target,text\n" + b"x" * 301 + b",T,Hm\n", "has 301 characters, of at most 300"),
    "long_name.csv": (b"id,target,text\np1," + b"x" * 301 + b",Hm\n", "(column target): has 301 characters"),
    "coverage.csv": (b"document,annotator\np1,ada\n", "--kind coverage"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_at_fault_is_refused_whole(standpoint, posts, tmp_path, contents, name):
    """One sentence names the place; a project that is half there would have to be undone by hand."""
    content, said = FILES[name]
    good, bad = tmp_path / "good.csv", tmp_path / name
    good.write_text(GOOD.replace("p1", "p0"))
    bad.write_bytes(content)
    before = contents()
    result = standpoint("import", posts, good, bad)

    assert result.exit_code == 1
    assert said in result.stderr
    assert str(bad) in result.stderr
    assert "Traceback" not in result.output
    assert contents() == before


def test_a_line_without_end_is_refused(standpoint, posts, tmp_path, contents, soak):
    """Somebody names a disk image; the machine must live."""
    bad = tmp_path / "line.csv"
    bad.write_bytes(b"id,target,text\np1,Trams," + b"x" * (200_000_000 if soak else 11_000_000))
    before = contents()
    result = standpoint("import", posts, bad)

    assert result.exit_code == 1
    assert "longer than 10,000,000 characters" in result.stderr
    assert contents() == before


def test_a_folder_and_a_file_that_is_not_there(standpoint, posts, tmp_path):
    """Both are typed every day."""
    folder = standpoint("import", posts, tmp_path)
    gone = standpoint("import", posts, tmp_path / "gone.csv")

    assert (folder.exit_code, gone.exit_code) == (1, 1)
    assert "is a folder and no dataset: name the files in it" in folder.stderr
    assert "is not there" in gone.stderr


def test_with_keep_going_the_good_rows_are_stored(standpoint, write, posts, rows):
    """Of a hundred thousand rows, three are always odd."""
    text = GOOD + "p2,Trams\np3,Trams,Hm,PRO\np4,Trams,Ding!,NONE\np1,Trams,Other,NONE\n"
    result = standpoint("import", posts, write("a.csv", text), "--keep-going")

    assert result.exit_code == 1
    assert "3 rows rejected, the others are stored:" in result.output
    assert [line for line in (3, 4, 6) if f"a.csv:{line}" not in result.output] == []
    assert rows("SELECT external_id FROM item ORDER BY external_id") == [("p1",), ("p3",), ("p4",)]
    assert rows("SELECT count(*) FROM annotation") == [(2,)]


def test_of_many_rejected_rows_the_first_are_listed(standpoint, write, posts):
    """A terminal full of one mistake hides all others."""
    text = GOOD + "".join(f"q{n},Trams,Text {n},PRO\n" for n in range(30))
    result = standpoint("import", posts, write("a.csv", text), "--keep-going")

    assert result.output.count("'PRO' is no label") == 20
    assert "… and 10 more" in result.output


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("a-0,ada,the ministry,trams,FAVOR\n", "may mean several entities"),
        ("a-0,ada,council,,FAVOR\n", "a stance needs a target"),
        ("a-0,,council,trams,FAVOR\na-0,,council,trams,AGAINST\n", "the same holder and target already"),
        ("a-9,ada,council,trams,FAVOR\n", "there is no item 'a-9'"),
    ],
)
def test_an_answer_at_fault_is_refused(standpoint, write, news, contents, answer, said):
    """An alias that is guessed, or a label that is doubled, is wrong in silence."""
    standpoint("import", news, write("s.csv", SENTENCES))
    before = contents()
    result = standpoint("import", news, write("t.csv", ANSWERS + answer))

    assert result.exit_code == 1
    assert said in result.stderr
    assert contents() == before


@pytest.mark.parametrize(
    ("rationale", "said"),
    [
        ('"c"', "occurs twice"),
        ('"tram"', "does not occur in segment a-0"),
        ("[5, 900]", "lies outside"),
        ('{"segment": "b-0", "text": "x"}', "segment b-0, which this document does not have"),
    ],
)
def test_a_rationale_must_be_there(standpoint, write, news, rationale, said):
    """A span that marks other words looks like evidence and is none."""
    standpoint("import", news, write("s.csv", SENTENCES))
    stance = f'{{"holder": "council", "target": "rain", "label": "FAVOR", "rationales": [{rationale}]}}'
    result = standpoint("import", news, write("g.jsonl", f'{{"item_id": "a-0", "stances": [{stance}]}}\n'))

    assert result.exit_code == 1
    assert said in result.stderr
    assert "stances.0.rationales" in result.stderr


def test_an_answer_to_a_text_that_was_cut_says_what_to_do(standpoint, write, news):
    """Nobody can tell which of three sentences it is about."""
    text = "id,text,holder,target,label\na,One thing. Two things. Three.,council,rain,FAVOR\n"
    result = standpoint("import", news, write("a.csv", text))

    assert result.exit_code == 1
    assert "--segment whole" in result.stderr


def test_a_document_has_one_title_and_one_side(standpoint, write, news):
    """Two rows that contradict each other are somebody's mistake to mend."""
    head = "id,document,position,title,split,text\n"
    titles = write("t.csv", head + "a-0,a,0,One,,Hm.\na-1,a,1,Two,,Hm, indeed.\n".replace("Hm, ", "Well "))
    splits = write("s.csv", head + "a-0,a,0,One,train,Hm.\na-1,a,1,,test,Well.\n")

    assert "title One further up, here it is Two" in standpoint("import", news, titles).stderr
    assert "is in train further up, here it is in test" in standpoint("import", news, splits).stderr


def test_coverage_of_an_unknown_document_is_refused(standpoint, write, news, contents):
    """A misspelt id would make a whole reading vanish."""
    standpoint("import", news, write("s.csv", SENTENCES))
    before = contents()
    coders = write("c.csv", "document,annotator\na,ada\nb,ada\n")
    result = standpoint("import", news, coders, "--kind", "coverage")

    assert result.exit_code == 1
    assert "c.csv:3 (column document): there is no document 'b'" in result.stderr
    assert contents() == before


def test_coverage_means_nothing_in_a_directed_project(standpoint, write, posts):
    """There, silence is no label."""
    coders = write("c.csv", "document,annotator\na,ada\n")
    result = standpoint("import", posts, coders, "--kind", "coverage")

    assert result.exit_code == 1
    assert "'posts' is directed" in result.stderr


def test_an_unknown_project_is_told_before_files_are_read(standpoint, tmp_path):
    """Reading a gigabyte to say that a name is misspelt wastes a morning."""
    result = standpoint("import", "nwes", tmp_path / "gone.csv")

    assert result.exit_code == 1
    assert "There is no project 'nwes'" in result.stderr


def test_a_models_suggestions_are_not_taken_for_gold(standpoint, write, posts, rows):
    """One wrong call, and guesses would stand where a curator's labels stood."""
    standpoint("import", posts, write("posts.csv", "id,text,target,label\np1,Bring them back!,Trams,FAVOR\n"))
    guesses = write("guesses.csv", "item_id,target,label,model,model_sha256\np1,Trams,AGAINST,svm,0f\n")

    result = standpoint("import", posts, guesses, "--kind", "gold")

    assert result.exit_code == 1
    assert "a model's suggestions" in result.output
    assert rows("SELECT count(*) FROM annotation") == [(1,)]


def test_the_longest_names_fit_into_every_database(standpoint, posts, tmp_path):
    """An entry of PostgreSQL's indexes holds 2,700 bytes, which would otherwise be told in its own words."""
    long = "".join(chr(0x1F300 + number) for number in range(300))
    path = tmp_path / "long.csv"
    path.write_text(f"id,target,text,label,annotator\n{long},{long},Hm,FAVOR,{long}\n", encoding="utf-8")

    result = standpoint("import", posts, path)

    assert result.exit_code == 0, result.output
