"""`standpoint backup` and `restore`: what comes back is what was there, or nothing is said to be back."""

import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from sqlmodel import select

from annotator.domain import AuditEntry, Item, Project, Returned
from annotator.keeping.archive import FORMAT
from annotator.store import engine as store
from annotator.store import projects, search
from annotator.store.engine import reading, writing
from tests import make
from tests.annotator.keeping.conftest import rows, standpoint

PROGRAM = "from annotator.cli import main; main()"


def test_what_is_restored_is_what_was_backed_up(filled, other_url, tmp_path):
    """Who restores has nothing else left."""
    file = tmp_path / "all.backup"
    done = standpoint("backup", file, "--database", filled)
    assert done.exit_code == 0, done.output
    assert "2 projects, 6 documents, 3 answers, 2 people" in done.stdout
    assert file.stat().st_mode & 0o777 == 0o600

    restored = standpoint("restore", file, "--database", other_url)

    assert restored.exit_code == 0, restored.output
    assert "compared with" in restored.stdout
    assert rows(other_url) == rows(filled)


def test_folders_that_a_backup_does_not_hold_are_told(filled, tmp_path, opened):
    """Who lost the disk would find their releases listed, and none of their files."""
    quiet = standpoint("backup", tmp_path / "first.backup", "--database", filled)
    (tmp_path / "releases" / "1").mkdir(parents=True)
    with writing(opened(filled)) as session:
        for number in (1, 2):  # the second is on another machine
            detail = {"number": number, "folder": str(tmp_path / "releases" / f"{number}")}
            session.add(AuditEntry(project_id=1, action="release", detail=detail))

    told = standpoint("backup", tmp_path / "second.backup", "--database", filled)

    assert "releases" not in quiet.stdout
    assert told.stdout.endswith(f"Copy these folders as well:\n  {tmp_path / 'releases'} (1 release)\n")


def test_work_goes_on_in_what_was_restored(filled, other_url, tmp_path, opened):
    """An id that is given twice meets another row; a word that is not indexed is not found."""
    standpoint("backup", tmp_path / "all.backup", "--database", filled)
    standpoint("restore", tmp_path / "all.backup", "--database", other_url)

    with writing(opened(other_url)) as session:
        store.require_current(session.get_bind())
        posts = session.exec(select(Project).where(Project.slug == "posts")).one()
        item = session.exec(select(Item).where(Item.project_id == posts.id)).first()
        again = Returned(pool_id=make.pool(session, posts).id, item_id=item.id)
        session.add(again)
        make.directed(session, "later", items=2, members=[make.user(session, "cy")])
        session.flush()

        assert again.id > 4  # the fourth was deleted before the backup
        assert len(search.items(session, projects.find(session, "news"), "fishers")) == 2


def test_a_file_is_not_written_over(filled, tmp_path):
    """Last week's backup is what one wants when today's is of a broken database."""
    file = tmp_path / "all.backup"
    file.write_text("last week's", encoding="utf-8")

    refused = standpoint("backup", file, "--database", filled)
    assert (refused.exit_code, file.read_text(encoding="utf-8")) == (1, "last week's")
    assert "--replace" in refused.stderr
    assert standpoint("backup", file, "--replace", "--database", filled).exit_code == 0
    assert standpoint("restore", file, "--check").exit_code == 0
    assert [path.name for path in tmp_path.glob("*.part*")] == []


def test_a_damaged_backup_is_refused_wherever_it_is_damaged(filled, tmp_path):
    """Half of the answers with a word of thanks would be worse than none."""
    file, bad, target = tmp_path / "all.backup", tmp_path / "bad.backup", tmp_path / "target.db"
    standpoint("backup", file, "--database", filled)
    whole = file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        damaged = bytearray(whole)
        damaged[at] ^= 0x41
        bad.write_bytes(damaged)

        done = standpoint("restore", bad, "--database", f"sqlite:///{target}")

        if done.exit_code == 0:  # a byte that nobody reads, of the zip's own bookkeeping
            assert rows(f"sqlite:///{target}") == rows(filled), at
            target.unlink()
        assert done.stderr == "" if done.exit_code == 0 else str(bad) in done.stderr, at
        assert not target.exists(), at
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        bad.write_bytes(whole[:size])
        assert standpoint("restore", bad, "--database", f"sqlite:///{target}").exit_code == 1
    assert standpoint("restore", tmp_path / "none", "--database", f"sqlite:///{target}").exit_code == 1


def test_a_table_that_was_changed_is_named(filled, tmp_path):
    """Somebody who adds an answer to a file is found out, and so is a disk that does."""
    file, bad = tmp_path / "all.backup", tmp_path / "bad.backup"
    standpoint("backup", file, "--database", filled)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(bad, "w") as changed:
        for name in whole.namelist():
            other = "tables/lease.parquet" if name == "tables/annotation.parquet" else name
            changed.writestr(name, whole.read(other))

    done = standpoint("restore", bad, "--check")

    assert (done.exit_code, "'annotation' is damaged" in done.stderr) == (1, True)


def test_a_database_with_work_in_it_is_not_restored_over(filled, tmp_path):
    """The wrong URL in a shell's history must not cost a project."""
    file = tmp_path / "all.backup"
    standpoint("backup", file, "--database", filled)
    before = rows(filled)

    refused = standpoint("restore", file, "--database", filled)
    unsure = standpoint("restore", file, "--replace", "--database", filled)

    assert (refused.exit_code, "people or projects" in refused.stderr) == (1, True)
    assert unsure.exit_code == 1
    assert rows(filled) == before


def test_what_was_there_gives_way_when_told(filled, tmp_path, opened):
    """The database is broken, the backup is not."""
    file = tmp_path / "all.backup"
    standpoint("backup", file, "--database", filled)
    before = rows(filled)
    engine = opened(filled)
    with writing(engine) as session:
        make.user(session, "too many")
    spoilt = rows(filled)
    engine.dispose()

    done = standpoint("restore", file, "--replace", "--yes", "--database", filled)

    assert done.exit_code == 0, done.output
    assert rows(filled) == before
    if filled.startswith("sqlite"):
        assert "before-restore" in done.stdout
        assert rows(f"{filled}.before-restore") == spoilt
        again = standpoint("restore", file, "--replace", "--yes", "--database", filled)
        assert (again.exit_code, "move it away" in again.stderr) == (1, True)


@pytest.mark.sqlite
def test_a_file_in_use_is_not_replaced(filled, tmp_path, opened):
    """A server would go on writing into the file that was put aside."""
    file = tmp_path / "all.backup"
    standpoint("backup", file, "--database", filled)
    with reading(opened(filled)) as session:
        session.exec(select(Item)).all()
        refused = standpoint("restore", file, "--replace", "--yes", "--database", filled)

    assert (refused.exit_code, "stop the server" in refused.stderr) == (1, True)


@pytest.mark.sqlite
def test_a_ruined_file_gives_way(filled, tmp_path):
    """This is what backups are for."""
    file, ruin = tmp_path / "all.backup", tmp_path / "ruin.db"
    standpoint("backup", file, "--database", filled)
    ruin.write_bytes(b"no database at all" * 100)

    assert standpoint("restore", file, "--database", f"sqlite:///{ruin}").exit_code == 1
    done = standpoint("restore", file, "--replace", "--yes", "--database", f"sqlite:///{ruin}")

    assert done.exit_code == 0, done.output
    assert rows(f"sqlite:///{ruin}") == rows(filled)
    assert (tmp_path / "ruin.db.before-restore").read_bytes().startswith(b"no database")


def test_a_backup_of_an_older_standpoint_is_brought_up_to_date(database_url, other_url, tmp_path, opened):
    """One backs up, upgrades, and only then finds out why one backs up."""
    old, file = f"sqlite:///{tmp_path / 'old.db'}", tmp_path / "old.backup"
    engine = opened(old)
    store.migrate(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO user (id, name, kind, is_admin, simulated, preferences, created_at) "
            "VALUES (7, 'ada', 'person', 1, 0, '{}', '2025-01-02 03:04:05')"
        )
    engine.dispose()
    assert standpoint("backup", file, "--database", old).exit_code == 0

    done = standpoint("restore", file, "--database", other_url)

    assert done.exit_code == 0, done.output
    store.require_current(opened(other_url))
    [ada] = rows(other_url)["user"]
    assert {7, "ada"} < {value for value in ada if isinstance(value, int | str)}


def test_a_backup_of_a_newer_standpoint_is_refused(filled, tmp_path):
    """Columns that nobody here knows would be dropped without a word."""
    file, newer = tmp_path / "all.backup", tmp_path / "newer.backup"
    standpoint("backup", file, "--database", filled)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(newer, "w") as changed:
        manifest = json.loads(whole.read("manifest.json")) | {"revision": "9999"}
        assert manifest["format"] == FORMAT
        written = json.dumps(manifest).encode()
        for name in whole.namelist():
            changed.writestr(name, written if name == "manifest.json" else whole.read(name))
    refused = standpoint("restore", newer, "--check")
    assert "manifest is damaged" in refused.stderr

    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(newer, "w") as changed:
        changes = {"manifest.json": written, "manifest.sha256": sha256(written).hexdigest()}
        for name in whole.namelist():
            changed.writestr(name, changes.get(name, whole.read(name)))
    refused = standpoint("restore", newer, "--database", f"sqlite:///{tmp_path / 'target.db'}")

    assert (refused.exit_code, "newer Standpoint" in refused.stderr) == (1, True)


def test_what_is_killed_leaves_nothing_under_its_name(filled, other_url, tmp_path, opened):
    """A file with the name of a backup is taken for one."""
    file = tmp_path / "all.backup"
    _killed_once_there(tmp_path / "all.backup.part", "backup", file, "--database", filled)
    assert not file.exists()
    assert standpoint("backup", file, "--database", filled).exit_code == 0  # what was left is in nobody's way

    if other_url.startswith("sqlite"):
        _killed_once_there(tmp_path / "other.db.part", "restore", file, "--database", other_url)
        assert not (tmp_path / "other.db").exists()
    assert standpoint("restore", file, "--database", other_url).exit_code == 0
    assert rows(other_url) == rows(filled)


def test_a_full_disk_is_told_and_leaves_nothing(filled, tmp_path):
    """Backups are what fills disks."""
    file = tmp_path / "all.backup"
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)); {PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", limited, "backup", str(file), "--database", filled],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, "cannot be written" in done.stderr) == (1, True), done.stderr
    assert not list(tmp_path.glob("all.backup*"))


def _killed_once_there(part: Path, *arguments: object) -> None:
    """Run a command until it has begun to write this file, and kill it there."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not part.exists():
        assert process.poll() is None, process.stderr.read()
    process.kill()
    process.communicate()
    assert part.exists()
