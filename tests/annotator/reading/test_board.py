"""The board: what curators see is what the rows say, however answers come, and after every one of them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from annotator.domain import Annotation, Item, now
from annotator.reading import breakdowns, trends
from annotator.reading.boards import Boards, worked_on
from annotator.reading.choosing import Page, chosen, page
from annotator.reading.wanted import Status, Votes, Wanted
from annotator.reading.weeks_worked import weeks_worked
from annotator.store import plain, projects
from tests import make

LABELS = ("FAVOR", "AGAINST", "NONE")
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def people(session):
    return [make.user(session, name) for name in ("ada", "ben", "cleo")]


@pytest.fixture
def posts(session, people):
    return make.directed(session, items=8, members=people, overlap=3)


def give(session, user, item, label=None, **fields):
    return make.appended(session, user, make.answer(item, label, **fields))


def names(session, board, mask):
    return [session.get_one(Item, id_).external_id for id_ in board.items.id[mask].tolist()]


def test_votes_are_what_a_slow_count_finds(session, posts, people):
    """A wrong confusion sends a curator to rewrite the wrong rule."""
    draw, said = Random(3), {}
    for item in posts.items:
        for person in draw.sample(people, draw.randint(0, 3)):
            said[item.id, person.id] = draw.choice(LABELS)
            give(session, person, item, said[item.id, person.id])

    board = Boards().of(session, posts.project)

    pairs = Counter()
    for item in posts.items:
        votes = [label for (of, _), label in said.items() if of == item.id]
        for one, other in combinations(votes, 2):
            pairs[one, other] += 1
            pairs[other, one] += 1
    found = breakdowns.confusion(board)
    assert {
        (a, b): found[i, j] for i, a in enumerate(LABELS) for j, b in enumerate(LABELS) if found[i, j]
    } == pairs
    assert found[board.absent].sum() == 0
    split = {
        item.external_id for item in posts.items if len({v for (i, _), v in said.items() if i == item.id}) > 1
    }
    assert set(names(session, board, board.differs)) == split


def test_who_found_nothing_votes_absent(session, people):
    """In news, not to see a stance is how people disagree most."""
    news = make.open_document(session, members=people, overlap=3)
    stance = {"holder": "residents", "target": "council", "label": "AGAINST"}
    give(session, people[0], news.items[0], stances=[stance])
    give(session, people[1], news.items[0], stances=[])
    give(session, people[2], news.items[0], outcome="cannot_judge")
    give(session, people[0], news.items[1], stances=[])
    give(session, people[1], news.items[1], stances=[])

    board = Boards().of(session, news.project)

    against = [label.name for label in projects.labels(session, news.project)].index("AGAINST")
    assert board.tally[:, [against, board.absent]].tolist() == [[1, 1], [0, 2]]
    assert names(session, board, board.differs) == ["news-0-0"]
    assert names(session, board, chosen(board, Wanted(status=Status.CANNOT_JUDGE))) == ["news-0-0"]


def test_a_board_follows_every_change(session, posts, people):
    """A page that shows yesterday is worse than none: nobody notices."""
    boards = Boards()
    first = give(session, people[0], posts.items[0], "FAVOR")
    assert boards.of(session, posts.project).given.sum() == 1

    second = give(session, people[0], posts.items[0], "AGAINST", replaces=first.uuid)
    give(session, people[1], posts.items[0], "FAVOR")
    board = boards.of(session, posts.project)
    assert (board.given.sum(), board.tally.sum(axis=0).tolist()) == (2, [1, 1, 0, 0])

    give(session, people[0], posts.items[0], replaces=second.uuid, withdrawn=True)
    assert boards.of(session, posts.project).given.sum() == 1

    posts.items[3].retired_at = now()
    posts.items[4].overlap = 2
    session.flush()
    board = boards.of(session, posts.project)
    assert (board.is_work.sum(), board.items.wanted.sum()) == (7, 23)
    assert boards.of(session, posts.project) is board


@pytest.mark.postgresql
def test_an_import_that_is_committed_late_is_seen(engine, session, posts, people):
    """PostgreSQL gives ids out before it commits: an import may have lower ones than the label beside it."""
    session.commit()
    boards, late = Boards(), Session(engine)
    of = {"item_id": posts.items[0].id, "annotator_id": people[0].id}
    late.add(Annotation(uuid=uuid4(), body_sha256="", **of))  # as an import does, without a seat
    late.flush()
    give(session, people[1], posts.items[1], "NONE")
    session.commit()
    assert boards.of(session, posts.project).given.sum() == 1

    late.commit()
    late.close()
    session.rollback()

    assert boards.of(session, posts.project).given.sum() == 2


def test_filters_are_held_together(session, posts, people):
    """Who filters wants the items of all conditions, and none beside them."""
    ada, ben, _ = people
    give(session, ada, posts.items[0], "FAVOR")
    give(session, ben, posts.items[0], "NONE")
    give(session, ada, posts.items[1], "NONE")
    give(session, ben, posts.items[1], "NONE")
    give(session, ada, posts.items[2], outcome="cannot_judge", flags=["garbled"])
    posts.items[7].retired_at = now()
    session.flush()
    board = Boards().of(session, posts.project)
    none = next(label.id for label in projects.labels(session, posts.project) if label.name == "NONE")

    def found(**wanted):
        return [int(name.split("-")[1]) for name in names(session, board, chosen(board, Wanted(**wanted)))]

    assert found() == [0, 1, 2, 3, 4, 5, 6]
    assert found(votes=Votes.DIFFER) == [0]
    assert found(votes=Votes.AGREE) == [1]
    assert found(label=none) == [0, 1]
    assert found(label=none, votes=Votes.AGREE) == [1]
    assert found(annotator=ben.id) == [0, 1]
    assert found(flag="garbled") == [2]
    assert found(status=Status.UNANSWERED) == [3, 4, 5, 6]
    assert found(status=Status.PARTLY) == [0, 1, 2]
    assert found(status=Status.DONE) == []
    assert found(status=Status.RETIRED) == [7]
    assert found(found=[posts.items[1].id, posts.items[7].id]) == [1]
    assert found(target=posts.target.id, language="en", annotator=ada.id) == [0, 1, 2]
    assert found(language="es") == []


def test_pages_go_forth_and_back_over_every_item_once(session, posts):
    """An item between two pages is one that nobody looks at."""
    board = Boards().of(session, posts.project)
    everything = np.ones(len(board.items), dtype=bool)

    def rows(found: Page):
        return found.rows.tolist()

    first = page(board, everything, after=None, before=None, size=3)
    second = page(board, everything, after=first.after, before=None, size=3)
    third = page(board, everything, after=second.after, before=None, size=3)

    assert rows(first) + rows(second) + rows(third) == list(range(8))
    assert (first.before, third.after) == (None, None)
    assert rows(page(board, everything, after=None, before=third.before, size=3)) == rows(second)


def test_a_forecast_is_what_its_rule_says(session, posts, people):
    """Who plans by it must be able to work it out."""
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    for number, ago in enumerate((28, 20, 2, 2)):
        answer = give(session, people[0], posts.items[number], "FAVOR")
        answer.created_at = today - timedelta(days=ago)
    session.flush()
    board = Boards().of(session, posts.project)
    days = trends.a_day(board, UTC_ZONE)

    told = trends.forecast(board, days, today.date())

    assert (told.done, told.wanted) == (4, 24)
    assert told.paces == pytest.approx((2 / 7, 4 / 28))
    assert (told.first, told.last) == (today.date() + timedelta(days=70), today.date() + timedelta(days=140))


def test_without_work_there_is_no_forecast(session, posts):
    """A date from nothing would be believed."""
    board = Boards().of(session, posts.project)

    told = trends.forecast(board, trends.a_day(board, UTC_ZONE), date(2026, 1, 1))

    assert (told.first, told.last, told.done) == (None, None, 0)
    assert trends.weeks(board, UTC_ZONE) == []


def test_weeks_are_those_of_the_last_answers(session, posts, people):
    """A week's figure tells whether a new rule helped."""
    monday = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    for item, labels, at in ((0, "FF", monday), (1, "FA", monday), (2, "AA", monday + timedelta(days=7))):
        for person, label in zip(people, labels, strict=False):
            name = {"F": "FAVOR", "A": "AGAINST"}[label]
            give(session, person, posts.items[item], name, answered_at=at.isoformat())
    board = Boards().of(session, posts.project)

    found = {week.monday: (week.items, week.percent) for week in trends.weeks(board, UTC_ZONE)}
    west = [week.monday for week in trends.weeks(board, ZoneInfo("America/Lima"))]

    assert found == {date(2026, 3, 2): (2, 0.5), date(2026, 3, 9): (1, 1.0)}
    assert west == [date(2026, 2, 23), date(2026, 3, 2)]


def test_a_timesheet_adds_up(session, posts, people):
    """It is what somebody is paid by."""
    ada = people[0]
    begin = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for item, minutes in enumerate((0, 5, 60)):
        at = begin + timedelta(minutes=minutes)
        give(session, ada, posts.items[item], "FAVOR", answered_at=at.isoformat(), seconds=60)
    board = Boards().of(session, posts.project)

    (week,) = weeks_worked(board, UTC_ZONE)

    assert (week.monday, week.annotator, week.items, week.surplus) == (date(2026, 3, 2), ada.id, 3, 0)
    assert week.active == pytest.approx(180)
    assert week.present == pytest.approx(60 + 5 * 60 + 60, abs=0.1)


def test_people_are_told_how_often_others_voted_alike(session, posts, people):
    """A mean that counts oneself among the others flatters everybody."""
    for item, labels in enumerate(("FFA", "FF", "A")):
        for person, label in zip(people, labels, strict=False):
            give(session, person, posts.items[item], {"F": "FAVOR", "A": "AGAINST"}[label], seconds=10)
    board = Boards().of(session, posts.project)

    told = {person.id: person for person in breakdowns.people(board)}

    assert [told[person.id].agreement for person in people] == pytest.approx([0.75, 0.75, 0.0])
    assert [told[person.id].answers for person in people] == [3, 2, 1]
    assert told[people[0].id].seconds == pytest.approx(30)


def test_items_with_few_times_are_not_compared(session, posts, people):
    """One who went for coffee does not make an item hard."""
    for person, seconds in zip(people, (2, 900, 4), strict=True):
        give(session, person, posts.items[0], "FAVOR", seconds=seconds)
    give(session, people[0], posts.items[1], "FAVOR", seconds=3_000)
    for person in people[:2]:
        give(session, person, posts.items[2], "FAVOR", seconds=30)
    board = Boards().of(session, posts.project)

    slow, fast = breakdowns.slowest_and_fastest(board)

    assert [(each.item, each.seconds) for each in slow] == [(posts.items[2].id, 30), (posts.items[0].id, 4)]
    assert slow == fast[::-1]


def test_boards_are_read_at_a_start_where_people_work(session, people):
    """A curator opens the busy project first; an abandoned or deleted one must not delay it."""
    quiet, busy, gone, _ = (make.directed(session, slug, items=3, members=people) for slug in "abcd")
    for item in (quiet.items[0], *busy.items, *gone.items):
        give(session, people[0], item, "FAVOR")
    gone.project.deleted_at = now()
    session.flush()

    assert [project.slug for project in worked_on(session)] == ["b", "a"]


def test_columns_are_the_rows_turned(session, posts, people):
    """A column that slipped against the others would give everybody somebody else's votes."""
    for number, item in enumerate(posts.items):
        give(session, people[number % 3], item, LABELS[number % 3], seconds=number / 3)
    given = sa.select(
        Annotation.id,
        Annotation.item_id,
        sa.cast(Annotation.seconds, sa.Float),
        sa.cast(Annotation.flags, sa.Text),
        Annotation.guidelines_version,
    )
    query = given.order_by(Annotation.id.desc())
    connection = session.connection()

    (part,) = plain.columns(connection, query)
    turned = list(zip(*part, strict=True))

    rows = plain.rows(connection, query)
    assert [row[:2] + row[3:] for row in turned] == [row[:2] + row[3:] for row in rows]
    assert [row[2] for row in turned] == pytest.approx([row[2] for row in rows])
    assert not list(plain.columns(connection, query.where(Annotation.id < 0)))
