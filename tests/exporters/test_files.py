from pathlib import Path

import pytest

from annotator.errors import Conflict, Unusable
from exporters.files import new_folder, replacing


def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    """Half of a file reads like a whole one."""
    path = tmp_path / "figures"
    path.write_text("old")

    with pytest.raises(KeyboardInterrupt), replacing(path) as part:
        part.write_text("ne")
        raise KeyboardInterrupt

    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
    with replacing(path) as part:
        part.write_text("new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["new"]


def test_an_interrupted_folder_leaves_nothing(tmp_path: Path) -> None:
    """Whoever finds half of a release trains on it."""
    with pytest.raises(KeyboardInterrupt), new_folder(tmp_path / "release") as part:
        (part / "rows").write_text("half")
        raise KeyboardInterrupt

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    """After a power cut the same command works, and old rows do not mix with new ones."""
    (tmp_path / "release.part" / "data").mkdir(parents=True)
    (tmp_path / "release.part" / "data" / "rows").write_text("half")

    with new_folder(tmp_path / "release") as part:
        (part / "whole").touch()

    assert [path.name for path in tmp_path.rglob("*")] == ["release", "whole"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """Who made the folder beforehand is not sent away."""
    (tmp_path / "release").mkdir()

    with new_folder(tmp_path / "release") as part:
        (part / "whole").touch()

    assert (tmp_path / "release" / "whole").exists()


def test_two_processes_do_not_write_one_folder(tmp_path: Path) -> None:
    """Their files would mix, and each would be taken for whole."""
    with new_folder(tmp_path / "release") as part:
        (part / "whole").touch()
        with pytest.raises(Conflict, match="being written by another"), new_folder(tmp_path / "release"):
            pass

    assert (tmp_path / "release" / "whole").exists()


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    """A release that was cited must not be written over."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis").touch()
    (tmp_path / "file").touch()

    for name, reason in {"taken": "is not empty", "file": "is a file"}.items():
        with pytest.raises(Conflict, match=reason), new_folder(tmp_path / name):
            pass
    with pytest.raises(Unusable, match="cannot be written"), new_folder(tmp_path / "file" / "below"):
        pass

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "taken", "thesis"]


@pytest.mark.parametrize(("name", "error"), [("loop", Conflict), ("n" * 300, Unusable)])
def test_a_folder_that_cannot_be_is_refused_before_the_work(tmp_path: Path, name: str, error: type) -> None:
    """A release that finds its place impossible after an hour has its number already."""
    (tmp_path / "loop").symlink_to("loop")

    with pytest.raises(error), new_folder(tmp_path / name):
        pytest.fail("there was a folder to write in")
