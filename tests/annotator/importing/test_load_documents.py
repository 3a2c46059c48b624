"""What becomes of texts: documents, segments, items, places in the queue."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from annotator.domain import Document, Project, ProjectKind
from annotator.importing import drafts
from annotator.importing.report import Placed, Report
from annotator.importing.rows import Row

ARTICLE = """Council halts the tram

The council halted the tram line on Monday. Nobody asked the drivers.

“We will not wait,” said the residents’ group.
"""
SENTENCES = """id,document,position,paragraph,type,title,text,topic
halt-02,halt,2,1,body,,Nobody asked the drivers.,
halt-00,halt,0,0,heading,Tram halted,Tram halted,trams
rain-00,rain,0,0,body,,It rained.,
halt-01,halt,1,1,body,,The council halted the tram.,
"""
POSTS = """id,target,text,split,outlet,mood
p1,Trams,Bring them back!,train,Chirp,loud
p2,Trams,Too loud for me.,dev,Chirp,calm
p3,Buses,Where is the 7?,test,Chirp,calm
"""


def test_an_article_is_cut_and_every_segment_equals_its_span(standpoint, write, news, rows):
    """An offset that is off by one marks the wrong words in every release."""
    result = standpoint("import", news, write("halt.txt", ARTICLE))

    found = rows(
        'SELECT s.type, substr(d.text, s.start + 1, s."end" - s.start) FROM segment s '
        "JOIN document d ON d.id = s.document_id ORDER BY s.position"
    )
    assert result.exit_code == 0
    assert found == [
        ("heading", "Council halts the tram"),
        ("body", "The council halted the tram line on Monday."),
        ("body", "Nobody asked the drivers."),
        ("body", "“We will not wait,” said the residents’ group."),
    ]


def test_only_body_segments_are_asked_about(standpoint, write, news, rows):
    """An annotator who is asked where a headline stands loses trust in the queue."""
    standpoint("import", news, write("halt.txt", ARTICLE))

    queued = rows(
        "SELECT i.external_id, s.type, q.free_seats FROM queue_entry q JOIN item i ON i.id = q.item_id "
        "JOIN segment s ON s.id = i.segment_id ORDER BY q.rank"
    )
    assert queued == [("halt-01", "body", 1), ("halt-02", "body", 1), ("halt-03", "body", 1)]


@pytest.mark.parametrize("serve", ["item", "document"])
def test_a_shuffled_project_is_asked_in_the_order_of_its_seed(standpoint, write, rows, serve):
    """In the order of the file, the first annotators would see one topic and the last another."""
    file = f'slug = "mixed"\nkind = "open"\norder = "shuffled"\nserve = "{serve}"\nseed = 7\n'
    standpoint("project", "create", write("mixed.toml", file))
    texts = "".join(f"d{n}-{k},d{n},{k},Sentence {k} of {n}.\n" for n in range(9) for k in range(3))
    standpoint("import", "mixed", write("texts.csv", f"id,document,position,text\n{texts}"))

    asked = [
        item
        for (item,) in rows(
            "SELECT i.external_id FROM queue_entry q JOIN item i ON i.id = q.item_id ORDER BY q.rank"
        )
    ]
    assert len(asked) == 27
    assert asked != sorted(asked)
    of_texts = [item[:2] for item in asked]
    in_one_piece = sum(one != other for one, other in pairwise(of_texts)) == 8
    assert in_one_piece is (serve == "document")
    if in_one_piece:
        assert all(asked[n : n + 3] == sorted(asked[n : n + 3]) for n in range(0, 27, 3))


def test_rows_of_a_document_may_stand_anywhere(standpoint, write, news, rows):
    """A shuffled file would otherwise become a shuffled article."""
    standpoint("import", news, write("sentences.csv", SENTENCES))

    texts = rows("SELECT external_id, title, text FROM document ORDER BY external_id")
    assert texts == [
        ("halt", "Tram halted", "Tram halted\n\nThe council halted the tram. Nobody asked the drivers."),
        ("rain", None, "It rained."),
    ]
    assert rows("SELECT external_id FROM item ORDER BY external_id") == [
        ("halt-01",),
        ("halt-02",),
        ("rain-00",),
    ]


def test_columns_nobody_knows_are_kept(standpoint, write, posts, engine):
    """Research questions are asked about columns that we did not think of."""
    standpoint("import", posts, write("posts.csv", POSTS))

    with Session(engine) as session:
        documents = session.exec(select(Document).order_by(Document.external_id)).all()
    assert [(document.outlet, document.extra) for document in documents] == [
        ("Chirp", {"mood": "loud"}),
        ("Chirp", {"mood": "calm"}),
        ("Chirp", {"mood": "calm"}),
    ]


def test_a_directed_row_is_one_item_with_its_target(standpoint, write, posts, rows):
    """The author is the holder, unless the row says otherwise; posts are never cut."""
    result = standpoint("import", posts, write("posts.csv", POSTS))

    items = rows(
        "SELECT i.external_id, t.name, h.key FROM item i JOIN entity t ON t.id = i.target_id "
        "JOIN entity h ON h.id = i.holder_id ORDER BY i.external_id"
    )
    assert items == [("p1", "Trams", "author"), ("p2", "Trams", "author"), ("p3", "Buses", "author")]
    assert "registered as issue: 2: Trams, Buses" in result.output


def test_one_text_may_be_asked_about_several_targets(standpoint, write, posts, rows):
    """Two copies of a text could land on two sides of a split."""
    text = "id,target,text\np1,Trams,Trams and buses!\np1,Buses,Trams and buses!\n"
    standpoint("import", posts, write("posts.csv", text))

    assert rows("SELECT count(*) FROM document") == [(1,)]
    assert rows("SELECT external_id FROM item ORDER BY id") == [("p1",), ("p1:buses",)]


def test_official_splits_come_from_the_column_or_the_option(standpoint, write, posts, rows):
    """Figures on a test set that leaked compare with nothing."""
    standpoint("import", posts, write("posts.csv", POSTS))
    standpoint("import", posts, write("more.csv", "id,target,text\nq1,Trams,Ding!\n"), "--split", "val")

    assert rows("SELECT external_id, official_split FROM document ORDER BY external_id") == [
        ("p1", "train"),
        ("p2", "validation"),
        ("p3", "test"),
        ("q1", "validation"),
    ]


def test_a_text_is_whole_or_cut_as_asked(standpoint, write, news, rows):
    """Whole posts in an open project are as usual as sentences."""
    file = write("posts.csv", "id,text\na,One thing. Another thing.\n")
    standpoint("import", news, file, "--segment", "whole")

    assert rows("SELECT external_id FROM item") == [("a",)]


def test_repairs_are_told_and_the_raw_text_is_kept(standpoint, write, news, rows):
    """Nobody should have to trust a repair that they cannot see."""
    result = standpoint("import", news, write("cafe.txt", "The chargĂ© d’affaires left.\n"))

    assert "'chargĂ©' → 'chargé'" in result.output
    ((text, raw),) = rows("SELECT text, raw_text FROM document")
    assert text.startswith("The chargé d’affaires")
    assert raw.startswith("The chargĂ© d’affaires")


def test_repairs_of_joined_segments_lead_to_their_place(standpoint, write, news, engine):
    """A repair that points at other words cannot be undone."""
    text = "id,document,position,text\na-0,a,0,One.\na-1,a,1,A cafĂ© burnt.\n"
    standpoint("import", news, write("cafe.csv", text))

    with Session(engine) as session:
        document = session.exec(select(Document)).one()
    (repair,) = document.repairs
    start = repair["starts"][0]
    assert document.raw_text[start:].startswith(repair["before"])


def test_empty_texts_are_skipped_by_name(standpoint, write, news, rows):
    """Rows in are rows out and rows explained."""
    text = "id,document,position,text\na-0,a,0,One.\na-1,a,1,\na-2,a,2,   \n"
    result = standpoint("import", news, write("a.csv", text))

    assert "2 empty texts skipped" in result.output
    assert "lines 3, 4" in result.output
    assert rows("SELECT count(*) FROM segment") == [(1,)]


def test_a_dry_run_tells_all_and_leaves_nothing(standpoint, write, posts, contents):
    """A preview that stores something is no preview."""
    before = contents()
    result = standpoint("import", posts, write("posts.csv", POSTS), "--dry-run")

    assert result.output.startswith("Would import into posts")
    assert "documents: 3 new" in result.output
    assert contents() == before


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_segments_of_any_rows_are_spans_of_their_document(texts):
    """Emoji, combining marks, Arabic, marks of direction: an offset counts code points in all of them."""
    rows = [
        Placed("a.csv", Row(line=n, document="a", position=n, text=text), n) for n, text in enumerate(texts)
    ]
    report = Report()
    project = Project(slug="a", name="a", kind=ProjectKind.OPEN)
    found = drafts.draft("a", rows, project, report, cut=True)
    segments = found.segments if found is not None else []

    assert len(segments) + len(report.empty) == len(rows)
    for before, segment in zip([None, *segments], segments, strict=False):
        words = found.text[segment.start : segment.end]
        assert words == words.strip() != ""
        assert before is None or before.end < segment.start
