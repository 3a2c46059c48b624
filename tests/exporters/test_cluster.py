"""A release whose annotations are made by the workers of a real Dask cluster."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from annotator.cli import main
from annotator.errors import Invalid, Unusable
from annotator.reading import tabular
from exporters import cluster, release
from exporters.filling import Bar
from tests.exporters.made_project import Make
from tests.exporters.random_project import Random
from tests.services import dask

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of a cluster that is killed


@pytest.fixture
def workers() -> Iterator[dask.Cluster]:
    with dask.running(2) as found:
        yield found


@pytest.fixture
def many(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project of several parts, some of them with merges that only objects get right."""
    Random(make, 1, merges=True).fill(25)
    make.session.commit()
    monkeypatch.setattr(tabular, "DOCUMENTS", 4)


def files(folder: Path) -> dict[str, bytes]:
    """All but number and time, which stand in release.json alone."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "release.json"}


def reach(address: str) -> None:
    with cluster.connected(address):
        pass


class Once:
    """A bar that does something when all is read and the first part of the annotations is there."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act, self.left, self.done = act, 0, False

    def update(self, n_steps: int) -> None:
        self.left -= n_steps
        if n_steps == self.left == 0 and not self.done:
            self.done = True
            self.act()

    def bar(self, items: int) -> AbstractContextManager[Bar]:
        self.left = items
        return nullcontext(self)


@pytest.mark.postgresql
def test_workers_write_the_same_bytes(
    engine: Engine, many: None, workers: dask.Cluster, tmp_path: Path
) -> None:
    """Who has a cluster must not get another dataset than who has none."""
    release.write(engine, "trains", tmp_path / "here")
    url = engine.url.render_as_string(hide_password=False)
    command = ["release", "trains", str(tmp_path / "there"), "--workers", workers.address, "--json"]
    printed = CliRunner().invoke(main, [*command, "--database", url])

    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.stdout)["rows"]["annotations"]
    assert files(tmp_path / "there") == files(tmp_path / "here")


@pytest.mark.postgresql
def test_workers_see_what_the_release_sees(
    make: Make, engine: Engine, many: None, workers: dask.Cluster, tmp_path: Path
) -> None:
    """An answer that is saved meanwhile would be in annotations and not in gold."""
    release.write(engine, "trains", tmp_path / "before")

    def answer() -> None:
        for item in range(3):
            make.answer(make.question(f"late {item}"), "late", "FAVOR")
        make.session.commit()

    release.write(engine, "trains", tmp_path / "1", workers=workers.address, progress=Once(answer).bar)

    assert files(tmp_path / "1") == files(tmp_path / "before")
    assert release.write(engine, "trains", tmp_path / "after").number == 3
    assert files(tmp_path / "after") != files(tmp_path / "before")


@pytest.mark.postgresql
def test_another_worker_takes_over(engine: Engine, many: None, workers: dask.Cluster, tmp_path: Path) -> None:
    """Machines die: hours of work must not hang on one of them."""
    release.write(engine, "trains", tmp_path / "here")
    once = Once(workers.workers[0].kill)

    release.write(engine, "trains", tmp_path / "1", workers=workers.address, progress=once.bar)

    assert once.done
    assert files(tmp_path / "1") == files(tmp_path / "here")


@pytest.mark.postgresql
@pytest.mark.parametrize("everybody", [True, False], ids=["scheduler, too", "workers"])
def test_nobody_left_leaves_nothing(
    engine: Engine,
    many: None,
    workers: dask.Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    everybody: bool,
) -> None:
    """A release that waits for ever, or half of one, helps nobody."""
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    gone = [*workers.workers, workers.scheduler] if everybody else workers.workers
    once = Once(lambda: [process.kill() for process in gone])

    with pytest.raises(Unusable, match="nothing was published"):
        release.write(engine, "trains", tmp_path / "1", workers=workers.address, progress=once.bar)

    assert once.done
    assert list(tmp_path.glob("1*")) == []
    assert release.write(engine, "trains", tmp_path / "1").number == 1


@pytest.mark.sqlite
def test_sqlite_says_that_it_cannot(engine: Engine, tmp_path: Path) -> None:
    """Workers that see another state would mix two of them without a word."""
    with pytest.raises(Invalid, match="--workers needs PostgreSQL"):
        release.write(engine, "trains", tmp_path / "1", workers="dask://127.0.0.1:1")


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8786", "dask://", "dask://here", "tcp://here:1", "dask://h:x"]
)
def test_an_address_is_told_apart(address: str) -> None:
    """A typing error must not look like a broken network."""
    with pytest.raises(Invalid, match="dask://HOST:PORT"):
        reach(address)


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before an hour of reading, not after."""
    monkeypatch.setattr(cluster, "PATIENCE", 0.2)

    with pytest.raises(Unusable, match="No Dask scheduler answers at dask://"):
        reach("dask://127.0.0.1:1")


def test_a_scheduler_alone_is_no_help() -> None:
    """Parts would wait for ever."""
    with dask.running(0) as alone, pytest.raises(Unusable, match="has no workers"):
        reach(alone.address)


def test_other_versions_are_refused(monkeypatch: pytest.MonkeyPatch, workers: dask.Cluster) -> None:
    """Another pyarrow may give other bytes, and another Standpoint other rows."""
    own = cluster.versions()
    monkeypatch.setattr(cluster.metadata, "version", lambda name: "0" if name == "pyarrow" else own[name])

    with pytest.raises(Unusable, match=f"other versions: pyarrow {own['pyarrow']}, here 0"):
        reach(workers.address)


def test_who_has_no_dask_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import error tells nobody the name of an extra."""
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(Unusable, match="extra `dask`"):
        reach("dask://127.0.0.1:1")
