"""A person's own account: password, browsers, API tokens."""

import re

import pytest
from argon2 import PasswordHasher

from annotator.store import accounts
from annotator.store.passwords import Passwords
from annotator.store.throttle import MOST, Kind
from annotator.web import sign_in
from tests import application, make

GOOD, NEW = "plum teapot ninety", "velvet canal forty"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        app.extensions[sign_in.PASSWORDS] = Passwords(QUICK)

        def store(session):
            ada, root = make.user(session, "ada"), make.user(session, "root", is_admin=True)
            make.directed(session, "posts", members=[ada, root])

        application.stored(app, store)
        yield app


def csrf(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def by_link(app, name="ada", **how):
    client = app.test_client()
    link = application.stored(app, lambda s: accounts.sign_in_link(s, accounts.find_user(s, name), **how))
    return client, client.get(f"/sign-in/{link}")


def by_password(app, password, name="ada"):
    client = app.test_client()
    form = {"name": name, "password": password, "csrf_token": csrf(client.get("/sign-in"))}
    return client, client.post("/sign-in", data=form).status_code


def send(client, path, **form):
    return client.post(f"/account{path}", data={"csrf_token": csrf(client.get("/account")), **form})


def set_password(client, new=NEW, **form):
    return send(client, "/password", **({"new": new, "again": new} | form))


def is_in(client):
    return client.get("/api/v1/projects/posts").status_code == 200


def test_an_invitation_asks_for_a_password_that_opens_from_then_on(app):
    """The whole way in: the link, the new password, out, and in again."""
    client, answer = by_link(app, asks_password=True)
    assert answer.location == "/account/password"
    page = client.get("/account/password")
    assert page.status_code == 200
    assert 'autocomplete="new-password"' in page.text
    assert 'name="old"' not in page.text

    assert set_password(client).location == "/account?done=password"
    assert is_in(client)
    assert by_password(app, NEW)[1] == 303


def test_a_link_of_before_leads_to_the_projects(app):
    """Nobody is made to choose a password."""
    client, answer = by_link(app)

    assert answer.location == "/"
    assert is_in(client)


def test_a_reset_sets_a_new_password_without_the_old_one_and_ends_the_rest(app):
    """Who has lost a password, or whose was stolen, starts afresh: nobody else stays in."""
    set_password(by_link(app)[0], GOOD)
    thief, _ = by_password(app, GOOD)
    unused = application.stored(app, lambda s: accounts.sign_in_link(s, accounts.find_user(s, "ada")))
    client, _ = by_link(app, asks_password=True)
    assert set_password(client).status_code == 303

    assert is_in(client)
    assert not is_in(thief)
    assert by_password(app, GOOD)[1] == 401
    assert app.test_client().get(f"/sign-in/{unused}").status_code == 404


def test_changing_it_asks_for_the_old_one_ends_others_and_changes_the_token(app):
    """Somebody at an open laptop must not take the account over."""
    set_password(by_link(app)[0], GOOD)
    here, _ = by_password(app, GOOD)
    there, _ = by_password(app, GOOD)
    before = here.get_cookie("standpoint_session").value

    assert set_password(here).status_code == 422
    assert set_password(here, old=NEW).status_code == 422
    assert is_in(there)
    assert set_password(here, old=GOOD).status_code == 303
    assert is_in(here)
    assert here.get_cookie("standpoint_session").value != before
    assert not is_in(there)


def test_the_old_one_cannot_be_guessed_there(app):
    """The throttle of the door holds inside, too."""
    set_password(by_link(app)[0], GOOD)
    here, _ = by_password(app, GOOD)
    for _ in range(MOST[Kind.BROWSER]):
        assert set_password(here, old="wrong").status_code == 422

    assert set_password(here, old=GOOD).status_code == 422


@pytest.mark.parametrize(("new", "told"), [("short", "12 to 1000"), ("password1234", "first that anybody")])
def test_a_bad_password_is_refused_with_a_sentence(app, new, told):
    """And what is wrong with it stands above the field."""
    client, _ = by_link(app)
    answer = set_password(client, new)

    assert answer.status_code == 422
    assert told in answer.text
    assert set_password(client, again="another one altogether").status_code == 422


def test_sessions_are_listed_and_ended(app):
    """Who left a browser signed in somewhere ends it from here."""
    here, _ = by_link(app)
    there = app.test_client()
    link = application.stored(app, lambda s: accounts.sign_in_link(s, accounts.find_user(s, "ada")))
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    there.get(f"/sign-in/{link}", headers={"User-Agent": firefox})
    page = here.get("/account").text
    assert "Firefox, Linux" in page
    [number] = re.findall(r"/account/sessions/(\d+)/end", page)

    assert send(here, f"/sessions/{number}/end").status_code == 303
    assert not is_in(there)
    another, _ = by_link(app)
    assert send(here, "/sessions/end").status_code == 303
    assert (is_in(here), is_in(another)) == (True, False)


def test_a_token_is_shown_once_does_what_it_says_and_can_be_revoked(app):
    """Made on the page, used by a script, ended on the page."""
    client, _ = by_link(app)
    assert send(client, "/tokens", name="nightly", days="30", scope="read").status_code == 303
    page = client.get("/account").text
    [secret] = re.findall(r"sp_[\w-]{43}", page)
    assert secret not in client.get("/account").text

    script = app.test_client()
    script.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    assert is_in(script)
    assert script.post("/api/v1/projects/posts/skips", json={}).status_code == 403
    assert script.get("/account").status_code == 403
    page = client.get("/account").text
    assert "never used" not in page
    [number] = re.findall(r"/account/tokens/(\d+)/revoke", page)
    assert send(client, f"/tokens/{number}/revoke").status_code == 303
    assert not is_in(script)


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "days": "30", "scope": "read"},
        {"name": "n", "days": "366", "scope": "read"},
        {"name": "n", "days": "0", "scope": "read"},
        {"name": "n", "days": "x", "scope": "read"},
        {"name": "n", "days": "30"},
        {"name": "n", "days": "30", "scope": "everything"},
    ],
)
def test_a_token_without_name_end_or_scope_is_not_made(app, form):
    """What nobody can tell apart or end is never revoked."""
    client, _ = by_link(app)

    assert send(client, "/tokens", **form).status_code == 422
    assert not re.search(r"sp_[\w-]{43}", client.get("/account").text)


def test_deleting_somebody_ends_everything_of_theirs(app):
    """Sessions, tokens, links, password: none opens, and none comes back with a restored row."""
    client, _ = by_link(app)
    set_password(client)
    script = application.script(app, "ada")
    link = application.stored(app, lambda s: accounts.sign_in_link(s, accounts.find_user(s, "ada")))
    application.stored(app, lambda s: accounts.delete_user(s, accounts.find_user(s, "ada")))

    assert not is_in(client)
    assert not is_in(script)
    assert app.test_client().get(f"/sign-in/{link}").status_code == 404
    assert by_password(app, NEW)[1] == 401


def test_an_admin_ends_a_persons_sessions(app):
    """A laptop was stolen, and its owner is away."""
    client, _ = by_link(app)
    root, token = application.browser(app, "root")
    number = application.stored(app, lambda s: accounts.find_user(s, "ada").id)

    answer = root.post(f"/projects/posts/people/{number}/sign-out", data={"csrf_token": token})
    assert answer.status_code == 303
    assert not is_in(client)
