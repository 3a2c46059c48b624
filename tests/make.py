"""Rows for tests: people, projects, documents, items, answers. Each makes what it needs and flushes.

ada = make.user(session, "ada")
posts = make.directed(session, items=3, overlap=2, members=[ada])
annotations.append(session, ada, uuid4(), make.answer(posts.items[0], "FAVOR"))
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from sqlmodel import Session, col, select

from annotator.domain import (
    Annotation,
    Document,
    Entity,
    EntityKind,
    Item,
    Kind,
    Pool,
    Project,
    Role,
    Segment,
    SegmentType,
    Stance,
    User,
    UserKind,
)
from annotator.domain.answering import AnswerIn
from annotator.domain.project_file import ProjectFile
from annotator.store import accounts, annotations, projects, queue
from annotator.store.registry import Registry

TARGET = "wind-farms"
SENTENCES = (
    "The council hinted at a delay.",
    "“We will not wait,” said the residents’ group.",
    "Nobody asked the fishers.",
    "The minister left early 🚪.",
)


@dataclass(frozen=True)
class Directed:
    """A project that asks what each post's author thinks of one target."""

    project: Project
    target: Entity
    items: list[Item]


@dataclass(frozen=True)
class Opened:
    """A project that asks for whole tuples, sentence by sentence."""

    project: Project
    documents: list[Document]
    items: list[Item]


def user(session: Session, name: str = "ada", *, is_admin: bool = False) -> User:
    """A new person."""
    return accounts.add_user(session, name, is_admin=is_admin)


def project(
    session: Session,
    slug: str = "posts",
    *,
    kind: str = "directed",
    members: Iterable[User] = (),
    role: Role = Role.ANNOTATOR,
    **fields: object,
) -> Project:
    """A new project with the usual labels and reserved holders; `fields` as in a project file."""
    made = projects.create(session, ProjectFile.model_validate({"slug": slug, "kind": kind, **fields}))
    for member in members:
        projects.join(session, made, member, role)
    return made


def entity(session: Session, of: Project, key: str, *, kind: EntityKind = EntityKind.ACTOR) -> Entity:
    """A new entry of the registry, whose name is the key without its hyphens."""
    return Registry.load(session, of.id).register(key.replace("-", " "), key=key, kind=kind)


def document(
    session: Session, of: Project, external_id: str, sentences: Sequence[str], *, heading: str | None = None
) -> tuple[Document, list[Segment]]:
    """A document with a segment for each sentence, after its heading if it has one."""
    spoken = [(heading, SegmentType.HEADING)] if heading is not None else []
    spoken += [(sentence, SegmentType.BODY) for sentence in sentences]
    text = " ".join(sentence for sentence, _ in spoken)
    row = Document(
        project_id=of.id,
        external_id=external_id,
        title=f"About {external_id}",
        text=text,
        raw_sha256=sha256(text.encode()).hexdigest(),
        segmenter="tests",
        language="en",
    )
    session.add(row)
    session.flush()
    segments, start = [], 0
    for position, (sentence, kind) in enumerate(spoken):
        segments.append(
            Segment(
                document_id=row.id,
                external_id=f"{external_id}-{position}",
                position=position,
                paragraph=0,
                start=start,
                end=start + len(sentence),
                type=kind,
            )
        )
        start += len(sentence) + 1
    session.add_all(segments)
    session.flush()
    return row, segments


def items(
    session: Session,
    of: Project,
    segments: Iterable[Segment],
    *,
    target: Entity | None = None,
    holder: Entity | None = None,
) -> list[Item]:
    """An item for each body segment, with its id, at the end of the queue."""
    rows = [
        Item(
            project_id=of.id,
            external_id=segment.external_id,
            segment_id=segment.id,
            target_id=target.id if target else None,
            holder_id=holder.id if holder else None,
        )
        for segment in segments
        if segment.type is SegmentType.BODY
    ]
    session.add_all(rows)
    session.flush()
    queue.enqueue(session, pool(session, of), [(row.id, of.overlap) for row in rows])
    return rows


def pool(session: Session, of: Project) -> Pool:
    """The project's first pool."""
    return session.exec(select(Pool).where(Pool.project_id == of.id).order_by(col(Pool.id))).first()


def directed(
    session: Session, slug: str = "posts", *, items: int = 3, members: Iterable[User] = (), **fields: object
) -> Directed:
    """Posts of one sentence each, with the ids slug-0-0, slug-1-0, …, about one target."""
    made = project(session, slug, members=members, **fields)
    target = entity(session, made, TARGET, kind=EntityKind.ISSUE)
    author = Registry.load(session, made.id).by_key["author"]
    rows = []
    for number in range(items):
        _, segments = document(session, made, f"{slug}-{number}", [f"Post {number}: so it is."])
        rows += _items(session, made, segments, target=target, holder=author)
    return Directed(made, target, rows)


_items = items


def open_document(
    session: Session,
    slug: str = "news",
    *,
    sentences: Sequence[str] = SENTENCES,
    documents: int = 1,
    heading: str | None = None,
    members: Iterable[User] = (),
    **fields: object,
) -> Opened:
    """Documents of these sentences, with the ids slug-0, slug-1, …, and residents and council to name."""
    made = project(session, slug, kind="open", members=members, **fields)
    for key in ("council", "residents"):
        entity(session, made, key)
    entity(session, made, "delay", kind=EntityKind.EVENT)
    rows, documents_made = [], []
    for number in range(documents):
        row, segments = document(session, made, f"{slug}-{number}", sentences, heading=heading)
        documents_made.append(row)
        rows += _items(session, made, segments)
    return Opened(made, documents_made, rows)


def answer(item: Item | str, label: str | None = None, **fields: object) -> AnswerIn:
    """An answer with one stance of this label, or as the fields say."""
    said = {"stances": [{"label": label}]} if label is not None else {}
    external_id = item if isinstance(item, str) else item.external_id
    return AnswerIn.model_validate({"item": external_id, **said, **fields})


def appended(session: Session, user: User, said: AnswerIn) -> Annotation:
    """An answer of this person as its row, saved as a request saves one."""
    saved, _ = annotations.append(session, user, uuid4(), said)
    return session.get_one(Annotation, saved.id)


def suggestion(
    session: Session, item: Item, label: str, *, doubt: float = 0.5, p: float = 0.75, model: str = "svm@0f"
) -> Annotation:
    """What a model says of an item that fixes its target, as an import stores it; the rest of p is shared."""
    target = session.get_one(Entity, item.target_id).key
    return expected(session, item, [("author", target, label)], doubt=doubt, p=p, model=model)


def expected(
    session: Session,
    item: Item,
    stances: Iterable[tuple[str, str, str]] = (),
    *,
    p_absent: float | None = None,
    doubt: float = 0.5,
    p: float = 0.75,
    model: str = "svm@0f",
) -> Annotation:
    """What a model says of an item: stances by keys and label, or how probable it is that there is none."""
    names = {row.id: row.name for row in projects.labels(session, session.get_one(Project, item.project_id))}
    ids, keys = {name: id_ for id_, name in names.items()}, Registry.load(session, item.project_id).by_key
    known = session.exec(select(User).where(User.name == model)).first()
    if known is None:
        known = User(name=model, kind=UserKind.MODEL)
        session.add(known)
        session.flush()
    said = Annotation(
        uuid=uuid4(),
        item_id=item.id,
        annotator_id=known.id,
        kind=Kind.SUGGESTION,
        uncertainty=doubt,
        p_absent=p_absent,
        body_sha256=uuid4().hex,
    )
    rest = (1 - p) / (len(names) - 1)
    said.stances = [
        Stance(
            position=position,
            holder_id=item.holder_id or keys[holder].id,
            target_id=keys[target].id,
            label_id=ids[label],
            label_distribution=[p if names[id_] == label else rest for id_ in sorted(names)],
        )
        for position, (holder, target, label) in enumerate(stances)
    ]
    session.add(said)
    session.flush()
    return said
