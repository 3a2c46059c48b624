"""How fast a release is written, stage by stage, and in how much memory, on answers made up for it.

    release_speed.py [--answers 200000] [--judges 5] [--sentences 1] [--database URL]

The answers are those of made_up.py. Prints a line a stage: seconds of the wall, of CPU in this process, and
the most memory that it held so far; then the whole. `--database` names an empty database or one that this
program has filled before; without it, an SQLite file is used and thrown away.
"""

import resource
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from benchmarks.made_up import SLUG, filled
from exporters import agreement, audit, balance, card, croissant, filling, release

STAGES: list[tuple[ModuleType, str, str]] = [
    (balance, "balanced", "  of these, splits of new documents"),
    (filling, "fill", "rows: read, decided, written"),
    (agreement, "of_release", "agreement and human ceiling"),
    (audit, "of_release", "audit of the splits"),
    (card, "text", "card"),
    (croissant, "text", "croissant"),
    (release, "_close", "recorded and named"),
]


@click.command()
@click.option("--answers", default=200_000, show_default=True)
@click.option("--judges", default=5, show_default=True, help="Answers an item.")
@click.option("--sentences", default=1, show_default=True, help="Sentences a document.")
@click.option("--database", help="Empty, or filled by this; without it, an SQLite file that is thrown away.")
def main(answers: int, judges: int, sentences: int, database: str | None) -> None:
    """Fill a database, release it and print the speed."""
    for stage in STAGES:
        told(*stage)
    with tempfile.TemporaryDirectory() as folder:
        engine = filled(database or f"sqlite:///{folder}/speed.db", answers // judges, judges, sentences)
        before, started, worked = peak(), time.perf_counter(), time.process_time()
        written = release.write(engine, SLUG, Path(folder) / "release")
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        rows = sum(written.rows["annotations"].values())
        click.echo(
            f"{engine.dialect.name}: {rows:,} answers in {seconds:.1f} s ({worked:.1f} s of CPU here), "
            f"{rows / seconds:,.0f} a second; peak {peak():.0f} MB, {before:.0f} MB before"
        )
        engine.dispose()


def told(module: ModuleType, name: str, said: str) -> None:
    """From now on this function prints what it took."""
    function: Callable[..., Any] = getattr(module, name)

    @wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        started, worked = time.perf_counter(), time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            seconds, worked = time.perf_counter() - started, time.process_time() - worked
            click.echo(f"{said:36} {seconds:8.1f} s {worked:8.1f} s of CPU  peak {peak():5.0f} MB")

    setattr(module, name, timed)


def peak() -> float:
    """MB that this process held at most, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
