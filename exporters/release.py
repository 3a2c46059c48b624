"""A release: the whole of a project in a folder of its own, numbered and immutable.

Everything is read from one snapshot. Number and time stand in release.json alone, so the same state,
options and versions give the same bytes in every other file. The folder is written beside its place; then
the database learns of the release, and only then the folder gets its name. Killed in between, a number
stays without a folder, and is never given again; the other way round two folders could bear one number.

release.json tells what changed since the parent as well: how many rows of gold were added, removed and
labelled anew. That hangs on which release came before, and on whether its folder is still there and whole,
which the state of the project does not tell; so it stands beside number and time and in no other file, and
is null where there is no parent to hold the rows against.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

from annotator import reading
from annotator.errors import Invalid, StandpointError
from annotator.reading import Described, Project, Snapshot
from exporters import (
    card,
    changes,
    croissant,
    demographics_section,
    deposit,
    facts,
    filling,
    findings,
    parquet,
    withholding,
)
from exporters.choices import MAJORITY
from exporters.facts import Contents, Release
from exporters.figures import Figures
from exporters.files import new_folder, replacing
from exporters.filling import Bar, Filled
from exporters.findings import Compared, Findings
from exporters.folder import Folder, opened, sha256_of, sha256_over
from exporters.learned import Learned
from exporters.options import PLAIN, Options

if TYPE_CHECKING:
    from exporters.cluster import Cluster


class Silent:
    """A bar that nobody sees."""

    def update(self, n_steps: int) -> None:
        """Nothing."""


Progress = Callable[[int], AbstractContextManager[Bar]]  # from the number of items


def write(
    engine: Engine,
    slug: str,
    folder: Path,
    options: Options = PLAIN,
    *,
    by_id: int | None = None,
    workers: str | None = None,
    progress: Progress = lambda _: nullcontext(Silent()),
    stage: Callable[[str], None] = lambda _: None,
) -> Release:
    """Write a release of the project into `folder`, which is new or empty, and record it.

    With `workers`, the address of a Dask scheduler, its workers make the rows of `annotations`.

    Raises
    ------
    NotFound
        If there is no such project.
    Conflict
        If the folder holds something, or another release was made meanwhile.
    Invalid
        If there is nothing to publish (no items, not one gold stance), or words that are to be withheld
        stand where they cannot be.
    Unusable
        If the folder cannot be written, or the workers cannot be used.
    """
    with _cluster(engine, workers) as cluster, new_folder(folder) as part:
        with reading.snapshot(engine, slug, tabular=True) as snapshot:
            project, totals = snapshot.project, snapshot.totals()
            if not totals.items:
                raise Invalid(f"The project {slug!r} has no items: import texts first (`standpoint import`).")
            stage("reading")
            learned = _learned(snapshot, options)
            with progress(totals.items) as bar, parquet.writing(part, filling.names(project)) as tables:
                filled = filling.fill(
                    tables, snapshot, bar=bar, learned=learned, scan=options.scan, cluster=cluster
                )
            compared = Compared(snapshot.scheme(), snapshot.relations())
            people = filled.figures.people() - project.simulated
            filled.figures.demographics = snapshot.demographics(people)
            entities = snapshot.registry() if options.deposit else ()
        filling.check(filled.figures, totals, tables, project)
        stage("measuring")
        contents = _published(
            part, project, tables, filled, options=options, compared=compared, entities=entities
        )
        stage("closing")
        return _close(engine, part, project, contents, folder=folder, by_id=by_id)


def _cluster(engine: Engine, workers: str | None) -> AbstractContextManager["Cluster | None"]:
    if workers is None:
        return nullcontext()
    if engine.dialect.name != "postgresql":
        raise Invalid(
            "--workers needs PostgreSQL, whose snapshot processes can share: on SQLite the workers would see "
            "what is saved meanwhile. Leave it out; the release is the same."
        )
    from exporters import cluster  # noqa: PLC0415 - few have Dask

    return cluster.connected(workers)


def _learned(snapshot: Snapshot, options: Options) -> Learned | None:
    """What the votes tell of their annotators; None where each vote weighs the same."""
    if options.decided_by == MAJORITY:
        return None
    return Learned.of(snapshot.votes(), options.aggregate, seed=snapshot.project.seed)


def _published(
    part: Path,
    project: Project,
    tables: parquet.Tables,
    filled: Filled,
    *,
    options: Options,
    compared: Compared,
    entities: Sequence[Described],
) -> Contents:
    """Write what stands beside the rows, and take the texts out where they are withheld."""
    found = findings.of_release(part, tables, filled, options, project=project, compared=compared)
    told = found.as_json(compared)
    if filled.figures.personal:
        told["personal"] = filled.figures.personal.as_json()
    if filled.figures.demographics:
        told["demographics"] = demographics_section.as_json(filled.figures.demographics)
    changed = _changed(project, part, tables)
    describe = partial(_describe, part, project, filled.figures, found, aggregate=options.decided_by)
    more = deposit.section(project) if options.deposit else ""
    hashes = describe(tables, more="" if options.withhold_text else more)
    if options.withhold_text:
        tables, whole = withholding.withhold(part, filling.names(project), hashes)
        told |= whole
        hashes = describe(tables, more=withholding.section() + more)
    if options.deposit:
        told |= deposit.write(
            part, project, tables, filled.figures, found, options=options, entities=entities
        )
    return Contents(options, tables.rows(), filled.figures.reasons(), filled.given, told, changed, hashes)


def _describe(
    part: Path,
    project: Project,
    figures: Figures,
    found: Findings,
    tables: parquet.Tables,
    *,
    aggregate: str,
    more: str = "",
) -> dict[str, str]:
    """Write the card and croissant.json; return the hashes of the files of rows."""
    text = card.text(project, figures, tables, found, aggregate=aggregate, more=more)
    (part / "README.md").write_text(text, encoding="utf-8")
    hashes = _hashes((part / "data").rglob("*"), part)
    described = croissant.text(project, figures, tables, hashes, part)
    (part / croissant.NAME).write_text(described, encoding="utf-8")
    return hashes


def _changed(project: Project, part: Path, tables: parquet.Tables) -> dict[str, int] | None:
    """What changed in gold since the last release; None where its folder is gone, or not as it was."""
    last = project.last_release
    if last is None or last.folder is None:
        return None
    labels = [{"name": name} for name in filling.names(project)]
    try:
        old = opened(Path(last.folder), number=last.number, slug=project.slug, sha256=last.sha256)
        return changes.counted(old, Folder(part, {"labels": labels, "rows": tables.rows()}))
    except StandpointError:  # moved, thinned out, another machine: the release is none the worse
        return None


def _close(
    engine: Engine, part: Path, project: Project, contents: Contents, *, folder: Path, by_id: int | None
) -> Release:
    """Hash the files, record the release and write release.json."""
    others = (path for path in part.rglob("*") if str(path.relative_to(part)) not in contents.hashes)
    files = dict(sorted({**contents.hashes, **_hashes(others, part)}.items()))
    sha256 = sha256_over(files)
    now = datetime.now(UTC)
    number = reading.record(
        engine,
        project,
        sha256=sha256,
        options=contents.options.as_json(),
        rows=contents.rows,
        left_out=contents.left_out,
        splits=contents.splits,
        created_at=now,
        folder=str(folder.absolute()),
        by_id=by_id,
    )
    release = Release(number, contents.rows, contents.left_out, sha256, contents.measured.get("hold_out"))
    with replacing(part / facts.NAME) as path:
        path.write_text(facts.text(project, release, contents, files, now), encoding="utf-8")
    return release


def _hashes(paths: Iterable[Path], part: Path) -> dict[str, str]:
    """The hashes of those that are files, by their names in `part`."""
    return {str(path.relative_to(part)): sha256_of(path) for path in sorted(paths) if path.is_file()}
