"""A person's own timesheet, as a page and as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from annotator.domain import Annotation
from annotator.store import accounts
from tests import application, make

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _rows)
        yield app


def _rows(session):
    ada, bob = make.user(session, "ada"), make.user(session, "bob")
    made = [
        make.directed(session, slug, items=3, overlap=2, members=[ada, bob], name=name)
        for slug, name in (("posts", "Posts about wind"), ("sums", "=1+1 and more"))
    ]
    for day, (of, item, seconds) in enumerate([(0, 0, 60), (0, 1, 95), (1, 0, 3_600), (0, 2, 5)]):
        _answer(session, ada, made[of].items[item], seconds, at=MONDAY + timedelta(days=2 * day))
    _answer(session, bob, made[0].items[0], 1_234, at=MONDAY)


def _answer(session, person, item, seconds, *, at):
    annotation = make.appended(session, person, make.answer(item, "FAVOR", seconds=seconds))
    annotation.created_at = annotation.answered_at = at
    session.add(annotation)
    session.flush()


def prefer(app, name, **preferences):
    """Let this person prefer that."""

    def store(session):
        accounts.find_user(session, name).preferences = preferences

    application.stored(app, store)


def page(app, query="?from=2026-03-02&to=2026-03-15", name="ada"):
    """The page's text, its rows as lists of cells."""
    client, _ = application.browser(app, name)
    answer = client.get(f"/timesheet{query}")
    text = answer.get_data(as_text=True)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL)
    return answer.status_code, text, [_cells(row) for row in rows]


def _cells(row):
    found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in found]


def test_days_weeks_and_all(app):
    """Who writes an invoice needs the days, and their sums without a calculator."""
    _, _, rows = page(app)

    assert rows[1:] == [
        ["Week of Mon 2 Mar", "4", "1:03", ""],
        ["Sun 8 Mar", "Posts about wind", "1", "0:00", "09:00"],
        ["Fri 6 Mar", "=1+1 and more", "1", "1:00", "09:00"],
        ["Wed 4 Mar", "Posts about wind", "1", "0:02", "09:00"],
        ["Mon 2 Mar", "Posts about wind", "1", "0:01", "09:00"],
        ["In all", "4", "1:03", ""],
    ]


def test_days_begin_where_the_person_is(app):
    """Nine in the evening in Greenwich is the next morning in Tokyo: it is worked and paid there."""
    prefer(app, "ada", time_zone="Pacific/Auckland")

    _, text, rows = page(app, "?from=2026-03-01&to=2026-03-03")

    assert rows[2] == ["Mon 2 Mar", "Posts about wind", "1", "0:01", "22:00"]
    assert "Pacific/Auckland" in text and "chosen no time zone" not in text


def test_without_a_time_zone_the_page_says_that_it_is_utc(app):
    """A night shift on the wrong day looks like a mistake of the person."""
    assert "UTC, because you have chosen no time zone" in page(app)[1]


def test_file_for_a_spreadsheet(app):
    """The file holds what the page shows, and what a curator named a project is never run as a formula."""
    client, _ = application.browser(app, "ada")
    answer = client.get("/timesheet.csv?from=2026-03-02&to=2026-03-07")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))

    assert answer.content_type.startswith("text/csv")
    assert "timesheet-2026-03-02-2026-03-07.csv" in answer.headers["Content-Disposition"]
    assert rows == [
        ["date", "project", "name", "answers", "active_minutes", "first", "last", "time_zone"],
        ["2026-03-02", "posts", "Posts about wind", "1", "1.0", "09:00", "09:00", "UTC"],
        ["2026-03-04", "posts", "Posts about wind", "1", "1.6", "09:00", "09:00", "UTC"],
        ["2026-03-06", "sums", "'=1+1 and more", "1", "60.0", "09:00", "09:00", "UTC"],
    ]


@pytest.mark.parametrize(
    "query",
    [
        "?from=soon",
        "?from=2026-02-30",
        "?from=0001-01-01",
        "?from=2026-03-02&to=2026-03-01",
        "?from=2020-01-01&to=2026-01-01",
    ],
)
def test_a_range_that_is_none_is_told(app, query):
    """An address typed wrong must not look like a month without work."""
    status, text, _ = page(app, query)

    assert status == 422
    assert "<h1>" in text


def test_the_usual_range_is_four_weeks_from_a_monday(app):
    """Opened without a range the page shows what was done lately, whole weeks of it."""
    _, text, _ = page(app, "")

    [first], [last] = (
        re.findall(r'name="from" value="([^"]+)"', text),
        re.findall(r'name="to" value="([^"]+)"', text),
    )
    days = (datetime.fromisoformat(last) - datetime.fromisoformat(first)).days
    assert datetime.fromisoformat(first).weekday() == 0
    assert 21 <= days <= 27


def test_nobody_sees_another_persons_time(app):
    """Hours are between a person and who pays them; there is no address that shows another's."""
    for query in ("", "&user=bob", "&name=bob", "&user_id=2"):
        text = page(app, f"?from=2026-03-02&to=2026-03-15{query}")[1]
        assert not re.search(r"\bbob\b", re.sub(r'(?:href|value|content)="[^"]*"', "", text))
        assert "0:21" not in text
    assert app.test_client().get("/timesheet").status_code == 401
    assert app.test_client().get("/timesheet.csv").status_code == 401


def test_time_that_was_corrected_was_worked(app):
    """An answer that was corrected took its time twice, and is one answer."""

    def correct(session):
        ada = accounts.find_user(session, "ada")
        first = session.exec(select(Annotation).where(Annotation.seconds == 60)).one()
        again = make.answer("posts-0-0", "AGAINST", project="posts", replaces=first.uuid, seconds=120)
        annotation = make.appended(session, ada, again)
        annotation.created_at = annotation.answered_at = MONDAY + timedelta(minutes=30)
        session.add(annotation)

    application.stored(app, correct)

    assert page(app, "?from=2026-03-02&to=2026-03-02")[2][2] == [
        "Mon 2 Mar",
        "Posts about wind",
        "1",
        "0:03",
        "09:00 – 09:30",
    ]
