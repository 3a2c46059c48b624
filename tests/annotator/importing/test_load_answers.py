"""What becomes of labels: gold, annotations, stances with their spans, coverage."""

import json
from uuid import uuid4

from sqlmodel import Session, select

from annotator.domain import Annotation, User
from annotator.domain.answering import AnswerIn
from annotator.store import annotations

SENTENCES = """id,document,position,text
halt-0,halt,0,The council halted the tram.
halt-1,halt,1,“We will not wait” was all that the residents’ group said.
halt-2,halt,2,It rained.
"""
STANCES = """item_id,annotator,holder,target,label
halt-0,ada,The council,the tram,AGAINST
halt-1,bo,Residents’ group,the tram,FAVOR
halt-0,ada,Not in the list,The council,FAVOR
halt-1,ada,Residents’ group,the tram,favor
halt-0,ada,The council,the tram,AGAINST
"""
ANSWERS = (
    "SELECT u.name, i.external_id, a.kind, count(s.id) FROM annotation a JOIN item i ON i.id = a.item_id "
    'JOIN "user" u ON u.id = a.annotator_id LEFT JOIN stance s ON s.annotation_id = a.id '
    "GROUP BY a.id, u.name, i.external_id, a.kind ORDER BY u.name, i.external_id"
)
TUPLES = (
    "SELECT h.key, t.key, l.name FROM stance s JOIN entity h ON h.id = s.holder_id "
    "JOIN entity t ON t.id = s.target_id JOIN label l ON l.id = s.label_id ORDER BY s.id"
)


def test_labels_beside_the_texts_are_gold(standpoint, write, posts, rows):
    """A benchmark's labels are no person's votes."""
    standpoint("import", posts, write("a.csv", "id,target,text,label\np1,Trams,Back!,FAVOR\n"))

    assert rows(ANSWERS) == [("(gold)", "p1", "gold", 1)]
    assert rows("SELECT count(*) FROM membership") == [(0,)]


def test_a_second_file_answers_by_item_id(standpoint, write, posts, rows):
    """Crowd labels and texts rarely come in one file."""
    standpoint("import", posts, write("a.csv", "id,target,text\np1,Trams,Back!\n"))
    labels = write("b.csv", "item_id,annotator,label\np1,ada,FAVOR\np1,bo,None\n")
    result = standpoint("import", posts, labels)

    assert rows(ANSWERS) == [("ada", "p1", "annotation", 1), ("bo", "p1", "annotation", 1)]
    assert rows("SELECT role FROM membership") == [("annotator",), ("annotator",)]
    assert "2 annotations new" in result.output


def test_who_judged_an_item_elsewhere_holds_a_seat_of_it(standpoint, write, posts, rows):
    """Paid annotators would otherwise be asked what two people have answered already."""
    text = "id,target,text,annotator,label\np1,Trams,Back!,ada,FAVOR\np1,Trams,Back!,bo,NONE\n"
    standpoint("import", posts, write("a.csv", text + "p2,Trams,Away!,,\n"))

    assert rows("SELECT free_seats FROM queue_entry ORDER BY rank") == [(0,), (1,)]
    assert rows("SELECT counted FROM annotation") == [(True,), (True,)]


def test_gold_holds_no_seat(standpoint, write, posts, rows):
    """What the answer is says nothing about who has still to give one."""
    standpoint("import", posts, write("a.csv", "id,target,text,label\np1,Trams,Back!,FAVOR\n"))

    assert rows("SELECT free_seats FROM queue_entry") == [(1,)]


def test_rows_of_one_person_and_item_are_one_answer(standpoint, write, news, rows):
    """Counting stances as answers would give one person several votes."""
    standpoint("import", news, write("s.csv", SENTENCES))
    result = standpoint("import", news, write("t.csv", STANCES))

    assert rows(ANSWERS) == [
        ("ada", "halt-0", "annotation", 2),
        ("ada", "halt-1", "annotation", 1),
        ("bo", "halt-1", "annotation", 1),
    ]
    assert ("unspecified", "council", "FAVOR") in rows(TUPLES)
    assert "1 duplicate row dropped" in result.output
    assert "line 6" in result.output


def test_coverage_makes_silence_an_answer(standpoint, write, news, rows):
    """Who read a sentence and marked nothing has voted: absent."""
    standpoint("import", news, write("s.csv", SENTENCES), write("t.csv", STANCES))
    coders = write("coders.csv", "document,annotator\nhalt,ada\nhalt,bo\n")
    result = standpoint("import", news, coders, "--kind", "coverage")

    assert [(name, item, n) for name, item, _, n in rows(ANSWERS)] == [
        ("ada", "halt-0", 2),
        ("ada", "halt-1", 1),
        ("ada", "halt-2", 0),
        ("bo", "halt-0", 0),
        ("bo", "halt-1", 1),
        ("bo", "halt-2", 0),
    ]
    assert "3 annotations new, of which 3 without stance" in result.output
    assert rows("SELECT count(*) FROM coverage") == [(2,)]


def test_an_answer_replaces_the_silence_of_coverage(standpoint, write, news, rows):
    """Files may come in any order."""
    standpoint("import", news, write("s.csv", SENTENCES))
    standpoint("import", news, write("c.csv", "document,annotator\nhalt,ada\n"), "--kind", "coverage")
    result = standpoint("import", news, write("t.csv", STANCES))

    assert "2 answers changed: a revision was appended" in result.output
    revised = rows("SELECT revision, replaces IS NOT NULL FROM annotation ORDER BY revision")
    assert [bool(linked) for revision, linked in revised if revision == 1] == [True, True]


def test_rich_answers_keep_spans_voices_and_sources(standpoint, write, news, rows):
    """The words that show a stance are what a reader can check."""
    stance = {
        "holder": "they",
        "target": "the tram",
        "label": "AGAINST",
        "attribution": "act",
        "voice": "Mayor Fenn",
        "sources": ["The Gazette", "Mayor Fenn"],
        "flags": ["hedged"],
        "rationales": ["halted", {"segment": "halt-1", "text": "not wait"}],
        "mentions": {"holder": ["The council"], "target": [[23, 27]]},
    }
    answer = {"item_id": "halt-0", "stances": [stance], "comment": "test:act"}
    nothing = {"item_id": "halt-2", "stances": []}
    standpoint("import", news, write("s.csv", SENTENCES))
    gold = "\n".join(json.dumps(line) for line in (answer, nothing))
    result = standpoint("import", news, write("gold.jsonl", gold))

    assert "2 gold answers new, of which 1 without stance" in result.output
    assert rows(TUPLES) == [("council", "the-tram", "AGAINST")]
    spans = rows(
        'SELECT p.role, substr(d.text, p.start + 1, p."end" - p.start) FROM span p '
        "CROSS JOIN document d ORDER BY p.role, p.start"
    )
    assert spans == [
        ("holder", "The council"),
        ("rationale", "halted"),
        ("rationale", "not wait"),
        ("target", "tram"),
    ]
    sources = rows("SELECT e.name FROM source s JOIN entity e ON e.id = s.entity_id ORDER BY s.position")
    assert sources == [("The Gazette",), ("Mayor Fenn",)]


def test_a_target_that_holds_a_stance_becomes_an_actor(standpoint, write, news, rows):
    """Files name an actor as a target first as often as not."""
    text = "item_id,annotator,holder,target,label\nhalt-0,ada,The council,Harbour guild,AGAINST\n"
    again = "halt-1,ada,Harbour guild,The council,AGAINST\n"
    standpoint("import", news, write("s.csv", SENTENCES), write("t.csv", text + again))

    assert rows("SELECT kind FROM entity WHERE key = 'harbour-guild'") == [("actor",)]


def test_cannot_judge_is_an_answer_without_stances(standpoint, write, posts, rows):
    """Garbled texts are told apart from neutral ones."""
    text = "id,target,text,annotator,outcome,flags\np1,Trams,Bck!!,ada,cannot judge,garbled\n"
    standpoint("import", posts, write("a.csv", text))

    assert rows("SELECT outcome FROM annotation") == [("cannot_judge",)]
    assert rows("SELECT count(*) FROM stance") == [(0,)]


def test_an_answer_given_here_is_not_replaced(standpoint, write, posts, engine, rows):
    """An old file must not undo what an annotator decided since."""
    standpoint("import", posts, write("a.csv", "id,target,text,annotator,label\np1,Trams,Back!,ada,FAVOR\n"))
    with Session(engine) as session:
        ada = session.exec(select(User).where(User.name == "ada")).one()
        uuid = session.exec(select(Annotation.uuid)).one()
        against = {"item": "p1", "stances": [{"label": "AGAINST"}], "replaces": str(uuid)}
        annotations.append(session, ada, uuid4(), AnswerIn.model_validate(against))
        session.commit()
    result = standpoint("import", posts, write("b.csv", "item_id,annotator,label\np1,ada,NONE\n"))

    assert result.exit_code == 1
    assert "ada has answered item 'p1'" in result.output
    assert rows("SELECT count(*) FROM annotation") == [(2,)]
