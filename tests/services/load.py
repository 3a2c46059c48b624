"""People at work against a real server: each takes an item, saves, and repeats what nobody acknowledged.

A client here does what the page's outbox does: it makes the uuid, keeps the answer until it is acknowledged,
and sends the very same again after a broken connection or a server that is away.
"""

import http.client
import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple, Self
from uuid import uuid4

AWAY = (500, 502, 503, 504)  # the server or its database is not there now
GLANCE = 0.05  # s, between attempts
PATIENCE = 120  # s for one response
SAVED = (200, 201)


class Answer(NamedTuple):
    """What a server gave back."""

    status: int
    body: Any


class Client:
    """One person's connection, opened again when it breaks."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: object = None) -> Answer:
        """One request and its answer.

        Raises
        ------
        OSError, http.client.HTTPException
            If the connection breaks; whether the server has done it is not known then.
        """
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = self._connection.getresponse()
            said = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return Answer(response.status, json.loads(said) if said else None)

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Crowd:
    """Annotators who work until they are told to stop. Use it in a `with`."""

    def __init__(self, port: int, slug: str, tokens: Sequence[str]) -> None:
        self.acknowledged: set[str] = set()  # uuids that the server said it has
        self.sent: set[str] = set()
        self.refused: list[Answer] = []  # what is neither saved nor away
        self.breaks = 0  # connections that broke, servers that were away
        self._slug, self._stop = slug, threading.Event()
        self._clients = [Client(port, token) for token in tokens]
        self._threads = ThreadPoolExecutor(len(tokens))
        self._working: list[Future[None]] = []

    def __enter__(self) -> Self:
        self._working = [self._threads.submit(self._work, client) for client in self._clients]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._threads.shutdown()
        if error is None:
            for working in self._working:
                working.result()

    def at_work(self) -> bool:
        """Whether nobody has given up or run out of items."""
        return not any(working.done() for working in self._working)

    def _work(self, client: Client) -> None:
        try:
            while not self._stop.is_set():
                queue = self._until_there(client, "GET", f"/api/v1/projects/{self._slug}/queue?limit=5")
                if queue is None or not queue.body["items"]:
                    return
                for item in queue.body["items"]:
                    if not self._save(client, item["id"]):
                        return
        finally:
            client.close()

    def _save(self, client: Client, item: str) -> bool:
        """Send one answer until it is acknowledged; whether work goes on."""
        uuid = str(uuid4())
        self.sent.add(uuid)
        body = {"item": item, "stances": [{"label": "FAVOR"}]}
        saved = self._until_there(client, "PUT", f"/api/v1/annotations/{uuid}", body)
        if saved is not None:
            self.acknowledged.add(uuid)
        return saved is not None

    def _until_there(self, client: Client, method: str, path: str, body: object = None) -> Answer | None:
        """The first answer that is one; None if work was stopped before, or the server refuses."""
        while not self._stop.is_set():
            with suppress(OSError, http.client.HTTPException):
                answer = client.send(method, path, body)
                if answer.status in SAVED:
                    return answer
                if answer.status not in AWAY:
                    self.refused.append(answer)
                    return None
            self.breaks += 1
            self._stop.wait(GLANCE)
        return None
