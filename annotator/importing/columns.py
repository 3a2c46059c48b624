"""A file's columns → the fields of a row: known by name, mapped by hand, the rest metadata."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from annotator.domain.answer import AnnotationFlag, Kind, Outcome, StanceFlag
from annotator.domain.corpus import SegmentType
from annotator.errors import BadInput, Invalid
from annotator.importing import segments, stances, values
from annotator.importing.rows import Rejected, Row, StanceRow
from annotator.importing.values import Fault

ROW: dict[str, Callable[[object], object]] = {
    "id": values.key,
    "text": values.text,
    "document": values.key,
    "position": values.count,
    "paragraph": values.count,
    "type": partial(values.one_of, SegmentType),
    "title": values.name,
    "author": values.name,
    "outlet": values.name,
    "url": values.name,
    "published_at": values.moment,
    "language": values.name,
    "licence": values.name,
    "speaker": values.name,
    "split": values.split,
    "item_id": values.key,
    "annotator": values.key,
    "kind": partial(values.one_of, Kind),
    "target": values.key,
    "holder": values.key,
    "label": values.name,
    "outcome": partial(values.one_of, Outcome),
    "flags": values.names,
    "comment": values.text,
    "seconds": values.measure,
    "stances": stances.stances,
    "segments": segments.segments,
}
STANCE = {
    field: stances.CONVERT[field]
    for field in ("attribution", "voice", "sources", "confidence", "rationales", "mentions")
}  # a flat row's one stance; holder, target, label and flags are columns of the row
KNOWN = ROW | STANCE
ALSO = {"license": "licence"}
MORE = "metadata"  # a column that holds an object: its parts are metadata, each under its own name
ANSWER_FLAGS, STANCE_FLAGS = frozenset(AnnotationFlag), frozenset(StanceFlag)
OFTEN_OTHER = {
    "type",
    "kind",
    "segments",
    "split",
    "outcome",
    "flags",
    "position",
    "paragraph",
    "published_at",
    "seconds",
}
NEEDED = "needs a column text, item_id, or document and annotator"


class Columns:
    """Which column of a file is which field of ours; it builds the rows, and forgets none of the cells.

    `mapping` is ours → theirs, {"text": "tweet"}. A mapped field leaves its own name to the metadata;
    mapped to "" it has no column at all. Names are compared without regard to case.
    """

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        """Raises Invalid if a field of the mapping is none of ours."""
        self.mapping = dict(mapping or {})
        if unknown := sorted(self.mapping.keys() - KNOWN.keys()):
            raise Invalid(f"--column {unknown[0]}=…: there is no such column; known are {', '.join(KNOWN)}")
        self.missing = {theirs for theirs in self.mapping.values() if theirs}  # not met so far
        self._fields: dict[str, tuple[str, ...]] = {}  # theirs → ours
        self._taken = set(self.mapping)

    def check(self, path: object, header: Iterable[str], *, line: int | None = 1) -> None:
        """Nothing, if rows with this header can be built.

        Raises BadInput if a mapped column is missing or no column says what the rows are about. The
        message names the columns there are.
        """
        header = list(header)
        there = f"the columns here are {', '.join(map(repr, header)) or 'none'}"
        if missing := sorted(self.missing - set(header)):
            raise BadInput(path, f"has no column {missing[0]!r} (--column): {there}", line=line)
        exact_first = sorted(header, key=lambda theirs: theirs not in KNOWN)
        ours = {field for theirs in exact_first for field in self.fields(theirs)}
        if not ({"text", "item_id"} & ours or {"document", "annotator"} <= ours):
            raise BadInput(path, f"{NEEDED}: {there}. Say which is which: --column text=NAME", line=line)

    def check_met(self, path: object) -> None:
        """Nothing, if every mapped column was met: for files whose rows need not be alike.

        Raises BadInput otherwise.
        """
        if self.missing:
            met = ", ".join(map(repr, self._fields)) or "none"
            raise BadInput(path, f"has no column {min(self.missing)!r} (--column) in any row; met were {met}")

    def fields(self, theirs: str) -> tuple[str, ...]:
        """The fields that a column of theirs fills; () if it is metadata."""
        if theirs not in self._fields:
            self._fields[theirs] = self._find(theirs)
            self.missing.discard(theirs)
        return self._fields[theirs]

    def build(self, path: object, line: int, cells: Mapping[str, object]) -> Row | Rejected:
        """The row that these cells make, or what is wrong with them."""
        known: dict[str, object] = {}
        metadata: dict[str, object] = {}
        theirs = None
        try:
            for theirs, value in cells.items():
                self._put(theirs, value, known, metadata)
            theirs = None
            return _row(line, known, metadata)
        except Fault as fault:
            column = f"{theirs}.{fault.where}" if theirs and fault.where else theirs or fault.where
            return Rejected(str(path), line, column, fault.reason + self._way_out(theirs))

    def _way_out(self, theirs: str | None) -> str:
        """How to keep a column of the same name and another meaning out of the way."""
        fields = () if theirs is None or theirs in self.mapping.values() else self._fields.get(theirs, ())
        other = OFTEN_OTHER.intersection(fields)
        return f" (if it means something else: --column {min(other)}= makes it metadata)" if other else ""

    def _put(self, theirs: str, value: object, known: dict[str, object], rest: dict[str, object]) -> None:
        """One cell to where it belongs. Blank cells say nothing, but for a blank text."""
        fields = self._fields.get(theirs)
        if fields is None:
            fields = self.fields(theirs)
        if value is None or value != value:  # NaN: how pandas writes a gap  # noqa: PLR0124
            return
        blank = isinstance(value, str) and not value.strip()
        if not fields and not blank and (kept := values.plain(value)) is not None:
            rest |= _parts(kept) if theirs == MORE else {values.fit(theirs): kept}
        for ours in fields:
            if not blank:
                known[ours] = KNOWN[ours](value)
            elif ours == "text":
                known[ours] = ""

    def _find(self, theirs: str) -> tuple[str, ...]:
        mapped = tuple(ours for ours, name in self.mapping.items() if name == theirs)
        named = theirs.strip().lower()
        named = ALSO.get(named, named)
        if not mapped and named in KNOWN and named not in self._taken:
            self._taken.add(named)
            mapped = (named,)
        return mapped


def _parts(value: object) -> dict[str, object]:
    """What an object says, also as a cell writes it; anything else is kept as it stands."""
    found = value
    if isinstance(value, str) and value.startswith("{"):
        try:
            found = values.plain(values.from_json(value))
        except Fault:
            found = value
    return found if isinstance(found, dict) else {MORE: value}


def _row(line: int, known: dict[str, object], metadata: dict[str, object]) -> Row:
    flat = {field: known.pop(field) for field in STANCE if field in known}
    known["flags"], stance_flags = _sorted_flags(known.get("flags", ()))  # type: ignore[arg-type]
    if "stances" in known and "label" in known:
        raise Fault("a row has a label or stances, not both", "stances")
    if "label" in known:
        ends = {field: known[field] for field in ("holder", "target", "label") if field in known}
        known["stances"] = (StanceRow(**ends, **flat, flags=stance_flags),)  # type: ignore[arg-type]
    elif flat or stance_flags:
        raise Fault("says something of a stance, but the row has no label", next(iter(flat), "flags"))
    row = Row(line=line, metadata=metadata, **known)  # type: ignore[arg-type]
    if row.segments is not None:
        segments.check(row)
    if row.text is None and row.item_id is None and (row.document is None or row.annotator is None):
        there = ", ".join(map(repr, [*known.keys() - {"flags"}, *metadata])) or "nothing"
        raise Fault(f"needs a text, an item_id, or document and annotator; it holds {there}")
    return row


def _sorted_flags(flags: tuple[str, ...]) -> tuple[tuple[AnnotationFlag, ...], tuple[StanceFlag, ...]]:
    """A flat row's flags, by what they speak about: the item or the one stance."""
    of_answer, of_stance = [], []
    for flag in flags:
        word = flag.lower().replace(" ", "_").replace("-", "_")
        if word in ANSWER_FLAGS:
            of_answer.append(AnnotationFlag(word))
        elif word in STANCE_FLAGS:
            of_stance.append(StanceFlag(word))
        else:
            known = ", ".join([*AnnotationFlag, *StanceFlag])
            raise Fault(f"there is no flag {values.shown(flag)}; there are {known}", "flags")
    return tuple(of_answer), tuple(of_stance)
