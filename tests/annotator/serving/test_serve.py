"""`standpoint serve` by one process and by several: it lives, it ends well, it starts again."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotator.store import accounts
from annotator.store.engine import writing
from tests import make
from tests.annotator.serving.conftest import TOKEN, ask, figures, held_up, under_way
from tests.services.served import PROGRAM, serving
from tests.services.waiting import until

SETTINGS = {"STANDPOINT_METRICS_TOKEN": TOKEN}
UPLOAD = b"POST /sign-out HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"
WORKERS = [(), ("--workers", "2")]


@pytest.fixture(params=WORKERS, ids=["one process", "two workers"])
def served(request, database_url):
    """A server on the test's database, with a token for its figures."""
    with serving(database_url, request.param, settings=SETTINGS) as server:
        until(lambda: ask(server.url, "/readyz").status == 200)
        yield server


@pytest.fixture
def link(engine):
    """The path of a sign-in link."""
    with writing(engine) as session:
        return f"/sign-in/{accounts.sign_in_link(session, make.user(session, 'ada'))}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_waits_for_an_answer_gets_it_before_the_end(engine, served, link, number):
    """A new version is put in place at noon; nobody at work sees an error for it."""
    with ThreadPoolExecutor() as pool:
        with held_up(engine):
            waiting = pool.submit(ask, served.url, link)
            until(lambda: under_way(served.url))
            served.send(number)
        answer = waiting.result()

    assert (answer.status, "standpoint_session" in answer.headers["Set-Cookie"]) == (303, True)
    assert served.wait() == 0


def test_a_second_signal_ends_at_once(served_json):
    """Who is in a hurry must not wait for somebody's upload."""
    server, log = served_json
    with socket.create_connection(("127.0.0.1", server.port), timeout=180) as upload:
        upload.sendall(UPLOAD)
        assert b"100 Continue" in upload.recv(1000)
        server.send(signal.SIGTERM)
        until(lambda: re.search("Ending|Handling signal", log.read_text(encoding="utf-8")))
        server.send(signal.SIGTERM)

        assert server.wait() in {-signal.SIGTERM, 128 + signal.SIGTERM}


def test_workers_are_replaced_without_a_refused_request(database_url, tmp_path):
    """A certificate or a package was renewed: SIGHUP, and nobody is sent away meanwhile."""
    log = tmp_path / "log"
    options = ("--workers", "2", "--log-format", "json")
    with serving(database_url, options, settings=SETTINGS, log=log) as server:
        first = until(lambda: len(booted(log)) >= 2 and booted(log))
        server.send(signal.SIGHUP)

        statuses = set()
        until(lambda: statuses.add(ask(server.url, "/readyz").status) or len(booted(log)) >= 4)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in first))
        statuses.add(ask(server.url, "/readyz").status)

    assert statuses == {200}


def test_a_worker_that_dies_is_replaced(database_url, tmp_path):
    """A process that the system kills for its memory takes its share of the work with it, for a moment."""
    log = tmp_path / "log"
    options = ("--workers", "2", "--log-format", "json")
    with serving(database_url, options, settings=SETTINGS, log=log) as server:
        first = until(lambda: len(booted(log)) >= 2 and booted(log))
        before = until(lambda: ask(server.url, "/readyz").status == 200) and figures(server.url)
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(booted(log)) >= 3)

        assert ask(server.url, "/readyz").status == 200
        assert "standpoint_requests_total" in before + figures(server.url)


def test_several_workers_count_as_one(database_url):
    """Figures of whichever worker happened to be asked would jump up and down."""
    with serving(database_url, ("--workers", "2"), settings=SETTINGS) as server:
        for _ in range(20):
            assert ask(server.url, "/sign-in/nobody").status == 404
        told = figures(server.url)

    assert 'standpoint_requests_total{method="GET",route="/sign-in/<token>",status="4xx"} 20.0' in told


def test_every_line_of_the_log_is_json_and_none_holds_a_token(served_json, link):
    """Logs are collected, searched, and read by people who must not be able to sign in as others."""
    server, log = served_json
    secret = link.rpartition("/")[2]
    ask(server.url, f"{link}?also={secret}", X_Request_ID="from-the-proxy")
    ask(server.url, f"/nothing/{secret}")
    ask(server.url, "/api/v1/projects?q=secret", Authorization=f"Bearer {secret}")
    server.stop()

    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    requests = [line for line in lines if line["logger"] == "standpoint.requests"]
    assert secret not in log.read_text(encoding="utf-8")
    [signed_in] = [line for line in requests if line["route"] == "/sign-in/<token>"]
    assert signed_in["request_id"] == "from-the-proxy"
    assert signed_in.keys() >= {"time", "level", "method", "status", "milliseconds", "user_id"}
    assert "(none)" in {line["route"] for line in requests}


@pytest.fixture(params=WORKERS, ids=["one process", "two workers"])
def served_json(request, database_url, tmp_path):
    """A server that logs JSON into a file."""
    log = tmp_path / "log"
    options = (*request.param, "--log-format", "json")
    with serving(database_url, options, settings=SETTINGS, log=log) as server:
        until(lambda: ask(server.url, "/healthz").status == 200)
        yield server, log


def test_without_gunicorn_one_sentence_says_what_to_install(sqlite_url):
    """A traceback from the depths of an import helps nobody."""
    hidden = f"import sys; sys.modules['gunicorn'] = None; {PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "--database", sqlite_url, "serve", "--port", "0", "--workers", "2"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "pip install 'standpoint[server]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_and_an_old_database_are_told_before_any_worker_starts(sqlite_url, tmp_path):
    """Eight workers would say it eight times, again and again."""
    with serving(sqlite_url) as server:
        taken = serve(sqlite_url, server.port)
    empty = serve(f"sqlite:///{tmp_path}/none.db", 0)

    assert (taken.returncode, empty.returncode) == (1, 1)
    assert "is taken by another program" in taken.stderr
    assert "standpoint init" in empty.stderr


def serve(url, port):
    options = ["--database", url, "serve", "--port", str(port), "--workers", "2"]
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *options], check=False, capture_output=True, text=True
    )


def booted(log):
    """The processes of all workers that were started."""
    lines = [json.loads(line)["message"] for line in log.read_text(encoding="utf-8").splitlines()]
    return [int(line.rpartition(" ")[2]) for line in lines if line.startswith("Booting worker")]
