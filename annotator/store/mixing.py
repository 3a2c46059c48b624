"""What comes next: training before all else, then work, with checks and repeats among it.

A person's counts say where a check falls, so that asking for one item twenty times or for twenty once
gives the same. Each of the ideas has a file of its own.
"""

from dataclasses import replace

from sqlmodel import Session

from annotator.domain import Item, Purpose, Serve, User
from annotator.domain.workforce import Workforce
from annotator.store import checks, pacing, repeats, training, walk, whole_documents
from annotator.store.asking import Asked
from annotator.store.seats import Lent


def lend(visit: walk.Visit, *, room: int, most: int) -> list[Lent]:
    """New leases, `room` of them if there are so many; where documents come whole, up to `most`."""
    assert visit.project.id is not None and visit.user.id is not None
    pace = pacing.counts(visit.session, visit.project.id, visit.user.id)
    before = replace(pace)
    if training.is_owed(visit.session, visit.project, pace):
        return training.lend(visit, pace, room=room)
    lent = repeats.lend(visit, pace, room=room)
    rate = Workforce.of(visit.project).checks.rate
    while len(lent) < room:
        lent += checks.lend(visit, pace, room=room - len(lent), most=most - len(lent))
        run = checks.run_length(visit, pace, rate, most=room - len(lent))
        work = _work(visit, room=run, most=most - len(lent))
        lent += work
        checks.count(visit, pace, rate, after=_seats(work), beside=len(work) - _seats(work))
        if len(work) < run or not run:
            break
    if pace != before:
        pacing.keep(visit.session, pace)
    return lent


def _work(visit: walk.Visit, *, room: int, most: int) -> list[Lent]:
    """Of what was returned, then of what comes in order."""
    lent = walk.returned(visit, room=room)
    if visit.project.serve is Serve.DOCUMENT:
        return lent + whole_documents.lend(visit, room=room - len(lent), most=most - len(lent))
    return lent + walk.in_order(visit, room=room - len(lent))


def _seats(work: list[Lent]) -> int:
    return sum(lease.takes_seat for lease in work)


def skipped(visit: walk.Visit, *, room: int) -> list[Lent]:
    """What the person put off once, when nothing else is left; nothing before they are trained."""
    if standing(visit) is not None:
        return []
    lent = walk.skipped(visit, room=room)
    return lent + checks.skipped(visit, room=room - len(lent))


def standing(visit: walk.Visit) -> "training.Standing | None":
    """How far the person is in their training; None if they get work."""
    return training.standing(visit.session, visit.project, visit.user)


def answered(session: Session, user: User, asked: Asked, *, occasion: int, stands: bool, stood: bool) -> None:
    """Keep count of an answer that was just given, corrected or taken back.

    `stood` is whether one stood on this occasion before, `stands` whether one does now.
    """
    repeats.answered(session, user, asked, occasion=occasion, stands=stands, stood=stood)
    if asked.purpose is Purpose.TRAINING:
        training.answered(session, user, session.get_one(Item, asked.item_id))
