"""Curators bring a file in by the page: it is tried, looked at, stored; nothing comes from elsewhere."""

import io
import re
from pathlib import Path

import pytest
from sqlmodel import col, select

from annotator.config import Settings
from annotator.domain import AuditEntry, Document, Import, Item, JobState, Purpose, Role
from annotator.errors import Invalid
from annotator.importing import uploads
from annotator.store import accounts, projects
from annotator.store.engine import reading
from annotator.web.import_controls import CHOICES, CONTROLS, renamed
from tests import application, make
from tests.services.running import ended, kill, reached, running
from tests.services.waiting import until

PAGE = "/projects/posts/imports"
FILE = "id,tweet,target,label\np1,Trams run on time.,buses,FAVOR\np2,Another rise.,buses,AGAINST\n"
BAD = FILE + "p3,,buses,MAYBE\np4,A fine day.,buses,MAYBE\n"


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(database=database_url, uploads=str(tmp_path / "uploads"))


@pytest.fixture
def app(settings):
    def rows(session):
        people = {name: make.user(session, name) for name in ("dee", "ada")}
        for slug in ("posts", "others"):
            project = make.project(session, slug)
            projects.join(session, project, people["dee"], Role.CURATOR)
            projects.join(session, project, people["ada"], Role.ANNOTATOR)

    with application.running(settings.database, uploads=settings.uploads) as app:
        application.stored(app, rows)
        yield app


@pytest.fixture
def dee(app):
    return application.browser(app, "dee")


def send(dee, text=FILE, name="posts.csv", **fields):
    """Dee's browser sends the form."""
    client, token = dee
    data = {"file": (io.BytesIO(text.encode()), name), "column-text": "tweet", "csrf_token": token, **fields}
    return client.post(PAGE, data=data, content_type="multipart/form-data")


def confirm(dee, number):
    client, token = dee
    return client.post(f"{PAGE}/{number}", data={"csrf_token": token})


def number(answer):
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/projects/posts/jobs/(\d+)$", answer.headers["Location"])[1])


def documents(app):
    with reading(app.extensions["standpoint_engine"]) as session:
        return sorted(session.exec(select(Document.external_id)))


def test_a_file_is_tried_shown_and_then_stored(app, dee, settings):
    """What a curator sees before is what comes in after, under their name."""
    with running(settings):
        tried = number(send(dee))
        assert ended(settings.database, tried).state is JobState.DONE
        shown = dee[0].get(f"/projects/posts/jobs/{tried}").text
        assert documents(app) == []
        assert "documents: 2 new" in shown
        assert "2 gold answers new" in shown

        made = number(confirm(dee, tried))
        job = ended(settings.database, made)

    assert (job.state, job.failure) == (JobState.DONE, None)
    assert documents(app) == ["p1", "p2"]
    with reading(app.extensions["standpoint_engine"]) as session:
        [entry] = session.exec(select(AuditEntry).where(AuditEntry.action == "import")).all()
        assert entry.user_id == job.created_by_id
    assert "Import it" not in dee[0].get(f"/projects/posts/jobs/{made}").text


def test_rows_at_fault_are_listed_by_line_and_column(dee, settings):
    """“Something is wrong with this file” sends people back to a sheet of ten thousand rows."""
    with running(settings):
        stopped = ended(settings.database, number(send(dee, BAD)))
        listed = number(send(dee, BAD, keep_going="yes"))
        job = ended(settings.database, listed)

    assert (stopped.state, stopped.failure.startswith("posts.csv:5")) == (JobState.FAILED, True)
    assert job.result["rejected"][-1]["line"] == 5
    shown = dee[0].get(f"/projects/posts/jobs/{listed}").text
    assert "MAYBE" in shown
    assert settings.uploads not in shown + stopped.failure


def test_reasons_name_the_forms_own_controls(app, dee, settings):
    """A curator at a form has no --column to say; in an Arabic page it is called as it is there."""
    with running(settings):
        failed = number(send(dee, **{"column-text": ""}))
        ended(settings.database, failed)
        rows = "text,target,type\nIt rained.,buses,post\nIt snowed.,buses,body\n"
        listed = number(send(dee, rows, **{"column-text": "", "keep_going": "yes"}))
        ended(settings.database, listed)

    shown = dee[0].get(f"/projects/posts/jobs/{failed}").text
    assert "Say which is which: “\u2068Columns of another name\u2069”: text" in shown
    row = dee[0].get(f"/projects/posts/jobs/{listed}").text
    assert "(if it means something else: give the column another name in the file)" in row
    application.stored(app, lambda session: setattr(accounts.find_user(session, "dee"), "locale", "ar"))
    assert "“\u2068أعمدة" in dee[0].get(f"/projects/posts/jobs/{failed}").text
    assert not re.findall("--column|--kind", shown + row)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            "needs its annotator: --column annotator=NAME, or --kind gold",
            "[column]: annotator, or [kind]: [gold]",
        ),
        ("say --segment whole, or leave it out", "say [segment]: [whole], or"),
        ("Choose what reads right: --encoding NAME", "right: [encoding]"),
        ("has no column 'tweet' (--column) in any row", "([column]) in any row"),
        ("looks like Parquet; say --format parquet", "say [format]: parquet"),
        ("does not quote at all, say --format tsv-unquoted", "say --format tsv-unquoted"),  # not on the form
        ("name it with --column voice=NAME", "with --column voice=NAME"),  # nor this one
    ],
)
def test_an_option_is_called_as_on_the_form(app, reason, told):
    """What the form does not have keeps its name: there the command is the way out."""
    words = {**CHOICES["kind"], **CHOICES["segment"], **CONTROLS}
    with app.test_request_context():
        found = renamed(reason)
        told = re.sub(r"\[(\w+)\]", lambda name: f"“\u2068{words[name[1]]}\u2069”", told)

    assert told in found


@pytest.mark.parametrize(
    "change",
    [
        {"upload": "../../../etc"},
        {"name": "../passwd"},
        {"name": ".env"},
        {"format": "hub"},
        {"columns": {"nothing": "tweet"}},
        {"kind": "adjudication"},
    ],
)
def test_no_argument_leads_out_of_the_folder(change):
    """The API takes arguments of jobs as well; a path in one would read the server's disk."""
    good = {"upload": "0" * 32, "name": "posts.csv", "columns": {"text": "tweet"}}
    assert uploads.wanted(good).trial

    with pytest.raises(Invalid):
        uploads.wanted({**good, **change})


def test_a_file_is_kept_under_a_name_that_is_no_path(app, dee, settings):
    """A browser, or somebody who pretends to be one, may call a file anything."""
    send(dee, name="../../../../tmp/evil.csv")

    [kept] = [path for path in Path(settings.uploads).rglob("*") if path.is_file()]
    assert kept.parent.parent == Path(settings.uploads) / "posts"
    assert kept.name == "evil.csv"


def test_an_upload_is_of_its_project(app, dee, settings):
    """What another project's curators look at is not to be stored in this one."""
    with running(settings):
        tried = number(send(dee))
        ended(settings.database, tried)
    client, token = dee

    elsewhere = client.post(f"/projects/others/imports/{tried}", data={"csrf_token": token})
    assert elsewhere.status_code == 404
    assert uploads.of_project(settings, "others") != uploads.of_project(settings, "posts")


def test_annotators_import_nothing(app):
    """Who labels must not bring in gold."""
    client, token = application.browser(app, "ada")

    assert client.get(PAGE).status_code == 403
    sent = client.post(PAGE, data={"csrf_token": token, "file": (io.BytesIO(b"id,text\n"), "a.csv")})
    assert sent.status_code == 403


def test_without_a_file_the_form_says_so(dee):
    """A form that comes back silent is filled in again and again."""
    client, token = dee
    answer = client.post(PAGE, data={"csrf_token": token, "column-text": "tweet"})

    assert answer.status_code == 422
    assert "Choose a file to import." in answer.text
    assert 'value="tweet"' in answer.text


def test_encoding_purpose_and_cutting_are_chosen_on_the_page(app, dee, settings):
    """What the command can do, the page can: a file of old Windows, with lessons for new annotators."""
    client, token = dee
    data = {
        "file": (io.BytesIO("id,text,target,label\np1,Más trenes.,buses,FAVOR\n".encode("cp1252")), "a.csv"),
        "encoding": "cp1252",
        "purpose": "training",
        "segment": "whole",
        "csrf_token": token,
    }
    with running(settings):
        tried = number(client.post(PAGE, data=data, content_type="multipart/form-data"))
        assert ended(settings.database, tried).failure is None
        assert ended(settings.database, number(confirm(dee, tried))).failure is None

    with reading(app.extensions["standpoint_engine"]) as session:
        assert session.exec(select(Document.text)).all() == ["Más trenes."]
        assert session.exec(select(Item.purpose)).all() == [Purpose.TRAINING]
    refused = send(dee, encoding="klingon")
    assert refused.status_code == 422
    assert "is no encoding of texts" in refused.text


def test_an_import_is_undone_after_a_look_at_what_goes(app, dee, settings):
    """The wrong file is noticed after the button was pressed."""
    client, token = dee
    with running(settings):
        tried = number(send(dee))
        ended(settings.database, tried)
        ended(settings.database, number(confirm(dee, tried)))
        listed = client.get(PAGE).text
        address = re.search(rf"{PAGE}/\d+/undo", listed)[0]
        assert "posts.csv" in listed
        assert re.findall(r'<td class="is-number">(\d+)</td>', listed) == ["2", "2"]  # documents, items
        shown = client.get(address).text
        assert "Documents: 2" in shown
        assert "Answers that came with it: 2" in shown
        assert documents(app) == ["p1", "p2"]

        undone = number(client.post(address, data={"csrf_token": token}))
        assert ended(settings.database, undone).failure is None

    with reading(app.extensions["standpoint_engine"]) as session:
        assert session.exec(select(Document.id).where(col(Document.deleted_at).is_(None))).all() == []
    assert "Documents: 2" in client.get(f"/projects/posts/jobs/{undone}").text
    assert "This import was undone." in client.get(address).text
    assert client.post(address, data={"csrf_token": token}).status_code == 409


def test_in_the_middle_it_is_cancelled_or_killed(app, dee, settings):
    """Cancelled, nothing of it stays; killed, it is begun again, and all of it is there once."""
    client, token = dee
    rows = "".join(f"p{n},Rain {n}.,rain,AGAINST\n" for n in range(9_000))
    with running(settings):
        tried = number(send(dee, "id,tweet,target,label\n" + rows))
        ended(settings.database, tried)
        first = number(confirm(dee, tried))
        until(lambda: reached(settings.database, first, "storing").done > 0)
        client.post(f"/projects/posts/jobs/{first}/cancel", data={"csrf_token": token})
        assert ended(settings.database, first).state is JobState.CANCELLED
        assert documents(app) == []
        with reading(app.extensions["standpoint_engine"]) as session:
            assert session.exec(select(Import)).all() == []

        second = number(confirm(dee, tried))
        until(lambda: reached(settings.database, second, "storing").done > 0)
        kill(settings.database, second)
        job = ended(settings.database, second)

    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert "  documents: 9,000 new" in job.result["lines"]
    assert len(documents(app)) == 9_000
