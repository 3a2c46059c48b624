"""One process: waitress, the jobs beside it, and an end that leaves nobody without an answer."""

import logging
import signal
import threading
import time
from types import FrameType
from typing import Any

import waitress.server
from flask import Flask
from waitress import wasyncore

from annotator.jobs.runner import Runner
from annotator.serving.channel import Channel
from annotator.web import warming

GRACE = 30.0  # s that requests under way may take after the end was asked for
GLANCE = 0.1  # s between two looks at them

log = logging.getLogger(__name__)


def serve(app: Flask, listener: Any, *, threads: int) -> None:
    """Serve the app on the socket, and run jobs, until Ctrl-C or SIGTERM; a second one ends at once.

    At the first nobody new is let in, requests under way are answered, and a running job is paused.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits
    end, channels = threading.Event(), dict[int, Any]()
    server = waitress.server.create_server(
        app,
        channels,
        sockets=[listener],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=not app.config["STANDPOINT"].proxies,
    )
    server.channel_class = Channel
    _end_at_a_signal(end, server)
    warming.begin(app)
    runner = Runner(app.extensions["standpoint_engine"], app.config["STANDPOINT"])
    runner.start()
    try:
        while not end.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=channels, count=1)
        _finish(server, channels)
    finally:
        runner.stop()


def _end_at_a_signal(end: threading.Event, server: Any) -> None:
    def ask(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        end.set()
        server.trigger.pull_trigger()  # wakes the loop

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)


def _finish(server: Any, channels: dict[int, Any]) -> None:
    """Close the door, and let those who are in get their answers."""
    log.info("Ending: requests under way are answered, nobody new is let in")
    server.del_channel()
    server.socket.close()
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(map(_is_busy, list(server.active_channels.values()))):
        wasyncore.loop(timeout=GLANCE, use_poll=True, map=channels, count=1)
    server.task_dispatcher.shutdown(timeout=1)
    wasyncore.close_all(channels)


def _is_busy(channel: Any) -> bool:
    return bool(channel.requests or channel.total_outbufs_len or channel.request is not None)
