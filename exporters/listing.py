"""`standpoint releases`: which there are, and what changed between two."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from annotator import reading
from annotator.config import Settings
from annotator.errors import Invalid
from annotator.reading import Made
from exporters import changes
from exporters.changes import Change
from exporters.folder import Folder, opened

ROWS = 20  # of changes, where nobody says how many
WORDS = {changes.ADDED: "added", changes.REMOVED: "removed", changes.LABEL_CHANGED: "label changed"}


@click.command()
@click.argument("slug")
@click.option("--diff", nargs=2, type=int, metavar="OLD NEW", help="What changed in gold from OLD to NEW.")
@click.option(
    "--at",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="DIR DIR",
    help="Where the two releases are now. Without it they are looked for where they were written.",
)
@click.option("--rows", type=click.IntRange(0), default=ROWS, show_default=True, help="How many are listed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.pass_obj
def releases(
    settings: Settings,
    slug: str,
    diff: tuple[int, int] | None,
    at: tuple[Path, Path] | None,
    rows: int,
    as_json: bool,
) -> None:
    r"""List the releases of the project SLUG, or compare two of them.

    --diff holds the gold of two releases against each other, row by row: added, removed, label changed, and
    why: new answers, a decision, an event of the scheme, a text that was erased, an item that was retired or
    has become a tie. Both folders must be there and as they were written.

    --json prints [{"number", "created_at", "by", "rows", "left_out", "sha256", "options", "withdrawn_at",
    "folder"}, …]; with --diff {"old", "new", "rows": [{"change", "id", "document_id", "item_id", "split",
    "holder", "target", "old", "new", "why"}, …], "added", "removed", "label_changed", "why"}, all rows.

    \b
    Example:
      standpoint releases tweets
      standpoint releases tweets --diff 3 4
      standpoint releases tweets --diff 3 4 --at archive/3 releases/4
    """
    if at is not None and diff is None:
        raise click.UsageError("--at says where the two releases of --diff are: give that, too.")
    engine = reading.connect(settings)
    try:
        made = reading.made(engine, slug)
        gone = reading.gone(engine, slug) if diff is not None else {}
    finally:
        engine.dispose()
    if diff is None:
        click.echo(
            json.dumps([_as_json(each) for each in made], ensure_ascii=False) if as_json else _list(made)
        )
        return
    old, new = (
        _folder(reading.numbered(made, number, slug), slug, at and at[n]) for n, number in enumerate(diff)
    )
    found = changes.between(old, new, gone)
    lines = _diff_as_json(found, old, new) if as_json else _diff(found, old, new, rows)
    for line in lines:
        click.echo(line, nl=not as_json)


def _folder(release: Made, slug: str, at: Path | None) -> Folder:
    if at is None and release.folder is None:
        raise Invalid(
            f"Nothing tells where release {release.number} of {slug} is: give both folders (--at DIR DIR)."
        )
    path = at or Path(str(release.folder))
    return opened(path, number=release.number, slug=slug, sha256=release.sha256)


def _as_json(release: Made) -> dict[str, object]:
    withdrawn = release.withdrawn_at
    times = {
        "created_at": release.created_at.isoformat(),
        "withdrawn_at": withdrawn and withdrawn.isoformat(),
    }
    return release._asdict() | times


def _list(made: list[Made]) -> str:
    return "\n".join(line for release in made for line in _lines(release)) or "No release was made yet."


def _lines(release: Made) -> Iterator[str]:
    rows = ", ".join(f"{sum(splits.values()):,} {config}" for config, splits in release.rows.items())
    by = release.by or "command line"
    yield f"{release.number}  {release.created_at:%Y-%m-%d %H:%M} UTC  {by}  {release.sha256[:12]}"
    yield f"   {rows}"
    if release.left_out:
        yield "   not in gold: " + ", ".join(f"{n:,} {reason}" for reason, n in release.left_out.items())
    if release.options:
        yield "   " + ", ".join(f"{name}: {value}" for name, value in sorted(release.options.items()))
    yield f"   {release.folder or 'nothing tells where it was written'}"
    if release.withdrawn_at is not None:
        when = f"{release.withdrawn_at:%Y-%m-%d}"
        yield f"   WITHDRAWN {when}: a text that it holds was erased. Delete its copies."


class _Counting:
    """Changes as they go by, counted by kind and reason."""

    def __init__(self, found: Iterator[Change]) -> None:
        self.found = found
        self.why: Counter[tuple[str, str]] = Counter()

    def __iter__(self) -> Iterator[Change]:
        for change in self.found:
            self.why[change.kind, change.why] += 1
            yield change

    def of(self, kind: str) -> dict[str, int]:
        """{reason: n}, the most frequent first."""
        counts = {why: n for (of, why), n in self.why.items() if of == kind}
        return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def _diff(found: Iterator[Change], old: Folder, new: Folder, rows: int) -> Iterator[str]:
    """A table of counts, then the first rows. Memory holds only these."""
    counting = _Counting(found)
    every = iter(counting)
    first = list(islice(every, rows))
    more = sum(1 for _ in every)
    yield f"Gold from release {old.number} to release {new.number}:"
    for kind, words in WORDS.items():
        why = counting.of(kind)
        reasons = ": " + ", ".join(f"{n:,} {reason}" for reason, n in why.items()) if why else ""
        yield f"  {sum(why.values()):>9,} {words}{reasons}"
    if first:
        yield ""
    for change in first:
        labels = " → ".join(label for label in (change.old, change.new) if label is not None)
        what = f"{change.item_id}  {change.holder} on {change.target}: {labels}"
        yield f"  {WORDS[change.kind]:<13}  {what}  ({change.why})"
    if more:
        yield f"  … and {more:,} more: --rows N lists more of them, --json all."


def _diff_as_json(found: Iterator[Change], old: Folder, new: Folder) -> Iterator[str]:
    """One JSON document, written as the rows come: there may be a million of them."""
    counting = _Counting(found)
    yield f'{{"old": {old.number}, "new": {new.number}, "rows": ['
    for number, change in enumerate(counting):
        yield (", " if number else "") + json.dumps(changes.told(change), ensure_ascii=False)
    why = {kind: counting.of(kind) for kind in changes.KINDS}
    counts = {kind: sum(reasons.values()) for kind, reasons in why.items()}
    yield "], " + json.dumps({**counts, "why": why}, ensure_ascii=False)[1:] + "\n"
