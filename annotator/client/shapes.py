"""What the API gives, as far as the client's users need it; dictionaries as they came."""

from typing import Any, TypedDict

Json = dict[str, Any]


class OwnProject(TypedDict):
    """A project, and what one may do there."""

    slug: str
    name: str
    kind: str
    role: str


class Project(TypedDict):
    """A project and its labels."""

    slug: str
    name: str
    kind: str
    labels: list[Json]
    scheme_version: int
    guidelines_version: int


class Applied(TypedDict):
    """What was changed, a sentence each."""

    scheme_version: int
    changes: list[str]


class Scheme(TypedDict):
    """All labels that there ever were."""

    scheme_version: int
    labels: list[Json]


class Queue(TypedDict):
    """Items that are lent to this person."""

    items: list[Json]
    remaining: int
    retry_after: int | None


class Saved(TypedDict):
    """What was stored; `counted` false: others had all seats."""

    uuid: str
    revision: int
    counted: bool
    withdrawn: bool


class Receipt(TypedDict):
    """What became of a line; `status` is created, exists or refused."""

    line: int
    status: str
    code: int


class Item(TypedDict):
    """An item with the answers that it has."""

    id: str
    cursor: str
    text: str
    document: str
    answers: list[Json]


class ExportedItem(TypedDict):
    """An item and its segment."""

    cursor: int
    id: str
    document: str
    start: int
    end: int
    text: str
    target: str | None
    holder: str | None


class ExportedAnswer(TypedDict):
    """A revision of an answer; `current`: it stands."""

    cursor: int
    uuid: str
    item: str
    by: str
    kind: str
    current: bool
    stances: list[Json]


class Job(TypedDict):
    """Long work; `result` or `failure` are there once it has ended."""

    id: int
    name: str
    state: str
    done: int
    total: int | None
    result: Json | None
    failure: str | None
    finished_at: str | None


class Release(TypedDict):
    """A release."""

    number: int
    created_at: str
    sha256: str
    rows: dict[str, dict[str, int]]
    is_here: bool


class Agreement(TypedDict):
    """Agreement as it was measured last."""

    measured_at: str | None
    is_current: bool
    report: Json | None


class Member(TypedDict):
    """A person of a project."""

    id: int
    name: str
    role: str


class Invited(TypedDict):
    """Who joined, and the link that signs them in."""

    member: Json
    link: str | None


class Entry(TypedDict):
    """What somebody changed."""

    id: int
    at: str
    person: str | None
    action: str
    detail: Json


class Webhook(TypedDict):
    """A webhook."""

    id: int
    url: str
    events: list[str]
    active: bool


class NewWebhook(Webhook):
    """A webhook with its secret."""

    secret: str
