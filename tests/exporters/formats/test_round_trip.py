"""import(export(x)) = x, for all that a format can hold."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy.engine import Engine

from annotator import reading
from annotator.reading.exchange import Cells, held
from exporters import formats
from exporters.formats import FORMATS, stocked
from exporters.formats.cells import ANSWERS, Told
from tests.exporters.formats.projects import DIRECTED, OPEN, copied, documents, made, taken_in, told

NUMBERS = count(1)
TOLD_ONLY = ("answer_id", "created_at", "revision", "guidelines_version")  # an import is an answer of its own


@pytest.mark.parametrize("format_", FORMATS)
@settings(
    max_examples=12,
    phases=[Phase.generate],  # to shrink an example takes a database minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_what_a_format_holds_comes_back(
    engine: Engine, tmp_path: Path, format_: str, data: st.DataObject
) -> None:
    """Somebody who corrects a file in another tool must not lose what they did not touch."""
    slug = f"x{next(NUMBERS)}"
    kind = data.draw(st.sampled_from([OPEN, DIRECTED]))
    made(engine, slug, kind, data.draw(documents(kind)), tmp_path)
    copied(engine, slug, f"{slug}-back")

    exported = _exported(engine, slug, tmp_path / slug, format_)
    taken_in(engine, f"{slug}-back", exported, format_)

    assert _kept(format_, told(engine, f"{slug}-back")) == _kept(format_, told(engine, slug))


def _exported(engine: Engine, slug: str, path: Path, format_: str, what: str = ANSWERS) -> list[Path]:
    """The paths to import again."""
    with reading.snapshot(engine, slug, named=True) as snapshot:
        telling, _ = stocked(snapshot, what, format_)
        formats.export(telling, path, format_)
    return sorted(path.iterdir(), reverse=True) if format_ == "csv" else [path]


def _kept(format_: str, told: Iterable[Told]) -> list[tuple[Cells, list[Cells]]]:
    kept = [held(format_, document, answers) for document, answers in told]
    return [(document, [_as_imported(answer) for answer in answers]) for document, answers in kept]


def _as_imported(answer: Cells) -> Cells:
    """The answer with its stances in one order, and without what an import makes anew."""
    stances = sorted(answer["stances"], key=repr)
    return {key: value for key, value in answer.items() if key not in TOLD_ONLY} | {"stances": stances}


@pytest.mark.parametrize("format_", FORMATS)
def test_an_export_goes_back_into_its_own_project(engine: Engine, tmp_path: Path, format_: str) -> None:
    """Texts that were repaired and cut here come back as they are now; nothing is doubled or refused."""
    raw = [{"id": "one", "text": "The cafe\u0301 hates trams.\r\nThe mayor does not.\r\n"}]
    made(engine, "own", OPEN, [raw], tmp_path)
    before = told(engine, "own")
    assert before[0].document["text"] != raw[0]["text"]

    taken_in(engine, "own", _exported(engine, "own", tmp_path / "out", format_), format_)

    assert told(engine, "own") == before
