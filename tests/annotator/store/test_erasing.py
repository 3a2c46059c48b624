"""Erased words are gone from the file itself; ids, offsets and the trail stay."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import select

from annotator.domain import (
    Alias,
    Annotation,
    AuditEntry,
    Document,
    Import,
    ImportState,
    Inquiry,
    Item,
    Job,
    JobState,
    Release,
    Segment,
    now,
)
from annotator.errors import Invalid
from annotator.store import (
    annotations,
    erasing,
    guidelines,
    inquiries,
    jobs,
    projects,
    queue,
    removing,
    scheme,
    search,
    undoing,
)
from annotator.store import engine as store
from annotator.store.engine import reading, writing
from annotator.store.registry import Registry
from tests import make

SECRET = "Quetzalcoatlus"
SAID = f"{SECRET} wants the night train, and says so every single day."


def filled(session):
    """A document that is quoted everywhere; its words were changed once, so that old bytes lie about."""
    ada = make.user(session, "ada")
    news = make.open_document(session, sentences=[SAID, "It rained."], documents=2, members=[ada])
    row = news.documents[0]
    row.title, row.author, row.url, row.outlet = f"On {SECRET}", SECRET, f"https://x.org/{SECRET}", SECRET
    row.raw_text, row.extra, row.repairs = f"{SAID} ", {"note": SECRET}, [{"was": SECRET}]
    row.cluster = news.documents[1].cluster = row.external_id
    row.split = "train"
    for segment in session.exec(select(Segment).where(Segment.document_id == row.id)):
        segment.speaker, segment.extra = SECRET, {"who": SECRET}
        search.put(session, [(segment.id, row.text[segment.start : segment.end])])
    stance = {"holder": "council", "target": "delay", "label": "FAVOR", "rationales": [[0, 14]]}
    said = make.answer(news.items[0], stances=[stance], comment=f"{SECRET} again?")
    annotations.append(session, ada, uuid4(), said)
    asked, _ = inquiries.ask(session, ada, news.items[0], uuid4(), f"Who is {SECRET}?")
    inquiries.reply(session, inquiries.find(session, news.project, asked.uuid), f"{SECRET}!", by=ada)
    quoted = make.entity(session, news.project, "q")
    Registry.load(session, news.project.id).alias(quoted, SECRET, document="news-0")
    news.items[0].explanation = SECRET
    guidelines.publish(session, news.project, f"As in: {SAID}")
    for number, hours in ((1, 1), (2, -1)):
        made = now() + timedelta(hours=hours)
        session.add(Release(project_id=news.project.id, number=number, sha256=f"{number}", created_at=made))
    pieces = [[word, 0.5] for word in SAID.split()]
    asked = {"model": 1, "text": SAID, "target": "Trains"}
    told = {"labels": [{"name": "FAVOR", "p": 0.5, "pieces": pieces}]}
    session.add(
        Job(name="explain", project_id=news.project.id, arguments=asked, result=told, state=JobState.DONE)
    )
    session.add(Job(name="train", project_id=news.project.id, arguments={"recipe": "majority"}))
    rejected = {"figures": {"n": 3}, "rejected": [{"line": 7, "reason": f"no label: {SAID!r}"}]}
    state = ImportState.DONE
    session.add(Import(project_id=news.project.id, owner="x:1", state=state, told=rejected))
    session.flush()
    return news


@pytest.mark.sqlite
def test_no_byte_of_the_words_is_left_in_the_files(sqlite_url):
    """Whoever asks to be forgotten is not comforted by a row that says so."""
    engine = store.create(sqlite_url)
    with writing(engine) as session:
        news = filled(session)
        news.documents[1].text, news.documents[1].title = "Nothing.", None
        session.delete(session.exec(select(guidelines.Guidelines)).one())
    with writing(engine) as session:
        session.exec(select(Document)).first().text += " Once more."
    file = Path(engine.url.database)
    held = [path for path in file.parent.glob(f"{file.name}*") if SECRET.encode() in path.read_bytes()]
    assert f"{file.name}-wal" in {path.name for path in held}

    with writing(engine) as session:
        erasing.erase(session, projects.find(session, "news"), "news-0", why="asked for")
    assert erasing.scrub(engine)

    for path in file.parent.glob(f"{file.name}*"):
        assert SECRET.lower().encode() not in path.read_bytes().lower(), path.name
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    engine.dispose()


@pytest.mark.sqlite
def test_who_reads_meanwhile_is_told_of(sqlite_url):
    """The log cannot be emptied under a reader: that must not pass in silence."""
    engine = store.create(sqlite_url)
    with writing(engine) as session:
        filled(session)
    with reading(engine) as reader:
        reader.exec(select(Document)).all()
        with writing(engine) as session:
            erasing.erase(session, projects.find(session, "news"), "news-0")
        assert not erasing.scrub(engine, seconds=0)
    assert erasing.scrub(engine)
    engine.dispose()


def test_what_stays_and_what_goes(session):
    """Agreement can still be counted; nothing can be read."""
    news = filled(session)
    assert search.items(session, news.project, SECRET) == [news.items[0].id]
    erasure = erasing.erase(session, news.project, "news-0")
    row = session.exec(select(Document).where(Document.external_id == "news-0")).one()
    answer = session.exec(select(Annotation)).one()
    rationale = answer.stances[0].spans[0]
    asked = session.exec(select(Inquiry)).one()

    assert set(row.text) == {erasing.BLOCK}
    assert len(row.text) == len(f"{SAID} It rained.")
    assert row.text[rationale.start : rationale.end] == erasing.BLOCK * 14
    assert (row.title, row.author, row.url, row.raw_text, row.extra, row.repairs) == (None,) * 4 + ({}, [])
    assert (answer.comment, len(answer.stances), answer.outcome) == (None, 1, "judged")
    assert (asked.text, asked.reply) == (erasing.GONE, erasing.GONE)
    assert session.exec(select(Alias).where(Alias.document == "news-0")).all() == []
    assert session.exec(select(Item).where(Item.external_id == "news-0-0")).one().explanation is None
    assert search.items(session, news.project, SECRET) == []
    explained, trained = session.exec(select(Job).order_by(Job.id)).all()
    assert explained.arguments == {"model": 1, "text": erasing.GONE, "target": erasing.GONE}
    assert explained.result["labels"][0]["pieces"][0] == [erasing.GONE, 0.5]
    assert (trained.arguments, trained.state) == ({"recipe": "majority"}, JobState.WAITING)
    gone = {"figures": {"n": 3}, "rejected": [{"line": 7, "reason": erasing.GONE}]}
    assert session.exec(select(Import)).one().told == gone
    assert (erasure.alike, erasure.guidelines) == (["news-1"], [1])
    noted = session.exec(select(AuditEntry).where(AuditEntry.action == "erase document")).one()
    assert noted.detail["withdrawn_releases"] == [1]


def test_a_job_that_still_runs_can_store_nothing_of_it(session):
    """What was asked of a model a second ago would come back with its answer."""
    news = filled(session)
    job, _ = jobs.enqueue(session, "explain", project=news.project, arguments={"text": SAID})
    for each in session.exec(select(Job).where(Job.id != job.id)):
        each.state = JobState.DONE
    session.flush()
    assert jobs.claim(session, "a") == job.id
    erasing.erase(session, news.project, "news-0")

    jobs.finish(session, job.id, "a", {"text": SAID})
    session.refresh(job)
    assert (job.state, job.arguments, job.result) == (JobState.CANCELLED, {"text": erasing.GONE}, None)


def test_releases_that_held_it_are_withdrawn(session):
    """Those made before it came in never had it."""
    news = filled(session)
    erasing.erase(session, news.project, "news-0")
    releases = {each.number: each.withdrawn_at is not None for each in session.exec(select(Release))}

    assert releases == {1: True, 2: False}


def test_an_erased_document_never_comes_back(session):
    """Not by a restore, and not by a second erasure."""
    news = filled(session)
    erasing.erase(session, news.project, "news-0")

    for again in (removing.restore_document, erasing.erase):
        with pytest.raises(Invalid, match="erased"):
            again(session, news.project, "news-0")


def test_a_deleted_document_is_asked_about_no_more_and_comes_back(session):
    """What was retired before stays so; an answer on its way is kept."""
    ada = make.user(session, "ada")
    news = make.open_document(session, sentences=["One.", "Two.", "Three."], members=[ada])
    removing.retire_items(session, news.project, ["news-0-2"])
    queue.serve(session, news.project, ada, limit=10, minutes=30)
    removing.delete_document(session, news.project, "news-0")

    assert queue.serve(session, news.project, ada, limit=10, minutes=30).leases == []
    late, _ = annotations.append(session, ada, uuid4(), make.answer("news-0-0"))
    assert late.id is not None
    deed = session.exec(select(AuditEntry).where(AuditEntry.action == "delete document")).one()
    undoing.undo(session, news.project, deed.id)
    served = queue.serve(session, news.project, ada, limit=10, minutes=30)
    assert [lease.item_id for lease in served.leases] == [news.items[1].id]
    with pytest.raises(Invalid, match="undone"):
        undoing.undo(session, news.project, deed.id)


def test_retired_items_come_back_by_their_entry(session):
    """A slip with five hundred ids must not cost five hundred clicks."""
    ada = make.user(session, "ada")
    news = make.open_document(session, members=[ada])
    names = [item.external_id for item in news.items]

    assert removing.retire_items(session, news.project, names) == len(names)
    assert removing.retire_items(session, news.project, names) == 0
    deed = session.exec(select(AuditEntry).where(AuditEntry.action == "retire items")).one()
    undoing.undo(session, news.project, deed.id)
    assert len(queue.serve(session, news.project, ada, limit=10, minutes=30).leases) == len(names)


def test_a_removed_member_comes_back_in_their_role(session):
    """Whoever removes members notes who and in which role; that is enough."""
    ada = make.user(session, "ada")
    news = make.open_document(session)
    entry = AuditEntry(
        project_id=news.project.id, action="remove member", detail={"user": "ada", "role": "curator"}
    )
    session.add(entry)
    session.flush()
    undoing.undo(session, news.project, entry.id)

    assert projects.role_of(session, news.project, ada) == "curator"


def test_renaming_is_undone_by_renaming(session):
    """The name goes back, the trail shows both."""
    posts = make.directed(session, items=1)
    scheme.rename(session, posts.project, "label", "FAVOR", "FOR")
    deed = session.exec(select(AuditEntry).where(AuditEntry.action == "rename label")).one()
    undoing.undo(session, posts.project, deed.id)

    assert "FAVOR" in {label.name for label in projects.labels_in_use(session, posts.project)}
