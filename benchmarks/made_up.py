"""A project of made-up answers in an empty database, through Core inserts.

Documents of so many sentences, an item each, so many judges an item. In a directed project every other
answer has a rationale. In an open one a sentence has none to three stances, of 2,000 holders towards 500
targets, some much more often than others; a judge sees most of them, and each with a rationale.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlmodel import select

from annotator.domain import Entity, Label, Project, User, UserKind, metadata
from annotator.domain.project_file import EntityEntry, ProjectFile
from annotator.store import engine as store
from annotator.store import projects

SLUG = "speed"
START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 20_000
TARGETS = 5
OPEN_HOLDERS, OPEN_TARGETS = 2_000, 500
WORDS = ("the", "trains", "minister", "delays", "praised", "strike", "again", "budget", "never", "public")
TABLES = ("document", "segment", "item", "annotation", "stance", "span")


def filled(url: str, items: int, judges: int, sentences: int, *, opened: bool = False) -> Engine:
    """An engine on this database, filled if it is empty."""
    engine = store.create(url)
    store.migrate(engine)
    with engine.connect() as connection:
        is_empty = not connection.execute(sa.select(metadata.tables["project"].c.id)).first()
    if is_empty:
        fill(engine, items=items, judges=judges, sentences=sentences, opened=opened)
    return engine


def fill(engine: Engine, *, items: int, judges: int, sentences: int, opened: bool = False) -> None:
    """A project of made-up answers, through Core inserts."""
    scheme = Open(engine, judges) if opened else Scheme(engine, judges)
    with engine.execution_options(standpoint_writes=True).begin() as connection:
        waiting: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        for table, row in scheme.rows(items, sentences):
            waiting[table].append(row)
            if len(waiting[table]) >= BATCH:
                flush(connection, waiting)
        flush(connection, waiting)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(sa.text("ANALYZE"))


def flush(connection: Connection, waiting: dict[str, list[dict[str, Any]]]) -> None:
    """Insert what waits, parents first."""
    for table, rows in waiting.items():
        if rows:
            connection.execute(sa.insert(metadata.tables[table]), rows)
            rows.clear()


class Scheme:
    """A project with its labels, targets and judges; makes rows of the other tables."""

    kind: Literal["directed", "open"] = "directed"
    n_holders, n_targets = 0, TARGETS

    def __init__(self, engine: Engine, judges: int) -> None:
        holders = [EntityEntry(key=f"holder-{number}") for number in range(self.n_holders)]
        targets = [EntityEntry(key=f"target-{number}") for number in range(self.n_targets)]
        with store.writing(engine) as session:
            projects.create(session, ProjectFile(slug=SLUG, kind=self.kind, entities=[*holders, *targets]))
            session.add_all(
                User(name=f"judge {n}", kind=UserKind.PERSON, simulated=True) for n in range(judges)
            )
            session.flush()
            self.project = session.exec(select(Project.id)).one()
            self.labels = session.exec(select(Label.id)).all()
            self.judges = session.exec(select(User.id)).all()
            entities = {entity.key: entity.id for entity in session.exec(select(Entity))}
        self.author = entities["author"]
        self.holders = [entities[holder.key] for holder in holders]
        self.targets = [entities[target.key] for target in targets]
        self.draw = random.Random(0)

    def rows(self, items: int, sentences: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """(table, row), each after what it refers to."""
        for first in range(0, items, sentences):
            texts = [" ".join(self.draw.choices(WORDS, k=17)) for _ in range(min(sentences, items - first))]
            yield "document", self._document(first, "\n".join(texts))
            start = 0
            for position, text in enumerate(texts):
                number = first + position
                yield "segment", _segment(number, first, position, start, start + len(text))
                yield "item", self._item(number)
                yield from self._answers(number, start)
                start += len(text) + 1

    def _document(self, number: int, text: str) -> dict[str, Any]:
        made = {"project_id": self.project, "created_at": START, "metadata": {}, "repairs": []}
        return made | {
            "id": number + 1,
            "external_id": f"d{number}",
            "text": text,
            "raw_sha256": "",
            "segmenter": "",
        }

    def _item(self, number: int) -> dict[str, Any]:
        made = {"project_id": self.project, "created_at": START, "purpose": "work", "holder_id": self.author}
        target = self.targets[number % TARGETS]
        named = {"id": number + 1, "external_id": f"i{number}"}
        return made | named | {"segment_id": number + 1, "target_id": target}

    def _answers(self, item: int, start: int) -> Iterator[tuple[str, dict[str, Any]]]:
        for place, judge in enumerate(self.judges):
            number = item * len(self.judges) + place
            yield "annotation", _annotation(number, item, judge)
            yield (
                "stance",
                {
                    "id": number + 1,
                    "annotation_id": number + 1,
                    "position": 0,
                    "holder_id": self.author,
                    "target_id": self.targets[item % TARGETS],
                    "label_id": self.draw.choice(self.labels),
                    "former": False,
                    "flags": [],
                },
            )
            if number % 2:
                span = {"role": "rationale", "start": start, "end": start + 9}
                yield "span", span | {"id": number + 1, "stance_id": number + 1}


class Open(Scheme):
    """An open project: holders, targets and stances are the judges' to find."""

    kind = "open"
    n_holders, n_targets = OPEN_HOLDERS, OPEN_TARGETS
    stance = 0

    def _item(self, number: int) -> dict[str, Any]:
        return super()._item(number) | {"holder_id": None, "target_id": None}

    def _answers(self, item: int, start: int) -> Iterator[tuple[str, dict[str, Any]]]:
        there = {
            self._pair(): self.draw.choice(self.labels) for _ in range(self.draw.choice((0, 0, 1, 1, 2, 3)))
        }
        for place, judge in enumerate(self.judges):
            number = item * len(self.judges) + place
            yield "annotation", _annotation(number, item, judge)
            seen = {pair: label for pair, label in there.items() if self.draw.random() < 0.75}
            if self.draw.random() < 0.1:
                seen.setdefault(self._pair(), self.draw.choice(self.labels))
            for position, ((holder, target), label) in enumerate(seen.items()):
                self.stance += 1
                said = label if self.draw.random() < 0.85 else self.draw.choice(self.labels)
                named = {"holder_id": holder, "target_id": target, "label_id": said, "former": False}
                made = {"id": self.stance, "annotation_id": number + 1, "position": position, "flags": []}
                yield "stance", made | named
                begin = start + self.draw.randrange(40)
                span = {"role": "rationale", "start": begin, "end": begin + 20}
                yield "span", span | {"id": self.stance, "stance_id": self.stance}

    def _pair(self) -> tuple[int, int]:
        """A holder and a target; the hundredth of the names is a tenth of what is found."""
        holder, target = (int(len(of) * self.draw.random() ** 2) for of in (self.holders, self.targets))
        return self.holders[holder], self.targets[target]


def _segment(number: int, document: int, position: int, start: int, end: int) -> dict[str, Any]:
    made = {"id": number + 1, "external_id": f"s{number}", "type": "body", "paragraph": 0, "metadata": {}}
    return made | {"document_id": document + 1, "position": position, "start": start, "end": end}


def _annotation(number: int, item: int, judge: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "uuid": UUID(int=number),
        "item_id": item + 1,
        "annotator_id": judge,
        "kind": "annotation",
        "occasion": 0,
        "revision": 0,
        "withdrawn": False,
        "counted": True,
        "outcome": "judged",
        "flags": [],
        "seconds": 2.5,
        "precedent": False,
        "created_at": START + timedelta(seconds=number),
        "context_start": 0,
        "context_end": 99,
        "guidelines_version": 1,
        "body_sha256": "",
    }
