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

import gc
import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import Engine

from annotator import reading
from annotator.errors import Invalid, StandpointError
from annotator.quality.ceiling import Ceiling, told_ceiling
from annotator.quality.judgements import Scheme
from annotator.quality.report import Report
from annotator.reading import Item, Project, Snapshot, Totals
from exporters import (
    agreement,
    balance,
    card,
    changes,
    croissant,
    gold,
    parquet,
    profiles,
    rows,
    schema,
    splits,
)
from exporters.agreement import Relations
from exporters.figures import Figures
from exporters.files import new_folder, replacing
from exporters.folder import Folder, opened, sha256_of, sha256_over
from exporters.learned import AGGREGATES, MAJORITY, Learned


class Bar(Protocol):
    """Shows how far a release is."""

    def update(self, n_steps: int) -> None:
        """So many items more."""


class Silent:
    """A bar that nobody sees."""

    def update(self, n_steps: int) -> None:
        """Nothing."""


Progress = Callable[[int], AbstractContextManager[Bar]]  # from the number of items


@dataclass(frozen=True)
class Release:
    """What a release is known by; `--json` prints it."""

    number: int
    rows: Mapping[str, Mapping[str, int]]  # {config: {split: n}}
    left_out: Mapping[str, int]  # {reason: n}
    sha256: str


def write(
    engine: Engine,
    slug: str,
    folder: Path,
    *,
    aggregate: str = "majority",
    profile: str | None = None,
    by_id: int | None = None,
    progress: Progress = lambda _: nullcontext(Silent()),
) -> Release:
    """Write a release of the project into `folder`, which is new or empty, and record it.

    Raises
    ------
    NotFound
        If there is no such project.
    Conflict
        If the folder holds something, or another release was made meanwhile.
    Invalid
        If there is nothing to publish: no items, or not one gold stance. If there is no such profile.
    Unusable
        If the folder cannot be written.
    """
    options = _options(aggregate, profile)
    with new_folder(folder) as part:
        with reading.snapshot(engine, slug) as snapshot:
            project, totals = snapshot.project, snapshot.totals()
            if not totals.items:
                raise Invalid(f"The project {slug!r} has no items: import texts first (`standpoint import`).")
            learned = None
            if AGGREGATES[aggregate] != MAJORITY:
                learned = Learned.of(snapshot.votes(), aggregate, seed=project.seed)
            tables_of = parquet.writing(part, _names(project))
            with _collecting_rarely(), progress(totals.items) as bar, tables_of as tables:
                figures, given = _write_rows(snapshot, tables, bar, learned)
            scheme, related = snapshot.scheme(), snapshot.relations()
        _check(figures, totals, tables, project)
        measured = agreement.of_release(part, scheme, related, seed=project.seed)
        published = profiles.write(part, profile, project.labels, related) if profile else None
        text = card.text(
            project, figures, tables, aggregate=AGGREGATES[aggregate], measured=measured, profile=published
        )
        (part / "README.md").write_text(text, encoding="utf-8")
        hashes = _hashes((part / "data").rglob("*"), part)
        described = croissant.text(project, figures, tables, hashes, part)
        (part / croissant.NAME).write_text(described, encoding="utf-8")
        told = _told(scheme, related, *measured)
        if published:
            told["profile"] = published.as_json()
        changed = _changed(project, part, tables)
        contents = _Contents(options, tables.rows(), figures.reasons(), given, told, changed, hashes)
        return _close(engine, part, project, contents, folder=folder, by_id=by_id)


def _options(aggregate: str, profile: str | None) -> dict[str, object]:
    if aggregate not in AGGREGATES:
        raise Invalid(f"{aggregate!r} is no way to aggregate; there is: {', '.join(AGGREGATES)}.")
    if profile is None:
        return {"aggregate": aggregate}
    if profile not in profiles.PROFILES:
        raise Invalid(f"{profile!r} is no profile; there is: {', '.join(profiles.PROFILES)}.")
    return {"aggregate": aggregate, "profile": profile}


@dataclass(frozen=True)
class _Contents:
    options: dict[str, object]
    rows: dict[str, dict[str, int]]
    left_out: dict[str, int]
    splits: "dict[str, array[int]]"  # of documents that had none
    measured: Mapping[str, object]  # agreement, the human ceiling, and what they need beside the files
    changed: Mapping[str, int] | None  # since the parent
    hashes: Mapping[str, str]  # of the files of rows, by name


def _names(project: Project) -> list[str]:
    return [label.name for label in project.labels]


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Let Python look for circles less often: rows make none, and the search takes as long as the work."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _write_rows(
    snapshot: Snapshot, tables: parquet.Tables, bar: Bar, learned: Learned | None
) -> "tuple[Figures, dict[str, array[int]]]":
    """Write all rows; return their figures, and the splits given to documents that had none."""
    project, known, figures = snapshot.project, snapshot.known_splits(), Figures()
    scheme = {name: number for number, name in enumerate(_names(project))}
    given: dict[str, array[int]] = {split: array("q") for split in schema.SPLITS}
    shares, seed = project.shares, project.seed
    balanced = balance.balanced(snapshot.contents(), known=known, shares=shares, seed=seed)
    for document in snapshot.documents():
        split = splits.assign(document, known=known, shares=shares, seed=seed, balanced=balanced)
        bar.update(len(document.items))
        if split is None:
            figures.count_left_out_document(document)
            continue
        if document.split is None:
            given[split].append(document.row)
        figures.count_document(document, language=project.language, licence=project.licence)
        tables.append("documents", split, rows.document(document))
        for item in document.items:
            decided = gold.decide(item, project, learned)
            figures.count_item(item, decided, split)
            _write_item(item, decided, rows.Origin(document, project, scheme), split, tables)
    return figures, given


def _write_item(
    item: Item, decided: gold.Decided, origin: rows.Origin, split: str, tables: parquet.Tables
) -> None:
    stances = [rows.shown(stance, origin.scheme) for stance in decided.gold]
    tables.append("items", split, rows.item(item, decided, stances, origin))
    for stance, shown in zip(decided.gold, stances, strict=True):
        tables.append("gold", split, rows.gold(item, decided, stance, shown, origin))
    for answer in item.answers:
        for row in rows.annotations(answer, item, origin.scheme):
            tables.append("annotations", split, row)


def _check(figures: Figures, totals: Totals, tables: parquet.Tables, project: Project) -> None:
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


def _changed(project: Project, part: Path, tables: parquet.Tables) -> dict[str, int] | None:
    """What changed in gold since the last release; None where its folder is gone, or not as it was."""
    last = project.last_release
    if last is None or last.folder is None:
        return None
    labels = [{"name": name} for name in _names(project)]
    try:
        old = opened(Path(last.folder), number=last.number, slug=project.slug, sha256=last.sha256)
        return changes.counted(old, Folder(part, {"labels": labels, "rows": tables.rows()}))
    except StandpointError:  # moved, thinned out, another machine: the release is none the worse
        return None


def _close(
    engine: Engine, part: Path, project: Project, contents: _Contents, *, folder: Path, by_id: int | None
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
        options=contents.options,
        rows=contents.rows,
        left_out=contents.left_out,
        splits=contents.splits,
        created_at=now,
        folder=str(folder.absolute()),
        by_id=by_id,
    )
    release = Release(number, contents.rows, contents.left_out, sha256)
    with replacing(part / "release.json") as path:
        path.write_text(_facts(project, release, contents, files, now), encoding="utf-8")
    return release


def _hashes(paths: Iterable[Path], part: Path) -> dict[str, str]:
    """The hashes of those that are files, by their names in `part`."""
    return {str(path.relative_to(part)): sha256_of(path) for path in sorted(paths) if path.is_file()}


def _facts(
    project: Project, release: Release, contents: _Contents, files: Mapping[str, str], now: datetime
) -> str:
    last = project.last_release
    facts = {
        "schema_version": schema.VERSION,
        "slug": project.slug,
        "kind": project.kind,
        "number": release.number,
        "created_at": now.isoformat().replace("+00:00", "Z"),
        "sha256": release.sha256,
        "parent": {"number": last.number, "sha256": last.sha256} if last else None,
        "changed": contents.changed,
        "labels": [{"name": label.name, "polarity": label.polarity} for label in project.labels],
        "options": contents.options,
        "seed": project.seed,
        "rows": asdict(release)["rows"],
        "left_out": asdict(release)["left_out"],
        **contents.measured,
        "files": files,
        "versions": {name: version(name) for name in ("standpoint", "datasets", "pyarrow")},
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def _told(scheme: Scheme, related: Relations, report: Report, ceiling: Ceiling) -> dict[str, object]:
    """What release.json says of agreement; the ranks and relations are what the files do not hold."""
    found = report.as_json()
    return {
        "ranks": list(scheme.ranks),
        "relations": [list(relation) for relation in related],
        "agreement": {name: value for name, value in found.items() if name not in {"by", "against"}},
        "human_ceiling": told_ceiling(ceiling),
    }
