"""`standpoint push` and `release --push-to-hub`, by huggingface_hub itself, against a stand-in of the Hub."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from annotator import domain, reading
from annotator.config import Settings
from annotator.store import engine as store
from exporters.release import write
from tests.exporters.made_project import Make
from tests.services import hub as services
from tests.services.desk import Desk
from tests.services.hub import Hub, Repository

NAME = "lab/trains"
LOAD = """
import json, sys
from datasets import load_dataset
for config in ("gold", "annotations"):
    for path, revision in ((sys.argv[1], None), (sys.argv[2], "v1")):
        found = load_dataset(path, config, revision=revision)
        print(json.dumps({split: rows.to_list() for split, rows in found.items()}, default=str))
"""


@pytest.fixture(scope="module")
def _hub() -> Iterator[Hub]:
    with services.running() as running:
        yield running


@pytest.fixture
def hub(_hub: Hub) -> Hub:
    """A Hub without a repository."""
    _hub.empty()
    return _hub


@pytest.fixture(scope="module")
def desk(_hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(_hub.url, tmp_path_factory.mktemp("home"))
    yield desk
    desk.leave()


Answered = Callable[[str], None]


@pytest.fixture
def answered(database_url: str) -> Iterator[Answered]:
    """Adds a text with an answer to the project."""
    engine = store.create(database_url)
    with Session(engine.execution_options(standpoint_writes=True)) as session:
        make = Make(session)

        def add(name: str) -> None:
            make.answer(make.question(name, f"Trains number {name} are late."), "ada", "FAVOR")
            session.commit()

        yield add
    engine.dispose()


@pytest.fixture
def url(database_url: str, answered: Answered) -> str:
    """A database with a project of a dozen answers."""
    for number in range(12):
        answered(f"q{number}")
    return database_url


def _released(url: str, folder: Path) -> Path:
    engine = store.create(url)
    write(engine, "trains", folder)
    engine.dispose()
    return folder


def _made(url: str) -> list[int]:
    """The numbers of the releases that the database knows."""
    engine = reading.connect(Settings(database=url))
    try:
        return [release.number for release in reading.made(engine, "trains")]
    finally:
        engine.dispose()


def _release(desk: Desk, url: str, folder: Path, *more: object, **environment: str | None):
    arguments = ["release", "trains", folder, "--push-to-hub", NAME, *more, "--database", url]
    return desk.run(*arguments, environment=environment)


def _push(desk: Desk, url: str, number: int, *more: object, **environment: str | None):
    return desk.run("push", "trains", number, NAME, *more, "--database", url, environment=environment)


def _files(repository: Repository, revision: str) -> dict[str, bytes]:
    return repository.commits[repository.find(revision) or ""]


def _on_disk(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_pushed_loads_as_it_is_on_disk(hub: Hub, desk: Desk, url: str, tmp_path: Path) -> None:
    """Who reads the paper loads one line; the rows must be those that the paper counted."""
    done = _release(desk, url, tmp_path / "one", "--json")

    assert done.code == 0, done.stderr
    told = json.loads(done.stdout)["hub"]
    repository = hub.repositories[NAME]
    assert told == {
        "repository": NAME,
        "revision": "v1",
        "commit": repository.main,
        "url": f"{hub.url}/datasets/{NAME}/tree/v1",
        "private": True,
        "new": True,
    }
    assert repository.private
    assert _files(repository, "v1") == _on_disk(tmp_path / "one") | services.FIRST
    loaded = [json.loads(line) for line in desk.python(LOAD, tmp_path / "one", NAME).splitlines()]
    for on_disk, pushed in (loaded[:2], loaded[2:]):
        assert pushed == on_disk
        assert sum(len(rows) for rows in pushed.values()) == 12


def test_an_interrupted_push_goes_on_where_it_was(hub: Hub, desk: Desk, url: str, tmp_path: Path) -> None:
    """Ten gigabytes over a hotel's network, and the laptop fell asleep in the middle."""
    folder = _released(url, tmp_path / "one")
    hub.hold_after = 1  # one blob is taken; of the next one half is read, and then its sender dies
    process = desk.start("push", "trains", 1, NAME, "--database", url)
    assert hub.held.wait(120)
    process.kill()
    process.communicate()
    (first,) = hub.blobs
    assert hub.repositories[NAME].tags == {}
    assert _files(hub.repositories[NAME], "main") == services.FIRST  # nobody loads half a release

    hub.hold_after = None
    assert _push(desk, url, 1).code == 0

    assert hub.sent[first] == 1
    assert set(hub.sent.values()) == {1}
    assert len(hub.sent) == len({path.read_bytes() for path in folder.rglob("*.parquet")})
    assert _files(hub.repositories[NAME], "v1") == _on_disk(folder) | services.FIRST


def test_pushing_again_changes_nothing(hub: Hub, desk: Desk, url: str, tmp_path: Path) -> None:
    """Somebody is not sure whether it worked, and asks once more."""
    _released(url, tmp_path / "one")
    first, again = _push(desk, url, 1), _push(desk, url, 1)

    assert (first.code, again.code) == (0, 0), again.stderr
    assert "v1 of lab/trains (private) was there already, and nothing changed" in again.stdout
    assert len(hub.repositories[NAME].commits) == 2
    assert set(hub.sent.values()) == {1}


def test_a_push_that_lacks_its_tag_gets_it(hub: Hub, desk: Desk, url: str, tmp_path: Path) -> None:
    """The network went between the last two requests."""
    _released(url, tmp_path / "one")
    hub.refuse = ("/tag/", 500)
    cut = _push(desk, url, 1)
    hub.refuse = None

    assert cut.code == 1
    assert "The Hub answered 500: refused" in cut.stderr
    assert _push(desk, url, 1).code == 0
    assert len(hub.repositories[NAME].commits) == 2
    assert hub.repositories[NAME].tags == {"v1": hub.repositories[NAME].main}


def test_each_release_stays_loadable(
    hub: Hub, desk: Desk, url: str, tmp_path: Path, answered: Answered
) -> None:
    """A paper cites release 1; release 2 is what opens without a number. What people added there stays."""
    one = _released(url, tmp_path / "one")
    assert _push(desk, url, 1).code == 0
    repository = hub.repositories[NAME]
    gone = {"data/gold/old-00000-of-00001.parquet": b"PAR1"}
    facts = json.loads(_files(repository, "main")["release.json"])
    facts["files"] |= dict.fromkeys(gone, "")
    changed = {"release.json": json.dumps(facts).encode(), "logo.png": b"PNG"}
    repository.commit(_files(repository, "main") | gone | changed)
    answered("q12")
    two = _released(url, tmp_path / "two")

    assert _push(desk, url, 2).code == 0

    assert _files(repository, "v1") == _on_disk(one) | services.FIRST
    assert _files(repository, "v2") == _on_disk(two) | services.FIRST | {"logo.png": b"PNG"}
    assert repository.main == repository.tags["v2"]
    older = desk.run("push", "trains", 1, "lab/other", "--at", one, "--public", "--database", url)
    assert older.code == 0
    assert not hub.repositories["lab/other"].private


def test_an_older_release_does_not_take_the_place_of_a_newer_one_unasked(
    hub: Hub, desk: Desk, url: str, tmp_path: Path, answered: Answered
) -> None:
    """Everybody who loads without a revision would go back in time."""
    _released(url, tmp_path / "one")
    answered("q12")
    _released(url, tmp_path / "two")
    assert _push(desk, url, 2).code == 0

    done = _push(desk, url, 1)

    assert done.code == 1
    assert f"{NAME} has release 2 already, and would open with the older 1" in done.stderr
    assert hub.repositories[NAME].tags.keys() == {"v2"}


def test_nothing_of_others_is_touched_unasked(hub: Hub, desk: Desk, url: str, tmp_path: Path) -> None:
    """A typing error in the name, and it was somebody's dataset of three years."""
    theirs = {"README.md": b"# Mine", "data/train.csv": b"a,b"}
    repository = hub.make(NAME, files=theirs)

    refused = _release(desk, url, tmp_path / "one")

    assert refused.code == 1
    assert (
        "lab/trains is there and holds something else: 2 files (README.md, data/train.csv)" in refused.stderr
    )
    assert (_made(url), list(tmp_path.glob("one*"))) == ([], [])  # known before anything was made
    assert len(repository.commits) == 1

    done = _release(desk, url, tmp_path / "one", "--replace")
    assert done.code == 0, done.stderr
    assert _files(repository, "v1") == _on_disk(tmp_path / "one") | services.FIRST
    assert theirs.items() <= next(iter(repository.commits.values())).items()


def test_a_tag_of_another_release_is_never_moved(hub: Hub, desk: Desk, url: str, tmp_path: Path) -> None:
    """Two databases of one project both have a release 1; only one of them was cited."""
    _released(url, tmp_path / "one")
    assert _push(desk, url, 1).code == 0
    repository = hub.repositories[NAME]
    facts = json.loads(_files(repository, "v1")["release.json"]) | {"sha256": "0" * 64}
    files = _files(repository, "v1") | {"release.json": json.dumps(facts).encode()}
    repository.tags["v1"] = repository.commit(files)

    done = _push(desk, url, 1, "--replace")

    assert done.code == 1
    assert "v1 of lab/trains is another release, and a release never changes" in done.stderr


@pytest.mark.parametrize(
    ("token", "refuse", "message"),
    [
        (None, None, "The Hub asks for a token, and there is none: run `hf auth login`, or set HF_TOKEN"),
        (services.READER, None, "The token may only read: make one with the right to write"),
        ("hf_old", None, "The Hub does not take the token: renew it"),
        (services.TOKEN, (f"/api/datasets/{NAME}$", 403), "The token may not write to lab/trains"),
        (services.TOKEN, (f"/api/datasets/{NAME}$", 418), "The Hub answered 418: refused"),
    ],
)
def test_what_would_fail_fails_before_the_release(
    hub: Hub,
    desk: Desk,
    url: str,
    tmp_path: Path,
    token: str | None,
    refuse: tuple[str, int] | None,
    message: str,
) -> None:
    """A number is given once; an hour of work should not end at a token that ran out."""
    hub.refuse = refuse

    done = _release(desk, url, tmp_path / "one", HF_TOKEN=token)

    assert (done.code, _made(url), list(tmp_path.glob("one*"))) == (1, [], [])
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("refuse", "message"),
    [
        (("/repos/create", 403), "The token may not write to lab/trains"),
        (("/repos/create", 404), "lab/trains is not on the Hub, or not for this token to see"),
        (("^/lfs/", 403), "The token may not write to lab/trains"),
        (("/commit/", 413), "The Hub answered 413: refused"),
    ],
)
def test_a_release_outlives_a_push_that_fails(
    hub: Hub, desk: Desk, url: str, tmp_path: Path, refuse: tuple[str, int], message: str
) -> None:
    """It is on disk, whole and numbered, and the message says how to go on."""
    hub.refuse = refuse
    done = _release(desk, url, tmp_path / "one")

    assert (done.code, _made(url)) == (1, [1])
    assert message in done.stderr
    assert "push it with `standpoint push trains 1 lab/trains`." in done.stderr
    assert done.stdout.startswith("Release 1 of trains is in")

    hub.refuse = None
    again = _push(desk, url, 1)
    assert again.code == 0, again.stderr
    assert _files(hub.repositories[NAME], "v1") == _on_disk(tmp_path / "one") | services.FIRST


def test_without_a_network_it_says_so(url: str, tmp_path: Path) -> None:
    """In a train there is none, and the release can wait for one."""
    with services.running() as gone:
        desk = Desk(gone.url, tmp_path / "home")
    try:
        done = _release(desk, url, tmp_path / "one")
    finally:
        desk.leave()

    assert (done.code, _made(url)) == (1, [])
    assert f"Error: {desk.environment['HF_ENDPOINT']} cannot be reached: " in done.stderr


def test_a_release_that_was_withdrawn_or_changed_stays_here(
    hub: Hub, desk: Desk, url: str, tmp_path: Path
) -> None:
    """A person had their text erased; the Hub keeps every commit."""
    folder = _released(url, tmp_path / "one")
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8")
    card.write_text(text + "and more", encoding="utf-8")
    changed = _push(desk, url, 1)
    card.write_text(text, encoding="utf-8")
    table = domain.metadata.tables["release"]
    engine = store.create(url)
    with store.writing(engine) as session:
        session.execute(sa.update(table).values(withdrawn_at=domain.now()))
    engine.dispose()

    withdrawn = _push(desk, url, 1)

    assert (changed.code, withdrawn.code, hub.repositories) == (1, 1, {})
    assert "README.md is not as it was" in changed.stderr
    assert "Release 1 of trains is withdrawn, as a text that it holds was erased" in withdrawn.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["release", "trains", "new", "--push-to-hub", "trains"], 1, "'trains' names no dataset of the Hub"),
        (["release", "trains", "new", "--public"], 2, "--public and --replace are for --push-to-hub"),
        (["push", "trains", "7", NAME], 1, "trains has no release 7; there are: none."),
    ],
)
def test_what_cannot_be_meant_is_refused(
    hub: Hub, desk: Desk, url: str, arguments: list[str], code: int, message: str
) -> None:
    """Nothing was asked of the Hub yet."""
    done = desk.run(*arguments, "--database", url)

    assert (done.code, dict(hub.asked)) == (code, {})
    assert message in done.stderr
