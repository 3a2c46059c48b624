"""How fast statistics are: agreement with intervals, Dawid–Skene and MACE over made-up judgements.

    agreement_speed.py [--items 100000] [--each 3] [--annotators 30] [--restarts 10]

A directed project of four labels, each item judged by some of the annotators, in memory: imports and
reading do not count. Prints the seconds of each stage, their sum, and the peak memory of the process.
"""

import resource
import time

import click
import numpy as np

from annotator.quality import ballots, dawid_skene, mace
from annotator.quality.judgements import Judgements, Scheme, directed
from annotator.quality.measure import measure

LABELS = ("FAVOR", "AGAINST", "NONE", "MIXED")
SCHEME = Scheme(LABELS, ("favor", "against", "none", "mixed"))


@click.command()
@click.option("--items", default=100_000, show_default=True)
@click.option("--each", default=3, show_default=True, help="Judges an item.")
@click.option("--annotators", default=30, show_default=True)
@click.option("--restarts", default=10, show_default=True, help="Of MACE.")
def main(items: int, each: int, annotators: int, restarts: int) -> None:
    """Measure each stage once."""
    table = crowd(items, each, annotators)
    before, seconds, worked = peak(), {}, time.process_time()
    start = time.perf_counter()
    report = measure(table)
    seconds["agreement, 1,000 resamples"] = time.perf_counter() - start
    start = time.perf_counter()
    votes = ballots.of(table).ballots
    seconds["votes by unit"] = time.perf_counter() - start
    start = time.perf_counter()
    skilled = dawid_skene.fit(votes)
    seconds[f"Dawid–Skene, 1 start, {skilled.rounds} rounds"] = time.perf_counter() - start
    start = time.perf_counter()
    known = mace.fit(votes, restarts=restarts)
    seconds[f"MACE, {restarts} restarts, {known.rounds} rounds in the best"] = time.perf_counter() - start
    for stage, took in seconds.items():
        click.echo(f"{took:8.2f} s  {stage}")
    worked = time.process_time() - worked
    click.echo(f"{sum(seconds.values()):8.2f} s  together, {worked:.2f} s of CPU")
    click.echo(f"peak {peak():.0f} MB, {before:.0f} MB before")
    click.echo(f"alpha {report.first.value:.3f}, interval {report.first.interval}")


def crowd(items: int, each: int, annotators: int) -> Judgements:
    """Judgements of people who know half of the answers, more or less."""
    draw = np.random.default_rng(0)
    true = draw.integers(0, len(LABELS), size=items)
    skill = draw.uniform(0.2, 0.9, size=annotators)
    item = np.repeat(np.arange(items), each)
    who = draw.random((items, annotators)).argpartition(each, axis=1)[:, :each].ravel()
    knows = draw.random(items * each) < skill[who]
    said = np.where(knows, true[item], draw.integers(0, len(LABELS), size=items * each))
    labels = np.array(LABELS)[said].tolist()
    return directed([f"i{n:06d}" for n in item], [f"a{n:02d}" for n in who], labels, SCHEME)


def peak() -> float:
    """MB that this process held at most, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
