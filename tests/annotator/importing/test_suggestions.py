"""What a model says of a project's items comes in by a file, and is stored apart from labels."""

import json
import re
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from annotator.domain import Annotation, Import, Kind, Project, Stance, User, UserKind
from annotator.importing import undone
from annotator.store import suggestions, weighing

TEXTS = "id,text,target\np1,Bring them back!,Trams\np2,Never again.,Trams\n"
SHA = "0f" * 32
ALL = {"FAVOR": 0.7, "AGAINST": 0.2, "NONE": 0.1}


def row(item="p1", label="FAVOR", shares=ALL, **more):
    """A row as `standpoint predict` writes it."""
    pairs = [{"label": name, "p": p} for name, p in shares.items()]
    usual = {"item_id": item, "holder": "author", "target": "Trams", "label": label}
    usual |= {"label_distribution": pairs, "uncertainty": 0.5, "model": "svm_ngrams", "model_sha256": SHA}
    return usual | {"release": "posts/1", "created_at": datetime(2026, 1, 2, tzinfo=UTC)} | more


@pytest.fixture
def suggest(standpoint, tmp_path):
    """Imports rows of suggestions.parquet into a project."""

    def suggest(slug, rows, *options):
        path = tmp_path / "suggestions.parquet"
        pq.write_table(pa.Table.from_pylist(rows), path)
        return standpoint("import", slug, path, "--kind", "suggestion", *options)

    return suggest


@pytest.fixture
def texts(standpoint, write, posts):
    assert standpoint("import", posts, write("posts.csv", TEXTS)).exit_code == 0
    return posts


def stored(engine):
    with Session(engine) as session:
        query = select(Annotation, User, Stance).join(User, col(User.id) == col(Annotation.annotator_id))
        query = query.join(Stance, col(Stance.annotation_id) == col(Annotation.id))
        return list(
            session.exec(query.where(Annotation.kind == Kind.SUGGESTION).order_by(col(Annotation.id)))
        )


def test_a_suggestion_is_of_a_model_with_its_shares_and_its_doubt(suggest, texts, engine, rows):
    """The queue is ordered by the doubt, and the annotator is shown the label."""
    result = suggest(texts, [row(), row("p2", "AGAINST", {"AGAINST": 0.9, "FAVOR": 0.1}, uncertainty=0.3)])

    assert result.exit_code == 0, result.output
    assert "2 suggestions new" in result.output
    (first, model, stance), (second, _, other) = stored(engine)
    assert (model.name, model.kind, model.model_sha256) == (f"svm_ngrams@{SHA[:12]}", UserKind.MODEL, SHA)
    assert (first.uncertainty, second.uncertainty) == pytest.approx((0.5, 0.3))
    assert stance.label_distribution == pytest.approx([0.7, 0.2, 0.1])  # by id of the label
    assert other.label_distribution == pytest.approx([0.1, 0.9, 0.0])
    assert rows("SELECT count(*) FROM membership") == [(0,)]  # a model has no seat
    with Session(engine) as session:
        names = dict(session.exec(sa.text("SELECT id, name FROM label")).all())
        ids = suggestions.labels(session, session.exec(select(Project)).one())
    assert [names[id_] for id_ in ids] == ["FAVOR", "AGAINST", "NONE"]


def test_a_suggestion_takes_no_seat_and_is_no_gold(suggest, texts, rows):
    """Guesses that counted would end the work before anybody has done it."""
    before = rows("SELECT item_id, free_seats FROM queue_entry ORDER BY rank")

    suggest(texts, [row(), row("p2")])

    assert rows("SELECT item_id, free_seats FROM queue_entry ORDER BY rank") == before
    assert rows("SELECT sum(free_seats) FROM pool") == [(2,)]


def test_the_same_file_again_is_nothing_new_and_a_newer_model_stands(suggest, texts, engine):
    """A night's run that is imported twice must not look like two opinions."""
    suggest(texts, [row(uncertainty=0.9)])
    assert "nothing new" in suggest(texts, [row(uncertainty=0.9)]).output

    result = suggest(texts, [row(label="AGAINST", model_sha256="ab" * 32, uncertainty=0.25)])

    assert "1 suggestion new" in result.output
    assert [(model.name[-12:], answer.revision) for answer, model, _ in stored(engine)] == [
        (SHA[:12], 0),
        ("ab" * 6, 0),
    ]
    assert doubts(engine) == [0.25]


def test_undone_the_older_suggestion_stands_again(suggest, texts, engine):
    """A bad model is taken back like a bad file."""
    suggest(texts, [row(uncertainty=0.9)])
    suggest(texts, [row(label="AGAINST", model_sha256="ab" * 32, uncertainty=0.25)])
    with Session(engine) as session:
        number = session.exec(select(sa.func.max(Import.id))).one()
        project = session.exec(select(Project.id)).one()

    gone = undone.undo(engine, project, number)

    assert gone == {"documents": 0, "items": 0, "answers": 1}
    assert doubts(engine) == [0.9]


def doubts(engine):
    with Session(engine) as session:
        while weighing.weigh_new(session):
            pass
        found = list(session.execute(sa.text("SELECT doubt FROM disagreement ORDER BY item_id")).scalars())
        session.commit()
        return found


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"release": "trains/3"}, "is trains/3: these are suggestions for items of another project"),
        ({"item_id": "nowhere"}, "there is no item 'nowhere'"),
        ({"label": "MAYBE"}, "'MAYBE' is no label of this project"),
        ({"shares": {"FAVOR": 0.5, "MAYBE": 0.5}}, "'MAYBE' is no label of this project"),
        ({"shares": {"FAVOR": 0.5}}, "adds up to 0.50"),
        ({"shares": {"FAVOR": 1.5}}, "not a number from 0 to 1"),
        ({"uncertainty": 2.0}, "not a number from 0 to 1"),
        ({"model": None}, "suggestions come from `standpoint predict`"),
        ({"target": "Buses"}, "the registry of this project does not know"),
        ({"holder": "Nobody at all"}, "the registry of this project does not know"),
    ],
)
def test_what_does_not_belong_here_is_refused(suggest, texts, rows, wrong, told):
    """A model of another project would speak of other texts under the same ids."""
    entities = rows("SELECT count(*) FROM entity")
    given = {**wrong}
    shares = given.pop("shares", ALL)

    result = suggest(texts, [row(shares=shares) | given])

    assert result.exit_code == 1
    assert re.search(told, result.output), result.output
    assert rows("SELECT count(*) FROM annotation") == [(0,)]
    assert rows("SELECT count(*) FROM entity") == entities


def test_good_rows_come_in_where_it_keeps_going(suggest, texts, rows):
    result = suggest(texts, [row(), row("nowhere")], "--keep-going")

    assert result.exit_code == 1 and "nowhere" in result.output
    assert rows("SELECT count(*) FROM annotation") == [(1,)]


def test_suggestions_are_not_taken_for_gold_or_annotations(standpoint, suggest, texts, tmp_path, rows):
    """One wrong call, and guesses would stand where labels stood; the message says the way."""
    suggest(texts, [row()], "--dry-run")
    result = standpoint("import", texts, tmp_path / "suggestions.parquet")

    assert result.exit_code == 1
    assert "--kind suggestion" in result.output
    assert rows("SELECT count(*) FROM annotation") == [(0,)]


def test_an_open_item_has_one_suggestion_of_several_stances(standpoint, suggest, write, news, engine):
    """Each holder and target has a row; the item is as unsure as the least sure of them."""
    standpoint("import", news, write("news.csv", "id,text\nhalt,The council praised the ministry.\n"))
    with Session(engine) as session:
        (item,) = session.execute(sa.text("SELECT external_id FROM item")).scalars()
    pairs = {"FAVOR": 0.6, "AGAINST": 0.4}
    result = suggest(
        news,
        [
            row(item, "FAVOR", pairs, holder="council", target="ministry-of-works", release="news/1"),
            row(item, "AGAINST", {"AGAINST": 1.0}, holder="ministry-of-health", target="council")
            | {"release": "news/1", "uncertainty": 0.8},
        ],
    )

    assert result.exit_code == 0, result.output
    found = stored(engine)
    assert len({answer.id for answer, _, _ in found}) == 1
    assert [answer.uncertainty for answer, _, _ in found] == [0.8, 0.8]
    assert [stance.position for _, _, stance in found] == [0, 1]


def whole(item, label="stance", p=0.8, **more):
    """A row as `standpoint predict` writes it of a model for detection."""
    other = {"stance": "absent", "absent": "stance"}[label]
    shares = {label: p, other: 1 - p}
    said = row(item, label, dict(sorted(shares.items(), reverse=True)), holder=None, target=None)
    return said | {"release": "news/1", "model": "detection"} | more


@pytest.fixture
def sentences(standpoint, write, news, rows):
    """The items of an open project with three sentences."""
    lines = "id,text\na,The council praised it.\nb,It rained.\nc,It snowed.\n"
    assert standpoint("import", news, write("news.csv", lines)).exit_code == 0
    return [item for (item,) in rows("SELECT external_id FROM item ORDER BY id")]


WHOLE = "SELECT p_absent, uncertainty, (SELECT count(*) FROM stance) FROM annotation ORDER BY id"


def test_detection_speaks_of_the_whole_item(suggest, news, sentences, rows):
    """Any stance here, or none: it names nobody, so there is nobody to name."""
    said = [whole(sentences[0], "stance", 0.8), whole(sentences[1], "absent", 0.9, uncertainty=0.2)]

    result = suggest(news, said)

    assert result.exit_code == 0, result.output
    assert "2 suggestions new, of which 1 without stance" in result.output
    assert rows(WHOLE) == [(pytest.approx(0.2), 0.5, 0), (pytest.approx(0.9), 0.2, 0)]
    assert models_of(rows) == {"detection@" + SHA[:12]}
    assert "nothing new" in suggest(news, said).output
    changed = suggest(news, [whole(sentences[0], "stance", 0.7)])
    assert "1 answer changed" in changed.output


def models_of(rows):
    return {name for (name,) in rows("SELECT name FROM \"user\" WHERE kind = 'model'")}


def test_a_table_says_it_too(standpoint, write, news, sentences, rows):
    """Whoever has a model of their own writes what it says by hand."""
    shares = json.dumps([{"label": "absent", "p": 0.75}, {"label": "stance", "p": 0.25}])
    line = {"item_id": sentences[2], "label": "absent", "label_distribution": shares}
    path = write("said.jsonl", json.dumps(line | {"model": "mine", "model_sha256": SHA}))

    assert standpoint("import", news, path, "--kind", "suggestion").exit_code == 0
    assert rows(WHOLE) == [(0.75, None, 0)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"label_distribution": None}, "label_distribution"),
        ({"label_distribution": [{"label": "stance", "p": 1.0}]}, "has not the shares of stance and absent"),
        (
            {"label_distribution": [{"label": "FAVOR", "p": 0.5}, {"label": "absent", "p": 0.5}]},
            "not the shares",
        ),
        ({"label": "absent"}, "'absent', which label_distribution gives 0.20"),
        ({"label": "maybe"}, "is no label of this project"),
        ({"target": "council"}, "'stance' is no label of this project"),
        ({"holder": "author"}, "'stance' is no label of this project"),
    ],
)
def test_what_says_neither_or_both_is_refused(suggest, news, sentences, rows, wrong, told):
    result = suggest(news, [whole(sentences[0]) | wrong])

    assert result.exit_code == 1 and told in result.output, result.output
    assert rows("SELECT count(*) FROM annotation") == [(0,)]


def test_one_model_says_one_thing_of_an_item(suggest, news, sentences, rows):
    """Two shares for one item, or a share and a stance: nobody would know which was shown."""
    twice = suggest(news, [whole(sentences[0]), whole(sentences[0], p=0.7)])
    pair = row(sentences[0], "FAVOR", {"FAVOR": 1.0}, holder="author", target="council", release="news/1")
    mixed = suggest(news, [whole(sentences[0], model="svm_ngrams"), pair])

    assert (twice.exit_code, mixed.exit_code) == (1, 1)
    assert "says otherwise of the item" in twice.output and "says otherwise of the item" in mixed.output
    assert suggest(news, [whole(sentences[0]), whole(sentences[0])]).exit_code == 0
    assert rows("SELECT count(*) FROM annotation") == [(1,)]


def test_a_directed_project_asks_for_labels(suggest, texts):
    result = suggest(texts, [whole("p1") | {"release": "posts/1"}])

    assert result.exit_code == 1 and "'stance' is no label of this project" in result.output
