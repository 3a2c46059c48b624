"""Users, sign-in links, sessions and tokens."""

from collections import Counter

import pytest
import sqlalchemy as sa

from annotator.errors import Conflict, Invalid, NotFound
from annotator.store import accounts, sessions
from annotator.store.engine import writing
from tests import make
from tests.together import at_once


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\nb", "a\0b", "a\u202eb", "\ud800"])
def test_a_name_that_cannot_be_read_is_refused(session, name):
    """Names stand in lists, logs and exports."""
    with pytest.raises(Invalid):
        accounts.add_user(session, name)


def test_a_name_is_one_persons(session):
    """Otherwise nobody could tell whose answers are whose."""
    make.user(session, "ada")

    with pytest.raises(Conflict):
        make.user(session, "ada")


def test_who_is_unknown_is_told_how_to_be_added(session):
    """An error names the way out."""
    with pytest.raises(NotFound, match="standpoint user add bob"):
        accounts.find_user(session, "bob")


def test_a_link_is_used_once_however_many_click_at_once(engine):
    """A mail scanner and its reader open the link in the same second."""
    with writing(engine) as session:
        link = accounts.sign_in_link(session, make.user(session, "ada"))

    def redeem(_number):
        try:
            with writing(engine) as session:
                return bool(accounts.redeem(session, link, days=1))
        except NotFound:
            return False

    assert Counter(at_once(redeem, range(8))) == {True: 1, False: 7}


def test_the_database_opens_nothing(session):
    """Who reads a backup must not be able to sign in with it."""
    ada = make.user(session, "ada")
    link = accounts.sign_in_link(session, ada)
    secrets = [link, accounts.redeem(session, link, days=1), accounts.create_token(session, ada, name="t")]
    session.flush()

    kept = str(
        [
            session.execute(sa.text(f"SELECT * FROM {table}")).all()
            for table in ("sign_in_link", "web_session", "api_token", "audit_entry")
        ]
    )
    assert not any(secret in kept for secret in secrets)
    assert sessions.find(session, secrets[1])[0].id == ada.id
    assert accounts.user_of_token(session, secrets[2])[0].id == ada.id


@pytest.mark.parametrize("days", [0, -1, 10**9])
def test_a_token_lasts_a_sensible_time(session, days):
    """A slip of the keyboard must not end in a traceback, nor in a token that is dead already."""
    with pytest.raises(Invalid):
        accounts.create_token(session, make.user(session), name="t", days=days)
