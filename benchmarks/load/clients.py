"""Annotators as a process of threads: each holds a few items, asks for more when half are gone, and labels.

    python -m benchmarks.load.clients < PLAN.json > DONE.json

The plan says where (`url`), what (`kind`: standpoint or bare), for how long (`seconds`), how many labels a
second in all (`rate`, 0: as fast as they are answered), how many are saved by one request (`bulk`, 0: each by
its own, else the time of each is that of all) and who (`tokens`). What comes out is one JSON document:
seconds of each label and queue request, uuids acknowledged, errors.
"""

import json
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

HELD = 20
LABELS = ("FAVOR", "AGAINST", "NONE")


@dataclass
class Annotator(Thread):
    """One person in the loop "next items, save"; keeps what it was told."""

    plan: dict[str, Any]
    token: str
    number: int
    labels: list[float] = field(default_factory=list)  # s
    queues: list[float] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    counted: int = 0
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        place = urlsplit(self.plan["url"])
        self.connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        self.headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.held: list[dict[str, Any]] = []
        self.last, self.asked_at = -1, 0

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Until time is up, or nothing is left. Paced, people begin evenly over the time of ten labels."""
        pause = len(self.plan["tokens"]) / self.plan["rate"] if self.plan["rate"] else 0.0
        due = time.perf_counter() + pause * HELD / 2 * self.number / len(self.plan["tokens"])
        end = time.perf_counter() + self.plan["seconds"]
        while time.perf_counter() < end:
            if len(self.held) <= self.plan["refill"] and not self._ask() and not self.held:
                return
            if pause:
                time.sleep(max(0.0, due - time.perf_counter()))
                due += pause
            if self.plan["bulk"]:
                self._label_many([self.held.pop(0) for _ in range(min(self.plan["bulk"], len(self.held)))])
            else:
                self._label(self.held.pop(0))

    def _ask(self) -> bool:
        """Fill up; False if there is nothing new."""
        address = self.plan["queue"] + (f"&after={self.last}" if self.plan["kind"] == "bare" else "")
        status, told, took = self._request("GET", address)
        if status != 200:
            return bool(self.held)
        self.queues.append(took)
        known = {item["id"] for item in self.held}
        new = [item for item in told["items"] if item["id"] not in known]
        self.held += new
        self.last = new[-1].get("row", -1) if new else self.last
        return bool(new)

    def _label(self, item: dict[str, Any]) -> None:
        uuid = str(uuid4())
        status, told, took = self._request("PUT", self.plan["label"] + uuid, json.dumps(self._said(item)))
        if status in {200, 201}:
            self.labels.append(took)
            self.saved.append(uuid)
            self.counted += bool(told.get("counted", True))

    def _label_many(self, items: list[dict[str, Any]]) -> None:
        lines = [json.dumps({"uuid": str(uuid4()), **self._said(item)}) for item in items]
        status, told, took = self._request("POST", self.plan["many"], "\n".join(lines))
        for receipt in told if status == 200 else []:
            if receipt["status"] == "refused":
                self.errors.append(str(receipt["detail"]))
                continue
            self.labels.append(took)
            self.saved.append(receipt["uuid"])
            self.counted += bool(receipt["counted"])

    def _said(self, item: dict[str, Any]) -> dict[str, Any]:
        label = LABELS[len(self.saved) % len(LABELS)]
        return {"item": item["id"], "stances": [{"label": label}], "seconds": 2.5}

    def _request(self, method: str, address: str, body: str | None = None) -> tuple[int, Any, float]:
        began = time.perf_counter()
        try:
            kind = {"Content-Type": "application/x-ndjson"} if method == "POST" else {}
            self.connection.request(method, address, body, self.headers | kind)
            answer = self.connection.getresponse()
            told = answer.read()
        except (OSError, HTTPException) as error:
            self.connection.close()
            self.errors.append(f"{type(error).__name__}: {error}")
            return 0, None, 0.0
        took = time.perf_counter() - began
        if answer.status >= 400:
            self.errors.append(f"{answer.status} {told[:200].decode(errors='replace')}")
            return answer.status, None, took
        found = [json.loads(line) for line in told.splitlines()] if method == "POST" else json.loads(told)
        return answer.status, found, took


def main() -> None:
    """Run the plan on stdin, and tell on stdout."""
    plan = json.load(sys.stdin)
    people = [Annotator(plan, token, number) for number, token in enumerate(plan["tokens"])]
    began, used = time.perf_counter(), time.process_time()
    for person in people:
        person.start()
    for person in people:
        person.join()
    json.dump(
        {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - used,
            "labels": [took for person in people for took in person.labels],
            "queues": [took for person in people for took in person.queues],
            "saved": [uuid for person in people for uuid in person.saved],
            "counted": sum(person.counted for person in people),
            "errors": [error for person in people for error in person.errors],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
