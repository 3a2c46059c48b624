"""`standpoint scheme`, `audit` and `erase`: what the pages do, for scripts."""

import json
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlmodel import Session, select

from annotator import cli
from annotator.domain import Document, EntityKind
from annotator.store import annotations, projects, registry
from annotator.store.engine import reading, writing
from tests import make


@pytest.fixture
def run(database_url, engine):
    """Runs `standpoint ARGUMENTS` on a database with a project and an answer in it."""
    with writing(engine) as session:
        ada = make.user(session, "ada")
        posts = make.directed(session, "posts", items=2, members=[ada])
        annotations.append(session, ada, uuid4(), make.answer(posts.items[0], "FAVOR"))
        registry.propose(session, posts.project, "Harbour office", kind=EntityKind.ACTOR, by=ada)

    def command(*words: str):
        return CliRunner().invoke(cli.main, [*words, "--database", database_url], catch_exceptions=False)

    return command


def labels(engine):
    with reading(engine) as session:
        return [each.name for each in projects.labels_in_use(session, projects.find(session, "posts"))]


def test_a_dry_run_tells_and_changes_nothing(run, engine):
    """Whoever scripts a change looks first."""
    told = run("scheme", "rename", "posts", "label", "FAVOR", "FOR", "--dry-run")

    assert told.stdout == "Touches 1 answers of 1 annotators.\n"
    assert labels(engine) == ["FAVOR", "AGAINST", "NONE"]


def test_every_event_is_a_command_and_they_are_listed(run, engine):
    """The same words as on the page."""
    done = [
        run("scheme", "rename", "posts", "label", "FAVOR", "FOR", "--note", "shorter"),
        run("scheme", "merge", "posts", "label", "NONE", "AGAINST"),
        run("scheme", "split", "posts", "label", "FOR", "STRONG", "WEAK"),
        run("scheme", "retire", "posts", "label", "WEAK"),
        run("scheme", "restore", "posts", "label", "NONE"),
        run("scheme", "accept", "posts", "harbour-office"),
        run("scheme", "alias", "posts", "harbour-office", "the port"),
        run("scheme", "merge", "posts", "entity", "harbour-office", "wind-farms"),
    ]

    assert [each.exit_code for each in done] == [0] * 7 + [1]
    assert "wait for a second look of their annotators: 1" in done[2].stdout
    assert "merge the other way round" in done[7].stderr
    assert labels(engine) == ["STRONG", "AGAINST", "NONE"]
    listed = run("scheme", "show", "posts").stdout
    assert "rename label FAVOR to FOR" in listed
    assert "split label FOR into STRONG, WEAK" in listed


def test_a_second_look_is_asked_for_on_request(run):
    """A merge maps silently, unless the curator wants to know better."""
    silent = run("scheme", "rename", "posts", "label", "FAVOR", "FOR")
    asked = run("scheme", "merge", "posts", "label", "FOR", "AGAINST", "--again")

    assert "second look" not in silent.stdout
    assert "second look of their annotators: 1" in asked.stdout


def test_the_trail_is_printed_chosen_and_undone(run, engine):
    """An auditor asks for a file, not for a tour of the pages."""
    run("scheme", "retire", "posts", "label", "NONE")
    table = run("audit", "posts").stdout.splitlines()
    chosen = run("audit", "posts", "--format", "jsonl", "--action", "retire label", "--person", "-")
    [line] = [json.loads(line) for line in chosen.stdout.splitlines()]

    assert table[0] == "id,at,person,action,detail"
    assert line["detail"]["names"]
    assert run("audit", "posts", "--person", "nobody").stdout.count("\n") == 1
    assert "add user" in run("audit").stdout
    assert run("audit", "posts", "--day", "2020-01-01").stdout.count("\n") == 1
    assert run("audit", "posts", "--undo", str(line["id"])).exit_code == 0
    assert labels(engine) == ["FAVOR", "AGAINST", "NONE"]
    assert run("audit", "posts", "--undo", str(line["id"])).exit_code == 1
    assert run("audit", "--undo", "1").exit_code == 2


def test_erasing_asks_first_and_tells_what_is_left(run, engine):
    """It cannot be taken back: nobody does it by a slip of the keyboard."""
    refused = run("erase", "posts", "--document", "posts-0")
    done = run("erase", "posts", "--document", "posts-0", "--yes", "--why", "asked for")

    assert refused.exit_code == 1
    assert done.exit_code == 0
    assert "Erased posts-0" in done.stdout
    with Session(engine) as session:
        texts = {each.external_id: each.text for each in session.exec(select(Document))}
    assert set(texts["posts-0"]) == {"█"}
    assert texts["posts-1"] == "Post 1: so it is."
    assert run("erase", "posts").exit_code == 0
