"""What every test may ask for: a database, the web application under waitress, a real browser.

pytest                            the whole suite on SQLite
pytest --database postgresql      the tests that touch the database, on PostgreSQL
STANDPOINT_SOAK=1 pytest          with full counts

A test that takes `database_url`, `engine` or `session` runs on the database that `--database` names; it is
built by the migrations. What cannot run on a machine is skipped with the reason and the way out.
"""

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine
from sqlmodel import Session

from annotator.config import Settings
from annotator.store import engine as store
from annotator.web import create_app
from tests.services import chromium, postgres, web
from tests.services.compiled import COMPILED, KeptRule
from tests.services.run import Run, postgres_server

SOAK = os.environ.get("STANDPOINT_SOAK", "0") != "0"
KEPT = {"STANDPOINT_SOAK", "STANDPOINT_TEST_RUN"}
RUN = pytest.StashKey[Run]()
PATIENCE = 60_000  # ms: a test must not fail because its machine is busy
expect.set_options(timeout=PATIENCE)
Flask.url_rule_class = KeptRule


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="the database under the tests; with postgresql only those run that touch it",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: is about SQLite itself and has no meaning on PostgreSQL")
    config.addinivalue_line("markers", "postgresql: is about PostgreSQL itself and has no meaning on SQLite")
    for name in [name for name in os.environ if name.startswith("STANDPOINT_") and name not in KEPT]:
        del os.environ[name]  # nobody's own database is ever tested
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job hands down a deaf ear
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = Run()
        hub = config.stash[RUN].folder / "huggingface"
        os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": str(hub), "HF_DATASETS_CACHE": str(hub / "datasets")}
    hypothesis.settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
    hypothesis.settings.register_profile("soak", max_examples=5_000, deadline=None)
    hypothesis.settings.load_profile("soak" if SOAK else "quick")


def pytest_unconfigure(config: pytest.Config) -> None:
    if run := config.stash.get(RUN, None):
        run.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what would do the same again; on SQLite, what is about PostgreSQL."""
    on_postgresql = config.getoption("--database") == "postgresql"
    belongs = _differs_on_postgresql if on_postgresql else _has_meaning_on_sqlite
    config.hook.pytest_deselected(items=[item for item in items if not belongs(item)])
    items[:] = [item for item in items if belongs(item)]


def _has_meaning_on_sqlite(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgresql") is None


def _differs_on_postgresql(item: pytest.Item) -> bool:
    only_here = item.get_closest_marker("sqlite") or item.get_closest_marker("browser")
    return "database_url" in getattr(item, "fixturenames", ()) and not only_here


@pytest.fixture(scope="session")
def soak() -> bool:
    """Whether full counts are wanted: `rounds = 10_000 if soak else 200`."""
    return SOAK


# Databases


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database of the kind that `--database` names."""
    kind = request.config.getoption("--database")
    return request.getfixturevalue("postgres_url" if kind == "postgresql" else "sqlite_url")


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file, whatever `--database` says."""
    file = shutil.copyfile(_sqlite_template, tmp_path / "standpoint.db")
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(_postgres_template: tuple[postgres.Server, str], _numbers: Iterator[int]) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database, whatever `--database` says."""
    server, template = _postgres_template
    with server.database(f"{template}_{next(_numbers)}", template=template) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`."""
    engine = store.create(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One write transaction on `engine`; what the test does not commit is rolled back."""
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        yield session


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "standpoint.db"
    _migrate(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture(scope="session")
def _postgres_template(worker_id: str) -> Iterator[tuple[postgres.Server, str]]:
    try:
        server = postgres_server()
    except postgres.Missing as missing:
        pytest.skip(str(missing))
    name = f"standpoint_{worker_id}"
    with server.database(name, template="template0") as url:
        _migrate(url)
        yield server, name


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count(1)


def _migrate(url: str) -> None:
    engine = store.create(url)
    try:
        store.migrate(engine)
    finally:
        engine.dispose()


# The web application


@pytest.fixture
def server(serve: Callable[[Settings], str], database_url: str) -> str:
    """The address of the application on `database_url`, served by a real waitress."""
    return serve(Settings(database=database_url))


@pytest.fixture
def serve() -> Iterator[Callable[[Settings], str]]:
    """Serves the application with any settings until the test ends, and gives its address."""
    with ExitStack() as stack:

        def start(settings: Settings) -> str:
            application = create_app(settings)
            application.jinja_env.bytecode_cache = COMPILED
            stack.callback(application.extensions["standpoint_engine"].dispose)
            return stack.enter_context(web.serving(application))

        yield start


# The browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Of a module, not of the run: Playwright keeps an event loop in its thread."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(chromium.running())
        except chromium.Missing as missing:
            pytest.skip(str(missing))
        yield started


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page of its own profile. The test fails if a script on it did."""
    errors: list[str] = []
    with browser.new_context(service_workers="block") as context:
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        yield context.new_page()

    assert errors == []
