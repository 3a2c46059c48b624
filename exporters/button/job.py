"""The job `release`: what the page's button asks for, in a process of its own."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from annotator import reading
from annotator.errors import Invalid
from annotator.plugin.jobs import Context
from exporters import facts
from exporters.button import asking, place
from exporters.files import clear_away
from exporters.filling import Bar
from exporters.release import write

ROWS = "rows"


def release(context: Context, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Make a release of the job's project; what `standpoint release --json` prints.

    An attempt that was killed after it had ended is not repeated: its release stands in the job's folder.

    Raises
    ------
    Invalid
        If the job is of no project, or there is nothing to publish.
    Conflict, Unusable
        As `release.write` does.
    """
    if context.slug is None:
        raise Invalid("A release is of a project: ask for it on the project's page.")
    folder = place.of_job(context.settings, context.slug, context.number, context.created_at)
    if (made := _made(context, folder)) is not None:
        return made
    clear_away(folder.parent)
    written = write(
        context.engine,
        context.slug,
        folder,
        asking.options(arguments),
        by_id=context.by_id,
        progress=lambda items: _bar(context, items),
        stage=lambda name: context.report(doing=name),
    )
    return {name: value for name, value in asdict(written).items() if value is not None}


class _Counting:
    """Items as they are written."""

    def __init__(self, context: Context, items: int) -> None:
        self.context, self.items, self.done = context, items, 0

    def update(self, n_steps: int) -> None:
        """So many more; ends here if the job is to stop."""
        self.done += n_steps
        self.context.report(self.done, self.items, ROWS)


@contextmanager
def _bar(context: Context, items: int) -> Iterator[Bar]:
    yield _Counting(context, items)


def _made(context: Context, folder: Path) -> dict[str, Any] | None:
    """The release that an earlier attempt has made."""
    assert context.slug is not None
    for made in reading.made(context.engine, context.slug):
        if made.folder == str(folder) and (folder / facts.NAME).exists():
            told = json.loads((folder / facts.NAME).read_text(encoding="utf-8"))
            names = ("number", "rows", "left_out", "sha256", "hold_out")
            return {name: told[name] for name in names if told.get(name) is not None}
    return None
