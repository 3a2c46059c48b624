"""A real waitress in a thread of the test's process, on a free port of 127.0.0.1."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import waitress.server


@contextmanager
def serving(application: Callable[..., Any], *, threads: int = 4) -> Iterator[str]:
    """Serve a WSGI application and give its address, "http://127.0.0.1:PORT"; stopped at the end."""
    channels: dict[int, Any] = {}
    server = waitress.server.create_server(application, channels, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, name="waitress")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: _stop(server, channels))
        thread.join()
        server.task_dispatcher.shutdown()
        server.close()  # the last one: who pulls its trigger may still be at it when the loop has ended


def _stop(server: Any, channels: dict[int, Any]) -> None:
    """End the loop of waitress from inside it: `run` returns once the map that it polls is empty."""
    for dispatcher in list(channels.values()):
        if dispatcher not in {server, server.trigger}:
            dispatcher.close()
    channels.clear()
