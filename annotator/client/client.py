"""The client: a method for each thing that scripts do with a Standpoint server."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from uuid import UUID, uuid4

from annotator.client import lines
from annotator.client import operations as ops
from annotator.client.operations import Operation
from annotator.client.shapes import (
    Agreement,
    Applied,
    Entry,
    ExportedAnswer,
    ExportedItem,
    Invited,
    Item,
    Job,
    Json,
    Member,
    NewWebhook,
    OwnProject,
    Project,
    Queue,
    Receipt,
    Release,
    Saved,
    Scheme,
    Webhook,
)
from annotator.client.transport import Transport

LOOK = 1.0  # s between two looks at a job


class Client:
    """A Standpoint server, as the person of an API token sees it.

    Methods that list things are iterators that ask for the next page when it is needed. A server that is
    busy (503) is asked again, `tries` times in all, after as long as it says; a POST that was cut off is
    not, because it may have been done.

    >>> with Client("https://standpoint.example.org", "sp_token") as client:
    ...     names = (project["name"] for project in client.projects())
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        tries: int = 5,
        timeout: float = 60.0,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(address, token, tries=tries, timeout=timeout, wait=wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._transport.close()

    # Projects

    def projects(self) -> Iterator[OwnProject]:
        """The projects that one works in."""
        return cast(Iterator[OwnProject], self._pages(ops.PROJECTS))

    def project(self, slug: str) -> Project:
        """A project and its labels."""
        return cast(Project, self._json(ops.PROJECT, slug=slug))

    def create_project(self, file: Mapping[str, Any]) -> Project:
        """Make a project of what a project file says."""
        return cast(Project, self._json(ops.CREATE_PROJECT, json=file))

    def settings(self, slug: str) -> tuple[Json, str]:
        """The project file of a project, and the tag by which `apply` knows that it is of now."""
        answer = self._transport.call(ops.SETTINGS, {"slug": slug})
        return cast(Json, answer.json()), answer.headers["ETag"]

    def apply(self, slug: str, file: Mapping[str, Any], *, tag: str | None = None) -> Applied:
        """Make a project be what the file says; with its tag, only if nobody has changed it since (412)."""
        headers = {"If-Match": tag} if tag is not None else {}
        return cast(Applied, self._json(ops.APPLY, slug=slug, json=file, headers=headers))

    def scheme(self, slug: str) -> Scheme:
        """All labels that the project ever had."""
        return cast(Scheme, self._json(ops.SCHEME, slug=slug))

    def members(self, slug: str) -> Iterator[Member]:
        """The people of a project."""
        return cast(Iterator[Member], self._pages(ops.MEMBERS, slug=slug))

    def invite(self, slug: str, name: str, role: str = "annotator") -> Invited:
        """Let somebody join."""
        return cast(Invited, self._json(ops.INVITE, slug=slug, json={"name": name, "role": role}))

    def audit(self, slug: str, **asked: str) -> Iterator[Entry]:
        """What was changed, the newest first; `person`, `action`, `day`."""
        return cast(Iterator[Entry], self._pages(ops.AUDIT, slug=slug, params=asked))

    # Answers

    def queue(self, slug: str, *, limit: int = 20) -> Queue:
        """Items to answer, lent to this person."""
        return cast(Queue, self._json(ops.QUEUE, slug=slug, params={"limit": limit}))

    def save(self, item: str, stances: Iterable[Json], *, uuid: UUID | None = None, **fields: Any) -> Saved:
        """Save an answer. With a uuid of one's own it can be called again and is saved once."""
        body = {"item": item, "stances": list(stances), **fields}
        return cast(Saved, self._json(ops.SAVE, uuid=uuid or uuid4(), json=body))

    def save_all(self, slug: str, answers: Iterable[Mapping[str, Any]]) -> Iterator[Receipt]:
        """Save any number of answers, each with its `uuid`; a receipt for each, in order."""
        return lines.send(self._transport, ops.SAVE_ALL, {"slug": slug}, answers)

    # Documents and items

    def add_documents(self, slug: str, documents: Iterable[Mapping[str, Any]]) -> Iterator[Receipt]:
        """Bring in any number of documents, rows as `standpoint import` reads them; a receipt for each."""
        return lines.send(self._transport, ops.ADD_DOCUMENTS, {"slug": slug}, documents)

    def import_file(
        self, slug: str, path: Path, *, columns: Mapping[str, str] | None = None, **how: str
    ) -> Job:
        """Upload a file and try its import; `format`, `kind`, `split`, and `columns` ours → theirs."""
        mapped = [f"{ours}={theirs}" for ours, theirs in (columns or {}).items()]
        params = {"name": path.name, "column": mapped, **how}
        with path.open("rb") as file:
            return cast(Job, self._json(ops.IMPORT, slug=slug, params=params, content=file.read()))

    def store_import(self, slug: str, number: int) -> Job:
        """Store what a job has tried."""
        return cast(Job, self._json(ops.STORE_IMPORT, slug=slug, number=number))

    def items(self, slug: str, **filters: str) -> Iterator[Item]:
        """Items that all filters hold for: `status="done"`, `label="FAVOR"`, `words="night bus"`."""
        return cast(Iterator[Item], self._pages(ops.ITEMS, slug=slug, params=filters))

    def export_items(self, slug: str, *, after: int = 0) -> Iterator[ExportedItem]:
        """All items, those behind the cursor `after`."""
        return cast(Iterator[ExportedItem], self._lines(ops.EXPORT_ITEMS, slug, after=after))

    def export_annotations(self, slug: str, *, after: int = 0, kind: str = "any") -> Iterator[ExportedAnswer]:
        """All revisions of all answers, those behind the cursor `after`."""
        found = self._lines(ops.EXPORT_ANNOTATIONS, slug, after=after, kind=kind)
        return cast(Iterator[ExportedAnswer], found)

    def export_gold(self, slug: str, *, after: int = 0) -> Iterator[ExportedAnswer]:
        """Decisions and imported gold that stand, those behind the cursor `after`."""
        return cast(Iterator[ExportedAnswer], self._lines(ops.EXPORT_GOLD, slug, after=after))

    # Jobs, releases, figures

    def ask_job(self, slug: str, name: str, **arguments: Any) -> Job:
        """Ask for long work: `ask_job("posts", "release", aggregate="mace")`."""
        return cast(Job, self._json(ops.ASK_JOB, slug=slug, json={"name": name, "arguments": arguments}))

    def job(self, slug: str, number: int) -> Job:
        """How a job stands."""
        return cast(Job, self._json(ops.JOB, slug=slug, number=number))

    def cancel_job(self, slug: str, number: int) -> Job:
        """Cancel a job."""
        return cast(Job, self._json(ops.CANCEL_JOB, slug=slug, number=number))

    def finished(self, slug: str, number: int) -> Job:
        """A job once it has ended, well or not; looks at it every second until then."""
        while (found := self.job(slug, number))["finished_at"] is None:
            self._transport.wait(LOOK)
        return found

    def releases(self, slug: str) -> Iterator[Release]:
        """The releases of a project, the newest first."""
        return cast(Iterator[Release], self._pages(ops.RELEASES, slug=slug))

    def download_release(self, slug: str, number: int, path: Path) -> None:
        """Write the folder of a release as a zip."""
        names = {"slug": slug, "number": number}
        with self._transport.stream(ops.DOWNLOAD, names) as answer, path.open("wb") as file:
            for piece in answer.iter_bytes():
                file.write(piece)

    def agreement(self, slug: str) -> Agreement:
        """How well annotators agree."""
        return cast(Agreement, self._json(ops.AGREEMENT, slug=slug))

    def webhooks(self, slug: str) -> Iterator[Webhook]:
        """The webhooks of a project."""
        return cast(Iterator[Webhook], self._pages(ops.WEBHOOKS, slug=slug))

    def create_webhook(self, slug: str, url: str, events: Iterable[str]) -> NewWebhook:
        """Make a webhook; its secret is told here only."""
        body = {"url": url, "events": list(events)}
        return cast(NewWebhook, self._json(ops.CREATE_WEBHOOK, slug=slug, json=body))

    def _json(
        self,
        operation: Operation,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **names: object,
    ) -> Json:
        sent = {"json": json, "params": params, "content": content, "headers": headers}
        given = {name: value for name, value in sent.items() if value is not None}
        return cast(Json, self._transport.call(operation, names, **given).json())

    def _pages(
        self, operation: Operation, *, params: Mapping[str, Any] | None = None, **names: object
    ) -> Iterator[Json]:
        """The rows of all pages."""
        assert operation.page is not None
        following: object = None
        while True:
            asked = dict(params or {}) | ({operation.next: following} if following is not None else {})
            found = self._transport.call(operation, names, params=asked).json()
            yield from found[operation.page]
            following = found.get("next")
            if following is None:
                return

    def _lines(self, operation: Operation, slug: str, **params: Any) -> Iterator[Json]:
        return lines.read(self._transport, operation, {"slug": slug}, params)
