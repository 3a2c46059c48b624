"""The rows of a release, written from one snapshot; a project whose figures do not add up is refused."""

import gc
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from annotator.errors import Invalid, StandpointError
from annotator.reading import Item, Project, Snapshot, Totals
from exporters import annotated, gold, memory, parquet, rows, schema, splits
from exporters.figures import Figures
from exporters.learned import Learned
from exporters.personal import Personal
from exporters.standing import Standing

if TYPE_CHECKING:
    from exporters.cluster import Cluster

Given = dict[str, "array[int]"]  # rows of the documents that had no split, by the one they were given


class Filled(NamedTuple):
    """What is known of the rows once they are written."""

    figures: Figures
    given: Given
    standing: Standing


class Bar(Protocol):
    """Shows how far a release is."""

    def update(self, n_steps: int) -> None:
        """So many items more; 0 where it goes on without getting further."""


def fill(
    tables: parquet.Tables,
    snapshot: Snapshot,
    *,
    bar: Bar,
    learned: Learned | None,
    scan: bool = False,
    cluster: "Cluster | None" = None,
) -> Filled:
    """Write all rows; return their figures, the splits given to documents, and who stands where.

    The rows of `annotations` are made by the `cluster`'s workers, if there is one.
    """
    with collecting_rarely():
        figures, places = Figures(personal=Personal() if scan else None), array("b")
        filled = _filled(tables, snapshot, bar=bar, learned=learned, figures=figures, places=places)
        annotated.write(tables, snapshot, places, lambda: bar.update(0), cluster)
    memory.give_back()  # Arrow keeps what it used; what follows needs the room
    return filled


def _filled(
    tables: parquet.Tables,
    snapshot: Snapshot,
    *,
    bar: Bar,
    learned: Learned | None,
    figures: Figures,
    places: "array[int]",
) -> Filled:
    """Write all configs but `annotations`; add to `places` that of each document's split."""
    project, standing = snapshot.project, Standing()
    scheme = rows.scheme(project)
    given: Given = {split: array("q") for split in schema.SPLITS}
    for document, split in splits.placed(snapshot):
        bar.update(len(document.items))
        places.append(annotated.place(split))
        if split is None:
            figures.count_left_out_document(document)
            continue
        if document.split is None:
            given[split].append(document.row)
        figures.count_document(document, language=project.language, licence=project.licence)
        tables.append("documents", split, rows.document(document))
        n_gold = 0
        for item in document.items:
            decided = gold.decide(item, project, learned)
            figures.count_item(item, decided, split)
            n_gold += len(decided.gold)
            _write_item(item, decided, rows.Origin(document, project, scheme), split, tables)
        standing.add(document, split, n_gold)
    return Filled(figures, given, standing)


def check(figures: Figures, totals: Totals, tables: parquet.Tables, project: Project) -> None:
    """Rows in are rows out and rows explained; and there is something to publish."""
    found = Totals(figures.documents, figures.items, figures.answers)
    written, explained = sum(tables.rows()["gold"].values()), figures.left_out.total()
    if found != totals or figures.candidates != written + explained:
        raise StandpointError(
            f"The release does not add up ({found} of {totals}; {figures.candidates} candidates, {written} "
            f"gold, {explained} left out). Nothing was published. This is a fault of Standpoint."
        )
    if not written:
        why = ", ".join(f"{count} {reason}" for reason, count in figures.reasons().items())
        raise Invalid(f"No stance of {project.slug!r} is gold yet ({why}): annotate first, or import gold.")


def names(project: Project) -> list[str]:
    """The names of the labels, in their order."""
    return [label.name for label in project.labels]


def _write_item(
    item: Item, decided: gold.Decided, origin: rows.Origin, split: str, tables: parquet.Tables
) -> None:
    stances = [rows.shown(stance, origin.scheme) for stance in decided.gold]
    tables.append("items", split, rows.item(item, decided, stances, origin))
    for stance, shown in zip(decided.gold, stances, strict=True):
        tables.append("gold", split, rows.gold(item, decided, stance, shown, origin))


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Let Python look for circles less often: rows make none, and the search takes as long as the work."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
