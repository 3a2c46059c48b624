"""In by name and password: what a browser sends and gets, and who is kept out by whom."""

import re

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from annotator.domain import WebSession
from annotator.store import accounts, sessions
from annotator.store.passwords import Passwords
from annotator.store.throttle import MOST, Kind
from annotator.web import sign_in
from tests import application, make
from tests.together import at_once

GOOD, OTHER = "plum teapot ninety", "velvet canal forty"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        app.extensions[sign_in.PASSWORDS] = Passwords(QUICK, wait_seconds=60)

        def store(session):
            ada = make.user(session, "ada")
            ada.password_hash = QUICK.hash(GOOD)
            make.user(session, "bob")
            make.directed(session, "posts", members=[ada])

        application.stored(app, store)
        yield app


def come(app, name="ada", password=GOOD, *, client=None, headers=None, **form):
    """Open the form and send it, as a browser does."""
    client = client or app.test_client()
    token = csrf(client.get("/sign-in"))
    form = {"name": name, "password": password, "csrf_token": token, **form}
    return client, client.post("/sign-in", data=form, headers=headers)


def csrf(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def is_in(client):
    return client.get("/api/v1/projects/posts").status_code == 200


def test_name_and_password_sign_in_and_lead_to_where_one_was_going(app):
    """The whole way: a page that needs somebody, the form, the page."""
    client = app.test_client()
    refused = client.get("/projects/posts/annotate?from=mail")
    assert refused.status_code == 401
    door = re.search(r'href="(/sign-in\?next=[^"]+)"', refused.text)[1].replace("&amp;", "&")
    wanted = re.search(r'name="next" value="([^"]+)"', client.get(door).text)[1]
    assert wanted == "/projects/posts/annotate?from=mail"

    _, answer = come(app, client=client, next=wanted)
    assert (answer.status_code, answer.location) == (303, wanted)
    assert is_in(client)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "/\n/x",
    ],
)
def test_nobody_is_sent_elsewhere(app, elsewhere):
    """A link to our own door must not end at somebody else's."""
    _, answer = come(app, next=elsewhere)

    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize(("name", "password"), [("ada", OTHER), ("bob", GOOD), ("nobody", GOOD), ("", "")])
def test_what_does_not_go_together_is_answered_alike(app, name, password):
    """A wrong password, an account without one and a name that nobody has look the same."""
    client, answer = come(app, name, password)
    usual = come(app, "somebody else", OTHER)[1]

    assert answer.status_code == usual.status_code == 401
    assert bare(answer.text, name) == bare(usual.text, "somebody else")
    assert not is_in(client)


def bare(text, name):
    return re.sub(r'(csrf[-_]token" (?:content|value)=")[^"]+', "", text.replace(f'value="{name}"', ""))


def test_the_door_is_guarded_against_forgery(app):
    """A page elsewhere must not sign its visitor in as somebody whose answers it wants to read."""
    client = app.test_client()

    assert client.post("/sign-in", data={"name": "ada", "password": GOOD}).status_code == 403
    assert not is_in(client)


def test_strangers_lock_no_owner_out(app):
    """Ada has signed in here before: however often others try, here she comes in; by a link, too."""
    home, _ = come(app)
    sign_out(home)
    told = [come(app, password=OTHER)[1].status_code for _ in range(MOST[Kind.ACCOUNT] + 3)]
    assert told == [401] * MOST[Kind.ACCOUNT] + [429] * 3

    stranger = come(app)[1]  # the right password, from nowhere
    assert stranger.status_code == 429
    assert 0 < int(stranger.headers["Retry-After"]) <= 900
    assert come(app, client=home)[1].status_code == 303
    link = application.stored(app, lambda s: accounts.sign_in_link(s, accounts.find_user(s, "ada")))
    assert app.test_client().get(f"/sign-in/{link}").status_code == 303


def test_a_known_browser_is_of_one_account_and_guesses_no_more_than_others(app):
    """Bob's cookie must not open a side door to Ada's account, nor one that was stolen to endless tries."""
    bobs = app.test_client()
    link = application.stored(app, lambda s: accounts.sign_in_link(s, accounts.find_user(s, "bob")))
    bobs.get(f"/sign-in/{link}")
    sign_out(bobs)
    told = [come(app, password=OTHER, client=bobs)[1].status_code for _ in range(MOST[Kind.ACCOUNT] + 1)]
    assert told[-1] == 429

    hers = application.browser(app, "ada")[0]
    sign_out(hers)
    told = [come(app, password=OTHER, client=hers)[1].status_code for _ in range(MOST[Kind.BROWSER] + 1)]
    assert told == [401] * MOST[Kind.BROWSER] + [429]
    hers.set_cookie("standpoint_known", hers.get_cookie("standpoint_known").value[:-2] + "xx")
    assert come(app, client=hers)[1].status_code == 429  # forged: a stranger


def test_a_name_that_nobody_has_is_throttled_like_any_other(app):
    """Else the throttle tells who has an account."""
    told = [come(app, "nobody")[1].status_code for _ in range(MOST[Kind.ACCOUNT] + 1)]

    assert told == [401] * MOST[Kind.ACCOUNT] + [429]


def test_many_tries_at_once_from_everywhere(app):
    """A botnet gets its ten; meanwhile Ada comes in from where she is known."""
    hers = application.browser(app, "ada")[0]
    sign_out(hers)

    def attempt(number):
        if number == 20:
            return come(app, client=hers)[1].status_code
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        return come(app, password=OTHER, headers=headers)[1].status_code

    told = at_once(attempt, range(40))
    assert told.pop(20) == 303
    assert told.count(401) == MOST[Kind.ACCOUNT]
    assert set(told) == {401, 429}


def test_the_token_is_new_at_each_sign_in(app):
    """A token that was planted or stolen before is worth nothing after."""
    client, _ = come(app)
    before = client.get_cookie("standpoint_session").value
    come_again = client.get("/account")
    answer = client.post("/sign-in", data={"name": "ada", "password": GOOD, "csrf_token": csrf(come_again)})
    assert answer.status_code == 303

    assert client.get_cookie("standpoint_session").value != before
    thief = app.test_client()
    thief.set_cookie("standpoint_session", before)
    assert not is_in(thief)
    assert is_in(client)


def test_two_people_are_not_mixed_in_one_browser(app):
    """Ada's page is open in another tab; Bob's password must not take it over."""
    client, _ = come(app)
    application.stored(
        app, lambda s: setattr(accounts.find_user(s, "bob"), "password_hash", QUICK.hash(OTHER))
    )
    form = {"name": "bob", "password": OTHER, "csrf_token": csrf(client.get("/account"))}

    assert client.post("/sign-in", data=form).status_code == 403
    assert is_in(client)


def test_a_password_is_hashed_anew_when_the_parameters_change(app):
    """Old hashes get stronger as their people come by."""
    app.extensions[sign_in.PASSWORDS] = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert come(app)[1].status_code == 303

    kept = application.stored(app, lambda s: accounts.find_user(s, "ada").password_hash)
    assert "m=16,t=2" in kept
    assert come(app)[1].status_code == 303


@pytest.mark.parametrize("column", ["used_at", "expires_at"])
def test_a_session_ends_unused_and_ends_in_any_case(app, column):
    """A browser in an internet café is forgotten; nobody signs it out."""
    client, _ = come(app)
    past = sa.text(f"UPDATE web_session SET {column} = '2001-01-01 00:00:00'")
    application.stored(app, lambda session: session.execute(past) and None)

    assert not is_in(client)


def test_use_is_written_once_an_hour(app):
    """One request of a thousand writes; the others read one row."""
    client, _ = come(app)
    with application.counted_queries(app) as statements:
        assert is_in(client)
    assert not [each for each in statements if each.startswith(("UPDATE", "INSERT"))]

    def age(session):
        row = session.exec(sa.select(WebSession)).scalars().one()
        row.used_at -= 2 * sessions.COARSE

    application.stored(app, age)
    with application.counted_queries(app) as statements:
        assert is_in(client)
        assert is_in(client)
    assert len([each for each in statements if each.startswith("UPDATE web_session")]) == 1


def test_over_https_the_cookie_is_of_this_host_alone(app):
    """A neighbour under the same domain can neither set it nor read it."""
    client = app.test_client()
    link = application.stored(app, lambda s: accounts.sign_in_link(s, accounts.find_user(s, "ada")))
    answer = client.get(f"/sign-in/{link}", base_url="https://localhost")
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if "standpoint_session" in each]

    assert cookie.startswith("__Host-standpoint_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert all("Secure" in each for each in answer.headers.getlist("Set-Cookie"))
    assert client.get("/api/v1/projects/posts", base_url="https://localhost").status_code == 200
    planted = app.test_client()
    planted.set_cookie("standpoint_session", cookie.partition("=")[2].partition(";")[0])
    assert planted.get("/api/v1/projects/posts", base_url="https://localhost").status_code == 401


def sign_out(client):
    assert client.post("/sign-out", data={"csrf_token": csrf(client.get("/account"))}).status_code == 303
