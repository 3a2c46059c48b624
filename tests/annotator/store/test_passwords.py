"""Passwords: what is refused, what is stored, and how many are checked at once."""

import threading

import pytest
from argon2 import PasswordHasher

from annotator.errors import Invalid, Unusable
from annotator.store import passwords
from annotator.store.passwords import Passwords
from tests.together import at_once

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "plum teapot ninety"


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "x" * 1_001,
        "ada lovelace",
        "Ada-Lovelace 1",
        "aaaaaaaaaaaa",
        "password1234",
        "PasswordPassword1",
        "123456789012",
        "qwertyuiop12",
        "abcdefghijkl",
        "standpoint2026",
        "letmeinletmein!",
        "welcome-admin-99",
    ],
)
def test_what_is_no_secret_is_refused(password):
    """These are what is tried first."""
    with pytest.raises(Invalid):
        passwords.check(password, name="ada lovelace")


@pytest.mark.parametrize(
    "password",
    [GOOD, "correct horse battery staple", "البحر أزرق في المساء", "f7Kq-9vLx2Zp", "Zug um Zug nach Norden"],
)
def test_what_somebody_can_remember_is_taken(password):
    """Rules about signs and capitals only make people write it down."""
    passwords.check(password, name="ada")


def test_the_hash_is_argon2id_salted_and_fits_nothing_else():
    """Two with the same password must not be seen to have it."""
    checker = Passwords()
    one, two = checker.hashed(GOOD), checker.hashed(GOOD)

    assert one.startswith("$argon2id$v=19$m=65536,")
    assert one != two
    assert checker.matches(one, GOOD)
    assert not checker.matches(one, GOOD + " ")
    assert not checker.is_outdated(one)
    assert checker.is_outdated(QUICK.hash(GOOD))


def test_a_keyboard_changes_nothing():
    """é typed as one sign or as two is one password."""
    checker = Passwords(QUICK)

    assert checker.matches(checker.hashed("caf\u00e9 noir à midi"), "cafe\u0301 noir à midi")


@pytest.mark.parametrize("stored", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_no_password_fits_an_account_without_one(stored):
    """An imported annotator never signs in; a damaged row lets nobody in."""
    assert not Passwords(QUICK).matches(stored, "")


def test_an_unknown_name_costs_as_much_work_as_a_known_one():
    """Else the clock tells who has an account."""
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 its name
            verified.append(hash.rpartition("$")[0].rpartition("$")[0])
            return super().verify(hash, password)

    checker = Passwords(Counting())
    checker.matches(None, GOOD)
    checker.matches(checker.hashed(GOOD), GOOD)

    assert len(verified) == 2
    assert len(set(verified)) == 1  # the same parameters


def test_two_are_checked_at_once_and_who_waits_too_long_is_told():
    """A crowd at the door must not take the memory of those who work; a known browser passes it by."""
    inside, most, go = [], [], threading.Event()

    class Slow(PasswordHasher):
        def hash(self, password, *, salt=None):
            inside.append(1)
            most.append(len(inside))
            go.wait(60)
            inside.pop()
            return ""

    checker = Passwords(Slow(time_cost=1, memory_cost=8, parallelism=1), wait_seconds=0.01)

    def check(_number):
        try:
            checker.hashed(GOOD)
        except Unusable:
            refused.append(1)
            if len(refused) == 6:
                go.set()

    refused = []
    at_once(check, range(8))
    assert (max(most), len(refused)) == (2, 6)
    assert not checker.matches(None, GOOD, is_known=True)
