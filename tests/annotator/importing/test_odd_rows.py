"""Rows of each kind, their columns of any value: imported, or refused with what a trial says, too."""

import json
from itertools import count

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, note, settings

from annotator.domain import Kind, metadata
from annotator.errors import UNTOLD, StandpointError
from annotator.importing import doubts
from annotator.importing.load import bring_in, read_all, try_out
from annotator.importing.options import Options
from annotator.importing.under_way import Begun
from annotator.store import projects
from annotator.store.engine import writing

NUMBERS = count(1)
ANSWER = {"item_id": "p1", "target": "Trams", "label": "FAVOR", "annotator": "ada"}
SUGGESTION = {
    "label_distribution": [{"label": "FAVOR", "p": 0.75}, {"label": "AGAINST", "p": 0.25}],
    "uncertainty": 0.5,
    "model": "svm_ngrams",
    "model_sha256": "0f" * 32,
    "release": "posts/1",
    "created_at": "2026-01-02T00:00:00+00:00",
}
DOUBT = {
    "predicted": "AGAINST",
    "p_label": 0.1,
    "p_predicted": 0.8,
    "doubt": 0.8,
    "is_confident": True,
    "recipe": "svm",
    "release": "posts/1",
    "released_at": "2026-01-02T00:00:00+00:00",
}
ROWS = {
    "annotation": ANSWER
    | {"seconds": 2.5, "confidence": 0.5, "flags": ["ironic"], "answered_at": "2026-01-02"},
    "gold": {"item_id": "p1", "target": "Trams", "label": "FAVOR", "rationales": [[0, 5]]},
    "suggestion": {"item_id": "p1", "holder": "author", "target": "Trams", "label": "FAVOR"} | SUGGESTION,
    "coverage": {"document": "n1", "annotator": "ada"},
    "doubt": {"item_id": "p1", "target": "Trams", "label": "FAVOR"} | DOUBT,
}
ODD = st.one_of(
    st.none() | st.booleans() | st.integers() | st.integers(2**62, 2**70) | st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["", " ", "p2", "Trams", "AGAINST", "ada", "author", "\0", "1e999", "9999-12-31T23:59:59-23:59"]
    ),
    st.sampled_from(
        ["0001-01-01T00:00:00+23:59", "x" * 70_000, "\u202e", "posts/", "/", "NaN", "[[0, 1]]", "{}"]
    ),
    st.recursive(
        st.none() | st.floats() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["label", "p", "start", "end", "x"]), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)


@pytest.fixture
def ready(standpoint, write, posts, news):
    texts = "id,text,target\np1,Bring them back!,Trams\np2,Never again.,Trams\n"
    assert standpoint("import", posts, write("posts.csv", texts)).exit_code == 0
    assert standpoint("import", news, write("news.csv", "id,text\nn1,One. Two.\n")).exit_code == 0


@pytest.mark.parametrize("kind", ROWS)
@settings(
    max_examples=max(25, settings.default.max_examples),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_an_odd_row_is_imported_or_refused(engine, ready, tmp_path, kind, data):
    """A model, a tool of somebody or a sheet that was edited by hand writes anything."""
    columns = [*ROWS[kind], "text", "id", "stances", "outcome", "kind", "mentions", "voice", "sources"]
    odd = data.draw(st.dictionaries(st.sampled_from(columns), ODD, min_size=1, max_size=4))
    left_out = data.draw(st.sets(st.sampled_from(columns), max_size=2))
    row = {name: value for name, value in (ROWS[kind] | odd).items() if name not in left_out}
    path = tmp_path / f"odd-{next(NUMBERS)}.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps(ROWS[kind]) + "\n", encoding="utf-8")
    note(row)

    tried, before = fault(engine, path, kind, trial=True), counts(engine)
    done = fault(engine, path, kind, trial=False)

    if kind != "doubt":  # which has no trial
        assert (str(tried) if tried else None) == (str(done) if done else None)
    if done is not None:
        assert counts(engine) == before
        assert "Traceback" not in str(done)
        assert UNTOLD.search(str(done)) is None


def fault(engine, path, kind, *, trial):
    """What it refuses; anything else that it raises fails the test."""
    try:
        imported(engine, path, kind, trial=trial)
    except StandpointError as error:
        return error
    return None


def imported(engine, path, kind, *, trial):
    slug = "news" if kind == "coverage" else "posts"
    of_answers = Kind(kind) if kind in set(Kind) else None
    options = Options(kind=of_answers, is_coverage=kind == "coverage")
    rows, report = read_all([path], options)
    if kind == "doubt":
        if not trial:
            with writing(engine) as session:
                doubts.bring_in(session, projects.find(session, slug), rows)
    elif trial:
        try_out(engine, slug, rows, report, options)
    else:
        bring_in(engine, slug, rows, report, options, begun=Begun())


def counts(engine):
    with engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
