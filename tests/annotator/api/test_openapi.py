"""The description of the API."""

import re

import schemathesis

from annotator.api.openapi import PREFIX, document


def test_every_route_is_described(app):
    """A route that only its author knows is no interface."""
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
    }

    assert set(document(app)["paths"]) == routes


def test_every_operation_says_what_it_does_and_how_it_fails(app):
    """Client generators make a function and its help of each."""
    operations = [operation for path in document(app)["paths"].values() for operation in path.values()]

    assert all(operation["summary"] for operation in operations)
    assert all("default" in operation["responses"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_the_description_is_valid_and_open_to_all(app):
    """Tools refuse the whole of a document with one fault."""
    answer = app.test_client().get(f"{PREFIX}/openapi.json")
    schema = schemathesis.openapi.from_dict(answer.json)

    assert answer.json["openapi"] == "3.1.0"
    schema.validate()


def test_every_schema_has_a_short_name(app):
    """Two of one name get their modules' names, and so does each client that is made of them."""
    assert [name for name in document(app)["components"]["schemas"] if "__" in name] == []
