"""One state of the database, read to its end, whatever others write meanwhile."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlmodel import Session

from annotator import domain
from annotator.domain.project_file import ProjectFile
from annotator.reading import contents, demographics, documents, entities, people, releases
from annotator.reading.answers import Names
from annotator.reading.rows import Author, Document, Label, Project, Released
from annotator.store import guidelines, projects
from annotator.store.plain import plain
from annotator.store.registry import Registry

if TYPE_CHECKING:
    from annotator.quality.judgements import Judgements, Scheme
    from annotator.store.arrow import Reader

DOCUMENT, ITEM = documents.DOCUMENT, documents.ITEM
ANNOTATION, RELEASE = domain.metadata.tables["annotation"], domain.metadata.tables["release"]
REPEATABLE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Totals(NamedTuple):
    """What there is, counted by the database; the stream must come to the same."""

    documents: int
    items: int
    annotations: int  # current ones that are stored; those that coverage implies are not


@contextmanager
def snapshot(
    engine: Engine, slug: str, *, named: bool = False, tabular: bool = False
) -> Iterator["Snapshot"]:
    """The project as it is now; people under pseudonyms, unless it is to be `named`.

    With `tabular`, it can be read column by column as well.

    Raises
    ------
    NotFound
        If there is no such project.
    """
    options = (
        REPEATABLE if engine.dialect.name == "postgresql" else {}
    )  # a transaction of SQLite is so anyway
    with (
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
        _reader(connection) if tabular else nullcontext() as reader,
    ):
        with Session(connection) as session:
            found = projects.find(session, slug)
            project = _project(session, found)
            every = {label.id: label for label in projects.labels(session, found)}
            labels = {cast(int, id_): every[label.merged_into_id or id_].name for id_, label in every.items()}
            annotators = people.annotators(connection, found.pseudonym_key, named=named)
        names = Names(annotators, people.entities(connection, project.row), labels)
        yield Snapshot(connection, project, names, reader)


def _reader(connection: Connection) -> AbstractContextManager["Reader"]:
    from annotator.store import adbc  # noqa: PLC0415 - Arrow is heavy, and only a release asks for it

    return adbc.reader(connection)


@dataclass(frozen=True)
class Snapshot:
    """One state of one project."""

    connection: Connection
    project: Project
    names: Names
    reader: "Reader | None" = None

    def documents(self, *, segments: bool = False) -> Iterator[Document]:
        """Every document by external id, with its items in reading order and their current answers."""
        return documents.stream(self.connection, self.project, self.names, segments=segments)

    def called(self) -> dict[str, str]:
        """What to write, by key, for an import to find this entity: its name if that is clear, or its key."""
        with Session(self.connection) as session:
            registry = Registry.load(session, self.project.row)
            return {
                entity.key: entity.name if registry.is_clear(entity) else entity.key
                for entity in registry.entities.values()
            }

    def contents(self) -> Iterator[contents.Content]:
        """What each document is about, as far as its split hangs on it, in the order they came."""
        return contents.stream(self.connection, self.project.row, self.names)

    def votes(self) -> "Judgements":
        """What gold is decided from: all first answers that count, under pseudonyms, without rationales."""
        from annotator.reading import judgements  # noqa: PLC0415 - numpy, which a web process may never need

        with Session(self.connection) as session:
            found = projects.find(session, self.project.slug)
            return judgements.load(session, found, rationales=False, pseudonyms=True, blind=False)

    def scheme(self) -> "Scheme":
        """The labels with their ranks, and what the project's file says of their distances."""
        from annotator.reading import judgements  # noqa: PLC0415 - as above

        with Session(self.connection) as session:
            return judgements.scheme_of(session, projects.find(session, self.project.slug))

    def relations(self) -> list[tuple[str, str, str]]:
        """(name, kind, name) of all that is told of how the registry's entities hang together, in order."""
        from annotator.reading import judgements  # noqa: PLC0415 - as above

        return judgements.relations_of(self.connection, self.names.entities)

    def registry(self) -> list[entities.Described]:
        """What each entry of the registry is, and what is meant by it."""
        return entities.described(self.connection, self.project.row, self.names.entities)

    def demographics(self, among: Collection[str]) -> list[demographics.Demographic]:
        """What these people, by their pseudonyms, told of themselves: counts that may be published."""
        with Session(self.connection) as session:
            found = projects.find(session, self.project.slug)
            return demographics.told(session, found, self.names.annotators, among)

    def totals(self) -> Totals:
        """How much `documents` will give."""
        project, newest = self.project.row, ANNOTATION.c
        items = documents.of_items(project, ITEM.c.id)
        answered = sa.select(sa.func.count()).select_from(ANNOTATION).where(newest.item_id.in_(items))
        queries = (
            sa.select(sa.func.count()).select_from(DOCUMENT).where(documents.undeleted(project)),
            documents.of_items(project, sa.func.count()),
            answered.where(~newest.withdrawn, contents.is_newest(ANNOTATION)),
        )
        return Totals(*(self.connection.execute(query).scalar_one() for query in queries))

    def known_splits(self) -> dict[str, set[str]]:
        """The splits that each group of near-duplicates stands in already, stored or official.

        A deleted document counts once it was released, for its text is out. Lone documents are left out:
        they carry their own.
        """
        d = DOCUMENT.c
        split = sa.func.coalesce(d.split, plain(d.official_split))
        first = sa.select(d.cluster).where(d.project_id == self.project.row, d.cluster.is_not(None))
        query = sa.select(sa.func.coalesce(d.cluster, d.external_id), split).where(
            d.project_id == self.project.row,
            split.is_not(None),
            d.deleted_at.is_(None) | d.split.is_not(None),
            d.cluster.is_not(None) | d.deleted_at.is_not(None) | d.external_id.in_(first),
        )
        known: dict[str, set[str]] = defaultdict(set)
        for group, name in self.connection.execute(query):
            known[group].add(name)
        return dict(known)


def _project(session: Session, found: domain.Project) -> Project:
    assert found.id is not None
    text = guidelines.newest(session, found)
    last = sa.select(RELEASE.c.number, RELEASE.c.sha256).where(RELEASE.c.project_id == found.id)
    released = session.connection().execute(last.order_by(RELEASE.c.number.desc()).limit(1)).first()
    folders = releases.written_to(session.connection(), found.id) if released else {}
    shares = found.settings.get("splits") or ProjectFile.model_fields["splits"].default
    return Project(
        row=found.id,
        slug=found.slug,
        name=found.name,
        kind=str(found.kind),
        description=found.description,
        language=found.language,
        licence=found.licence,
        labels=tuple(
            _label(label) for label in projects.labels(session, found) if label.merged_into_id is None
        ),
        shares=cast(dict[str, float], shares),
        seed=found.seed,
        overlap=found.overlap,
        context=found.context,
        guidelines=text.text if text is not None else None,
        guidelines_version=found.guidelines_version,
        simulated=people.simulated(session.connection(), found.pseudonym_key),
        last_release=Released(*released, folders.get(released.number)) if released else None,
        authors=tuple(
            Author(**each) for each in cast(list[dict[str, str]], found.settings.get("authors", []))
        ),
        statement=cast(dict[str, str], found.settings.get("statement", {})),
    )


def _label(label: domain.Label) -> Label:
    return Label(label.name, str(label.polarity), label.definitions.get(projects.ENGLISH, ""))
