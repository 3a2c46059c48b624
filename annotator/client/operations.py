"""What the client calls: a line an operation of the API, with the parameters that it sends.

`page` and `next` say where the rows of a page stand, and by which parameter the next one is asked for.
"""

from dataclasses import dataclass

from annotator.client import shapes


@dataclass(frozen=True)
class Operation:
    """A method and path of the API. `gives` is the shape of the answer, of a row of `page`, or of a line."""

    method: str
    path: str
    gives: type | None = None
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()  # fields that are sent
    page: str | None = None
    next: str = "after"
    status: int = 200


P = "/projects/{slug}"

PROJECTS = Operation("GET", "/projects", shapes.OwnProject, ("after",), page="projects")
CREATE_PROJECT = Operation("POST", "/projects", shapes.Project, body=("slug", "kind"), status=201)
PROJECT = Operation("GET", P, shapes.Project)
SETTINGS = Operation("GET", f"{P}/settings")
APPLY = Operation("PUT", f"{P}/settings", shapes.Applied, body=("slug", "kind"))
SCHEME = Operation("GET", f"{P}/scheme", shapes.Scheme)
QUEUE = Operation("GET", f"{P}/queue", shapes.Queue, ("limit",))
SAVE = Operation("PUT", "/annotations/{uuid}", shapes.Saved, body=("item", "stances"), status=201)
SAVE_ALL = Operation("POST", f"{P}/annotations/bulk", shapes.Receipt, body=("uuid", "item", "stances"))
ADD_DOCUMENTS = Operation("POST", f"{P}/documents", shapes.Receipt, body=("id", "text"))
FILTERS = ("words", "status", "votes", "label", "target", "holder", "annotator", "flag", "batch", "language")
ITEMS = Operation("GET", f"{P}/items/search", shapes.Item, ("after", *FILTERS, "document"), page="items")
EXPORT_ITEMS = Operation("GET", f"{P}/export/items", shapes.ExportedItem, ("after",))
EXPORT_ANNOTATIONS = Operation("GET", f"{P}/export/annotations", shapes.ExportedAnswer, ("after", "kind"))
EXPORT_GOLD = Operation("GET", f"{P}/export/gold", shapes.ExportedAnswer, ("after",))
READING = ("name", "format", "kind", "split", "keep_going", "column")
IMPORT = Operation("POST", f"{P}/imports", shapes.Job, READING, status=202)
STORE_IMPORT = Operation("POST", f"{P}/imports/{{number}}", shapes.Job, status=202)
ASK_JOB = Operation("POST", f"{P}/jobs", shapes.Job, body=("name", "arguments"), status=202)
JOB = Operation("GET", f"{P}/jobs/{{number}}", shapes.Job)
CANCEL_JOB = Operation("DELETE", f"{P}/jobs/{{number}}", shapes.Job, status=202)
RELEASES = Operation("GET", f"{P}/releases", shapes.Release, ("before",), page="releases", next="before")
DOWNLOAD = Operation("GET", f"{P}/releases/{{number}}/download")
AGREEMENT = Operation("GET", f"{P}/agreement", shapes.Agreement)
MEMBERS = Operation("GET", f"{P}/members", shapes.Member, ("after",), page="members")
INVITE = Operation("POST", f"{P}/members", shapes.Invited, body=("name", "role"), status=201)
AUDIT_ASKED = ("before", "person", "action", "day")
AUDIT = Operation("GET", f"{P}/audit", shapes.Entry, AUDIT_ASKED, page="entries", next="before")
WEBHOOKS = Operation("GET", f"{P}/webhooks", shapes.Webhook, page="webhooks")
CREATE_WEBHOOK = Operation("POST", f"{P}/webhooks", shapes.NewWebhook, body=("url", "events"), status=201)
