"""Figures for Prometheus: requests by route, what became of answers, what the process holds.

Labels are of small, fixed sets: routes are templates, statuses their first digit, methods those that exist.
With several workers each writes its own figures into files of a folder, and whoever is asked adds them up.

A request costs some microseconds: `benchmarks/request_overhead.py`.
"""

import os
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.registry import Collector
from sqlalchemy.engine import Engine

from annotator.domain import now
from annotator.http.request_log import route
from annotator.store import jobs
from annotator.store.engine import reading
from annotator.store.seats import Lent

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # of the library
KEY = "standpoint_metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNSUCCESSFUL = 400


def share(folder: Path) -> None:
    """Let the workers that this process will fork write their figures into a folder, an empty one."""
    os.environ[FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def forget(pid: int) -> None:
    """A worker is gone: what it held is held no more. What it counted stays counted."""
    multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


class Metrics:
    """The figures of one application."""

    def __init__(self, engine: Engine) -> None:
        self.registry = own = CollectorRegistry()
        self._engine = engine
        self._requests = Counter(
            "standpoint_requests", "Requests answered", ["route", "method", "status"], registry=own
        )
        self._seconds = Histogram(
            "standpoint_request_seconds",
            "From the request to its answer, in seconds",
            ["route"],
            buckets=SECONDS,
            registry=own,
        )
        self._answers = Counter(
            "standpoint_answers", "Answers sent: new, repeated, conflict", ["outcome"], registry=own
        )
        self._lent = Counter("standpoint_items_lent", "Items lent to annotators", registry=own)
        self._refused = Counter(
            "standpoint_sign_ins_refused", "Sign-ins and tokens that were refused", registry=own
        )
        self._connections = Gauge(
            "standpoint_database_connections_used",
            "Connections of the pool in use",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._watch_pool(engine)

    def count(self, response: Response) -> None:
        """One request with its answer, and what its view has noted."""
        method, at = request.method, route()
        method = method if method in METHODS else "other"
        requests, seconds = self._figures_of(at, method, response.status_code // 100)
        requests.inc()
        seconds.observe(time.perf_counter() - g.began)
        for outcome, number in g.get("noted", {}).items():
            if outcome == "conflict" or response.status_code < UNSUCCESSFUL:
                (self._lent if outcome == "lent" else self._answers.labels(outcome)).inc(number)
        if _is_refused_sign_in(response):
            self._refused.inc()

    def _figures_of(self, at: str, method: str, hundreds: int) -> tuple[Counter, Histogram]:
        """Looked up once: the library's own way to a figure costs as much as the figure twice."""
        key = at, method, hundreds
        if key not in self._known:
            self._known[key] = self._requests.labels(at, method, f"{hundreds}xx"), self._seconds.labels(at)
        return self._known[key]

    def told(self) -> bytes:
        """All figures, in Prometheus's text format."""
        registry = self.registry
        if FOLDER in os.environ:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        queue = CollectorRegistry()
        queue.register(_Jobs(self._engine))
        return generate_latest(registry) + generate_latest(queue)

    def _watch_pool(self, engine: Engine) -> None:
        sa.event.listen(engine, "checkout", lambda *_: self._connections.inc())
        sa.event.listen(engine, "checkin", lambda *_: self._connections.dec())


class _Jobs(Collector):
    """Whether the database answers, and its queue of jobs: asked when somebody looks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Any:
        """One gauge, or two."""
        answers = Gauge("standpoint_database_answers", "1 if the database answers, else 0", registry=None)
        try:
            with reading(self._engine) as session:
                counts = jobs.unfinished_counts(session)
        except sa.exc.SQLAlchemyError:
            counts = None
        answers.set(counts is not None)
        yield from answers.collect()
        if counts is not None:
            gauge = Gauge("standpoint_jobs", "Jobs that wait or run", ["state"], registry=None)
            for state, number in counts.items():
                gauge.labels(state).set(number)
            yield from gauge.collect()


def install(app: Flask, engine: Engine) -> None:
    """Count every request of the app, after all else is done with it."""
    app.extensions[KEY] = Metrics(engine)
    app.after_request(_count)


def note(outcome: str, number: int = 1) -> None:
    """Note what a view did, to be counted once it is stored: new, repeated, conflict, lent."""
    noted: dict[str, int] = g.setdefault("noted", {})
    noted[outcome] = noted.get(outcome, 0) + number


def note_lent(leases: list[Lent]) -> None:
    """Note those of these leases that this request began."""
    seconds = time.perf_counter() - g.began
    began = now().timestamp() - seconds
    note("lent", sum(lease.leased_at.timestamp() >= began for lease in leases))


def _count(response: Response) -> Response:
    if "began" in g:
        metrics: Metrics = current_app.extensions[KEY]
        metrics.count(response)
    return response


def _is_refused_sign_in(response: Response) -> bool:
    if response.status_code < UNSUCCESSFUL:
        return False
    sent_a_token = "Authorization" in request.headers and response.status_code == 401
    return sent_a_token or (request.blueprint or "").startswith("sign_in")
