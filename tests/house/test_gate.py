"""The gate's count is believed without looking further, so it may not flatter."""

import pytest

from scripts import gate

SUITE = """
import pytest

@pytest.fixture
def untidy():
    yield
    raise RuntimeError("not cleaned up")

def test_holds(): pass
def test_fails(): assert False
def test_leaves_a_mess(untidy): pass
@pytest.mark.parametrize("n", [1, 2])
def test_lacks_something(n): pytest.skip("no browser here")
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to run the gate's steps in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_test_is_counted_once(folder):
    """A test that passes and fails to clean up is no success, and a skipped one is none either."""
    (folder / "test_it.py").write_text(SUITE)
    outcome = gate.run_tests("suite", ["-n0", "-p", "no:cacheprovider"])

    assert (outcome.passed, outcome.failed) == (1, 2)
    assert [(count, "no browser here" in why) for why, count in outcome.not_run.items()] == [(2, True)]


def test_a_suite_without_tests_has_failed(folder):
    """A misspelt path must not turn into a green run."""
    outcome = gate.run_tests("suite", ["-n0", "-p", "no:cacheprovider"])

    assert (outcome.passed, outcome.failed) == (0, 1)


def test_a_suite_that_cannot_be_read_has_failed(folder):
    """Nor may a syntax error."""
    (folder / "test_it.py").write_text("def test_it(:")
    outcome = gate.run_tests("suite", ["-n0", "-p", "no:cacheprovider"])

    assert (outcome.passed, outcome.failed) == (0, 1)


COMPILES = """
import subprocess, sys

def test_is_compiled_once():
    seen = subprocess.check_output([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"])
    assert not sys.dont_write_bytecode and seen.split() == [b"False"]
"""


def test_libraries_are_compiled_once_whatever_the_shell_says(folder, monkeypatch):
    """Where no process may keep what it compiles, each of hundreds spends its time on that."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (folder / "test_it.py").write_text(COMPILES)
    outcome = gate.run_tests("suite", ["-n0", "-p", "no:cacheprovider"])

    assert (outcome.passed, outcome.failed) == (1, 0)


BUSY = """
import pathlib

def test_meets_a_busy_moment():
    seen = pathlib.Path("seen")
    was_here = seen.exists()
    seen.touch()
    assert was_here

def test_is_broken(): assert False
"""


def test_a_second_try_is_told(folder, capsys):
    """A busy machine is no fault of ours; what is broken fails twice; and nothing passes in silence."""
    (folder / "test_it.py").write_text(BUSY)
    outcome = gate.run_tests("suite", ["-n0"])
    gate.report([outcome])

    assert (outcome.passed, outcome.failed) == (1, 1)
    said = capsys.readouterr().out
    assert "passed only in a second try, look into it: test_it.test_meets_a_busy_moment\n" in said
    assert said.count("second try") == 1


def test_many_failures_are_no_accident(folder):
    """Where a whole page is broken, a second try would only take the time."""
    more = BUSY + "".join(f"\ndef test_{n}(): assert False\n" for n in range(gate.FEW))
    (folder / "test_it.py").write_text(more)

    assert gate.run_tests("suite", ["-n0"]).passed == 0


def test_the_last_line_counts_all_steps(capsys):
    """Machines and people read this line and nothing else."""
    gate.report([gate.Outcome("a", passed=2), gate.Outcome("b", failed=1, not_run=gate.Counter({"why": 3}))])

    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 1 failed, 3 not run"
