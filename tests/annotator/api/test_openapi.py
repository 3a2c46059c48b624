"""The description of the API, and the API held to it by random requests."""

import json
import re

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import negative_data_rejection, positive_data_acceptance

from annotator.api.openapi import JSONL, PREFIX, document

SLUGS = st.sampled_from(["news", "posts"])
SEMANTIC = [positive_data_acceptance, negative_data_rejection]  # a well-formed answer may name no label
ITEMS = st.sampled_from(["news-0-1", "news-0-2", "posts-0-0", "posts-1-0", "others-0-0"])


@schemathesis.serializer(JSONL)
def _line(_context, value):
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer(JSONL)
def _receipt(_context, response):
    return json.loads(response.content.splitlines()[0])


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


def test_random_requests_meet_the_description(app, ada, soak):
    """Whatever is sent: an answer of the shape that was promised, and never a 500."""
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    headers = {"Authorization": ada.environ_base["HTTP_AUTHORIZATION"], "Accept-Encoding": "identity"}
    quick = settings(
        max_examples=1_000 if soak else 12,
        deadline=None,
        derandomize=not soak,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    for result in schema.get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = result.ok().as_strategy(generation_mode=mode)
            quick(given(case=cases, slug=SLUGS, item=ITEMS)(_hold))(headers=headers)


def _hold(case, slug, item, headers):
    """Send a request as it came, then with names that exist, so that it gets past the first door."""
    told_by_line = (
        [negative_data_rejection] if case.media_type == JSONL else []
    )  # 200, and 422 in the receipt
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance, *told_by_line])
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = slug
    if isinstance(case.body, dict) and isinstance(case.body.get("item"), str):
        case.body["item"] = item
    case.call_and_validate(headers=headers, excluded_checks=SEMANTIC)
