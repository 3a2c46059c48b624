"""What counting and logging cost a request, in microseconds of CPU.

    .venv/bin/python benchmarks/request_overhead.py

The same cheap request is answered by an application with and without them, turn by turn, in one process;
and once more where the figures are shared by several processes.
"""

import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

from annotator import logs
from annotator.http import metrics, request_log
from annotator.store import engine

REQUESTS, ROUNDS = 500, 15


def main() -> None:
    """Measure; print a line each and one of JSON."""
    if len(sys.argv) > 1:
        metrics.share(Path(sys.argv[1]))
    plain, counted = bare(), bare()
    metrics.install(counted, engine.create("sqlite://"))
    request_log.install(counted)
    figures: dict[str, list[float]] = {"plain": [], "counted": [], "counted and logged": []}
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    for _ in range(ROUNDS):
        logging.getLogger(logs.REQUESTS).setLevel(logging.WARNING)
        figures["plain"].append(microseconds(plain))
        figures["counted"].append(microseconds(counted))
        logs.configure(logs.JSON)
        logging.root.handlers[0].setStream(nowhere)
        logging.getLogger(logs.REQUESTS).setLevel(logging.INFO)
        figures["counted and logged"].append(microseconds(counted))
    base = statistics.median(figures["plain"])
    told = {
        name: round(statistics.median(each) - base, 1) for name, each in figures.items() if name != "plain"
    }
    where = "several processes" if len(sys.argv) > 1 else "one process"
    print(json.dumps({"figures of": where, "plain request": round(base, 1), "more when": told}))
    if len(sys.argv) == 1:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, __file__, folder], check=True)


def bare() -> Flask:
    """An application with one route."""
    app = Flask("bare")
    app.add_url_rule("/thing/<name>", "thing", lambda name: name)
    return app


def microseconds(app: Flask) -> float:
    """CPU of one request."""
    client = app.test_client()
    begun = time.process_time()
    for _ in range(REQUESTS):
        client.get("/thing/one")
    return (time.process_time() - begun) / REQUESTS * 1e6


if __name__ == "__main__":
    main()
