"""What curators and administrators do by the API, as the pages do it."""

import io

import pytest
from sqlmodel import select

from annotator.api.openapi import PREFIX
from annotator.domain import Import, ImportState, Job, JobState, Role, now
from annotator.store import accounts, projects
from tests import application, make

POSTS = f"{PREFIX}/projects/posts"
QUESTIONS = {"questions": [{"key": "age", "text": "How old are you?", "choices": ["30", "40"]}]}


@pytest.fixture
def app(database_url, tmp_path):
    with application.running(database_url, uploads=str(tmp_path / "uploads")) as app:

        def store(session):
            make.user(session, "root", is_admin=True)
            ada, dee = make.user(session, "ada"), make.user(session, "dee")
            project = make.directed(session, "posts", items=4, members=[ada], questionnaire=QUESTIONS).project
            projects.join(session, project, dee, Role.ADMIN)

        application.stored(app, store)
        yield app


@pytest.fixture
def ada(app):
    return application.script(app, "ada")


@pytest.fixture
def dee(app):
    """Dee's script; she is admin of the posts."""
    return application.script(app, "dee", scopes=["read", "annotate", "curate", "admin"])


@pytest.fixture
def root(app):
    return application.script(app, "root", scopes=["read", "annotate", "curate", "admin"])


def save(client, item, label="FAVOR"):
    uuid = f"8f0e5f4e-7f1c-4a53-9b36-{abs(hash((id(client), item))) % 10**12:012}"
    body = {"item": item, "stances": [{"label": label}]}
    assert client.put(f"{PREFIX}/annotations/{uuid}", json=body).status_code == 201


def test_a_project_is_made_and_found(root, ada):
    """By administrators; and each sees their own."""
    answer = root.post(f"{PREFIX}/projects", json={"slug": "buses", "kind": "open"})

    assert (answer.status_code, answer.headers["Location"]) == (201, f"{PREFIX}/projects/buses")
    assert root.post(f"{PREFIX}/projects", json={"slug": "buses", "kind": "open"}).status_code == 409
    assert ada.post(f"{PREFIX}/projects", json={"slug": "trams", "kind": "open"}).status_code == 403
    first = root.get(f"{PREFIX}/projects?limit=1").json
    assert ([each["slug"] for each in first["projects"]], first["next"]) == (["buses"], "buses")
    assert [each["slug"] for each in root.get(f"{PREFIX}/projects?after=buses").json["projects"]] == ["posts"]
    assert [(each["slug"], each["role"]) for each in ada.get(f"{PREFIX}/projects").json["projects"]] == [
        ("posts", "annotator")
    ]


def test_no_file_of_the_server_is_read_into_a_project(root):
    """A project file may name one beside it; a request has none."""
    body = {"slug": "buses", "kind": "open", "guidelines": "/etc/passwd"}

    assert root.post(f"{PREFIX}/projects", json=body).status_code == 422


def test_settings_are_tried_and_applied(dee):
    """The same file again changes nothing."""
    file = dee.get(f"{POSTS}/settings").json
    wanted = {**file, "overlap": 3}

    tried = dee.post(f"{POSTS}/settings/preview", json=wanted).json["differences"]
    assert [(each["field"], each["before"], each["after"]) for each in tried] == [("overlap", "1", "3")]
    assert dee.get(f"{POSTS}/settings").json == file
    assert dee.put(f"{POSTS}/settings", json=wanted).json["changes"] == ["overlap is now 3"]
    assert dee.put(f"{POSTS}/settings", json=wanted).json["changes"] == []
    assert dee.put(f"{POSTS}/settings", json={**wanted, "slug": "news"}).status_code == 422


def test_an_event_of_the_scheme_is_tried_first(ada, dee):
    """How many answers it touches is known before."""
    save(ada, "posts-0-0", "NONE")
    event = {"change": "merge", "of": "label", "names": ["NONE"], "to": ["AGAINST"]}

    tried = dee.post(f"{POSTS}/scheme-events/preview", json=event)
    assert (tried.status_code, tried.json["answers"], tried.json["annotators"]) == (200, 1, 1)
    assert dee.get(f"{POSTS}/scheme-events").json["events"] == []
    assert dee.post(f"{POSTS}/scheme-events", json=event).status_code == 201
    labels = {each["name"]: each for each in dee.get(f"{POSTS}/scheme").json["labels"]}
    assert (labels["NONE"]["merged_into"], labels["NONE"]["used"]) == ("AGAINST", 1)


def test_people_come_in_change_and_go(app, dee):
    """An invitation, a role, a removal and the way back; the link signs in."""
    invited = dee.post(f"{POSTS}/members", json={"name": "bob"}).json
    one = f"{POSTS}/members/{invited['member']['id']}"

    assert app.test_client().get(invited["link"]).status_code == 303
    assert dee.post(f"{POSTS}/members", json={"name": "bob"}).status_code == 409
    assert dee.put(f"{one}/role", json={"role": "curator"}).json["role"] == "curator"
    assert dee.delete(f"{one}/sessions").status_code == 204
    assert dee.post(f"{one}/links").json["link"] != invited["link"]
    assert dee.delete(one).json["removed_at"] is not None
    assert dee.post(f"{one}/return").json["removed_at"] is None
    page = dee.get(f"{POSTS}/members?limit=2").json
    assert ([each["name"] for each in page["members"]], page["next"]) == (["ada", "bob"], "bob")
    assert [each["name"] for each in dee.get(f"{POSTS}/members?after=bob").json["members"]] == ["dee"]


def test_nobody_gives_a_role_above_their_own(app, dee):
    """As on the page."""
    cleo = application.stored(app, lambda session: make.user(session, "cleo").id)
    dee.post(f"{POSTS}/members", json={"name": "cleo", "role": "curator"})
    curator = application.script(app, "cleo", scopes=["read", "admin"])

    assert curator.put(f"{POSTS}/members/{cleo}/role", json={"role": "admin"}).status_code == 403


def test_tokens_are_made_in_a_browser_alone(app, ada):
    """A leaked token must not be able to make one that lasts longer."""
    browser, csrf = application.browser(app, "ada")
    wanted = {"name": "cron", "scopes": ["read"], "days": 3}

    assert ada.post(f"{PREFIX}/me/tokens", json=wanted).status_code == 403
    assert browser.post(f"{PREFIX}/me/tokens", json=wanted).status_code == 403  # without the CSRF token
    made = browser.post(f"{PREFIX}/me/tokens", json=wanted, headers={"X-CSRFToken": csrf})
    assert made.status_code == 201
    script = app.test_client()
    script.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made.json['token']}"
    assert script.get(f"{PREFIX}/me").json["name"] == "ada"
    assert script.get(f"{POSTS}/queue").status_code == 403
    [listed] = [each for each in browser.get(f"{PREFIX}/me/tokens").json["tokens"] if each["name"] == "cron"]
    gone = browser.delete(f"{PREFIX}/me/tokens/{listed['id']}", headers={"X-CSRFToken": csrf})
    assert gone.status_code == 204
    assert script.get(f"{PREFIX}/me").status_code == 401
    [session] = browser.get(f"{PREFIX}/me/sessions").json["sessions"]
    assert session["is_this"]


def test_items_are_found_changed_and_changed_back(ada, dee):
    """By what was said of them; many at once, and undone."""
    save(ada, "posts-0-0", "AGAINST")
    search = f"{POSTS}/items/search"

    [found] = dee.get(f"{search}?label=AGAINST").json["items"]
    assert (found["id"], found["answers"][0]["by"]) == ("posts-0-0", "ada")
    first = dee.get(f"{search}?limit=3").json
    assert (first["found"], len(first["items"])) == (4, 3)
    assert [each["id"] for each in dee.get(f"{search}?after={first['next']}").json["items"]] == ["posts-3-0"]
    assert dee.get(f"{search}?label=MAYBE").status_code == 422

    change = {"action": "retire", "filter": {"status": "unanswered"}}
    assert dee.post(f"{POSTS}/items/changes", json={**change, "preview": True}).json["items"] == 3
    made = dee.post(f"{POSTS}/items/changes", json=change)
    assert (made.status_code, made.json["items"]) == (201, 3)
    assert dee.get(search).json["found"] == 1
    undone = dee.post(f"{POSTS}/items/changes/{made.json['id']}/undo")
    assert undone.json["undone_at"] is not None
    assert dee.get(search).json["found"] == 4
    assert dee.post(f"{POSTS}/items/changes", json={"action": "retire", "items": ["no"]}).status_code == 404


def test_proposed_entities_are_accepted_and_named(ada, dee):
    """By whoever has seen the scheme as it is."""
    assert ada.post(f"{POSTS}/entities", json={"name": "Tram", "kind": "issue"}).status_code == 201
    page = dee.get(f"{POSTS}/registry").json
    assert (page["entities"][0]["name"], page["entities"][0]["status"]) == ("Tram", "proposed")
    key, version = page["entities"][0]["key"], page["scheme_version"]

    accepted = dee.post(f"{POSTS}/registry/accepted", json={"key": key, "version": version})
    assert accepted.json["status"] == "active"
    late = dee.post(f"{POSTS}/registry/aliases", json={"key": key, "name": "Streetcar", "version": version})
    assert late.status_code == 409
    assert dee.post(f"{POSTS}/registry/aliases", json={"key": key, "name": "Streetcar"}).status_code == 201
    [named] = dee.get(f"{POSTS}/registry?q=street").json["entities"]
    assert named["key"] == key


def test_a_questionnaire_is_answered_with_consent_and_forgotten(ada):
    """Nothing is kept of who says no."""
    address = f"{POSTS}/questionnaire"
    assert ada.put(address, json={"consent": False, "answers": {"age": "30"}}).status_code == 422

    told = ada.put(address, json={"consent": True, "answers": {"age": "30"}}).json
    assert (told["answers"], told["consented"], told["may_publish"]) == ({"age": "30"}, True, False)
    assert ada.delete(address).status_code == 204
    assert ada.get(address).json["answers"] == {}


def test_a_document_is_hidden_brought_back_and_erased(dee):
    """What can be undone is, and what cannot asks twice."""
    address = f"{POSTS}/removal"
    assert dee.get(f"{address}?document=posts-0").json["is_hidden"] is False
    assert dee.post(address, json={"document": "posts-0"}).status_code == 204
    [entry] = dee.get(f"{POSTS}/audit?action=delete document").json["entries"]
    assert entry["undoable"]
    assert dee.post(f"{POSTS}/audit/{entry['id']}/undo").status_code == 204
    assert dee.get(f"{address}?document=posts-0").json["is_hidden"] is False

    assert dee.post(f"{address}/erasure", json={"document": "posts-0", "again": "posts"}).status_code == 422
    erased = dee.post(f"{address}/erasure", json={"document": "posts-0", "again": "posts-0"})
    assert erased.json["erased"]["document"] == "posts-0"
    assert dee.get(f"{address}?document=posts-0").status_code == 422


def test_the_trail_comes_page_by_page(app, dee):
    """No entry twice and none left out."""

    def fill(session):
        project = projects.find(session, "posts")
        for number in range(120):
            accounts.audit.note(session, "import", project=project, files=[f"{number}.csv"])

    application.stored(app, fill)
    seen, before = [], ""
    while before is not None:
        page = dee.get(f"{POSTS}/audit?action=import{before and f'&before={before}'}").json
        seen += [each["detail"]["files"][0] for each in page["entries"]]
        before = page["next"]

    assert seen == [f"{number}.csv" for number in reversed(range(120))]
    assert dee.get(f"{POSTS}/audit?day=yesterday").status_code == 422


def test_a_file_is_uploaded_tried_and_stored(app, dee, tmp_path):
    """The body is the file; whatever it is called, it lies where uploads lie."""
    text = b"id,tweet\nm1,So it is.\n" + b"m2,Not at all.\n" * 100_000  # longer than what is kept in memory
    address = f"{POSTS}/imports?name=../../etc/more.csv&column=text=tweet&keep_going=true"

    asked = dee.post(address, data=io.BytesIO(text), content_type="application/octet-stream")

    assert (asked.status_code, asked.json["name"]) == (202, "import")
    assert asked.json["arguments"] | {"upload": ""} == {
        "upload": "",
        "name": "more.csv",
        "trial": True,
        "format": None,
        "kind": None,
        "split": None,
        "encoding": None,
        "purpose": None,
        "segment": None,
        "columns": {"text": "tweet"},
        "keep_going": True,
    }
    [file] = (tmp_path / "uploads").rglob("*.csv")
    assert file.read_bytes() == text

    def end(session):
        job = session.get(Job, asked.json["id"])
        job.state, job.finished_at, job.result = JobState.DONE, now(), {"trial": True}
        session.add(job)

    application.stored(app, end)
    stored = dee.post(f"{POSTS}/imports/{asked.json['id']}")
    assert (stored.status_code, stored.json["arguments"]["trial"]) == (202, False)
    assert dee.post(f"{POSTS}/imports?name=a.csv&column=text", data=b"x").status_code == 422
    assert dee.post(f"{POSTS}/imports?name=a.csv&format=exe", data=b"x").status_code == 422


def test_imports_are_listed_and_undone(app, dee):
    """What goes is told before; done twice it is refused."""

    def bring(session):
        project = projects.find(session, "posts")
        for number in range(21):
            told = {"figures": {"documents": {"new": 0}}}
            done = {"state": ImportState.DONE, "finished_at": now(), "told": told}
            session.add(Import(project_id=project.id, files=[f"{number}.csv"], owner="here:1", **done))

    application.stored(app, bring)

    page = dee.get(f"{POSTS}/imports").json
    rest = dee.get(f"{POSTS}/imports?before={page['next']}").json
    told = [each["files"][0] for each in page["imports"] + rest["imports"]]
    assert told == [f"{number}.csv" for number in reversed(range(21))]
    assert rest["next"] is None

    newest = f"{POSTS}/imports/{page['imports'][0]['id']}/undo"
    assert dee.get(newest).json == dict.fromkeys(("documents", "items", "answers", "others", "merged"), 0)
    asked = dee.post(newest)
    assert (asked.status_code, asked.json["name"]) == (202, "undo-import")
    assert dee.get(f"{POSTS}/imports/9999/undo").status_code == 404

    def undone(session):
        for row in session.exec(select(Import)):
            row.state = ImportState.UNDONE

    application.stored(app, undone)
    assert dee.post(newest).status_code == 409


def test_models_are_listed(dee):
    """None was trained; one that is not there is not found."""
    assert dee.get(f"{POSTS}/models").json == {"models": []}
    assert dee.get(f"{POSTS}/models/7/download").status_code == 404


def test_figures_are_those_of_the_pages(ada, dee):
    """One way to count."""
    save(ada, "posts-0-0")
    save(dee, "posts-0-0", "AGAINST")
    save(ada, "posts-1-0")

    figures = dee.get(f"{POSTS}/dashboard").json
    assert (figures["forecast"]["done"], figures["forecast"]["wanted"]) == (2, 4)
    assert {each["name"]: each["items"] for each in figures["people"]} == {"ada": 2, "dee": 1}
    assert sum(each["answers"] for each in figures["days"]) == 2  # one found no seat
    agreement = dee.get(f"{POSTS}/agreement").json
    assert (agreement["is_current"], agreement["report"]["annotations"]) == (True, 2)


def test_the_doctor_tells_administrators(root, dee):
    """Those who have no shell on the server."""
    found = root.get(f"{PREFIX}/doctor").json["findings"]

    assert {each["state"] for each in found} <= {"ok", "warning", "problem"}
    assert len(found) > 10
    assert dee.get(f"{PREFIX}/doctor").status_code == 403
