"""Documents as they are printed: title, headings, paragraphs, speakers in turn, boilerplate."""

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from annotator.domain import Document, Item, Pool, Project, Role, Segment, SegmentType
from annotator.store import accounts, projects, queue
from annotator.store.engine import writing
from tests.browser.conftest import Seat, fill


@dataclass(frozen=True)
class Line:
    """One segment and where it stands."""

    text: str
    paragraph: int
    type: SegmentType = SegmentType.BODY
    speaker: str | None = None


ARTICLE = (
    Line("By I. Berg, in the north", 0, SegmentType.BOILERPLATE),
    Line("Mayor Anders wants the night trains back by spring.", 1),
    Line("The State Railway says that nobody would board them.", 1),
    Line("A purse that is empty", 2, SegmentType.HEADING),
    Line("Each train costs as much as a school roof, by the railway's count.", 3),
    Line("It snowed.", 3),
    Line("Whoever has slept on a bench in Kiel will side with the mayor.", 4),
    Line("Subscribe to read on.", 5, SegmentType.BOILERPLATE),
)

DEBATE = (
    Line("Question time", 0, SegmentType.HEADING),
    Line("Is the minister for night trains, or is he not?", 1, speaker="Ms Okafor"),
    Line("I am for whatever runs on time.", 2, speaker="The minister"),
    Line("The sleeper has not run on time since I was a boy.", 2, speaker="The minister"),
    Line("That is no answer.", 3, speaker="Ms Okafor"),
    Line("Order.", 4, speaker="The chair"),
)

ARABIC = (
    Line("قطارات الليل", 0, SegmentType.HEADING),
    Line("قالت رئيسة البلدية إن القطارات يجب أن تعود قبل الربيع.", 1),
    Line("وترى السكك الحديدية أن أحدا لن يركبها.", 1),
    Line("هطل الثلج.", 2),
)


def store(
    session: Session, project: Project, name: str, lines: Sequence[Line], **columns: object
) -> list[Item]:
    """A document of these lines with an item for each body segment, at the end of the queue."""
    text = "\n".join(line.text for line in lines)
    document = Document(
        project_id=project.id,
        external_id=name,
        text=text,
        raw_sha256="0" * 64,
        segmenter="by hand",
        **{
            "title": "Sleepers return to the north",
            "outlet": "The Evening Post",
            "language": "en",
            **columns,
        },
    )
    session.add(document)
    session.flush()
    segments = list(_segments(document, lines))
    session.add_all(segments)
    session.flush()
    items = [
        Item(project_id=project.id, external_id=segment.external_id, segment_id=segment.id)
        for segment in segments
        if segment.type is SegmentType.BODY
    ]
    session.add_all(items)
    session.flush()
    pool = session.exec(select(Pool).where(Pool.project_id == project.id).order_by(col(Pool.id))).first()
    queue.enqueue(session, pool, [(item.id, project.overlap) for item in items])
    return items


def _segments(document: Document, lines: Sequence[Line]) -> list[Segment]:
    segments, start = [], 0
    for position, line in enumerate(lines):
        segments.append(
            Segment(
                document_id=document.id,
                external_id=f"{document.external_id}:{position}",
                position=position,
                paragraph=line.paragraph,
                start=start,
                end=start + len(line.text),
                type=line.type,
                speaker=line.speaker,
            )
        )
        start += len(line.text) + 1
    return segments


def project(session: Session, documents: dict[str, Sequence[Line]], **more: object) -> Project:
    """An open project of these documents, served in reading order."""
    made = fill(session, "open", [], **more)
    for name, lines in documents.items():
        store(session, made, name, lines, language=made.language or "en")
    return made


def sit_down(
    engine: Engine, server: str, page: Page, documents: dict[str, Sequence[Line]], **more: object
) -> Seat:
    """Ada, signed in, with her page open on the first of these documents."""
    with writing(engine) as session:
        ada = accounts.add_user(session, "ada")
        projects.join(session, project(session, documents, **more), ada, Role.ANNOTATOR)
        token = accounts.sign_in_link(session, ada)
    page.goto(f"{server}/sign-in/{token}")
    page.goto(f"{server}/projects/trains/annotate")
    page.locator(".passage-segment").wait_for()
    return Seat(page, engine)
