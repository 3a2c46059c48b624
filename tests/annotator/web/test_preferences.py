"""The page of preferences, without JavaScript, and what it changes on the other pages."""

import re

import pytest

from annotator.store import accounts
from tests import application


def shown(client, path="/preferences"):
    """{name of a field: what stands in it} of a page."""
    page = client.get(path).get_data(as_text=True)
    return dict(re.findall(r'<input id="[^"]+" name="([^"]+)"[^>]* value="([^"]*)"', page))


def test_what_is_saved_holds_on_every_page(ada, send):
    """Somebody whose eyes tire at noon must not set it up each morning."""
    client, _ = ada
    answer = send(
        {
            "theme": "dark",
            "text_size": "130",
            "width": "wide",
            "break_reminder": "50",
            "time_zone": "Asia/Beirut",
        }
    )
    page = client.get("/").get_data(as_text=True)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/preferences?saved=")
    assert 'data-theme="dark" data-text-size="130" data-width="wide"' in page
    assert '<meta name="color-scheme" content="dark">' in page
    assert shown(client)["break_reminder"] == "50"
    assert shown(client)["time_zone"] == "Asia/Beirut"


def test_a_key_is_typed_by_its_name(ada, send):
    """The page works where no script runs; letters, digits and signs of other keyboards are known."""
    client, _ = ada
    assert send({"key-skip": "shift+] ك", "key-undo": "z"}).status_code == 303

    fields = shown(client)
    assert fields["key-skip"] == "Shift+] ;"
    assert fields["key-undo"] == "Z"
    seat = client.get("/projects/posts/annotate").get_data(as_text=True)
    assert 'data-act="skip" data-action="skip" data-code="Shift+BracketRight Semicolon"' in seat


def test_the_key_that_takes_a_models_stance_in_is_explained_and_can_be_chosen(ada, send):
    """Its button stands there for a second look only: who does not know the key cannot learn it then."""
    client, _ = ada
    assert send({"key-expected": "shift+i"}).status_code == 303

    seat = client.get("/projects/news/annotate").get_data(as_text=True)
    assert 'data-act="take" data-action="expected" data-code="Shift+KeyI"' in seat
    for slug, is_there in (("news", True), ("posts", False)):
        parts = client.get(f"/projects/{slug}/annotate/parts").get_data(as_text=True)
        assert ("take in a stance that the model expects" in parts) is is_there


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"key-skip": "z"}, "Z would be both “Skip” and “Undo”: give one another key."),
        ({"key-skip": "q"}, "Q would be both “Skip” and “Ask the curator”: give one another key."),
        ({"key-skip": "3"}, "3 chooses labels and entities: give “Skip” another key."),
        ({"key-skip": "Tab"}, "Tab is no key to choose."),
        (
            {"key-ask": "]", "key-skip": "Q"},
            "Q would be both “Skip” and “FOR”, a label of letters: give one another key.",
        ),
        ({"project": "letters", "label-NONE": "s"}, "S would be both “Skip” and “NONE”, a label of letters"),
        (
            {"project": "letters", "label-NONE": "e"},
            "E would be both “AGAINST” and “NONE”, a label of letters",
        ),
        ({"time_zone": "Mars"}, "This is no time zone"),
        ({"break_reminder": "1"}, "A reminder comes after 5 to 240 minutes"),
        ({"theme": "pink"}, "theme has a value that is not on offer"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(ada, send, fields, told):
    """A clash names both, and what was typed stays in the form."""
    client, _ = ada
    answer = send({"key-history": "[", **fields})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page, re.findall(r"role=.alert.>([^<]*)", page)
    assert (
        'name="key-history" dir="ltr" autocomplete="off" autocapitalize="off" spellcheck="false" value="["'
        in page
    )
    assert shown(client)["key-history"] == "B"


def test_labels_have_ones_own_keys_in_one_project(ada, send):
    """Who labels with the right hand wants 8, 9, 0 for 1, 2, 3; in this project, not in all."""
    client, _ = ada
    send({"project": "letters", "label-FOR": "8", "label-AGAINST": "9", "label-NONE": "0"})

    fields = shown(client, "/preferences?project=letters")
    assert [fields[f"label-{name}"] for name in ("FOR", "AGAINST", "NONE")] == ["8", "9", "0"]
    assert shown(client, "/preferences?project=posts")["label-FAVOR"] == "1"
    seat = client.get("/projects/letters/annotate").get_data(as_text=True)
    assert re.search(r'data-label="FOR"[^>]*data-code="Digit8"', seat)


def test_the_default_keys_come_back(ada, send):
    """Who has tangled herself up needs one button."""
    client, _ = ada
    send({"project": "letters", "key-skip": "]", "label-FOR": "8", "theme": "dark"})
    send({"project": "letters", "key-skip": "]", "theme": "dark", "reset": "keys"})

    fields = shown(client, "/preferences?project=letters")
    assert (fields["key-skip"], fields["label-FOR"]) == ("S", "Q")
    assert 'data-theme="dark"' in client.get("/").get_data(as_text=True)


def test_single_keys_go_off_by_leaving_the_box_empty(ada):
    """Dictation sends letters: they must neither act nor be announced."""
    client, token = ada
    client.post("/preferences", data={"csrf_token": token})

    seat = client.get("/projects/posts/annotate").get_data(as_text=True)
    assert '<label-keys data-single="off">' in seat
    assert not re.findall(r"data-action=[^>]*aria-keyshortcuts", seat)


def test_preferences_are_ones_own(app, ada):
    """Nobody reads or sets another's."""
    stranger = app.test_client()

    assert stranger.get("/preferences").status_code == 401
    assert ada[0].get("/preferences?project=others").status_code == 404
    assert ada[0].post("/preferences", data={"theme": "dark"}).status_code == 403  # without the CSRF token


def test_the_api_gives_and_takes_them_whole(app):
    """A script sets up thirty annotators; a page keeps its switch."""
    script = application.script(app, "ada")
    path = "/api/v1/me/preferences"
    before = script.get(path).json
    put = script.put(path, json={**before, "keys": {"skip": ["Quote"]}, "theme": "light", "locale": "ar"})

    assert (before["single_keys"], before["text_size"], before["keys"], before["locale"]) == (
        True,
        100,
        {},
        None,
    )
    assert put.status_code == 200
    assert script.get(path).json == put.json
    assert (put.json["keys"], put.json["theme"], put.json["locale"]) == ({"skip": ["Quote"]}, "light", "ar")


@pytest.mark.parametrize(
    "body",
    [
        {"keys": {"skip": ["KeyZ"]}},
        {"keys": {"skip": ["Digit4"]}},
        {"keys": {"skip": ["Tab"]}},
        {"keys": {"sing": ["Quote"]}},
        {"keys": {"skip": []}},
        {"label_keys": {"letters": {"NONE": "KeyS"}}},
        {"label_keys": {"letters": {"NONE": "KeyQ"}}},
        {"theme": "pink"},
        {"text_size": 101},
        {"time_zone": "../../etc/passwd"},
        {"break_reminder": 0},
        {"locale": "x\u0000"},
        {"hat": "on"},
    ],
)
def test_the_api_refuses_what_cannot_be(app, body):
    """A key that does two things does one of them never."""
    script = application.script(app, "ada")
    answer = script.put("/api/v1/me/preferences", json=body)

    assert answer.status_code == 422
    assert answer.json["errors"]
    assert script.get("/api/v1/me/preferences").json["keys"] == {}


def test_preferences_of_an_older_time_do_no_harm(app, ada):
    """After an upgrade that drops an action, her other keys still hold and her page still opens."""

    def store(session):
        accounts.find_user(session, "ada").preferences = {
            "keys": {"sing": ["KeyL"], "skip": ["Quote"]},
            "text_size": 7,
            "theme": "dark",
            "hat": "on",
        }

    application.stored(app, store)

    assert shown(ada[0])["key-skip"] == "&#39;"
    assert 'data-theme="dark" data-text-size="100"' in ada[0].get("/").get_data(as_text=True)
