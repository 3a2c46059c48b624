"""Files → rows. FORMATS is the table of readers; `read` is the door.

A reader is named by dotted name and loaded when its format is read, because some need heavy libraries
(pyarrow, datasets) that neither the web process nor `standpoint --help` may pay for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

from annotator.errors import BadInput, Invalid
from annotator.importing.columns import Columns
from annotator.importing.duplicates import refuse_duplicates
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import beginning, unreadable

Reader = Callable[[Path, Columns, str | None], Iterator[Row | Rejected]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files, its reader by dotted name, and the suffixes that it is known by."""

    reader: str
    summary: str
    suffixes: tuple[str, ...] = ()


FORMATS = {
    "text": Format("annotator.importing.text:read_document", "one document a file", (".txt",)),
    "lines": Format("annotator.importing.text:read_lines", "one document a line"),
    "csv": Format("annotator.importing.table:read_csv", "comma-separated, with a header", (".csv",)),
    "tsv": Format("annotator.importing.table:read_tsv", "tab-separated, quoted as CSV", (".tsv", ".tab")),
    "tsv-unquoted": Format("annotator.importing.table:read_plain_tsv", "tab-separated, never quoted"),
    "jsonl": Format("annotator.importing.jsonl:read", "one JSON object a line", (".jsonl", ".ndjson")),
    "parquet": Format("annotator.importing.parquet:read", "Parquet", (".parquet", ".pq")),
    "hub": Format("annotator.importing.hub:read", "a folder with a Hugging Face dataset"),
    "doccano": Format("annotator.importing.doccano:read", "doccano's JSON Lines"),
    "label-studio": Format("annotator.importing.label_studio:read", "Label Studio's JSON of tasks"),
    "argilla": Format("annotator.importing.argilla:read", "an Argilla dataset: its folder, or its records"),
    "brat": Format("annotator.importing.brat:read", "a folder of brat's .txt and .ann"),
    "webanno": Format("annotator.importing.webanno:read", "INCEpTION's UIMA CAS as JSON or XMI", (".xmi",)),
}
FOLDERS = {"hub", "argilla", "brat", "webanno"}  # read from a folder, or from a file as well
DATA = {".parquet", ".csv", ".tsv", ".json", ".jsonl", ".arrow"}


def read(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> Iterator[Row | Rejected]:
    """The rows of a file or a dataset folder, streamed; memory stays flat.

    Parameters
    ----------
    path
        A file, or the folder of a Hugging Face dataset.
    format
        A name of FORMATS; None goes by the file's suffix.
    columns
        ours → theirs, {"text": "tweet"}; mapped to "" a column of ours is taken from nowhere.
    encoding
        Of a text file that is not UTF-8 and has no byte order mark.

    Yields
    ------
    Row, or Rejected for a row that is at fault; the rows after it still come.

    Raises
    ------
    BadInput
        If the file as a whole is at fault: at once where that shows at once, else where it shows.
    Invalid
        If an option is: an unknown format, encoding or column of ours.
    """
    name = format or detect(path)
    if name not in FORMATS:
        raise Invalid(f"--format {name}: there is no such format; there are {', '.join(FORMATS)}")
    if encoding is not None and name in {"hub", "parquet"}:
        raise Invalid(f"--encoding {encoding}: {path} says itself how it is encoded; leave the option out")
    if name not in FOLDERS:
        beginning(path)
    reader: Reader = resolve_name(FORMATS[name].reader)
    return _guarded(path, reader(path, Columns(columns), encoding))


def detect(path: Path) -> str:
    """The format of a path, by its suffix; a folder is a dataset if it looks like one.

    Raises BadInput if neither tells.
    """
    try:
        if path.is_dir():
            if (path / ".argilla").is_dir():
                return "argilla"
            if (path / "TypeSystem.xml").is_file():
                return "webanno"
            if any(file.suffix == ".ann" for file in (*path.iterdir(), *path.glob("*/*"))):
                return "brat"
            if any(file.suffix in DATA for file in (*path.iterdir(), *path.glob("*/*"))):
                return "hub"
            raise BadInput(path, "is a folder and no dataset: name the files in it")
    except OSError as error:
        raise unreadable(path, error) from error
    for name, known in FORMATS.items():
        if path.suffix.lower() in known.suffixes:
            return name
    beginning(path)
    raise BadInput(path, f"has a suffix that tells no format: say --format with one of {', '.join(FORMATS)}")


def _guarded(path: Path, rows: Iterator[Row | Rejected]) -> Iterator[Row | Rejected]:
    """The rows without duplicates, and with a complaint where there are none."""
    empty = True
    for row in refuse_duplicates(path, rows):
        empty = False
        yield row
    if empty:
        raise BadInput(path, "holds no rows")
