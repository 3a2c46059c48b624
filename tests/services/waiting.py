"""Waiting for what another process does."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 180  # s: a test must not fail because its machine is busy
GLANCE = 0.05  # s

Found = TypeVar("Found")


def until(look: Callable[[], Found]) -> Found:
    """What `look` gives, once that is true. Fails if it never is."""
    end, never = time.monotonic() + PATIENCE, threading.Event()
    while not (found := look()):
        assert time.monotonic() < end, "it never came"
        never.wait(GLANCE)
    return found
