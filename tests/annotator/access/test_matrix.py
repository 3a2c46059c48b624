"""Every route × every role × own and other project, from the URL map: nobody comes where they must not."""

import re
from itertools import count
from urllib.parse import quote, quote_plus

import pytest

from annotator.domain import now
from annotator.store import accounts
from tests import application, make
from tests.annotator.access import routes
from tests.annotator.access.rules import RULES, WRITING, Least

SLUG, OTHER, NONE = "own", "another", "no-such"
ROLES = {"annotator": "ada", "curator": "cleo", "admin": "alma"}
PEOPLE = {  # name → what they are in the project `own`
    "stranger": Least.ANYONE,
    "guest": Least.SIGNED_IN,  # has an account, and no project
    "zoe": Least.SIGNED_IN,  # admin of the other project
    "ada": Least.ANNOTATOR,
    "cleo": Least.CURATOR,
    "alma": Least.ADMIN,
    "root": Least.ADMINISTRATOR,
}
EMPTY = {
    "sign_in.by_link",
    "imports.store",
    "api_imports.store",
    "releases.download",
    "api_releases.download",
    "models.download",
    "api_models.download",
    "models.report",
    "models.explain",
    "models.ask_why",
    "single_sign_on.begin",
    "single_sign_on.back",
}  # here
REFUSED = {401, 403, 404}
NAMING = routes.NAMES.keys() | routes.BODIES.keys()


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:

        def store(session):
            for name in PEOPLE:
                make.user(session, name, is_admin=name == "root")
            routes.fill(session, SLUG, ROLES)
            routes.fill(session, OTHER, {"admin": "zoe"})

        application.stored(app, store)
        yield app


@pytest.fixture
def sent(app):
    """`sent(client, name, rule, method)` is the answer to a route about new things of `of`."""
    numbers = count(1)

    def send(client, name, rule, method, *, slug=SLUG, of=SLUG, **headers):
        things = routes.MISSING
        if of != NONE and rule.endpoint in NAMING:
            things = application.stored(
                app,
                lambda session: routes.things(session, of, next(numbers), name, is_own=of == SLUG),
            )
        asked = routes.request(app, rule, method, slug, things)
        answer = client.open(asked.address, method=method, headers=headers, **asked.arguments())
        answer.told = answer.status_code, bare(answer.get_data(as_text=True), slug, things)
        return answer

    return send


def bare(text, slug, things):
    """The text of an answer without what differs by nature: what was asked for, numbers, fresh secrets."""
    text = re.sub(r'next=[^"]*|"request_id":"[0-9a-f]+"', "", text)
    text = re.sub(r'(csrf[-_]token"[^>]*?(?:content|value)=")[^"]*', r"\1", text)
    for name in (str(name) for name in things.values() if not isinstance(name, int)):
        for written in (quote_plus(name), quote(name, safe=""), name):
            text = text.replace(written, "THING")
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "THING", text.replace(slug, "SLUG"))


@pytest.fixture
def browsers(app):
    """Name → a client that is signed in, and the header that its pages send."""
    signed_in = {name: application.browser(app, name) for name in PEOPLE if name != "stranger"}
    told = {name: (client, {"X-CSRFToken": token}) for name, (client, token) in signed_in.items()}
    visitor = app.test_client()
    token = re.search(r'name="csrf-token" content="([^"]+)"', visitor.get("/sign-in").text)[1]
    return told | {"stranger": (visitor, {"X-CSRFToken": token})}


def test_every_route_has_a_rule_and_every_rule_a_route(app):
    """A new page is nobody's until somebody has said whose it is."""
    endpoints = {rule.endpoint for rule, _ in routes.all_of(app)}

    assert endpoints == RULES.keys()


def test_a_browser_comes_where_its_person_may_and_nowhere_else(app, browsers, sent):
    """The whole matrix: each route as a stranger, a guest and in each role of a project."""
    wrong = []
    for rule, method in routes.all_of(app):
        for name, is_what in PEOPLE.items():
            client, headers = browsers[name]
            if rule.endpoint == "sign_in.out":  # would end the session of all that follows
                continue
            answer = sent(client, name, rule, method, **headers)
            if not fits(answer.status_code, rule, is_what):
                wrong.append((method, rule.rule, name, answer.status_code))

    assert not wrong, "\n".join(map(str, wrong))


def fits(status, rule, is_what):
    least, _ = RULES[rule.endpoint]
    if least is not Least.ANYONE and is_what is Least.ANYONE:
        return status == 401
    if is_what < least:
        hides = "slug" in rule.arguments and is_what is Least.SIGNED_IN
        return status == (404 if hides else 403)
    if rule.endpoint == "api_annotations.put" and is_what is Least.SIGNED_IN:
        return status == 404  # the item is in none of their projects
    return came_in(status, rule)


def came_in(status, rule):
    """The request reached its view: it was done, or found at fault in itself."""
    if rule.endpoint in {"sign_in.by_password", "health.figures"}:
        return status == 401  # without a password; without a token of its own
    if rule.endpoint in EMPTY:  # nothing to open
        return status in {303, 404}
    return status < 500 and status not in REFUSED


def test_a_project_of_others_is_as_one_that_is_not_there(app, browsers, sent):
    """Whether `layoffs-2027` exists is nobody's business who has no seat in it."""
    wrong = []
    for rule, method in routes.all_of(app):
        if "slug" not in rule.arguments:
            continue
        for name in ("stranger", "guest", "ada", "cleo", "alma"):
            client, headers = browsers[name]
            there, not_there = (
                sent(client, name, rule, method, slug=slug, of=slug, **headers).told for slug in (OTHER, NONE)
            )
            if there != not_there or there[0] not in {401, 404}:
                wrong.append((method, rule.rule, name, there, not_there))

    assert not wrong, "\n".join(map(str, wrong))


def test_what_is_in_a_project_of_others_is_as_what_is_not_there(app, browsers, sent):
    """An id of another project must not be told from one that nobody has, nor do anything."""
    wrong = []
    for rule, method in routes.all_of(app):
        if rule.endpoint not in NAMING:
            continue
        for name in ("ada", "alma"):
            client, headers = browsers[name]
            theirs, nobodys = (
                sent(client, name, rule, method, of=of, **headers).told for of in (OTHER, NONE)
            )
            if theirs != nobodys:
                wrong.append((method, rule.rule, name, theirs, nobodys))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("scope", ["read", *sorted(WRITING)])
def test_a_token_does_what_its_scope_says(app, sent, scope):
    """A leaked token of the administrator does no more than what it was made for."""
    client = application.script(app, "root", scopes=[scope])
    wrong = []
    for rule, method in routes.all_of(app):
        least, needed = RULES[rule.endpoint]
        if least is Least.ANYONE:
            continue
        status = sent(client, "root", rule, method).status_code
        if not (came_in(status, rule) if needed == scope else status == 403):
            wrong.append((method, rule.rule, status))

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("name", ["guest", "ada", "cleo", "alma"])
def test_a_token_does_no_more_than_its_person(app, sent, name):
    """A scope is a limit, never a gift."""
    client = application.script(app, name, scopes=["read", *WRITING])
    wrong = []
    for rule, method in routes.all_of(app):
        least, scope = RULES[rule.endpoint]
        if least is Least.ANYONE:
            continue
        status = sent(client, name, rule, method).status_code
        if not (fits(status, rule, PEOPLE[name]) if scope is not None else status == 403):
            wrong.append((method, rule.rule, status))

    assert not wrong, "\n".join(map(str, wrong))


def test_no_cookie_changes_anything_without_its_csrf_token(app, browsers, sent):
    """A page elsewhere that posts here is stopped at every route that writes."""
    client, _ = browsers["root"]
    wrong = [
        (method, rule.rule)
        for rule, method in routes.all_of(app)
        if method != "GET" and sent(client, "root", rule, method).status_code != 403
    ]

    assert not wrong, "\n".join(map(str, wrong))


def test_a_uuid_that_somebody_else_used_tells_nothing_of_their_answer(app):
    """Who guesses or reads a uuid learns neither whose answer it is, nor to what, nor what it says."""
    mine, theirs = (application.script(app, name) for name in ("ada", "zoe"))
    uuid = "8f0e5f4e-7f1c-4a53-9b36-1f6ad0e6f0aa"
    secret = {"item": f"{OTHER}-0-0", "stances": [{"label": "AGAINST"}], "comment": "in confidence"}
    assert theirs.put(f"/api/v1/annotations/{uuid}", json=secret).status_code == 201

    same, other = (
        mine.put(f"/api/v1/annotations/{uuid}", json=body)
        for body in (secret, {"item": f"{SLUG}-0-0", "stances": [{"label": "FAVOR"}]})
    )
    assert same.status_code == other.status_code == 409
    assert {**same.json, "request_id": None} == {**other.json, "request_id": None}
    assert "current" not in other.json
    assert not {"zoe", OTHER, "AGAINST", "in confidence"} & set(re.findall(r"[\w ]+", other.text))


def test_a_deleted_account_has_no_way_in(app):
    """Neither its browser nor its token."""
    browser, _ = application.browser(app, "ada")
    script = application.script(app, "ada")

    def delete(session):
        accounts.find_user(session, "ada").deleted_at = now()

    application.stored(app, delete)
    assert browser.get("/projects/own/annotate").status_code == 401
    assert script.get("/api/v1/projects/own").status_code == 401
