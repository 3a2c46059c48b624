"""The API held to its description by random requests, in every role; `make fuzz` sends 10,000."""

import json
from collections import Counter

import click
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import negative_data_rejection, positive_data_acceptance, response_schema_conformance
from schemathesis.core.failures import Failure, FailureGroup

from annotator.api.openapi import BYTES, JSONL, NDJSON, PREFIX
from annotator.domain import Role
from annotator.domain.people import SCOPES
from annotator.store import accounts, projects
from tests import application, make

CASES = 10_000  # of a soak, over all operations, roles and modes
QUICK = 2  # of one operation in one mode
ROLES = ("administrator", "curator", "annotator")
LINES = (JSONL, NDJSON)
SLUGS = st.sampled_from(["news", "posts"])
ITEMS = st.sampled_from(["news-0-1", "news-0-2", "posts-0-0", "posts-1-0", "others-0-0"])
SEMANTIC = [positive_data_acceptance, negative_data_rejection]  # a well-formed answer may name no label
TOLD_IN_RECEIPTS = [negative_data_rejection]  # of lines: 200, and 422 in the receipt


@schemathesis.serializer(*LINES)
def _line(_context, value):
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer(*LINES)
def _receipt(_context, response):
    lines = response.content.splitlines()
    return json.loads(lines[0]) if lines else None


@schemathesis.serializer(BYTES)
def _bytes(_context, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.fixture
def people(app, rows):
    """Role → the headers of somebody who has it in both projects, or in all."""

    def store(session):
        make.user(session, "root", is_admin=True)
        curator = make.user(session, "dee")
        for slug in ("news", "posts"):
            projects.join(session, projects.find(session, slug), curator, Role.CURATOR)
        return {
            role: accounts.create_token(
                session, accounts.find_user(session, name), name="tests", scopes=SCOPES
            )
            for role, name in zip(ROLES, ("root", "dee", "ada"), strict=True)
        }

    tokens = application.stored(app, store)
    return {
        role: {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        for role, token in tokens.items()
    }


@pytest.fixture
def sent():
    """Requests sent, by the status of the answer."""
    return Counter()


@pytest.mark.parametrize("role", ROLES)
def test_random_requests_meet_the_description(app, people, soak, sent, role, capsys):
    """Whatever is sent: an answer of the shape that was promised, and never a 500."""
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]
    each = -(-CASES // (len(operations) * 2 * len(ROLES))) if soak else QUICK
    many = settings(
        max_examples=each,
        deadline=None,
        derandomize=not soak,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    wrong = []
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = operation.as_strategy(generation_mode=mode)
            try:
                many(given(case=cases, slug=SLUGS, item=ITEMS)(_hold))(headers=people[role], sent=sent)
            except (FailureGroup, Failure, ExceptionGroup) as failure:  # the others are tried all the same
                wrong.append(f"{operation.label} ({mode}): {told(failure)}")
    with capsys.disabled():
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(sent.items()))
        cases = f"{sum(sent.values()) // 2:,} cases, {len(operations)} operations"
        click.echo(f"\n{role}: {cases}; answers by status {statuses}")

    assert not wrong, "\n\n".join(wrong)
    assert not [status for status in sent if status >= 500]


def told(failure):
    """What is wrong, of a failure or of a group of them."""
    parts = getattr(failure, "exceptions", [failure])
    return "; ".join(f"{type(part).__name__}: {part}" for part in parts)


def _hold(case, slug, item, headers, sent):
    """Send a request as it came, then with names that exist, so that it gets past the first door."""
    told_by_line = TOLD_IN_RECEIPTS if case.media_type in LINES else []
    _meets(case, headers, sent, excluded=[positive_data_acceptance, *told_by_line])
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = slug
    if isinstance(case.body, dict) and isinstance(case.body.get("item"), str):
        case.body["item"] = item
    _meets(case, headers, sent, excluded=SEMANTIC)


def _meets(case, headers, sent, *, excluded):
    answer = case.call(headers=headers)
    sent[answer.status_code] += 1
    has_no_line = NDJSON in answer.headers.get("content-type", [""])[0] and not answer.content
    case.validate_response(
        answer,
        headers=headers,
        excluded_checks=[*excluded, *([response_schema_conformance] if has_no_line else [])],
    )
