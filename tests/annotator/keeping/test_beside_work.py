"""A backup while people save: nothing that was acknowledged before is missing, nothing is there by halves."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from annotator.domain import Annotation, Item, Stance
from annotator.keeping import backup
from annotator.store import accounts, annotations, projects, queue
from annotator.store.engine import reading, writing
from tests import make
from tests.annotator.keeping.conftest import standpoint
from tests.services.waiting import until

PEOPLE = ("ada", "bob", "cy")
HOLDERS = ("council", "residents", "author", "everyone", "unspecified")  # in each answer


def test_a_backup_while_people_save_is_one_state(engine, database_url, other_url, tmp_path, opened):
    """Nobody stops a campaign of a hundred people for a backup."""
    with writing(engine) as session:
        people = [make.user(session, name) for name in PEOPLE]
        make.open_document(session, documents=200, overlap=2, members=people)
    acknowledged, stop = {name: [] for name in PEOPLE}, Event()
    with ThreadPoolExecutor(len(PEOPLE)) as threads:
        working = [threads.submit(_work, engine, name, acknowledged[name], stop) for name in PEOPLE]
        try:
            until(lambda: all(len(saved) >= 3 for saved in acknowledged.values()))
            before = {uuid for saved in acknowledged.values() for uuid in list(saved)}
            done = standpoint("backup", tmp_path / "all.backup", "--database", database_url)
            until(lambda: sum(map(len, acknowledged.values())) > len(before))
        finally:
            stop.set()
        for worker in working:
            worker.result()
    assert done.exit_code == 0, done.output
    assert standpoint("restore", tmp_path / "all.backup", "--database", other_url).exit_code == 0

    with reading(opened(other_url)) as session:
        there = set(session.exec(select(Annotation.uuid)))
        assert before <= there <= {uuid for saved in acknowledged.values() for uuid in saved}
        stances = Counter(session.exec(select(Stance.annotation_id)))
        assert set(stances.values()) == {len(HOLDERS)}
        assert len(stances) == len(there)


def test_what_is_backed_up_stands_still(engine):
    """Stances that came after their answers were read would be of answers that are not there."""
    people = sa.text('SELECT count(*) FROM "user"')
    with backup.snapshot(engine) as connection:
        assert connection.execute(people).scalar_one() == 0
        with writing(engine) as session:
            make.user(session, "ada")
        assert connection.execute(people).scalar_one() == 0


def _work(engine: Engine, name: str, saved: list[UUID], stop: Event) -> None:
    """Answer items until told to stop; an answer is noted once it is acknowledged."""
    while not stop.is_set():
        uuid = uuid4()
        with writing(engine) as session:
            if not _answer(session, name, uuid):
                return
        saved.append(uuid)


def _answer(session: Session, name: str, uuid: UUID) -> bool:
    user, project = accounts.find_user(session, name), projects.find(session, "news")
    leases = queue.serve(session, project, user, limit=1, minutes=30).leases
    if not leases:
        return False
    item = session.get_one(Item, leases[0].item_id)
    said = [{"holder": holder, "target": "delay", "label": "AGAINST"} for holder in HOLDERS]
    annotations.append(session, user, uuid, make.answer(item, stances=said))
    return True
