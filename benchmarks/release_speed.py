"""How fast a release is written, stage by stage, and in how much memory, on answers made up for it.

    release_speed.py [--answers 200000] [--judges 5] [--sentences 1] [--open] [--database URL]
                     [--hold-out KIND] [--profile NAME] [--withhold-text] [--deposit] [--rehydrate]

The answers are those of made_up.py; `--open` makes an open project. The other options are those of
`standpoint release`; `--rehydrate` puts the texts back afterwards, of a JSON Lines file. Prints a line a
stage: seconds of the wall, of CPU in this process, and the most memory that it held so far; then the whole.
`--database` names an empty database or one that this program has filled before; without it, an SQLite file
is used and thrown away.
"""

import json
import resource
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from annotator.domain import metadata
from benchmarks.made_up import SLUG, filled
from exporters import (
    agreement,
    audit,
    balance,
    card,
    croissant,
    deposit,
    filling,
    holding_out,
    profiles,
    rebuilding,
    release,
    withholding,
)
from exporters.options import Options

STAGES: list[tuple[ModuleType, str, str]] = [
    (balance, "balanced", "  of these, splits of new documents"),
    (filling, "fill", "rows: read, decided, written"),
    (holding_out, "write", "held out"),
    (profiles, "write", "profile"),
    (agreement, "of_release", "agreement and human ceiling"),
    (audit, "of_release", "audit of the splits"),
    (card, "text", "card"),
    (croissant, "text", "croissant"),
    (withholding, "withhold", "texts taken out"),
    (deposit, "write", "deposit"),
    (release, "_close", "recorded and named"),
    (rebuilding, "rebuild", "texts put back"),
]


@click.command()
@click.option("--answers", default=200_000, show_default=True)
@click.option("--judges", default=5, show_default=True, help="Answers an item.")
@click.option("--sentences", default=1, show_default=True, help="Sentences a document.")
@click.option("--open", "opened", is_flag=True, help="Judges mark holders, targets and stances.")
@click.option("--database", help="Empty, or filled by this; without it, an SQLite file that is thrown away.")
@click.option("--hold-out")
@click.option("--profile")
@click.option("--withhold-text", is_flag=True)
@click.option("--deposit", "deposits", is_flag=True)
@click.option("--rehydrate", is_flag=True)
def main(
    answers: int,
    judges: int,
    sentences: int,
    opened: bool,
    database: str | None,
    hold_out: str | None,
    profile: str | None,
    withhold_text: bool,
    deposits: bool,
    rehydrate: bool,
) -> None:
    """Fill a database, release it and print the speed."""
    options = Options(
        hold_out=hold_out, profile=profile, withhold_text=withhold_text or rehydrate, deposit=deposits
    )
    for stage in STAGES:
        told(*stage)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = database or f"sqlite:///{folder}/speed.db"
        engine = filled(url, answers // judges, judges, sentences, opened=opened)
        before, started, worked = peak(), time.perf_counter(), time.process_time()
        written = release.write(engine, SLUG, folder / "release", options)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        rows = sum(written.rows["annotations"].values())
        click.echo(
            f"{engine.dialect.name}: {rows:,} answers in {seconds:.1f} s ({worked:.1f} s of CPU here), "
            f"{rows / seconds:,.0f} a second; peak {peak():.0f} MB, {before:.0f} MB before"
        )
        if rehydrate:
            rebuilding.rebuild(folder / "release", texts(engine, folder / "texts.jsonl"), folder / "full")
        engine.dispose()


def texts(engine: Engine, path: Path) -> Path:
    """All documents' texts in a file."""
    document = metadata.tables["document"].c
    with engine.connect() as connection, path.open("w") as file:
        for row in connection.execution_options(yield_per=1_000).execute(
            sa.select(document.external_id, document.text)
        ):
            file.write(json.dumps({"id": row.external_id, "text": row.text}) + "\n")
    return path


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
