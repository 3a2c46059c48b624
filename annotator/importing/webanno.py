"""INCEpTION's UIMA CAS: JSON, or XMI with its TypeSystem.xml; a file, or a folder with an annotator a folder.

A span of a layer called Stance is a stance: its features are `label`, `holder`, `target` and what else cells
have; its slots lead to the words that show it, by the roles rationale, holder and target, or by a feature of
such a name. Texts are cut by our layer StanceSegment, else by INCEpTION's sentences. Other layers are left.
In INCEpTION's own export (annotation/DOCUMENT/ANNOTATOR.json) names come from the path, and what stands
under curation/ is gold. Offsets are UTF-16 units; the library converts them.

Source: https://inception-project.github.io/releases/34.5/docs/user-guide.html#sect_formats
"""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from annotator.errors import BadInput
from annotator.importing import marks, values
from annotator.importing.columns import Columns
from annotator.importing.documents_once import DocumentsOnce
from annotator.importing.marks import Mark
from annotator.importing.rows import Rejected, Row
from annotator.importing.source import unreadable
from annotator.importing.values import Fault
from annotator.reading import uima
from annotator.reading.exchange import Cells

LAYER = uima.STANCE.rpartition(".")[2]
SUFFIXES = {".json", ".xmi"}
NOBODYS = {"INITIAL_CAS"}
WORDS = (*uima.WORDS, *uima.NUMBERS)


def read(path: Path, columns: Columns, _encoding: str | None) -> Iterator[Row | Rejected]:
    """A row for each text, and one for each answer."""
    uima.library()
    once = DocumentsOnce(path, columns)
    for file in _files(path):
        try:
            document, answers = _told(file, path)
        except Fault as fault:
            yield Rejected(str(file), 1, fault.where, fault.reason)
        else:
            yield from once.rows(1, document, answers, path=file)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    every = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
    if not every and any(path.rglob("*.zip")):
        raise BadInput(path, "holds ZIP archives: unpack those that INCEpTION put each file into")
    return [file for file in every if file.stem not in NOBODYS]


def _told(file: Path, root: Path) -> tuple[Cells, list[Cells]]:
    cas = _loaded(file, root)
    text = cas.sofa_string
    if not isinstance(text, str):
        raise Fault("holds no text")
    own = list(_selected(cas, uima.SEGMENT))
    document_id, annotator = _whose(file, root)
    if own:
        document_id = own[0].document or document_id
        annotator = annotator if _is_inceptions(file) else own[0].annotator
    document: Cells = {"id": values.key(document_id), "text": text}
    segments = [_segment(found) for found in own] or [
        {"id": f"{document['id']}-{number:02d}", "start": found.begin, "end": found.end}
        for number, found in enumerate(_selected(cas, uima.SENTENCE))
    ]
    if segments:
        document["segments"] = sorted(segments, key=lambda segment: int(segment["start"]))
    document = marks.segmented(document)
    of_answer = (
        {"kind": "gold"} if annotator in {None, "gold"} else {"annotator": annotator, "kind": "annotation"}
    )
    return document, marks.answers(document, list(_marks(cas)), **of_answer)


def _whose(file: Path, root: Path) -> tuple[str, str | None]:
    """The document and the annotator that a path names; None is gold."""
    folder = file.resolve().parent.name
    if _is_inceptions(file):
        return folder, None if file.resolve().parts[-3] == "curation" else file.stem
    return file.stem, folder if root not in {file, file.parent} else None


def _is_inceptions(file: Path) -> bool:
    """Whether the path is annotation/DOCUMENT/ANNOTATOR.json, as in an export of INCEpTION."""
    return file.resolve().parts[-3:-2] in {("annotation",), ("curation",)}


def _segment(found: Any) -> Cells:
    told = values.from_json(found.told or "{}")
    if not isinstance(told, dict):
        raise Fault(f"expected an object {{…}} as what is told of a segment, not {values.shown(told)}")
    return {**told, "start": found.begin, "end": found.end}


def _marks(cas: Any) -> Iterator[Mark]:
    """Each stance, then what shows it."""
    for type_ in cas.typesystem.get_types():
        if type_.name.rpartition(".")[2] != LAYER:
            continue
        for found in cas.select(type_):
            label = getattr(found, "label", None)
            if not label:
                raise Fault(f"the Stance at [{found.begin}, {found.end}] has no label: choose one", "label")
            mark = Mark(values.name(label), found.begin, found.end, _said(found))
            for role, span in _links(found, type_):
                part = Mark(role, span.begin, span.end)
                mark.links.append((role, part))
            yield mark


def _said(found: Any) -> Cells:
    """What the features of a stance say; its label is the mark's."""
    named = {name: getattr(found, name, None) for name in WORDS if name != "label"}
    told: Cells = {
        name: value for name, value in named.items() if isinstance(value, str | float) and value != ""
    }
    for name in uima.LISTS:
        elements = getattr(getattr(found, name, None), "elements", None)
        told |= {name: list(elements)} if elements else {}
    return told


def _links(found: Any, type_: Any) -> Iterator[tuple[str, Any]]:
    """Role and span of each slot; a slot without a role has that of its feature."""
    for feature in type_.all_features:
        for link in getattr(getattr(found, feature.name, None), "elements", None) or ():
            span = getattr(link, "target", None)
            if getattr(span, "begin", None) is not None:
                yield (getattr(link, "role", None) or feature.name).lower(), span


def _selected(cas: Any, type_: str) -> Iterator[Any]:
    """The annotations of a type, in order; none where the file does not know it."""
    if cas.typesystem.contains_type(type_):
        yield from cas.select(type_)


def _loaded(file: Path, root: Path) -> Any:
    cassis = uima.library()
    with _told_as_faults(file), file.open("rb") as source:
        if file.suffix.lower() != ".xmi":
            return cassis.load_cas_from_json(source)
        return cassis.load_cas_from_xmi(source, typesystem=_types(file, root), lenient=True)


def _types(file: Path, root: Path) -> Any:
    """What TypeSystem.xml beside the file, or in a folder above within `root`, says."""
    for folder in (file.parent, *file.parent.parents):
        if (folder / uima.TYPES).is_file():
            with (folder / uima.TYPES).open("rb") as source:
                return uima.library().load_typesystem(source)
        if folder in {root, root.parent}:
            break
    raise Fault(f"has no {uima.TYPES} beside it: INCEpTION puts one into the same archive; unpack that, too")


@contextmanager
def _told_as_faults(file: Path) -> Iterator[None]:
    """What the library raises at a file that is at fault, as Fault."""
    from cassis.typesystem import TypeNotFoundError  # noqa: PLC0415 - an extra

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", message="Not mapping external offset")
            yield
    except Fault:
        raise
    except OSError as error:
        raise unreadable(file, error) from error
    except json.JSONDecodeError as error:
        raise Fault(f"is not JSON: {error.msg} at character {error.pos + 1}") from error
    except UserWarning as error:
        raise Fault(f"has an offset outside its text, or within a character: {error}") from error
    except SyntaxError as error:  # lxml's
        raise Fault(f"is not XML: {error.msg}") from error
    except (TypeNotFoundError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise Fault(f"is no UIMA CAS as INCEpTION writes it: {error}") from error
