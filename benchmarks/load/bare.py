"""The limit: a Flask application that does one SELECT for the next items and one INSERT for a label.

    python -m benchmarks.load.bare FILE PORT [--threads N]

The same server, SQLite pragmas and durability as Standpoint's, and nothing else: no accounts, no seats, no
validation, no context. Its two routes stand where Standpoint's stand, so that one load serves both.
"""

import json
import sqlite3
from threading import local
from typing import Any

import click
import waitress
from flask import Flask, request
from flask.typing import ResponseReturnValue

from annotator.commands.serve import THREADS
from annotator.serving.channel import Channel
from annotator.store.engine import BUSY_SECONDS

SCHEMA = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE label (
    uuid TEXT PRIMARY KEY, annotator TEXT NOT NULL, item TEXT NOT NULL, label TEXT NOT NULL,
    at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
"""


def make(file: str, items: int) -> None:
    """The database with so many items of a sentence each."""
    connection = _open(file)
    connection.executescript(SCHEMA)
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO item VALUES (?, ?, ?)", ((n, f"i{n}", f"Sentence {n} of many.") for n in range(items))
    )
    connection.execute("COMMIT")
    connection.close()


def application(file: str) -> Flask:
    """Next items in the order of their ids after `?after=`, and a label that is stored."""
    app, kept = Flask(__name__), local()

    def database() -> sqlite3.Connection:
        if not hasattr(kept, "connection"):
            kept.connection = _open(file)
        connection: sqlite3.Connection = kept.connection
        return connection

    @app.get("/queue")
    def queue() -> ResponseReturnValue:
        after, limit = request.args.get("after", -1, int), request.args.get("limit", 20, int)
        found = database().execute(
            "SELECT id, name, text FROM item WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
        )
        return {"items": [{"row": row, "id": name, "text": text} for row, name, text in found]}

    @app.put("/labels/<uuid:uuid>")
    def put(uuid: Any) -> ResponseReturnValue:
        given = json.loads(request.get_data())
        who = request.headers["Authorization"]
        label = given["stances"][0]["label"]
        database().execute(
            "INSERT INTO label (uuid, annotator, item, label) VALUES (?, ?, ?, ?)",
            (str(uuid), who, given["item"], label),
        )
        return {"stored": True}, 201

    return app


def _open(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


@click.command()
@click.argument("file")
@click.argument("port", type=int)
@click.option("--threads", default=THREADS, show_default=True)
def main(file: str, port: int, threads: int) -> None:
    """Serve it on 127.0.0.1 until it is stopped."""
    print("Serving", flush=True)
    server = waitress.create_server(
        application(file), host="127.0.0.1", port=port, threads=threads, ident=None
    )
    server.channel_class = Channel
    server.run()


if __name__ == "__main__":
    main()
