"""Files of every format, cut, mangled and blown up: imported or refused with a sentence."""

import json
import shutil
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, note, settings
from sqlalchemy.engine import Engine

from annotator import reading
from annotator.domain import metadata
from annotator.errors import UNTOLD, BadInput, StandpointError
from annotator.importing.formats import FORMATS
from annotator.importing.load import bring_in, read_all, try_out
from annotator.importing.options import Options
from annotator.importing.report import Placed, Report
from annotator.importing.under_way import Begun
from annotator.reading import uima
from exporters import formats
from exporters.formats import stocked
from exporters.formats.cells import ANSWERS
from tests.exporters.formats.projects import OPEN, copied, made

NUMBERS = count(1)
XMI = "webanno, XMI"
KINDS = (*FORMATS, XMI)
TEXT = "We need a tram 🚋 to the harbour. The café’s owner is against it."
STANCE = {"holder": "Mayor Oduya", "target": "the tram", "label": "FAVOR", "rationales": [[3, 14]]}
CELLS = [
    {
        "id": "doc",
        "text": TEXT,
        "title": "عنوان",
        "published_at": "2026-03-01T09:00:00+00:00",
        "segments": [
            {"id": "doc-0", "start": 0, "end": 33, "items": [{"id": "doc-0"}]},
            {"id": "doc-1", "start": 34, "end": len(TEXT), "items": [{"id": "doc-1"}]},
        ],
    },
    {"item_id": "doc-0", "annotator": "ada", "stances": [STANCE], "seconds": 2.5},
    {"item_id": "doc-1", "annotator": "ada", "outcome": "cannot_judge", "flags": ["garbled"]},
]
ROWS = [
    {
        "id": f"p{n}",
        "text": f"{TEXT} ({n})",
        "target": "the tram",
        "label": "AGAINST",
        "annotator": "bo",
        "likes": n,
    }
    for n in range(4)
]
ODD = (
    *(
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\\u0000",
        b'"',
        b"'",
        b"\t",
    ),
    *(b"\r", b"\n", b",,,,,,,,", b"{", b"}", b"[" * 3_000, b"]", b"null", b"NaN", b"-Infinity", b"1e999"),
    *(b"9" * 5_000, b"-1", b"0.1", b"true", b'{"a": 1}', b"&x;", b"<", b">", b"x" * 400, b"y" * 70_000),
    *(b"\xd9\x8b" * 50, "\u202e".encode(), b"9999-99-99", b"annotation", b"T1\tStance 0 9999\tx", b"../../x"),
    b"<!ENTITY x SYSTEM 'file:///etc/passwd'>",
)
Damage = Callable[[bytes], bytes]


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """One way to spoil a file."""
    kind = draw(
        st.sampled_from(["cut", "drop", "insert", "replace", "flip", "double", "swap", "recode", "any"])
    )
    start, length = draw(st.floats(0, 1)), draw(st.integers(1, 60))
    odd = draw(st.sampled_from(ODD) if kind != "any" else st.binary(max_size=200))
    encoding = draw(st.sampled_from(["utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "utf-7"]))

    def spoil(data: bytes) -> bytes:
        at = int(start * len(data))
        before, middle, after = data[:at], data[at : at + length], data[at + length :]
        if kind == "recode":
            return data.decode("utf-8", "replace").encode(encoding, "replace")
        return {
            "cut": before,
            "drop": before + after,
            "insert": before + odd + middle + after,
            "replace": before + odd + after,
            "flip": before + bytes(255 - byte for byte in middle) + after,
            "double": before + middle + middle + after,
            "swap": after + before + middle,
            "any": odd,
        }[kind]

    return spoil


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=max(6, settings.default.max_examples // 25),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_damaged_file_is_imported_or_refused(
    engine: Engine, tmp_path: Path, kind: str, data: st.DataObject
) -> None:
    """A curator gets a sentence with a place; a traceback helps nobody, and half a file is worse."""
    slug, sample, format_ = _sample(engine, tmp_path, kind)
    folder = tmp_path / f"damaged-{next(NUMBERS)}"
    shutil.copytree(sample, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    spoilt = data.draw(st.sampled_from([path.relative_to(folder) for path in files]))
    content = (folder / spoilt).read_bytes()
    for spoil in data.draw(st.lists(damages(), min_size=1, max_size=3)):
        content = spoil(content)
    (folder / spoilt).write_bytes(content)
    note(f"{spoilt}: {content[:3_000]!r}")
    paths = [folder] if len(files) > 1 or kind in {"hub", "argilla", "brat"} else files

    tried, before = _fault(lambda: _read(paths, format_, try_out, engine, slug)), _counts(engine)
    done = _fault(lambda: _read(paths, format_, _bring, engine, slug))

    assert (str(tried) if tried else None) == (str(done) if done else None)
    if done is not None:
        assert _counts(engine) == before
        assert "Traceback" not in str(done)
        assert UNTOLD.search(str(done)) is None
        if isinstance(done, BadInput):
            assert str(done).startswith(str(folder))


def _read(
    paths: Iterable[Path], format_: str, load: Callable[..., object], engine: Engine, slug: str
) -> None:
    options = Options(format=format_)
    rows, report = read_all(paths, options)
    load(engine, slug, rows, report, options)


def _bring(engine: Engine, slug: str, rows: list[Placed], report: Report, options: Options) -> None:
    bring_in(engine, slug, rows, report, options, begun=Begun())


def _fault(run: Callable[[], object]) -> StandpointError | None:
    """What it refuses; anything else that it raises fails the test."""
    try:
        run()
    except StandpointError as fault:
        return fault
    return None


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def _sample(engine: Engine, tmp_path: Path, kind: str) -> tuple[str, Path, str]:
    """An empty project, a folder with a sound file or files of this kind, and the format to read it as."""
    folder, format_ = tmp_path / "sample", kind.partition(",")[0]
    if not folder.exists():
        made(engine, "whole", OPEN, [CELLS], tmp_path)
        copied(engine, "whole", "empty")
        folder.mkdir()
        (PLAIN.get(kind) or _exported)(engine, folder, format_)
        if kind == XMI:
            _as_xmi(folder)
        rows, report = read_all(
            [folder if len(list(folder.iterdir())) > 1 else next(folder.iterdir())], Options(format=format_)
        )
        assert rows
        assert report.rejected == []
    return "empty", folder, format_


def _exported(engine: Engine, folder: Path, format_: str) -> None:
    folder.rmdir()
    path = folder if format_ in {"argilla", "brat", "webanno"} else folder / "file.json"
    path.parent.mkdir(exist_ok=True)
    with reading.snapshot(engine, "whole", named=True) as snapshot:
        telling, _ = stocked(snapshot, ANSWERS, format_)
        formats.export(telling, path, format_)


def _as_xmi(folder: Path) -> None:
    cassis = uima.library()
    for file in [path for path in folder.rglob("*.json") if path.is_file()]:
        with file.open("rb") as source:
            cas = cassis.load_cas_from_json(source)
        cas.to_xmi(file.with_suffix(".xmi"))
        cas.typesystem.to_xml(folder / "TypeSystem.xml")
        file.unlink()


def _table(separator: str) -> Callable[[Engine, Path, str], None]:
    def write(_engine: Engine, folder: Path, format_: str) -> None:
        lines = [separator.join(ROWS[0]), *(separator.join(map(str, row.values())) for row in ROWS)]
        (folder / f"file.{format_}").write_text("\n".join(lines) + "\n", encoding="utf-8")

    return write


def _lines(_engine: Engine, folder: Path, _format: str) -> None:
    (folder / "file.txt").write_text(f"{TEXT}\n\nAnother line.\n", encoding="utf-8")


def _parquet(_engine: Engine, folder: Path, _format: str) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), folder / "train-00000-of-00001.parquet")


def _dataset(_engine: Engine, folder: Path, _format: str) -> None:
    (folder / "data").mkdir()
    (folder / "README.md").write_text("---\nlicense: cc0-1.0\n---\n", encoding="utf-8")
    lines = [json.dumps(row) for row in ROWS]
    (folder / "data" / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")


PLAIN = {
    "text": _lines,
    "lines": _lines,
    "csv": _table(","),
    "tsv": _table("\t"),
    "tsv-unquoted": _table("\t"),
    "parquet": _parquet,
    "hub": _dataset,
}
