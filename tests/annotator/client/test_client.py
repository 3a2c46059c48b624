"""The Python client: held to the OpenAPI, and against a real server."""

import inspect
import re
from typing import get_type_hints
from uuid import uuid4

import pytest
import sqlalchemy as sa

from annotator.api.openapi import PREFIX, document
from annotator.client import ApiError, Client, Unavailable, operations
from annotator.client.operations import Operation
from annotator.domain import Role
from annotator.domain.people import SCOPES
from annotator.store import accounts, projects
from tests import application, make
from tests.services.web import serving

OPERATIONS = {name: each for name, each in vars(operations).items() if isinstance(each, Operation)}
JSON_TYPES = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}


@pytest.fixture
def app(database_url, tmp_path):
    with application.running(database_url, uploads=str(tmp_path / "uploads")) as app:

        def store(session):
            root, ada = make.user(session, "root", is_admin=True), make.user(session, "ada")
            make.directed(session, "posts", items=4, members=[ada])
            projects.join(session, projects.find(session, "posts"), root, Role.ADMIN)

        application.stored(app, store)
        yield app


@pytest.fixture
def address(app):
    with serving(app) as address:
        yield address


@pytest.fixture
def waits():
    """How long the client waited, in s; it does not really."""
    return []


@pytest.fixture
def client(app, address, waits):
    with Client(address, token(app, "root"), wait=waits.append) as client:
        yield client


def token(app, name):
    return application.stored(
        app,
        lambda session: accounts.create_token(
            session, accounts.find_user(session, name), name="tests", scopes=SCOPES
        ),
    )


# Held to the description


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_as_the_openapi_has_it(app, name):
    """A route that was renamed, or a field that went, breaks scripts; this test before them."""
    operation, described = OPERATIONS[name], document(app)
    told = described["paths"][PREFIX + operation.path][operation.method.lower()]
    parameters = {(each["in"], each["name"]) for each in told["parameters"]}

    assert {name for place, name in parameters if place == "path"} == set(
        re.findall(r"{(\w+)}", operation.path)
    )
    assert {("query", each) for each in operation.query} <= parameters
    if operation.page is not None and operation.query:
        assert operation.next in operation.query
    assert str(operation.status) in told["responses"]
    if operation.body:
        [sent] = told["requestBody"]["content"].values()
        assert set(operation.body) <= fields(described, sent["schema"]).keys()
    if operation.gives is not None:
        _fits(described, told["responses"][str(operation.status)], operation)


def fields(described, schema):
    """The properties of a schema, wherever it stands."""
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema["properties"]


def _fits(described, response, operation):
    [given] = response["content"].values()
    properties = fields(described, given["schema"])
    if operation.page is not None:
        properties = fields(described, properties[operation.page]["items"])
    for name, kind in get_type_hints(operation.gives).items():
        assert name in properties, name
        assert types_of(described, properties[name]) & wanted(kind), (name, properties[name], kind)


def wanted(kind):
    """The JSON types of a field of ours."""
    parts = getattr(kind, "__args__", ()) if "|" in str(kind) else (kind,)
    return {JSON_TYPES[getattr(part, "__origin__", part)] for part in parts if part is not type(None)}


def types_of(described, schema):
    if "$ref" in schema:
        return types_of(described, described["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return {kind for part in schema["anyOf"] for kind in types_of(described, part)}
    return {schema.get("type", "string")}


def test_each_method_calls_operations_that_are_described():
    """A method that builds an address by itself would escape the test above."""
    used = set()
    for name, method in inspect.getmembers(Client, inspect.isfunction):
        if not name.startswith("_") and name != "finished":
            found = re.findall(r"ops\.([A-Z_]+)", inspect.getsource(method))
            assert len(found) == 1, name
            used.update(found)

    assert used == OPERATIONS.keys()


# Against a server


def test_a_project_is_made_filled_answered_and_read_again(client, address, app):
    """The way of a script, from an empty server to its data."""
    client.create_project({"slug": "buses", "kind": "directed", "name": "Buses"})
    assert [each["slug"] for each in client.projects()] == ["buses", "posts"]
    assert [label["name"] for label in client.scheme("buses")["labels"]] == ["FAVOR", "AGAINST", "NONE"]
    client.invite("buses", "bob")
    assert ("bob", "annotator") in {(each["name"], each["role"]) for each in client.members("buses")}

    rows = ({"id": f"b{n}", "text": f"Bus {n} is late.", "target": "Night bus"} for n in range(1_200))
    receipts = list(client.add_documents("buses", rows))
    assert [each["line"] for each in receipts] == list(range(1, 1_201))
    assert {each["status"] for each in receipts} == {"created"}

    lent = client.queue("buses", limit=2)["items"]
    assert client.save(lent[0]["id"], [{"label": "FAVOR"}])["revision"] == 0
    answer = {"uuid": str(uuid4()), "item": lent[1]["id"], "stances": [{"label": "AGAINST"}]}
    assert [each["status"] for each in client.save_all("buses", [answer, answer])] == ["created", "exists"]

    assert len(list(client.export_items("buses"))) == 1_200
    assert [each["by"] for each in client.export_annotations("buses")] == ["root", "root"]
    assert list(client.export_gold("buses")) == []
    assert [each["text"] for each in client.items("buses", label="AGAINST")] == [lent[1]["segment"]["text"]]
    assert client.agreement("buses")["report"]["annotations"] == 2
    assert "create project" in {each["action"] for each in client.audit("buses")}


def test_pages_are_asked_for_until_the_last_one(client):
    """A list that stops at its first page looks like a small one."""
    for number in range(130):
        client._json(operations.CREATE_PROJECT, json={"slug": f"p-{number:03}", "kind": "open"})

    assert len({each["slug"] for each in client.projects()}) == 131


def test_a_change_of_what_somebody_else_has_changed_is_refused(client):
    """Two scripts must not undo each other's work."""
    file, tag = client.settings("posts")
    assert client.apply("posts", {**file, "description": "first"}, tag=tag)["changes"]

    with pytest.raises(ApiError) as refused:
        client.apply("posts", {**file, "description": "second"}, tag=tag)

    assert refused.value.status == 412
    assert client.settings("posts")[0]["description"] == "first"


def test_files_jobs_releases_and_webhooks(client, app, tmp_path):
    """What takes longer is asked for, and looked at."""
    file = tmp_path / "more.csv"
    file.write_text("id,tweet,target\nm1,So it is.,Night bus\n", encoding="utf-8")

    tried = client.import_file("posts", file, columns={"text": "tweet"})
    assert (tried["name"], tried["state"]) == ("import", "waiting")
    with pytest.raises(ApiError) as refused:
        client.store_import("posts", tried["id"])
    assert refused.value.status == 404
    assert client.cancel_job("posts", tried["id"])["state"] == "cancelled"
    assert client.finished("posts", tried["id"])["finished_at"] is not None
    assert client.ask_job("posts", "release", aggregate="mace")["state"] == "waiting"
    assert list(client.releases("posts")) == []
    with pytest.raises(ApiError):
        client.download_release("posts", 1, tmp_path / "one.zip")
    made = client.create_webhook("posts", "https://example.org/", ["release.published"])
    assert made["secret"].startswith("whsec_")
    assert [each["id"] for each in client.webhooks("posts")] == [made["id"]]


def test_what_is_refused_says_why(client):
    """With the sentence and the place, as the API tells them."""
    with pytest.raises(ApiError, match=r"422: .*MAYBE") as refused:
        client.save("posts-0-0", [{"label": "MAYBE"}])

    assert refused.value.problem["errors"][0]["where"] == "stances.0.label"


def failing(app, times):
    """The database of the app fails so often when an answer is stored, then works again."""
    engine = app.extensions["standpoint_engine"]
    left = [times]

    def fail(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO annotation") and left[0]:
            left[0] -= 1
            raise sa.exc.OperationalError(statement, {}, Exception("disk I/O error"))

    sa.event.listen(engine, "before_cursor_execute", fail)


def test_a_server_that_is_busy_is_asked_again_after_as_long_as_it_says(app, client, waits):
    """A restart of the database must not end a script of hours."""
    failing(app, 2)

    assert client.save("posts-0-0", [{"label": "FAVOR"}])["revision"] == 0
    assert waits == [5.0, 5.0]


def test_lines_that_were_not_stored_are_sent_again(app, client, waits):
    """And each line has one receipt in the end."""
    failing(app, 2)
    answers = [
        {"uuid": str(uuid4()), "item": f"posts-{number}-0", "stances": [{"label": "FAVOR"}]}
        for number in range(4)
    ]

    told = list(client.save_all("posts", answers))

    assert [(each["line"], each["status"]) for each in told] == [(n, "created") for n in range(1, 5)]
    assert len(waits) == 2


def test_what_does_not_come_back_is_told(app, client):
    """In the end, and not by a page of HTML."""
    failing(app, 99)

    with pytest.raises(Unavailable, match="does not"):
        client.save("posts-0-0", [{"label": "FAVOR"}])
    with pytest.raises(Unavailable, match="1 lines"):
        list(
            client.save_all(
                "posts", [{"uuid": str(uuid4()), "item": "posts-0-0", "stances": [{"label": "FAVOR"}]}]
            )
        )


def test_a_stream_that_breaks_is_read_on_behind_its_last_line(app, waits):
    """Over a server that cuts off every answer after two lines."""

    def cutting(environ, start_response):
        def start(status, headers, *_more):
            kept = [each for each in headers if each[0].lower() != "content-length"]
            return start_response(status, [*kept, ("Content-Length", "9999999")])

        if "/export/" not in environ["PATH_INFO"]:
            return app.wsgi_app(environ, start_response)
        text = b"".join(app.wsgi_app(environ, start))
        cut = text.split(b"\n")
        return [b"\n".join(cut[:2]) + b"\n" + (cut[2][:20] if len(cut) > 2 else b"")]

    with (
        serving(cutting) as address,
        Client(address, token(app, "root"), wait=waits.append, tries=3) as client,
    ):
        found = []
        with pytest.raises(
            Unavailable
        ):  # behind the last line nothing comes, and this server breaks off there, too
            for line in client.export_items("posts"):
                found.append(line["id"])

    assert found == [f"posts-{number}-0" for number in range(4)]
