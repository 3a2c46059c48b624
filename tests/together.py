"""Many at the same moment: what only a race would show."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def at_once(act: Callable[[Any], Any], given: Sequence[Any]) -> list[Any]:
    """What `act` gives for each, all started together in threads of their own. Raises what one raised."""
    ready = Barrier(len(given))

    def run(each: Any) -> Any:
        ready.wait()
        return act(each)

    with ThreadPoolExecutor(len(given)) as threads:
        return list(threads.map(run, given))
