"""What the next items and a save cost, however large the pool is and however much somebody has answered.

    python -m benchmarks.queue_scale [--items 1000 --items 100000 --items 5000000] [--labels 300]

A directed project of so many items for each `--items`, in an SQLite file each, filled by SQL; in the largest,
one person has answered 100,000 items already. Each is asked in turn, in this process, for `queue?limit=20`
when ten are left and for one PUT a label, so that what the machine does besides meets all alike. Told are the
medians in milliseconds, each beside that of the smallest, and the longest after the first: that one walks
past all that somebody has answered.
"""

import io
import json
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import click
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.config import Settings
from annotator.domain import Entity, Pool, Project, Role
from annotator.domain.project_file import ProjectFile
from annotator.store import accounts, projects
from annotator.store import engine as store
from annotator.web import create_app

SLUG = "large"
SENTENCE = "Nothing was said about it."
A_DOCUMENT = 20  # sentences
ANSWERED = 100_000
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count) "
FILL = {  # table: its columns, and what they are in row i of :count
    "document": (
        "id, project_id, external_id, text, raw_sha256, repairs, segmenter, metadata, created_at",
        "i + 1, :project, 'd' || i, :text, '', '[]', '', '{}', :now",
    ),
    "segment": (
        'id, document_id, external_id, position, paragraph, start, "end", type, metadata',
        "i + 1, i / 20 + 1, 's' || i, i % 20, 0, (i % 20) * :wide, (i % 20 + 1) * :wide - 1, 'body', '{}'",
    ),
    "item": (
        "id, project_id, external_id, segment_id, target_id, holder_id, purpose, created_at",
        "i + 1, :project, 'i' || i, i + 1, :target, :author, 'work', :now",
    ),
    "queue_entry": ("pool_id, generation, rank, item_id, free_seats", ":pool, 0, i, i + 1, 2"),
    "annotation": (
        "uuid, item_id, annotator_id, kind, occasion, revision, withdrawn, counted, outcome, flags, "
        "created_at, precedent, comment_released, weighed, guidelines_version, body_sha256",
        "lower(hex(randomblob(16))), i + 1, :user, 'annotation', 0, 0, 0, 1, 'judged', '[]', :now, "
        "0, 0, 1, 0, ''",
    ),
    "lease": (
        "item_id, user_id, occasion, takes_seat, leased_at, expires_at, ended_at",
        "i + 1, :user, 0, 1, :now, :now, :now",
    ),
}


@dataclass
class Annotator:
    """Somebody who works in a project, through the application in this process."""

    name: str
    app: object
    token: str
    held: list[str] = field(default_factory=list)
    queues: list[float] = field(default_factory=list)  # s
    saves: list[float] = field(default_factory=list)

    def label(self) -> None:
        """One label, and before it more items if ten are left."""
        if len(self.held) <= 10:
            took, told = self._ask("GET", f"/api/v1/projects/{SLUG}/queue", query="limit=20")
            self.queues.append(took)
            self.held += [item["id"] for item in told["items"] if item["id"] not in self.held]
        body = {"item": self.held.pop(0), "stances": [{"label": "FAVOR"}], "seconds": 2.5}
        took, _ = self._ask("PUT", f"/api/v1/annotations/{uuid4()}", body=json.dumps(body).encode())
        self.saves.append(took)

    def _ask(self, method: str, path: str, *, body: bytes = b"", query: str = "") -> tuple[float, dict]:
        status: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        began = time.perf_counter()
        answer = b"".join(self.app(environ, lambda told, _headers: status.append(told)))
        took = time.perf_counter() - began
        if status[0][0] != "2":
            raise click.ClickException(f"{method} {path}: {status[0]} {answer[:200]!r}")
        return took, json.loads(answer)


@click.command()
@click.option("--items", "sizes", multiple=True, type=int, default=(1_000, 100_000, 5_000_000))
@click.option("--labels", default=300, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Where the files are made; else thrown away.")
def main(sizes: tuple[int, ...], labels: int, folder: Path | None) -> None:
    """Label in all of them in turn, and print the medians."""
    with tempfile.TemporaryDirectory() as thrown_away:
        people = [
            person
            for size in sizes
            for person in _project(f"sqlite:///{folder or thrown_away}/queue-{size}.db", size)
        ]
        people[-1].name += f", {ANSWERED:,} answered" if len(people) > len(sizes) else ""
        for _ in range(labels):
            for person in people:
                person.label()
        _tell(people)


def _tell(people: list[Annotator]) -> None:
    first = people[0]
    for person in people:
        queue, save = statistics.median(person.queues), statistics.median(person.saves)
        longest = max(person.queues[1:] + person.saves[1:])
        beside = queue / statistics.median(first.queues), save / statistics.median(first.saves)
        print(
            f"{person.name}: next items p50 {1000 * queue:.2f} ms ({beside[0]:.2f} x), "
            f"save p50 {1000 * save:.2f} ms ({beside[1]:.2f} x), "
            f"longest of both {1000 * longest:.0f} ms"
        )


def _project(url: str, items: int) -> list[Annotator]:
    """A new annotator; and one who has answered ANSWERED items, where there are many more."""
    began = time.perf_counter()
    engine = store.create(url)
    store.migrate(engine)
    with store.reading(engine) as session:
        is_new = session.exec(select(Project.id)).first() is None
    if is_new:
        _fill(engine, items)
        print(f"{items:,} items filled in {time.perf_counter() - began:.0f} s", flush=True)
    tokens = [_token(engine, answered=0)]
    if items > 10 * ANSWERED:
        tokens.append(_token(engine, answered=ANSWERED))
    app = create_app(Settings(database=url))
    return [Annotator(f"{items:,} items", app, token) for token in tokens]


def _fill(engine: Engine, items: int) -> None:
    with store.writing(engine) as session:
        made = projects.create(session, ProjectFile(slug=SLUG, kind="directed", entities=[{"key": "target"}]))
        made.overlap = 2
        session.add(made)
        session.flush()
        entities = {entity.key: entity.id for entity in session.exec(select(Entity))}
        pool = session.exec(select(Pool)).one()
        given = {
            "project": made.id,
            "target": entities["target"],
            "author": entities["author"],
            "pool": pool.id,
            "now": "2026-01-01 00:00:00.000000",
            "text": "\n".join([SENTENCE] * A_DOCUMENT),
            "wide": len(SENTENCE) + 1,
        }
        _insert(session, "document", given | {"count": -(-items // A_DOCUMENT)})
        for table in ("segment", "item", "queue_entry"):
            _insert(session, table, given | {"count": items})
        pool.free_seats = 2 * items
        session.add(pool)
    with engine.connect() as connection:
        connection.execute(sa.text("ANALYZE"))


def _insert(session: Session, table: str, given: dict[str, object]) -> None:
    columns, values = FILL[table]
    session.execute(sa.text(f"INSERT INTO {table} ({columns}) {NUMBERS} SELECT {values} FROM n"), given)


def _token(engine: Engine, *, answered: int) -> str:
    """Of somebody new, who has answered so many."""
    with store.writing(engine) as session:
        user = accounts.add_user(session, f"annotator {uuid4()}")
        projects.join(session, projects.find(session, SLUG), user, Role.ANNOTATOR)
        if answered:
            given = {"count": answered, "user": user.id, "now": "2026-01-02 00:00:00.000000"}
            _insert(session, "annotation", given)
            _insert(session, "lease", given)  # each was lent before it was answered
        return accounts.create_token(session, user, name="benchmark", days=1)


if __name__ == "__main__":
    main()
