"""The pages of the scheme, the registry, the trail and removal: all of it without a script."""

import html
import re
from io import BytesIO
from uuid import uuid4

import pytest
from sqlmodel import select

from annotator.domain import Document, EntityKind, Role
from annotator.store import annotations, describing, projects, registry, scheme
from tests import application, make

PAGE = "/projects/posts/scheme"


@pytest.fixture
def app(database_url):
    with application.running(database_url) as app:
        application.stored(app, _fill)
        yield app


@pytest.fixture
def dee(app):
    return application.browser(app, "dee")


def _fill(session):
    ada, dee = make.user(session, "ada"), make.user(session, "dee")
    make.user(session, "root", is_admin=True)
    posts = make.directed(session, "posts", items=2, members=[ada])
    projects.join(session, posts.project, dee, Role.CURATOR)
    annotations.append(session, ada, uuid4(), make.answer(posts.items[0], "FAVOR"))
    registry.propose(session, posts.project, "Harbour <office>", kind=EntityKind.ACTOR, by=ada)


def text_of(page):
    return page.get_data(as_text=True)


def _documents(session):
    found = session.exec(select(Document).order_by(Document.id))
    return [(each.deleted_at is None, each.erased_at is None, each.text[:4]) for each in found]


def version(browser, page=PAGE):
    return re.search(r'name="version" value="(\d+)"', text_of(browser.get(page)))[1]


def labels(app):
    def read(session):
        project = projects.find(session, "posts")
        return [label.name for label in projects.labels_in_use(session, project)]

    return application.stored(app, read)


def fields(browser, **changed):
    """What the form of the page sends, with these fields changed."""
    page = text_of(browser.get(PAGE))
    form = page.partition('action="/projects/posts/scheme" aria-labelledby="fields"')[2].partition("</form>")[
        0
    ]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"(?s)<input[^>]*>|<textarea.*?</textarea>|<select.*?</select>", form):
        name = re.search(r'name="([^"]+)"', tag)[1]
        if tag.startswith("<select"):
            chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', tag)
            value = "" if chosen is None else chosen[1] or chosen[2]
        elif tag.startswith("<textarea"):
            value = re.search(r"(?s)>\n?(.*?)</textarea>", tag)[1]
        else:
            value = (re.search(r'value="([^"]*)"', tag) or ("", ""))[1]
        sent.setdefault(name, []).append(html.unescape(value))
    return sent | changed


def test_a_change_is_shown_row_by_row_before_it_happens(app, dee):
    """A curator who sees what will happen makes fewer mistakes."""
    browser, token = dee
    sent = fields(browser, overlap=["3"], csrf_token=[token])
    sent["label-definition"][0] = "Wants <it>."
    preview = browser.post(PAGE, data=sent)
    said = text_of(preview)

    assert preview.status_code == 200
    assert "<ins>3</ins>" in said
    assert "Wants &lt;it&gt;." in said
    assert application.stored(app, lambda session: projects.find(session, "posts").overlap) == 1

    toml = re.search(r'name="toml" value="([^"]*)"', said)[1]
    done = browser.post(
        f"{PAGE}/file",
        data={"toml": html.unescape(toml), "do": "apply", "version": version(browser), "csrf_token": token},
    )
    assert done.status_code == 303
    assert application.stored(app, lambda session: projects.find(session, "posts").overlap) == 3
    again = browser.post(PAGE, data=fields(browser, csrf_token=[token]))
    assert "Nothing: the project is so already" in text_of(again)


def test_a_new_label_comes_by_the_last_row(app, dee):
    """And what was written stays where it is refused."""
    browser, token = dee
    sent = fields(browser, csrf_token=[token])
    sent["label-name"][-1], sent["label-key"][-1] = "MAYBE", "1"
    refused = browser.post(PAGE, data=sent)

    assert refused.status_code == 422
    assert 'value="MAYBE"' in text_of(refused)
    sent["label-key"][-1] = "4"
    assert "MAYBE" in text_of(browser.post(PAGE, data=sent))
    assert "MAYBE" not in labels(app)


def test_the_file_goes_out_and_comes_in(app, dee):
    """The text that a team keeps in git is the same as on the page."""
    browser, token = dee
    out = text_of(browser.get(f"{PAGE}/project.toml"))
    shown = browser.post(
        f"{PAGE}/file",
        data={
            "file": (BytesIO(out.replace("overlap = 1", "overlap = 2").encode()), "p.toml"),
            "version": version(browser),
            "csrf_token": token,
        },
    )
    stranger = (BytesIO(b'slug = "other"\nkind = "open"'), "p.toml")
    sent = {"file": stranger, "version": version(browser), "csrf_token": token}
    other = browser.post(f"{PAGE}/file", data=sent)

    assert 'slug = "posts"' in out
    assert "<ins>2</ins>" in text_of(shown)
    assert other.status_code == 422
    assert "describes the project" in text_of(other)


def test_an_event_tells_what_it_touches_before_it_happens(app, dee):
    """Two steps: look, then do."""
    browser, token = dee
    event = {"change": "rename", "of": "label", "name": "FAVOR", "to": "FOR", "csrf_token": token}
    asked = browser.post(f"{PAGE}/events", data={**event, "version": version(browser)})

    assert "1 answer of annotators names it" in text_of(asked)
    assert labels(app) == ["FAVOR", "AGAINST", "NONE"]

    done = browser.post(f"{PAGE}/events", data={**event, "version": version(browser), "do": "apply"})
    assert done.status_code == 303
    assert labels(app) == ["FOR", "AGAINST", "NONE"]
    assert "is called" in text_of(browser.get(PAGE))


def test_the_second_of_two_curators_is_told(app, dee):
    """Nobody changes a scheme that they have not seen."""
    browser, token = dee
    seen = version(browser)
    application.stored(
        app, lambda session: scheme.retire(session, projects.find(session, "posts"), "label", "NONE").id
    )
    event = {"change": "rename", "of": "label", "name": "FAVOR", "to": "FOR", "do": "apply", "version": seen}
    late = browser.post(f"{PAGE}/events", data={**event, "csrf_token": token})
    edited = browser.post(PAGE, data=fields(browser, version=[seen], csrf_token=[token]))

    assert (late.status_code, edited.status_code) == (409, 409)
    assert "since you began" in text_of(late)
    assert labels(app) == ["FAVOR", "AGAINST"]


@pytest.mark.parametrize(
    "event",
    [
        {"change": "burn", "name": "FAVOR"},
        {"change": "rename", "name": "FAVOR"},
        {"change": "merge", "name": "FAVOR", "to": "GONE"},
        {"change": "merge"},
    ],
)
def test_an_event_that_cannot_be_is_refused_at_the_preview(app, dee, event):
    """Not only when it is too late to look again."""
    browser, token = dee
    refused = browser.post(f"{PAGE}/events", data={**event, "version": version(browser), "csrf_token": token})

    assert refused.status_code == 422
    assert 'role="alert"' in text_of(refused)


def test_proposed_entities_come_first_and_are_accepted_named_and_merged(app, dee):
    """What annotators propose waits for a word, not for a spreadsheet."""
    browser, token = dee
    there = "/projects/posts/registry"
    page = text_of(browser.get(there))
    assert page.index("Harbour &lt;office&gt;") < page.index("wind farms")
    key = "harbour-office"
    sent = {"key": key, "csrf_token": token}
    for action in ({"do": "accept"}, {"do": "alias", "alias": "the port"}):
        done = browser.post(there, data={**sent, **action, "version": version(browser, there)})
        assert done.status_code == 303
    again = browser.post(there, data={**sent, "do": "accept", "version": version(browser, there)})
    merged = {"change": "merge", "of": "entity", "name": key, "to": "wind-farms", "do": "apply"}
    wrong = browser.post(f"{PAGE}/events", data={**merged, "version": version(browser), "csrf_token": token})

    assert again.status_code == 422
    assert "the port" in text_of(browser.get(f"{there}?q=port"))
    assert "wind farms" not in text_of(browser.get(f"{there}?q=port"))
    assert wrong.status_code == 422


def test_the_registry_is_walked_by_pages(app, dee):
    """A registry of ten thousand names is read in parts, each name once."""

    def fill(session):
        project = projects.find(session, "posts")
        for number in range(110):
            make.entity(session, project, f"club-{number}")

    application.stored(app, fill)
    browser, _ = dee
    address, keys = "/projects/posts/registry", []
    while address:
        page = text_of(browser.get(address))
        keys += re.findall(r'<li class="entity" id="entity-([^"]+)"', page)
        onward = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = onward[1].replace("&amp;", "&") if onward else None

    assert len(keys) == len(set(keys)) == 110 + 5
    assert browser.get("/projects/posts/registry?after=x").status_code == 422


def test_the_trail_shows_who_did_what_and_takes_it_back(app, dee):
    """A slip is undone where it is found, and both stay on record."""
    browser, token = dee
    event = {"change": "retire", "of": "label", "name": "NONE", "do": "apply", "csrf_token": token}
    browser.post(f"{PAGE}/events", data={**event, "version": version(browser)})
    page = text_of(browser.get("/projects/posts/audit?person=dee"))
    number = re.search(r"/audit/(\d+)/undo", page)[1]

    assert "retire label" in page
    assert 'lang="en">create project' not in page
    assert browser.post(f"/projects/posts/audit/{number}/undo", data={"csrf_token": token}).status_code == 303
    assert labels(app) == ["FAVOR", "AGAINST", "NONE"]
    assert browser.post(f"/projects/posts/audit/{number}/undo", data={"csrf_token": token}).status_code == 422
    assert "undone" in text_of(browser.get("/projects/posts/audit"))


def test_the_trail_leaves_as_files_that_no_spreadsheet_runs(app, dee):
    """Somebody will open it in a spreadsheet, with names that others chose."""

    def fill(session):
        evil = make.user(session, "=cmd|x")
        projects.join(session, projects.find(session, "posts"), evil, "annotator", by_id=evil.id)

    application.stored(app, fill)
    browser, _ = dee
    table = text_of(browser.get("/projects/posts/audit/audit.csv"))
    lines = text_of(browser.get("/projects/posts/audit/audit.jsonl?action=set+role")).splitlines()

    assert ",'=cmd|x,set role," in table
    assert len(lines) == 3
    assert browser.get("/projects/posts/audit?day=tomorrow").status_code == 422
    assert "retire" not in text_of(browser.get("/projects/posts/audit?day=2020-01-01"))


def test_only_admins_take_documents_away(app, dee):
    """A curator's slip must not destroy anything."""
    browser, token = dee
    assert browser.get("/projects/posts/removal").status_code == 403
    root, token = application.browser(app, "root")
    there = "/projects/posts/removal"
    look = text_of(root.get(f"{there}?document=posts-0"))
    hidden = root.post(there, data={"document": "posts-0", "do": "hide", "csrf_token": token})
    erase = {"document": "posts-1", "do": "erase", "csrf_token": token}
    slip = root.post(there, data={**erase, "again": "posts-0"})
    erased = root.post(there, data={**erase, "again": "posts-1"})

    assert "1 answer keeps its labels" in look
    assert (hidden.status_code, slip.status_code, erased.status_code) == (303, 422, 303)
    assert "are gone" in text_of(root.get(erased.headers["Location"]))
    state = application.stored(app, _documents)
    assert state == [(False, True, "Post"), (False, False, "████")]
    assert root.get(f"{there}?document=gone").status_code == 200


def test_an_administrator_makes_a_project_and_nobody_else(app, dee):
    """By a few fields, or by the file of another server."""
    browser, token = dee
    wanted = {"slug": "trains", "kind": "open"}
    assert browser.get("/projects/new").status_code == 403
    assert browser.post("/projects/new", data={**wanted, "csrf_token": token}).status_code == 403
    root, token = application.browser(app, "root")
    file = (BytesIO(b'slug = "bus"\nkind = "directed"'), "b.toml")
    bad, made, twice, filed = (
        root.post("/projects/new", data={**sent, "csrf_token": token})
        for sent in (
            {**wanted, "slug": "A B", "name": "Kept"},
            {**wanted, "overlap": "2"},
            wanted,
            {"file": file},
        )
    )

    assert [each.status_code for each in (bad, made, twice, filed)] == [422, 303, 422, 303]
    assert 'value="Kept"' in text_of(bad)
    assert made.headers["Location"].startswith("/projects/trains/scheme")
    described = application.stored(app, lambda each: describing.describe(each, projects.find(each, "trains")))
    assert (described.overlap, len(described.labels)) == (2, 4)
