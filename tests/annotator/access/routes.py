"""Every route as requests: its address filled with what a project holds, and a body that names it, too."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask, url_for
from sqlmodel import Session
from werkzeug.routing import Rule

from annotator.domain import (
    ApiToken,
    AuditEntry,
    BulkChange,
    Import,
    Inquiry,
    Job,
    Project,
    Release,
    Role,
    User,
    Webhook,
    WebSession,
    now,
)
from annotator.store import accounts, annotations, projects, webhooks
from annotator.store.registry import Registry
from tests import make

UNSEEN = {"HEAD", "OPTIONS"}  # HEAD runs the same view as GET, OPTIONS none

# What a route names, beside the project: argument → kind of thing; in the address or its query …
NAMES = {
    "account.end_session": {"number": "session"},
    "account.revoke": {"number": "token"},
    "adjudicate.item": {"id": "item"},
    "api_account.end_session": {"number": "session"},
    "api_account.revoke": {"number": "token"},
    "api_adjudications.case": {"item": "item"},
    "api_documents.show": {"id": "document"},
    "api_history.open_again": {"id": "item"},
    "api_inquiries.withdraw": {"uuid": "inquiry"},
    "api_inquiries.reply": {"uuid": "inquiry"},
    "api_imports.store": {"number": "job"},
    "api_imports.look": {"number": "import"},
    "api_imports.undo": {"number": "import"},
    "api_models.download": {"number": "job"},
    "api_items.undo": {"number": "change"},
    "api_jobs.cancel": {"number": "job"},
    "api_jobs.show": {"number": "job"},
    "api_members.link": {"user_id": "member"},
    "api_members.remove": {"user_id": "member"},
    "api_members.restore": {"user_id": "gone"},
    "api_members.role": {"user_id": "member"},
    "api_members.sign_out": {"user_id": "member"},
    "api_members.train": {"user_id": "member"},
    "api_releases.compare": {"old": "release", "new": "release"},
    "api_releases.download": {"number": "release"},
    "api_releases.show": {"number": "release"},
    "api_removal.show": {"document": "document"},
    "api_trail.undo": {"number": "entry"},
    "api_webhooks.change": {"number": "webhook"},
    "api_webhooks.deliveries": {"number": "webhook"},
    "api_webhooks.remove": {"number": "webhook"},
    "api_webhooks.renew": {"number": "webhook"},
    "api_webhooks.send_again": {"number": "webhook", "delivery": "delivery"},
    "api_webhooks.show": {"number": "webhook"},
    "api_webhooks.test": {"number": "webhook"},
    "audit.undo": {"number": "entry"},
    "imports.look": {"number": "import"},
    "imports.store": {"number": "job"},
    "imports.undo": {"number": "import"},
    "inquiries.reply": {"uuid": "inquiry"},
    "items.undo": {"number": "change"},
    "jobs.cancel": {"number": "job"},
    "jobs.show": {"number": "job"},
    "models.download": {"number": "job"},
    "models.report": {"number": "job"},
    "models.explain": {"number": "job"},
    "models.ask_why": {"number": "job"},
    "people.link": {"user_id": "member"},
    "people.remove": {"user_id": "member"},
    "people.restore": {"user_id": "gone"},
    "people.role": {"user_id": "member"},
    "people.sign_out": {"user_id": "member"},
    "people.train": {"user_id": "member"},
    "releases.compare": {"old": "release", "new": "release"},
    "releases.download": {"number": "release"},
    "removal.show": {"document": "document"},
    "webhooks.change": {"number": "webhook"},
    "webhooks.send_again": {"number": "webhook", "delivery": "delivery"},
}
# … or in the body.
BODIES = {
    "adjudicate.decide": {"item": "item"},
    "adjudicate.undo": {"item": "item"},
    "api_adjudications.put": {"item": "item"},
    "api_adjudications.look": {"item": "item"},
    "api_annotations.put": {"item": "item"},
    "api_inquiries.ask": {"item": "item"},
    "api_removal.erase": {"document": "document", "again": "document"},
    "api_removal.hide": {"document": "document"},
    "api_queue.skip": {"item": "item"},
    "items.change": {"item": "item_id"},
    "removal.remove": {"document": "document"},
}
BESIDE = {  # what such a body needs, too
    "adjudicate.decide": {"take": "new"},
    "adjudicate.undo": {"replaces": str(uuid4())},
    "api_adjudications.put": {"stances": []},
    "api_annotations.put": {"stances": [{"label": "FAVOR"}]},
    "api_inquiries.ask": {"text": "Who says so?"},
    "inquiries.reply": {"reply": "They do."},
    "api_inquiries.reply": {"reply": "They do."},
    "api_members.role": {"role": "annotator"},
    "api_members.train": {"again": False},
    "api_questionnaire.answer": {"consent": True, "answers": {}},
    "items.change": {"action": "retire"},
    "api_webhooks.change": {"url": "https://example.org/hook", "events": ["item.completed"]},
    "people.role": {"role": "annotator"},
    "webhooks.change": {"do": "off"},
}
TOLD = {"figures": {"documents": {"new": 1}, "items": {"new": 1}}}
MAKING_A_UUID = {"adjudicate.decide", "adjudicate.undo", "api_queue.skip"}
QUESTIONNAIRE = {"questions": [{"key": "age", "text": "How old are you?", "choices": ["30", "40"]}]}
NUMBERED = ("session", "token", "job", "entry", "change", "member", "gone", "release", "item_id", "import")
NUMBERED += ("webhook", "delivery")
MISSING: dict[str, Any] = dict.fromkeys(NUMBERED, 9_999_999) | {  # what is in no project
    "item": "no such item",
    "document": "no such document",
    "inquiry": str(uuid4()),
}
# A link without a redeemer, a file without a version: what these need is no project's.
ELSEWHERE = {
    "sign_in.by_link": {"token": "none"},
    "files.static": {"version": "1", "name": "icon.svg"},
    "files.all_files": {"version": "1"},
    "files.joined_sheet": {"version": "1", "names": "base"},
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a test client sends it."""

    endpoint: str
    method: str
    address: str
    body: dict[str, Any]

    def arguments(self) -> dict[str, Any]:
        """The body as JSON for the API, as a form for pages."""
        if self.method in {"GET", "DELETE"}:
            return {}
        return {"json" if self.address.startswith("/api/") else "data": self.body}


def all_of(app: Flask) -> list[tuple[Rule, str]]:
    """Every rule of the URL map with each method that its view answers."""
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - UNSEEN)
    ]


def request(app: Flask, rule: Rule, method: str, slug: str, things: dict[str, Any]) -> Request:
    """The request of this route to the project `slug` that names these things, kind → name."""
    endpoint = rule.endpoint
    values = ELSEWHERE.get(endpoint, {}) | _named(NAMES, endpoint, things)
    if "slug" in rule.arguments:
        values["slug"] = slug
    if "uuid" in rule.arguments:
        values.setdefault("uuid", uuid4())
    body = BESIDE.get(endpoint, {}) | _named(BODIES, endpoint, things)
    if endpoint in MAKING_A_UUID:
        body["uuid"] = str(uuid4())
    with app.test_request_context():
        return Request(endpoint, method, url_for(endpoint, **values), body)


def _named(names: dict[str, dict[str, str]], endpoint: str, things: dict[str, Any]) -> dict[str, Any]:
    return {argument: things[kind] for argument, kind in names.get(endpoint, {}).items()}


def fill(session: Session, slug: str, names: dict[str, str]) -> None:
    """A project `slug` with a person in each role: role → name."""
    made = make.directed(session, slug, items=2, questionnaire=QUESTIONNAIRE)
    for role, name in names.items():
        projects.join(session, made.project, accounts.find_user(session, name), Role(role))


def things(session: Session, slug: str, number: int, actor: str, *, is_own: bool) -> dict[str, Any]:
    """One new thing of each kind in the project, so that a route may use it up: kind → name.

    Who asks has answered the item and asked the question, if they may; session and token are theirs, or not.
    """
    project, asker = projects.find(session, slug), accounts.find_user(session, actor)
    document, segments = make.document(session, project, f"{slug}/{number}", ["So it is."])
    found = Registry.load(session, project.id).by_key
    [item] = make.items(session, project, segments, target=found[make.TARGET], holder=found["author"])
    if projects.role_of(session, project, asker) is not None:
        annotations.append(session, asker, uuid4(), make.answer(item, "FAVOR", project=slug))
    member, gone = (_member(session, project, f"{kind}-{number}") for kind in ("member", "gone"))
    session.exec(projects.seat(project, gone)).one().deleted_at = now()
    entry = AuditEntry(action="invite", project_id=project.id)
    rows = {
        "job": Job(name="release", project_id=project.id, key=f"{slug}-{number}"),
        "change": BulkChange(project_id=project.id, action="retire", items=0, before={"items": []}),
        "entry": entry,
        "import": Import(project_id=project.id, owner="tests 1", state="done", told=TOLD, finished_at=now()),
    }
    release = Release(project_id=project.id, number=number, sha256="0" * 64, rows={"gold": {"train": 1}})
    inquiry = Inquiry(uuid=uuid4(), item_id=item.id, user_id=asker.id, text="Who says so?")
    hook = Webhook(
        project_id=project.id, url="https://example.org/", events=["item.completed"], secret="whsec_"
    )
    session.add(hook)
    session.flush()
    rows |= {"webhook": hook, "delivery": webhooks.test(session, project, hook)}
    rows |= _let_in(session, asker if is_own else member)
    session.add_all([*rows.values(), release, inquiry])
    session.flush()
    return {kind: row.id for kind, row in rows.items()} | {
        "member": member.id,
        "gone": gone.id,
        "release": number,
        "item": item.external_id,
        "item_id": item.id,
        "document": document.external_id,
        "inquiry": str(inquiry.uuid),
    }


def _let_in(session: Session, person: User) -> dict[str, Any]:
    """A session and a token of this person."""
    token_sha256 = uuid4().hex
    return {
        "session": WebSession(user_id=person.id, token_sha256=token_sha256, expires_at=now()),
        "token": ApiToken(user_id=person.id, token_sha256=token_sha256, name="tests"),
    }


def _member(session: Session, project: Project, name: str) -> User:
    user = make.user(session, name)
    projects.join(session, project, user, Role.ANNOTATOR)
    return user
