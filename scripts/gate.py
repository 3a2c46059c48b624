"""The gate before every commit: format, linter, types, import contracts, and all tests on both databases.

All of it runs, also after a failure. The last line counts: a check as one, a test once for each database
it ran on. A test that this machine cannot run, for want of a browser or a server, is counted as not run
and its reason told; what is missing is fetched with apt-get where that is allowed.
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
    "types": ["mypy"],
    "imports": ["lint-imports"],
}
TESTS = {
    "tests on SQLite": ["--database=sqlite"],
    "tests on PostgreSQL": ["--database=postgresql", "tests"],
}
NEEDED = {"tests/services/chromium.py": "chromium", "tests/services/postgres.py": "postgresql"}


@dataclass
class Outcome:
    """What one step came to: how many passed and failed, and how many were not run for which reason."""

    name: str
    passed: int = 0
    failed: int = 0
    not_run: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


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
    with step(name) as outcome, tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        workers = ["--numprocesses=auto", "--dist=worksteal"]
        status = run(["pytest", "--quiet", f"--junit-xml={results}", *workers, *arguments])
        if results.exists():
            count(results, outcome)
        if status and not outcome.failed:
            outcome.failed = 1
    return outcome


def count(results: Path, outcome: Outcome) -> None:
    """Add up what pytest wrote down. A test that passes and then fails to clean up has failed."""
    failed, passed = set(), set()
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 - our own file
        test = (case.get("classname"), case.get("name"))
        skipped = case.find("skipped")
        if skipped is not None:
            outcome.not_run[skipped.get("message", "")] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            failed.add(test)
        else:
            passed.add(test)
    outcome.failed = len(failed)
    outcome.passed = len(passed - failed)


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
