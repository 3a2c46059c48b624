"""Tries are counted in the database, whatever happens at once, and keep out nobody but strangers."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from annotator.domain import Tries
from annotator.store import throttle
from annotator.store.engine import writing
from annotator.store.throttle import MOST, STRETCH, Kind
from tests.together import at_once

NOON = datetime(2026, 11, 30, 12, 1, tzinfo=UTC)
ADA = [(Kind.ADDRESS, "192.0.2.7"), (Kind.ACCOUNT, "ada")]


def test_many_tries_at_once_get_no_more_than_many_in_a_row(engine):
    """Sixty threads guess at the same moment; ten of them are looked at."""

    def guess(number):
        with writing(engine) as session:
            return throttle.count(session, [(Kind.ADDRESS, f"192.0.2.{number}"), ADA[1]], at=NOON)

    waits = at_once(guess, range(60))
    assert waits.count(0) == MOST[Kind.ACCOUNT]
    assert {wait for wait in waits if wait} == {14 * 60 + 1}


def test_a_new_stretch_begins_anew_and_old_ones_go(session):
    """Who mistyped this morning comes in at noon, and the table stays small."""
    for _ in range(12):
        throttle.count(session, ADA, at=NOON - timedelta(days=2))
    assert throttle.count(session, ADA, at=NOON - timedelta(days=2)) > 0

    assert throttle.count(session, ADA, at=NOON) == 0
    assert session.execute(sa.select(sa.func.count()).select_from(Tries)).scalar() == 2


def test_an_address_is_counted_over_all_names(session):
    """One guess at each of a thousand accounts is a thousand guesses."""
    told = [throttle.count(session, [ADA[0], (Kind.ACCOUNT, f"name {n}")], at=NOON) for n in range(130)]

    assert told.count(0) == MOST[Kind.ADDRESS]


def test_what_was_right_is_not_counted(session):
    """Who signs in twenty times a day has done nothing wrong."""
    for _ in range(30):
        assert throttle.count(session, ADA, at=NOON) == 0
        throttle.forgive(session, ADA, at=NOON)


def test_a_known_browser_is_counted_by_itself(session):
    """Others may try as they like: it is let in. And it guesses no more than anybody."""
    for _ in range(40):
        throttle.count(session, ADA, at=NOON)
    told = [throttle.count(session, [(Kind.BROWSER, "hers")], at=NOON) for _ in range(12)]

    assert told.count(0) == MOST[Kind.BROWSER]
    assert throttle.count(session, [(Kind.BROWSER, "hers")], at=NOON + STRETCH) == 0


def test_names_are_not_kept(session):
    """What people type there is now and then a password."""
    throttle.count(session, [(Kind.ACCOUNT, "hunter2hunter2")], at=NOON)

    assert "hunter2" not in str(session.execute(sa.select(Tries.of)).all())
