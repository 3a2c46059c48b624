"""What `make` says where it cannot install, and that a second try works.

The Makefile and its script are real; the machine around them is staged: a PATH with chosen tools, and
stand-ins for pythons and for uv, so that no test needs the network.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ["make", "sh", "cat", "rm", "mkdir", "touch", "sed", "tail", "ln", "ps"]
UV = """#!/bin/sh
# A stand-in for uv: makes an environment at once; an install waits for its end if a pipe is there.
case "$1 $2" in
    "venv "*) mkdir -p .venv/bin && ln -sf "{python}" .venv/bin/python && echo made >>made ;;
    "pip install") [ ! -p wait ] || {{ echo started >wait; cat wait; exit 1; }} ;;
esac
"""


@pytest.fixture
def checkout(tmp_path):
    """The files that an install reads, in a folder with a blank in its name."""
    folder = tmp_path / "my checkout"
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ["Makefile", "pyproject.toml", "constraints.txt"]:
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def tools(tmp_path):
    """A folder to be the whole PATH: what a bare machine has, without Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def test_an_old_python_is_named_with_what_to_do(checkout, tools):
    """A newcomer on macOS has Python 3.9, and must not meet a SyntaxError from deep inside."""
    _program(tools / "python3", "#!/bin/sh\necho 3.9\n")

    status, message = _make(checkout, tools)

    assert status != 0
    assert message.startswith(
        "Standpoint needs Python 3.11 or newer and found Python 3.9 (python3): install one"
    )
    assert not (checkout / ".venv").exists()


def test_no_python_at_all_is_told(checkout, tools):
    """A fresh Debian has none."""
    status, message = _make(checkout, tools)

    assert status != 0
    assert message.startswith("Standpoint needs Python 3.11 or newer and found none: ")


def test_a_python_without_venv_names_the_package(checkout, tools):
    """Debian ships Python without it, and its own message leaves half an environment behind."""
    _program(tools / "python3", '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; *) echo 3.11 ;; esac\n')

    status, message = _make(checkout, tools)

    assert status != 0
    assert "apt-get install python3.11-venv" in message
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_named_is_the_one_judged(checkout, tools):
    """PYTHON=… is obeyed or refused, never passed over for another."""
    _program(tools / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    _program(tools / "older", "#!/bin/sh\necho 3.10\n")

    status, message = _make(checkout, tools, "PYTHON=older")

    assert status != 0
    assert "found Python 3.10 (older)" in message


def test_a_folder_that_cannot_be_written_is_told(tools):
    """A checkout made by root and tried by somebody else must say so in the first line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for file in ["Makefile", "pyproject.toml", "constraints.txt"]:
            shutil.copy(ROOT / file, folder)
        folder.chmod(0o555)
        status, message = _make(folder, Path(os.environ["PATH"]), user=65534 if os.geteuid() == 0 else None)
        folder.chmod(0o755)

    assert status != 0
    assert "cannot be written: move Standpoint to a folder of your own" in message


def test_an_install_that_was_cut_off_is_begun_again(checkout, tools):
    """Half an environment looks like a whole one until something in it is missing."""
    _add_python_and_uv(tools)
    first = _start_and_hang(checkout, tools)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    _wait_for_the_end_of((checkout / ".venv/.installing").read_text().strip())
    (checkout / "wait").unlink()
    left = (checkout / ".venv/.installed").exists()

    status, message = _make(checkout, tools)

    assert (status, left) == (0, False), message
    assert (checkout / ".venv/.installed").exists()
    assert (checkout / "made").read_text().split() == ["made", "made"]


def test_two_installs_do_not_meet(checkout, tools):
    """`make demo` in one terminal and `make test` in another would tear the environment apart."""
    _add_python_and_uv(tools)
    first = _start_and_hang(checkout, tools)
    status, message = _make(checkout, tools)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()

    assert status != 0
    assert message.startswith("Another make (process ")


def test_a_whole_install_is_left_alone(checkout, tools):
    """The second `make demo` starts in seconds because nothing is installed again."""
    _add_python_and_uv(tools)
    _make(checkout, tools)
    status, message = _make(checkout, tools)

    assert (status, message) == (0, "")


def test_a_copied_checkout_gets_an_environment_of_its_own(checkout, tools):
    """Scripts in .venv carry absolute paths: the copy would run the code it was copied from."""
    _add_python_and_uv(tools)
    _make(checkout, tools)
    copy = shutil.copytree(checkout, checkout.with_name("copy"), symlinks=True)
    status, message = _make(copy, tools)

    assert status == 0, message
    assert (copy / "made").read_text().split() == ["made", "made"]


def _make(folder, path, *arguments, user=None):
    """Run the install of `make demo`; its exit status and the first line of what it said of errors."""
    done = subprocess.run(
        ["make", ".venv/.installed", *arguments],
        cwd=folder,
        env=_environment(path),
        capture_output=True,
        text=True,
        check=False,
        user=user,
    )
    lines = [
        line for line in done.stderr.splitlines() if not line.startswith(("make:", "Installing", "Bringing"))
    ]
    assert len(lines) <= 1, done.stderr
    return done.returncode, "".join(lines)


def _environment(path):
    ours = ("MAKE", "MFLAGS", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "PATH": str(path)
    }


def _start_and_hang(folder, path):
    """An install that has begun to bring packages and does not go on."""
    os.mkfifo(folder / "wait")
    started = subprocess.Popen(
        ["make", ".venv/.installed"],
        cwd=folder,
        env=_environment(path),
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    (folder / "wait").read_bytes()
    return started


def _wait_for_the_end_of(process):
    """A killed grandchild is nobody's to wait for: look until it is gone."""
    show = ["ps", "-p", process, "-o", "args="]
    while "scripts/install" in subprocess.run(show, capture_output=True, text=True, check=False).stdout:
        pass


def _add_python_and_uv(tools):
    _program(tools / "uv", UV.format(python=sys.executable))
    _program(tools / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')


def _program(file, text):
    file.write_text(text)
    file.chmod(0o755)
