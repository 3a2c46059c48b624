"""Fits shared out to the workers of a Dask cluster, through joblib."""

from collections.abc import Iterator
from contextlib import contextmanager

import joblib

from annotator.errors import Unusable
from baselines import persist
from baselines.persist import versions
from exporters.cluster import connected


@contextmanager
def working(address: str | None) -> Iterator[None]:
    """What joblib runs within the block, the workers at `dask://HOST:PORT` run; this process without them.

    What is chosen is the same. Rows go to the workers with the work, texts and all.

    Raises
    ------
    Invalid, Unusable
        As `exporters.cluster.connected`; Unusable too if a worker has other versions, or all are gone.
    """
    if address is None:
        yield
        return
    with connected(address) as cluster:
        _look(address, cluster.client.run(persist.versions))
        with joblib.parallel_config(backend="dask", client=cluster.client, n_jobs=-1):
            try:
                yield
            except cluster.lost as error:
                raise Unusable(
                    f"The workers of {address} are gone, or die of what they are given: see their logs, then "
                    "train again; without --workers this machine does the work."
                ) from error


def _look(address: str, there: dict[str, dict[str, str]]) -> None:
    """Raise Unusable unless all workers would fit the same models."""
    here = versions()
    for worker, found in there.items():
        if different := [
            f"{name} {found[name]}, here {own}" for name, own in here.items() if found[name] != own
        ]:
            raise Unusable(f"The worker {worker} of {address} has other versions: {'; '.join(different)}.")
