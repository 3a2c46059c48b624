"""Over imports and releases in any order: nothing leaks, and nothing that was published moves."""

import json
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Document, Project
from annotator.domain.near_duplicates import bands
from annotator.domain.project_file import ProjectFile
from annotator.errors import Invalid
from annotator.importing.load import load, read_all
from annotator.importing.options import Options
from annotator.store import engine as store
from annotator.store import projects, removing
from exporters import release
from tests.annotator.store.test_near_duplicates import ENDS, OTHER, TALE

QUICK = [Phase.explicit, Phase.reuse, Phase.generate]  # a failure is not shrunk: each step is a release
FEW = max(
    8, settings.default.max_examples // 100
)  # whole releases; test_splits_over_time.py tries many orders
# Prefixes of one text: neighbours are alike, those far apart are not, one in between links two clusters.
ENDINGS = st.sampled_from([*ENDS, 60, 100, 140, 190])
TEXTS = st.one_of(ENDINGS.map(lambda end: f"{TALE} {OTHER[:end]}"), st.sampled_from([TALE[:60], OTHER]))
ROWS = st.tuples(
    TEXTS, st.sampled_from([None, None, None, "train", "test"]), st.sampled_from(["FAVOR", "AGAINST"])
)
STEPS = st.lists(
    st.one_of(st.lists(ROWS, min_size=1, max_size=3), st.just("release"), st.just("delete")), max_size=7
)


@settings(max_examples=FEW, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, number=st.integers(0, 10**12))
def test_nothing_leaks_and_nothing_moves(engine: Engine, steps: list[object], number: int) -> None:
    """A retweet of a training text in test flatters every model; a document that moves dates every paper."""
    slug = f"p{number}-{len(list(_slugs(engine)))}"
    with store.writing(engine) as session:
        projects.create(session, ProjectFile(slug=slug, kind="directed", splits={"train": 0.5, "test": 0.5}))
    stored: dict[int, str] = {}
    with TemporaryDirectory() as folder:
        for step in [*steps, "release"]:
            if step == "release":
                _release(engine, slug, Path(folder))
            elif step == "delete":
                _delete_first(engine, slug)
            else:
                _bring(engine, slug, Path(folder), step)
            now = _stored(engine, slug)
            assert stored.items() <= now.items()
            stored = now
    assert _leaks(engine, slug) == []


def _slugs(engine: Engine) -> list[str]:
    with store.reading(engine) as session:
        return [each.slug for each in session.exec(select(Project))]


def _bring(engine: Engine, slug: str, folder: Path, rows: list[tuple[str, str | None, str]]) -> None:
    with store.writing(engine) as session:
        start = len(session.exec(select(Document.id)).all())
        lines = [
            {"id": f"{slug}-{start + n}", "text": text, "split": split, "target": "trains", "label": label}
            for n, (text, split, label) in enumerate(rows)
        ]
        (folder / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        options = Options()
        load(session, projects.find(session, slug), *read_all([folder / "rows.jsonl"], options), options)


def _release(engine: Engine, slug: str, folder: Path) -> None:
    with suppress(Invalid):  # nothing to publish yet
        release.write(engine, slug, folder / f"release-{len(list(folder.iterdir()))}")


def _delete_first(engine: Engine, slug: str) -> None:
    with store.writing(engine) as session:
        if found := _documents(session, slug, deleted=False):
            removing.delete_document(session, projects.find(session, slug), found[0].external_id)


def _documents(session: Session, slug: str, *, deleted: bool = True) -> list[Document]:
    found = session.exec(select(Document).order_by("id")).all()
    return [
        each for each in found if each.external_id.startswith(f"{slug}-") and (deleted or not each.deleted_at)
    ]


def _stored(engine: Engine, slug: str) -> dict[int, str]:
    with store.reading(engine) as session:
        return {each.id: each.split for each in _documents(session, slug) if each.split}


def _leaks(engine: Engine, slug: str) -> list[tuple[str, str]]:
    """Pairs that were released on two sides and are alike; but for what came last with an official split."""
    with store.reading(engine) as session:
        released = [each for each in _documents(session, slug) if each.split]
    return [
        (one.external_id, other.external_id)
        for one, other in combinations(released, 2)
        if one.split != other.split
        and {*bands(one.fingerprint)} & {*bands(other.fingerprint)}
        and not other.official_split
    ]


def test_who_would_bridge_is_left_out_until_it_need_not(engine: Engine, tmp_path: Path) -> None:
    """Two texts were published apart; one that is near to both would leak on either side."""
    short, long, between = (f"{TALE} {OTHER[:end]}" for end in ENDS)
    with store.writing(engine) as session:
        projects.create(session, ProjectFile(slug="p", kind="directed"))
    _bring(engine, "p", tmp_path, [(short, "train", "FAVOR"), (long, "test", "FAVOR")])
    release.write(engine, "p", tmp_path / "one")
    _bring(engine, "p", tmp_path, [(between, None, "AGAINST"), (OTHER, None, "FAVOR")])

    written = release.write(engine, "p", tmp_path / "two")

    assert written.left_out == {"bridges_splits": 1}
    with store.reading(engine) as session:
        assert [each.split for each in _documents(session, "p")][:3] == ["train", "test", None]


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_new_document_follows_its_near_duplicate(engine: Engine, tmp_path: Path, split: str) -> None:
    """A retweet that comes in after the release belongs where the tweet is."""
    with store.writing(engine) as session:
        projects.create(session, ProjectFile(slug="p", kind="directed"))
    _bring(engine, "p", tmp_path, [(TALE, split, "FAVOR")])
    release.write(engine, "p", tmp_path / "one")
    _bring(engine, "p", tmp_path, [(f"RT @ada: {TALE}", None, "FAVOR")])
    release.write(engine, "p", tmp_path / "two")

    assert set(_stored(engine, "p").values()) == {split}
