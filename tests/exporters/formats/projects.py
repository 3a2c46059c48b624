"""Projects drawn by hypothesis, as the cells that an importer reads; made in a database and read from it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from sqlalchemy.engine import Engine

from annotator import reading
from annotator.domain.project_file import ProjectFile
from annotator.importing.load import load, read_all
from annotator.importing.options import Options
from annotator.reading.exchange import Cells
from annotator.store import describing, projects
from annotator.store.engine import writing
from exporters.formats.cells import ANSWERS, Telling, Told

OPEN, DIRECTED = "open", "directed"
SENTENCES = (
    "We need a tram 🚋 to the harbour.",
    "=SUM(A1) is what they say, \"quoted\"; and 'so'.",
    "@mayor — no!",
    "لا نريد قطارًا إلى الميناء.",
    "The café’s owner 👩🏽‍🌾🏳️‍🌈 is against it.",
    "q̣̈ is three code points\n  over two lines.",
    "-1 + 2\tcells",
)
NAMES = ("Mayor Oduya", "the tram", "=cmd", 'O\'Neil "Bo" | Sons, > Ltd', "ميناء", "author", "🚋 friends")
FLAGS = ("conditional", "former", "hedged", "ironic")
ANSWER_FLAGS = ("bad_segmentation", "distressing", "garbled", "needs_context")
ATTRIBUTIONS = ("author", "direct_quote", "indirect", "mixed_quote", "act")


@st.composite
def documents(draw: st.DrawFn, kind: str) -> list[list[Cells]]:
    """For each document its cells and those of the answers to it."""
    return [draw(_document(kind, f"doc {number}")) for number in range(draw(st.integers(1, 2)))]


@st.composite
def _document(draw: st.DrawFn, kind: str, id_: str) -> list[Cells]:
    sentences = draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3))
    text, segments = draw(st.sampled_from(["", "  "])), []
    for number, sentence in enumerate(sentences):
        kept = {"id": f"{id_}-{number}", "start": len(text), "end": len(text) + len(sentence)}
        text += sentence + draw(st.sampled_from([" ", "\n\n", "  "])) * (number + 1 < len(sentences))
        kept |= draw(_of_segment(kind, kept["id"], is_body=number == 0 or draw(st.booleans())))
        segments.append(kept)
    about = draw(st.fixed_dictionaries({}, optional=ABOUT))
    items = [(segment, item) for segment in segments for item in segment["items"]]
    answers = []
    for annotator in draw(st.sets(st.sampled_from(["ada", "bo ☕", "bo"]))):
        answers += [
            draw(_answer(kind, item, annotator, len(text))) for _, item in items if draw(st.booleans())
        ]
    return [{"id": id_, "text": text, "segments": segments, **about}, *answers]


ABOUT: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["+ A title", "عنوان"]),
    "url": st.just("https://example.org/?a=1&b=2"),
    "published_at": st.just("2026-03-01T09:00:00+00:00"),
    "language": st.sampled_from(["en", "ar"]),
    "licence": st.just("CC0-1.0"),
    "split": st.sampled_from(["train", "test"]),
    "metadata": st.just({"label": "theirs", "likes": 3, "tags": ["a", "b"]}),
}


@st.composite
def _of_segment(draw: st.DrawFn, kind: str, id_: str, *, is_body: bool) -> Cells:
    cells: Cells = draw(
        st.fixed_dictionaries(
            {"type": st.just("body" if is_body else "heading"), "paragraph": st.integers(0, 2)},
            optional={"speaker": st.sampled_from(["Mayor", "A: B"]), "metadata": st.just({"page": 4})},
        )
    )
    targets: Sequence[str | None] = [None]
    if kind == DIRECTED:
        targets = draw(st.lists(st.sampled_from(NAMES[1:3]), min_size=1, unique=True))
    items = [
        {"id": id_ if target is None else f"{id_}:{target}"}
        | ({} if target is None else {"target": target, "holder": "author"})
        for target in targets
    ]
    return cells | {"items": items if is_body else []}


@st.composite
def _answer(draw: st.DrawFn, kind: str, item: Cells, annotator: str, length: int) -> Cells:
    more = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "flags": st.lists(st.sampled_from(ANSWER_FLAGS), min_size=1, unique=True).map(sorted),
                "seconds": st.sampled_from([0.5, 2.25, 61.0]),
            },
        )
    )
    cells = {"item_id": item["id"], "annotator": annotator, **more}
    if draw(st.integers(0, 5)) == 0:
        return cells | {"outcome": "cannot_judge"}
    fixed = [{key: item[key] for key in ("holder", "target")}] if kind == DIRECTED else None
    ends = fixed or draw(
        st.lists(
            st.fixed_dictionaries({"holder": st.sampled_from(NAMES), "target": st.sampled_from(NAMES)}),
            max_size=3,
            unique_by=lambda pair: (pair["holder"], pair["target"]),
        )
    )
    return cells | {"stances": [pair | draw(_stance(length)) for pair in ends]}


@st.composite
def _stance(draw: st.DrawFn, length: int) -> Cells:
    span = st.tuples(st.integers(0, length - 1), st.integers(1, 9)).map(
        lambda pair: [pair[0], min(length, sum(pair))]
    )
    spans = st.lists(span, min_size=1, max_size=2, unique_by=tuple).map(sorted)
    optional = {
        "attribution": st.sampled_from(ATTRIBUTIONS),
        "voice": st.sampled_from(NAMES[:2]),
        "sources": st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
        "confidence": st.sampled_from([0.0, 0.7, 1.0]),
        "flags": st.lists(st.sampled_from(FLAGS), min_size=1, unique=True).map(sorted),
        "rationales": spans,
        "mentions": st.fixed_dictionaries({}, optional={"holder": spans, "target": spans}),
    }
    cells = st.fixed_dictionaries({"label": st.sampled_from(["FAVOR", "AGAINST"])}, optional=optional)
    return draw(cells)


def made(engine: Engine, slug: str, kind: str, cells: Iterable[list[Cells]], folder: Path) -> None:
    """A project of these documents, whose registry says who is an actor."""
    file = folder / f"{slug}.jsonl"
    lines = [json.dumps(line, ensure_ascii=False) for document in cells for line in document]
    file.write_text("\n".join(lines), encoding="utf-8")
    names = [name for name in NAMES if name != "author"]
    entities = [{"key": f"e{number}", "name": name} for number, name in enumerate(names)]
    described = ProjectFile.model_validate(
        {"slug": slug, "kind": kind, "entities": entities, "labels": LABELS}
    )
    with writing(engine) as session:
        projects.create(session, described)
    taken_in(engine, slug, [file])


LABELS = [
    {"name": "FAVOR", "polarity": "favor", "key": "1"},
    {"name": "AGAINST", "polarity": "against", "key": "2"},
]


def copied(engine: Engine, slug: str, copy: str) -> None:
    """An empty project that is otherwise the same, by its file."""
    with writing(engine) as session:
        described = describing.describe(session, projects.find(session, slug))
        projects.create(session, described.model_copy(update={"slug": copy}))


def taken_in(engine: Engine, slug: str, files: Iterable[Path], format_: str | None = None) -> None:
    """What `standpoint import` does."""
    options = Options(format=format_)
    rows, report = read_all(files, options)
    with writing(engine) as session:
        load(session, projects.find(session, slug), rows, report, options)


def told(engine: Engine, slug: str, what: str = ANSWERS) -> list[Told]:
    """The project in cells, annotators by name."""
    with reading.snapshot(engine, slug, named=True) as snapshot:
        return list(Telling(snapshot, what))
