"""Over years of imports, releases and deletions in any order: nothing leaks, and nothing published moves.

The core alone, so that many orders can be tried: fingerprints are made up, a few bands of each shared with
others, so that most documents have near-duplicates and many link two clusters; a release is what decides and
stores splits, without its files. What is real: the clusters, the shares, the snapshot and the record.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import combinations, count
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import select

from annotator import reading
from annotator.domain import Document, Project
from annotator.domain.near_duplicates import BANDS, bands
from annotator.domain.project_file import ProjectFile
from annotator.store import engine as store
from annotator.store import near_duplicates, projects, removing
from exporters import splits
from exporters.schema import SPLITS

SHARED = st.sets(st.integers(0, 7), min_size=1, max_size=2)  # bands that others may have, too
OFFICIAL = st.sampled_from([*[None] * 10, "train", "test"])
NEW = st.lists(st.tuples(SHARED, OFFICIAL), min_size=1, max_size=3)
STEPS = st.lists(
    st.tuples(NEW, st.sampled_from(["", "release", "release", "delete"])), min_size=5, max_size=10
)
MANY = max(30, settings.default.max_examples // 10)
QUICK = [Phase.explicit, Phase.reuse, Phase.generate]  # a failure is not shrunk: that would take minutes
NUMBERS = count()


class Years:
    """A project through time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.slug = f"p{next(NUMBERS)}"
        self.stored: dict[str, str] = {}  # what was ever published, and where
        with store.writing(self.engine) as session:
            shares = {"train": 0.4, "validation": 0.3, "test": 0.3}
            projects.create(session, ProjectFile(slug=self.slug, kind="directed", splits=shares))

    def bring(self, new: list[tuple[set[int], str | None]]) -> None:
        """An import."""
        with self.project() as (session, project):
            made = [_document(project, shared, official) for shared, official in new]
            session.add_all(made)
            session.flush()
            near_duplicates.link(session, project.id, [(each.id, each.fingerprint) for each in made])

    def release(self) -> None:
        """What a release decides is held against the fingerprints, and stored."""
        with reading.snapshot(self.engine, self.slug) as snapshot:
            placed = list(splits.placed(snapshot))
            project = snapshot.project
        given = {split: [] for split in SPLITS}
        for document, split in placed:
            if split is not None and document.split is None:
                given[split].append(document.row)
        reading.record(
            self.engine, project, sha256="", options={}, rows={}, left_out={}, splits=given,
            created_at=datetime.now(UTC),
        )  # fmt: skip
        now = self.published()
        assert now.keys() >= {document.id for document, split in placed if split is not None}
        assert self.left_out_rightly([document.id for document, split in placed if split is None])
        self.stored |= {id_: each.split for id_, each in now.items()}

    def delete(self) -> None:
        """The oldest that is there. Its text may be out: whoever is near to it still follows it."""
        with self.project() as (session, project):
            found = [each for each in _documents(session, project) if each.deleted_at is None]
            removing.delete_document(session, project, found[0].external_id)

    def moved(self) -> dict[str, str]:
        """What is not where it was published first."""
        now = self.published()
        return {id_: split for id_, split in self.stored.items() if now[id_].split != split}

    def leaks(self) -> list[tuple[str, str]]:
        """Pairs that are alike and were published apart; but for what came later with an official split."""
        return [
            (one.external_id, other.external_id)
            for one, other in combinations(self.published().values(), 2)
            if one.split != other.split
            and {*bands(one.fingerprint)} & {*bands(other.fingerprint)}
            and not other.official_split
        ]

    def left_out_rightly(self, left_out: list[str]) -> bool:
        """Nobody is left out whose cluster is published, or official, on one side alone."""
        with self.project() as (session, project):
            every = _documents(session, project)
        sides: dict[str, set[str]] = {}
        for each in every:
            if (side := each.split or each.official_split) and (each.split or each.deleted_at is None):
                sides.setdefault(each.cluster or each.external_id, set()).add(side)
        groups = [each.cluster or each.external_id for each in every if each.external_id in set(left_out)]
        return all(len(sides.get(group, ())) > 1 for group in groups)

    def published(self) -> dict[str, Document]:
        with self.project() as (session, project):
            return {each.external_id: each for each in _documents(session, project) if each.split}

    @contextmanager
    def project(self) -> Iterator[tuple[Any, Any]]:
        with store.writing(self.engine) as session:
            session.expire_on_commit = False
            yield session, session.exec(select(Project).where(Project.slug == self.slug)).one()


def _document(project: Project, shared: set[int], official: str | None) -> Document:
    """A document whose first bands are the shared ones; the others are nobody else's."""
    number = next(NUMBERS)
    own = [1_000 + number * BANDS + place for place in range(BANDS)]
    made = [*sorted(shared), *own][:BANDS]
    return Document(
        project_id=project.id,
        external_id=f"d{number}",
        text=f"Text {number}.",
        raw_sha256="",
        segmenter="test",
        official_split=official,
        fingerprint=struct.pack(f"<{BANDS}q", *made),
        created_at=datetime.now(UTC),
    )


def _documents(session: Any, project: Any) -> list[Document]:
    return session.exec(select(Document).where(Document.project_id == project.id).order_by(Document.id)).all()


@settings(max_examples=MANY, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_leaks_and_nothing_moves(engine: Engine, steps: list[tuple[list[Any], str]]) -> None:
    """A retweet of a training text in test flatters every model; a document that moves dates every paper."""
    years = Years(engine)
    for new, then in [*steps, ([], "release")]:
        years.bring(new)
        if then:
            getattr(years, then)()
        assert years.moved() == {}
        assert years.leaks() == []
