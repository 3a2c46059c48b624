"""GET /api/v1/me/timesheet, and the "today" of a person's progress."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from annotator.domain import now
from annotator.store import projects
from tests import application, make

SHEET = "/api/v1/me/timesheet"
ANSWER = {"item": "posts-0-0", "stances": [{"label": "FAVOR"}]}


def put(client, number=0, label="FAVOR", **more):
    uuid = str(uuid4())
    body = {"item": f"posts-{number}-0", "stances": [{"label": label}] if label else []} | more
    answer = client.put(f"/api/v1/annotations/{uuid}", json=body)
    assert answer.status_code == 201, answer.json
    return uuid


def days(client, **query):
    return client.get(SHEET, query_string=query).json["days"]


def test_a_day_tells_answers_seconds_and_times(ada):
    """She writes an invoice from it."""
    morning, evening = now() - timedelta(minutes=40), now() - timedelta(minutes=10)
    put(ada, 0, seconds=2.5, answered_at=morning.isoformat())
    put(ada, 1, seconds=4, answered_at=evening.isoformat())

    sheet = ada.get(SHEET, query_string={"zone": "UTC", "days": 2}).json

    assert sheet["zone"] == "UTC"
    assert sum(day["answers"] for day in sheet["days"]) == 2
    assert sum(day["seconds"] for day in sheet["days"]) == 6.5
    assert datetime.fromisoformat(sheet["days"][-1]["first"]) == morning
    assert datetime.fromisoformat(sheet["days"][0]["last"]) == evening
    assert {(day["project"], day["name"]) for day in sheet["days"]} == {("posts", "posts")}


def test_corrections_are_work_and_no_further_answers(ada):
    """Who looks twice is paid for both looks."""
    first = put(ada, 0, seconds=2)
    second = put(ada, 0, "NONE", seconds=3, replaces=first)
    undone = put(ada, 1, seconds=5)
    put(ada, 1, None, seconds=1, replaces=undone, withdrawn=True)

    [day] = days(ada, days=1)

    assert second
    assert (day["answers"], day["seconds"]) == (1, 11)


def test_a_day_is_that_of_the_answer_in_her_zone(ada):
    """What she did on Sunday in the train is Sunday's, though it arrived on Monday."""
    zone = ZoneInfo("Pacific/Auckland")
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    put(ada, 0, answered_at=(midnight - timedelta(seconds=1)).isoformat())
    put(ada, 1, answered_at=midnight.isoformat())

    told = days(ada, zone="Pacific/Auckland", days=2)
    today = ada.get("/api/v1/projects/posts/progress?zone=Pacific/Auckland").json["today"]

    yesterday = (midnight - timedelta(hours=1)).date()
    assert [(day["day"], day["answers"]) for day in told] == [
        (midnight.date().isoformat(), 1),
        (yesterday.isoformat(), 1),
    ]
    assert len(days(ada, zone="Pacific/Auckland", days=1)) == 1
    assert today == 1


def test_a_clock_that_is_ahead_makes_no_days_to_come(ada):
    """Her laptop thinks it is next year."""
    put(ada, answered_at=(now() + timedelta(days=400)).isoformat())

    [day] = days(ada, days=1)

    assert datetime.fromisoformat(day["last"]) <= now()


def test_one_project_alone_is_told(ada):
    """Two clients, two invoices."""
    put(ada)

    assert len(days(ada, project="posts")) == 1
    assert days(ada, project="news") == days(ada, project="nothing") == []


def test_nobody_sees_anothers_timesheet(app, ada):
    """Pace is nobody else's business."""
    put(ada)
    application.stored(app, _bob_joins)

    assert days(application.script(app, "bob")) == []
    assert app.test_client().get(SHEET).status_code == 401


def test_a_zone_or_number_that_is_none_is_refused(ada):
    """With a sentence that names it."""
    zones = ("Atlantis/Poseidonis", "../../etc/passwd", "Europe", "%00", "x" * 2_000)
    wrong = [f"{SHEET}?zone={zone}" for zone in zones]
    wrong += [f"/api/v1/projects/posts/progress?zone={zone}" for zone in zones]
    wrong += [f"{SHEET}?days={days}" for days in ("0", "367", "x")]
    told = [ada.get(path) for path in wrong]

    assert {answer.status_code for answer in told} == {422}
    assert {answer.json["errors"][0]["where"] for answer in told} == {"zone", "days"}
    assert "Atlantis/Poseidonis" in told[0].json["detail"]


def test_a_year_of_work_is_two_queries(app, ada):
    """The page is opened each evening."""
    put(ada)
    with application.counted_queries(app) as sent:
        days(ada, days=366)

    assert len([statement for statement in sent if "annotation" in statement]) == 1
    assert len(sent) <= 4


def test_a_persons_answers_are_found_by_an_index(app, ada):
    """A hundred thousand answers of others cost her nothing."""
    put(ada)
    with application.counted_queries(app) as sent:
        days(ada)
    if app.extensions["standpoint_engine"].dialect.name != "sqlite":
        return
    [statement] = [each for each in sent if "annotation" in each]
    filled = sa.text("EXPLAIN QUERY PLAN SELECT * FROM annotation WHERE annotator_id = 1 AND created_at > 1")
    plan = application.stored(app, lambda session: str(session.execute(filled).all()))

    assert statement
    assert "ix_annotation_annotator_id_created_at" in plan


def _bob_joins(session):
    projects.join(session, projects.find(session, "posts"), make.user(session, "bob"), "annotator")
