"""Importing again: nothing new, merged and told, or refused by name."""

import json

import pytest

POSTS = "id,target,text,outlet,label\np1,Trams,Back!,Chirp,FAVOR\np2,Buses,Too loud…,Chirp,AGAINST\n"
SENTENCES = """id,document,position,title,text,holder,target,label,annotator
a-0,a,0,On trams,The council halted the tram.,The council,the tram,AGAINST,ada
a-1,a,1,,It rained.,,,,
a-0,a,0,,The council halted the tram.,Residents,the tram,FAVOR,ada
"""


@pytest.mark.parametrize(("slug", "text"), [("posts", POSTS), ("news", SENTENCES)])
def test_twice_is_once(standpoint, write, contents, request, slug, text):
    """People repeat commands; their data must not double, nor anything else change."""
    request.getfixturevalue(slug)
    file = write("a.csv", text)
    standpoint("import", slug, file)
    before = contents()
    result = standpoint("import", slug, file)

    assert result.exit_code == 0
    assert "nothing new" in result.output
    assert contents() == before


def test_rows_in_another_order_are_the_same_import(standpoint, write, news, contents):
    """A file that was sorted meanwhile says nothing new."""
    head, *lines = SENTENCES.splitlines()
    standpoint("import", news, write("a.csv", SENTENCES))
    before = contents()
    result = standpoint("import", news, write("b.csv", "\n".join([head, *sorted(lines)]) + "\n"))

    assert "nothing new" in result.output
    assert contents() == before


def test_other_metadata_are_merged_and_told(standpoint, write, posts, rows):
    """A corrected outlet must arrive, and somebody must hear of it."""
    standpoint("import", posts, write("a.csv", POSTS))
    corrected = "id,target,text,outlet,mood\np1,Trams,Back!,Tweet,loud\n"
    result = standpoint("import", posts, write("b.csv", corrected))

    assert "document 'p1' merged: outlet is Tweet, was Chirp; mood is loud" in result.output
    assert rows("SELECT outlet FROM document WHERE external_id = 'p1'") == [("Tweet",)]


def test_what_was_erased_is_refused_in_a_sentence(standpoint, write, posts, contents, rows):
    """Whoever keeps the old file must not bring back, unawares, what somebody had a right to have gone."""
    standpoint("import", posts, write("a.csv", POSTS))
    gone = standpoint("erase", posts, "--document", "p1", "--why", "asked", "--yes")
    assert gone.exit_code == 0, gone.output
    before = contents()
    result = standpoint("import", posts, write("a.csv", POSTS))

    assert result.exit_code == 1
    assert "a.csv:2" in result.output
    assert "document 'p1' was erased on request: it cannot come in again. Leave it out" in result.output
    assert contents() == before
    others = standpoint("import", posts, write("a.csv", POSTS), "--keep-going")
    assert "was erased on request" in others.output
    assert [text for (text,) in rows("SELECT text FROM document") if "Back!" in text] == []


def test_another_text_is_refused_by_name(standpoint, write, posts, contents):
    """Labels would otherwise belong to words that their annotators never saw."""
    standpoint("import", posts, write("a.csv", POSTS))
    before = contents()
    result = standpoint("import", posts, write("b.csv", "id,target,text\np9,Trams,New\np1,Trams,Gone!\n"))

    assert result.exit_code == 1
    assert "b.csv:3 (column text): document 'p1' is stored with another text" in result.output
    assert contents() == before


def test_an_official_split_never_changes(standpoint, write, posts, rows):
    """A document that wanders from test to train spoils every figure before."""
    standpoint("import", posts, write("a.csv", POSTS), "--split", "test")
    result = standpoint("import", posts, write("a.csv", POSTS), "--split", "train")

    assert result.exit_code == 1
    assert "document 'p1' is stored in test: its split cannot become train" in result.output
    assert rows("SELECT DISTINCT official_split FROM document") == [("test",)]


def test_a_changed_answer_is_a_revision(standpoint, write, posts, rows):
    """The old label stays readable; the new one is the current one."""
    standpoint("import", posts, write("a.csv", POSTS))
    result = standpoint("import", posts, write("b.csv", "item_id,label\np1,NONE\np2,AGAINST\n"))

    assert "1 answer changed: a revision was appended" in result.output
    assert "1 gold answer unchanged" in result.output
    revisions = rows(
        "SELECT a.revision, l.name FROM annotation a JOIN stance s ON s.annotation_id = a.id "
        "JOIN label l ON l.id = s.label_id JOIN item i ON i.id = a.item_id "
        "WHERE i.external_id = 'p1' ORDER BY a.revision"
    )
    assert revisions == [(0, "FAVOR"), (1, "NONE")]


def test_new_items_stand_behind_the_known_ones(standpoint, write, posts, rows):
    """Who walks the queue must not miss what came later."""
    standpoint("import", posts, write("a.csv", POSTS))
    standpoint("import", posts, write("b.csv", POSTS + "p3,Trams,Ding!,Chirp,FAVOR\n"))

    order = rows("SELECT i.external_id FROM queue_entry q JOIN item i ON i.id = q.item_id ORDER BY q.rank")
    assert order == [("p1",), ("p2",), ("p3",)]


def test_what_a_file_says_of_one_answer_is_the_same_in_two_projects(standpoint, write, posts, news, rows):
    """Ids of one project must not hinder the import into another."""
    file = write("a.jsonl", json.dumps({"id": "p1", "text": "Back!", "target": "Trams", "label": "FAVOR"}))
    assert standpoint("import", posts, file).exit_code == 0
    assert standpoint("import", news, file, "--segment", "whole").exit_code == 0

    assert rows("SELECT count(*), count(DISTINCT uuid) FROM annotation") == [(2, 2)]


def test_a_text_stays_cut_as_it_was(standpoint, write, news, contents):
    """Labels of a whole text must not end up nowhere because the text is stored in sentences."""
    file = write("a.csv", "id,text,holder,target,label\na,One. Two.,Harbour guild,rain,FAVOR\n")
    standpoint("import", news, write("b.csv", "id,text\na,One. Two.\n"))
    before = contents()
    result = standpoint("import", news, file, "--segment", "whole")

    assert result.exit_code == 1
    assert "say --segment sentence" in result.stderr
    assert contents() == before


def test_rows_of_a_document_come_together_or_not_at_all(standpoint, write, news):
    """Half of an article looks like another article."""
    standpoint("import", news, write("a.csv", SENTENCES))
    head, first, *_ = SENTENCES.splitlines()
    result = standpoint("import", news, write("b.csv", f"{head}\n{first}\n"))

    assert result.exit_code == 1
    assert "bring all of its rows as they were" in result.stderr
