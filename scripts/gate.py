"""The gate before every commit: format, linter, types, import contracts, and all tests on both databases.

All of it runs, also after a failure. The last line counts: a check as one, a test once for each database
it ran on. A test that this machine cannot run, for want of a browser or a server, is counted as not run
and its reason told; what is missing is fetched with apt-get where that is allowed.

Context: of some thousand tests, with real servers and browsers, one may meet a moment in which the machine
does something else for a minute. Choice: up to FEW that failed run once more, alone; a fault of ours fails
again, also one that hypothesis found, whose examples are the same in each run. Cost: a race that shows seldom
passes; so each is named at the end, and is to be looked into like a failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import click

TOOLS = Path(sys.executable).parent
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "linter": ["ruff", "check", "."],
    "security": ["bandit", "--quiet", "-c", "pyproject.toml", "-r", "annotator", "exporters", "baselines"],
    "types": ["mypy"],
    "imports": ["lint-imports"],
}
TESTS = {
    "tests on SQLite": ["--database=sqlite"],
    "tests on PostgreSQL": ["--database=postgresql", "tests"],
}
FEW = 3  # more than so many failures are no accident
SLOWEST = 15  # tests that are named with their seconds
NEEDED = {"tests/services/chromium.py": "chromium", "tests/services/postgres.py": "postgresql"}


@dataclass
class Outcome:
    """What one step came to: how many passed and failed, and how many were not run for which reason."""

    name: str
    passed: int = 0
    failed: int = 0
    not_run: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    second_try: set[str] = field(default_factory=set)  # passed then, and not at first


@click.command()
@click.option("--checks-only", is_flag=True, help="Leave out the tests.")
@click.option("--strict", is_flag=True, help="Fail if anything could not be run.")
def gate(*, checks_only: bool, strict: bool) -> None:
    """Run the gate. It fails if a check or a test does."""
    outcomes = [check(name, command) for name, command in CHECKS.items()]
    if not checks_only:
        fetch_what_is_missing()
        outcomes += [run_tests(name, arguments) for name, arguments in TESTS.items()]
    report(outcomes)
    failed = any(outcome.failed or (strict and outcome.not_run) for outcome in outcomes)
    sys.exit(1 if failed else 0)


def check(name: str, command: list[str]) -> Outcome:
    """Run one tool; its exit code is the verdict."""
    with step(name) as outcome:
        if run(command) == 0:
            outcome.passed = 1
        else:
            outcome.failed = 1
    return outcome


def run_tests(name: str, arguments: list[str]) -> Outcome:
    """Run pytest on every core. A run that ends badly without a failed test counts as one failure."""
    workers = ["--numprocesses=auto", "--dist=worksteal"]
    with step(name) as outcome:
        status, first = pytest([*workers, *arguments])
        outcome.not_run = first.not_run
        if 0 < len(first.failed) <= FEW:
            _, again = pytest(["--last-failed", "--last-failed-no-failures=none", *arguments])
            outcome.second_try = first.failed & again.passed
        outcome.passed = len(first.passed | outcome.second_try)
        outcome.failed = len(first.failed - outcome.second_try)
        if status and not first.failed:
            outcome.failed = 1
    return outcome


@dataclass
class Results:
    """What pytest wrote down: the names of tests, and the reasons of those that were not run."""

    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    not_run: Counter[str] = field(default_factory=Counter)


def pytest(arguments: list[str]) -> tuple[int, Results]:
    """Run it; give its exit status and its results. A test that passes and fails to clean up has failed."""
    results = Results()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.xml"
        status = run(["pytest", "--quiet", f"--durations={SLOWEST}", f"--junit-xml={file}", *arguments])
        cases = ElementTree.parse(file).iter("testcase") if file.exists() else ()  # noqa: S314 - our own file
        for case in cases:
            skipped = case.find("skipped")
            if skipped is not None:
                results.not_run[skipped.get("message", "")] += 1
            elif case.find("failure") is not None or case.find("error") is not None:
                results.failed.add(f"{case.get('classname')}.{case.get('name')}")
            else:
                results.passed.add(f"{case.get('classname')}.{case.get('name')}")
    results.passed -= results.failed
    return status, results


def fetch_what_is_missing() -> None:
    """Install a browser, a database server and curl, where there is none and we are root on Debian."""
    missing = [package for finder, package in NEEDED.items() if run([sys.executable, finder], quiet=True)]
    missing += [] if shutil.which("curl") else ["curl"]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        click.secho(f"apt-get install {' '.join(missing)}", bold=True)
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", *missing])


def report(outcomes: list[Outcome]) -> None:
    """Print a line for each step, the reasons for what was not run, and the count."""
    click.echo()
    for outcome in outcomes:
        click.echo(
            f"{outcome.name:20} {outcome.passed:5} passed {outcome.failed:4} failed "
            f"{outcome.not_run.total():4} not run {outcome.seconds:7.1f} s"
        )
    reasons = sum((outcome.not_run for outcome in outcomes), Counter[str]())
    for reason, times in reasons.most_common():
        click.echo(f"not run, {times} times: {reason}")
    for test in sorted(set().union(*(outcome.second_try for outcome in outcomes))):
        click.echo(f"passed only in a second try, look into it: {test}")
    passed, failed = sum(outcome.passed for outcome in outcomes), sum(outcome.failed for outcome in outcomes)
    click.echo(f"{passed} passed, {failed} failed, {reasons.total()} not run")


@contextmanager
def step(name: str) -> Iterator[Outcome]:
    """Name the step, give its outcome to be filled in, and time it."""
    click.secho(name, bold=True)
    started = time.monotonic()
    outcome = Outcome(name)
    yield outcome
    outcome.seconds = time.monotonic() - started


def run(command: list[str], *, quiet: bool = False) -> int:
    """Run a tool of .venv or of the machine, and give its exit status."""
    tool = TOOLS / command[0]
    program = str(tool) if tool.exists() else command[0]
    output = subprocess.DEVNULL if quiet else None
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process compiles all libraries anew
    done = subprocess.run(  # noqa: S603 - only the commands above
        [program, *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment,
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    gate()
