"""Fits of cross-validation by the workers of a real Dask cluster."""

from collections.abc import Iterator

import pytest

from annotator.errors import Unusable
from baselines import persist, workers
from tests.baselines.test_cli import said
from tests.services import dask

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets of a cluster that is killed
    pytest.mark.filterwarnings("ignore:Sending large graph:UserWarning"),
]
SEARCH = ["--recipe", "svm_ngrams_semeval", "--search"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[dask.Cluster]:
    with dask.running(2) as found:
        yield found


def test_workers_choose_the_same_and_they_do_the_fits(directed, cluster, tmp_path):
    """Who has a cluster must not get another model than who has none, only sooner."""
    said("train", directed, tmp_path / "here", *SEARCH)
    said("train", directed, tmp_path / "there", *SEARCH, "--workers", cluster.address)

    for name in ("model.skops", "model.json", "README.md"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
    with workers.connected(cluster.address) as found:
        done = found.client.run(lambda dask_worker: len(dask_worker.data) + dask_worker.state.executed_count)
    assert all(done.values()), "a worker had nothing to do"


def test_what_cannot_help_is_told(directed, tmp_path):
    """An option that does nothing would be taken for one that does."""
    named = ["train", directed, tmp_path / "m", "--recipe", "majority", "--workers"]

    assert "give --search, or no --recipe" in said(*named, "dask://127.0.0.1:1", code=1)
    assert "No Dask scheduler answers" in said(*named, "dask://127.0.0.1:1", "--search", code=1)
    assert "is no address of workers" in said(*named, "127.0.0.1:1", "--search", code=1)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_with_other_versions_is_refused(cluster, monkeypatch):
    """Another scikit-learn fits another model."""
    own = persist.versions()
    monkeypatch.setattr(workers, "versions", lambda: {**own, "scikit-learn": "0.1"})

    with pytest.raises(Unusable, match=r"scikit-learn [\d.]+, here 0.1"), workers.working(cluster.address):
        pass
