"""A stand-in for the Hugging Face Hub: as much of its HTTP API as pushing and loading a dataset need.

Repositories live in memory. It counts what was sent, and can hold or refuse requests. The Hub's own code is
not public; what stands here follows https://huggingface.co/docs/hub/api, git LFS's batch API, and what
huggingface_hub sends and expects.
"""

import base64
import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN, READER = "hf_stand_in", "hf_reads_alone"
FIRST = {".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"}


@dataclass
class Repository:
    """Commits by their id, each {path: content}; the newest last. LFS files have their bytes, too."""

    private: bool
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def commit(self, files: dict[str, bytes]) -> str:
        """The id of a new one."""
        told = repr((len(self.commits), sorted(files))).encode()
        id_ = hashlib.sha1(told, usedforsecurity=False).hexdigest()
        self.commits[id_] = files
        return id_

    @property
    def main(self) -> str:
        return list(self.commits)[-1]

    def find(self, revision: str) -> str | None:
        """The commit that a branch, a tag or an id names."""
        if revision in {"main", "refs/heads/main"}:
            return self.main
        return self.tags.get(revision, revision if revision in self.commits else None)


class Hub(ThreadingHTTPServer):
    """The server, and all that it knows."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.empty()

    def empty(self) -> None:
        """Forget everything."""
        self.repositories: dict[str, Repository] = {}
        self.blobs: dict[str, bytes] = {}  # of LFS, by sha256
        self.sent: Counter[str] = Counter()  # blobs that came whole, by sha256
        self.asked: Counter[str] = Counter()  # requests, by method and path
        self.refuse: tuple[str, int] | None = None  # a pattern of paths, and the status that they get
        self.hold_after: int | None = None  # blobs that are taken before the next one is held
        self.held = threading.Event()  # set once a blob is held and all before it are stored
        self._lock = threading.Lock()
        self._stored = threading.Condition(self._lock)

    def make(self, name: str, *, private: bool = True, files: dict[str, bytes] | None = None) -> Repository:
        """A repository, as somebody else may have left it."""
        found = self.repositories[name] = Repository(private)
        found.commit(FIRST | (files or {}))
        return found

    def store(self, oid: str, content: bytes) -> None:
        """Keep a blob."""
        with self._stored:
            self.blobs[oid] = content
            self.sent[oid] += 1
            self._stored.notify_all()

    def is_to_be_held(self) -> bool:
        """Whether a blob that begins to come now is one too many."""
        with self._lock:
            if self.hold_after is None:
                return False
            self.hold_after -= 1
            return self.hold_after < 0

    def hold(self) -> None:
        """Wait until one blob is stored, and tell; the connection stays as it is."""
        with self._stored:
            self._stored.wait_for(lambda: self.blobs)
        self.held.set()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no error here."""


class Request(BaseHTTPRequestHandler):
    """One request."""

    server: Hub
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_: object) -> None:
        """Nothing: pytest's output is not for this."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def _answer(self, method: str) -> None:
        parts = urlsplit(self.path)
        path, self.query = unquote(parts.path), parse_qs(parts.query)
        self.server.asked[f"{method} {path}"] += 1
        length = int(self.headers.get("Content-Length") or 0)
        if method == "PUT" and self.server.is_to_be_held():
            self.rfile.read(length // 2)
            self.server.hold()
            self.close_connection = True
            return
        self.body = self.rfile.read(length)
        refused = self.server.refuse
        if refused is not None and re.search(refused[0], path):
            self._json({"error": "refused"}, refused[1])
            return
        if not path.startswith("/lfs/") and self._token not in {TOKEN, READER}:
            self._json({"error": "Invalid credentials in Authorization header"}, 401)
            return
        for pattern, act in ROUTES:
            if found := re.fullmatch(pattern, f"{method} {path}"):
                act(self, **found.groupdict())
                return
        self._json({"error": f"the stand-in does not know {method} {path}"}, 501)

    @property
    def _token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _json(self, told: object, status: int = 200, **headers: str) -> None:
        self._send(json.dumps(told).encode(), status, headers | {"Content-Type": "application/json"})

    def _send(self, content: bytes, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _lacks(self, code: str) -> None:
        self._json({"error": code}, 404, X_Error_Code=code)

    def _at(self, name: str, revision: str) -> tuple[Repository, str, dict[str, bytes]] | None:
        """Repository, commit and files; if they are not there, that is answered."""
        repository = self.server.repositories.get(name)
        if repository is None:
            self._lacks("RepoNotFound")
            return None
        commit = repository.find(revision)
        if commit is None:
            self._lacks("RevisionNotFound")
            return None
        return repository, commit, repository.commits[commit]

    def whoami(self) -> None:
        token = {
            "accessToken": {"displayName": "tests", "role": "read" if self._token == READER else "write"}
        }
        self._json({"type": "user", "id": "1", "name": "ada", "orgs": [{"name": "lab"}], "auth": token})

    def validate_yaml(self) -> None:
        self._json({"errors": [], "warnings": []})

    def create(self) -> None:
        given = json.loads(self.body)
        name = f"{given['organization']}/{given['name']}"
        assert given["type"] == "dataset"
        if name in self.server.repositories:
            self._json({"error": "You already created this dataset repo"}, 409)
            return
        self.server.make(name, private=given.get("visibility", "public") == "private")
        self._json({"url": f"{self.server.url}/datasets/{name}", "name": name, "id": "1"})

    def info(self, name: str, revision: str | None = None) -> None:
        if there := self._at(name, revision or "main"):
            repository, commit, files = there
            siblings = [{"rfilename": path} for path in sorted(files)]
            about = {"id": name, "private": repository.private, "sha": commit, "siblings": siblings}
            self._json(about | {"tags": [], "downloads": 0, "likes": 0, "gated": False, "disabled": False})

    def refs(self, name: str) -> None:
        if there := self._at(name, "main"):
            repository, commit, _ = there
            tags = [_ref(tag, f"refs/tags/{tag}", at) for tag, at in repository.tags.items()]
            branches = [_ref("main", "refs/heads/main", commit)]
            self._json({"branches": branches, "converts": [], "tags": tags})

    def tag(self, name: str, revision: str) -> None:
        if there := self._at(name, revision):
            repository, commit, _ = there
            tag = json.loads(self.body)["tag"]
            if tag in repository.tags:
                self._json({"error": "Tag reference exists already"}, 409)
                return
            repository.tags[tag] = commit
            self._json({})

    def preupload(self, name: str, revision: str) -> None:
        if there := self._at(name, revision):
            given = json.loads(self.body)["files"]
            self._json({"files": [_mode(file["path"], there[2]) for file in given]})

    def batch(self, name: str) -> None:
        if self._at(name, "main"):
            objects = json.loads(self.body)["objects"]
            self._json({"transfer": "basic", "objects": [self._blob(each) for each in objects]})

    def _blob(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["oid"] in self.server.blobs:
            return given
        return given | {"actions": {"upload": {"href": f"{self.server.url}/lfs/{given['oid']}"}}}

    def upload(self, oid: str) -> None:
        assert hashlib.sha256(self.body).hexdigest() == oid
        self.server.store(oid, self.body)
        self._json({})

    def commit(self, name: str, revision: str) -> None:
        if there := self._at(name, revision):
            repository, parent, files = there
            files = dict(files)
            for line in self.body.splitlines():
                operation = json.loads(line)
                value = operation["value"]
                if operation["key"] == "header" and value.get("parentCommit", parent) != parent:
                    self._json({"error": "A commit has happened since. Please refresh and try again."}, 412)
                    return
                self._apply(operation["key"], value, files)
            id_ = repository.commit(files)
            url = f"{self.server.url}/datasets/{name}/commit/{id_}"
            self._json({"success": True, "commitOid": id_, "commitUrl": url})

    def _apply(self, key: str, value: dict[str, Any], files: dict[str, bytes]) -> None:
        if key == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        elif key == "lfsFile":
            files[value["path"]] = self.server.blobs[value["oid"]]
        elif key == "deletedFile":
            del files[value["path"]]
        else:
            assert key == "header", key

    def tree(self, name: str, revision: str, path: str | None = None) -> None:
        if there := self._at(name, revision):
            files, prefix = there[2], f"{path}/" if path else ""
            if path and not any(found.startswith(prefix) for found in files):
                self._lacks("EntryNotFound")
                return
            within = [found for found in sorted(files) if found.startswith(prefix)]
            folders = {found[: place.start()] for found in within for place in re.finditer("/", found)}
            entries = [_folder(found) for found in sorted(folders) if found.startswith(prefix)]
            entries += [_file(found, files[found]) for found in within]
            is_deep = self.query.get("recursive", ["false"])[0].lower() in {"true", "1"}
            near = [entry for entry in entries if "/" not in entry["path"][len(prefix) :]]
            self._json(entries if is_deep else near)

    def paths_info(self, name: str, revision: str) -> None:
        if there := self._at(name, revision):
            files = there[2]
            given = parse_qs(self.body.decode())
            is_json = "json" in self.headers.get("Content-Type", "")
            paths = json.loads(self.body)["paths"] if is_json else given.get("paths", [])
            found = [_file(path, files[path]) for path in paths if path in files]
            found += [_folder(path) for path in paths if any(file.startswith(f"{path}/") for file in files)]
            self._json(found)

    def resolve(self, name: str, revision: str, path: str) -> None:
        if there := self._at(name, revision):
            _, commit, files = there
            if path not in files:
                self._lacks("EntryNotFound")
                return
            content, status, headers = files[path], 200, {"Accept-Ranges": "bytes"}
            headers |= {"X-Repo-Commit": commit, "ETag": f'"{_oid(path, content)}"'}
            if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
                first, last = int(asked[1]), int(asked[2] or len(content) - 1)
                headers["Content-Range"] = f"bytes {first}-{min(last, len(content) - 1)}/{len(content)}"
                content, status = content[first : last + 1], 206
            self._send(content, status, headers)


DATASET = r"/api/datasets/(?P<name>[^/]+/[^/]+)"
REVISION = r"(?P<revision>refs/heads/main|[^/]+)"
ROUTES = [
    (r"GET /api/whoami-v2", Request.whoami),
    (r"POST /api/validate-yaml", Request.validate_yaml),
    (r"POST /api/repos/create", Request.create),
    (rf"GET {DATASET}", Request.info),
    (rf"GET {DATASET}/revision/{REVISION}", Request.info),
    (rf"GET {DATASET}/refs", Request.refs),
    (rf"POST {DATASET}/tag/{REVISION}", Request.tag),
    (rf"POST {DATASET}/preupload/{REVISION}", Request.preupload),
    (r"POST /datasets/(?P<name>[^/]+/[^/]+)\.git/info/lfs/objects/batch", Request.batch),
    (r"PUT /lfs/(?P<oid>\w+)", Request.upload),
    (rf"POST {DATASET}/commit/{REVISION}", Request.commit),
    (rf"GET {DATASET}/tree/{REVISION}(?:/(?P<path>.+))?", Request.tree),
    (rf"POST {DATASET}/paths-info/{REVISION}", Request.paths_info),
    (rf"(?:GET|HEAD) /datasets/(?P<name>[^/]+/[^/]+)/resolve/{REVISION}/(?P<path>.+)", Request.resolve),
]


def _ref(name: str, ref: str, commit: str) -> dict[str, str]:
    return {"name": name, "ref": ref, "targetCommit": commit}


def _is_lfs(path: str) -> bool:
    return path.endswith(".parquet")


def _oid(path: str, content: bytes) -> str:
    """What git names the file by; LFS by its sha256."""
    if _is_lfs(path):
        return hashlib.sha256(content).hexdigest()
    head = f"blob {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


def _mode(path: str, files: dict[str, bytes]) -> dict[str, Any]:
    mode = {"path": path, "uploadMode": "lfs" if _is_lfs(path) else "regular", "shouldIgnore": False}
    return mode | {"oid": _oid(path, files[path]) if path in files else None}


def _file(path: str, content: bytes) -> dict[str, Any]:
    told = {"type": "file", "path": path, "size": len(content), "oid": _oid(path, content)}
    lfs = {"oid": _oid(path, content), "size": len(content), "pointerSize": 134}
    return told | ({"lfs": lfs} if _is_lfs(path) else {})


def _folder(path: str) -> dict[str, Any]:
    return {"type": "directory", "path": path, "size": 0, "oid": hashlib.sha1(path.encode()).hexdigest()}


@contextmanager
def running() -> Iterator[Hub]:
    """A stand-in on a port of its own; gone at the end."""
    hub = Hub()
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
        thread.join()
