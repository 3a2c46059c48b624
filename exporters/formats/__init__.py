"""The formats of other tools. `export` is the door; FORMATS is the table of writers.

What a format cannot hold is counted from the project, and told before anything is written.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name

from annotator.errors import Conflict, Invalid, Unusable
from annotator.reading import Project, Snapshot
from annotator.reading.exchange import FIELDS, lost
from exporters.files import new_folder, replacing
from exporters.formats.cells import Telling, Told

Writer = Callable[[Path, Iterable[Told], Project], None]
Track = Callable[[Iterable[Told]], Iterable[Told]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files, its writer by dotted name, and whether that writes a folder or a file."""

    writer: str
    summary: str
    is_folder: bool = False


FORMATS = {
    "csv": Format("exporters.formats.csv:write", "documents.csv and answers.csv", is_folder=True),
    "jsonl": Format("exporters.formats.jsonl:write", "JSON Lines, everything in one file"),
    "doccano": Format("exporters.formats.doccano:write", "JSON Lines of spans and relations"),
    "label-studio": Format("exporters.formats.label_studio:write", "JSON of tasks"),
    "argilla": Format("exporters.formats.argilla:write", "an Argilla dataset", is_folder=True),
    "brat": Format("exporters.formats.brat:write", ".txt and .ann", is_folder=True),
    "webanno": Format("exporters.formats.webanno:write", "INCEpTION's UIMA CAS JSON", is_folder=True),
}


@dataclass
class Inventory:
    """What an export holds and what it leaves out."""

    documents: int = 0
    items: int = 0
    answers: int = 0
    stances: int = 0
    lost: Counter[str] = field(default_factory=Counter)  # by field of FIELDS, in pieces of its kind
    left_out: Counter[str] = field(default_factory=Counter)  # items and answers, by reason

    def lines(self, format_: str) -> Iterator[str]:
        """As the command tells it."""
        losses = [f"{name} ({self.lost[name]:,} {FIELDS[name].of})" for name in FIELDS if self.lost.get(name)]
        if losses:
            yield f"{format_} cannot hold: {', '.join(losses)}."
        if self.left_out:
            counts = ", ".join(f"{count:,} {reason}" for reason, count in sorted(self.left_out.items()))
            yield f"Not exported, whatever the format: {counts}."


def take_stock(telling: Telling, format_: str) -> Inventory:
    """Count what there is, and what the format has no place for."""
    found = Inventory()
    for document, answers in telling:
        found.documents += 1
        found.items += sum(len(segment["items"]) for segment in document.get("segments", ()))
        found.answers += len(answers)
        found.stances += sum(len(answer["stances"]) for answer in answers)
        found.lost += lost(format_, document, answers)
    found.left_out = telling.left_out
    return found


def export(telling: Telling, path: Path, format_: str, *, track: Track = iter) -> None:
    """Write the project to `path`, which is new.

    Raises
    ------
    Conflict
        If something is there.
    Unusable
        If it cannot be written, or a library is missing.
    Invalid
        If there is no such format.
    """
    if format_ not in FORMATS:
        raise Invalid(f"There is no format {format_!r}; there are {', '.join(FORMATS)}.")
    kind = FORMATS[format_]
    write: Writer = resolve_name(kind.writer)
    with new_folder(path) if kind.is_folder else _new_file(path) as part:
        write(part, track(telling), telling.project)


def stocked(snapshot: Snapshot, what: str, format_: str) -> tuple[Telling, Inventory]:
    """The project in cells, counted."""
    telling = Telling(snapshot, what)
    return telling, take_stock(telling, format_)


def _new_file(path: Path) -> AbstractContextManager[Path]:
    return _written(path)


@contextmanager
def _written(path: Path) -> Iterator[Path]:
    if path.exists() or path.is_symlink():
        raise Conflict(f"{path} is there already, and is never written over: give a new name.")
    try:
        with replacing(path) as part:
            yield part
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror or error}.") from error
