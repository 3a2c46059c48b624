"""What an import did, or would do: counted while it is done, told in one block."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from typing import NamedTuple

from annotator.domain import Kind
from annotator.importing.cleaning import Repair
from annotator.importing.rows import Rejected, Row

MOST_NAMES = 10
MOST_REJECTED = 20
MOST_LINES = 20


class Placed(NamedTuple):
    """A row, and where it stands: the file, and its number among all rows of the import."""

    path: str
    row: Row
    number: int

    @property
    def place(self) -> str:
        """As messages name it."""
        return f"{self.path}:{self.row.line}"


@dataclass
class Report:
    """The figures of one import. `refuse` stops at the first row at fault, unless it is to keep going."""

    keep_going: bool = False
    documents: Counter[str] = field(default_factory=Counter)  # new, merged, unchanged
    segments: Counter[str] = field(default_factory=Counter)  # new ones, by type
    items: Counter[str] = field(default_factory=Counter)  # new, unchanged
    new_answers: Counter[Kind] = field(default_factory=Counter)
    empty_answers: Counter[Kind] = field(default_factory=Counter)  # of the new ones: no stance
    known_answers: Counter[Kind] = field(default_factory=Counter)
    changed_answers: int = 0
    annotators: set[str] = field(default_factory=set)
    new_annotators: list[str] = field(default_factory=list)
    entities: list[tuple[str, str]] = field(default_factory=list)  # kind, name
    covered: int = 0  # documents × annotators, new
    covered_empty: int = 0  # of their segments those that are empty, so that no item asks about them
    repairs: list[tuple[str, Repair]] = field(default_factory=list)  # with the document
    merges: list[str] = field(default_factory=list)
    empty: list[Placed] = field(default_factory=list)
    duplicates: list[Placed] = field(default_factory=list)
    differing: Counter[str] = field(default_factory=Counter)  # column → texts whose rows differ in it
    rejected: list[Rejected] = field(default_factory=list)

    def refuse(self, placed: Placed, reason: str, column: str | None = None) -> None:
        """Reject a row.

        Raises
        ------
        BadInput
            Unless the import is to keep going.
        """
        self.reject(Rejected(placed.path, placed.row.line, column, reason))

    def reject(self, rejected: Rejected) -> None:
        """Likewise, for a row that its reader rejected."""
        if not self.keep_going:
            raise rejected.error()
        self.rejected.append(rejected)

    @property
    def changes(self) -> bool:
        """Whether the import left anything behind."""
        counts = (
            self.documents["new"],
            self.documents["merged"],
            self.items["new"],
            self.new_answers.total(),
        )
        return any((*counts, self.changed_answers, self.covered, self.entities, self.new_annotators))

    def as_json(self) -> dict[str, object]:
        """The figures, for the audit trail."""
        return {
            "documents": dict(self.documents),
            "segments": dict(self.segments),
            "items": dict(self.items),
            "answers": {str(kind): n for kind, n in self.new_answers.items()},
            "changed": self.changed_answers,
            "covered": self.covered,
            "entities": len(self.entities),
            "rejected": len(self.rejected),
        }

    def lines(self, slug: str, *, would: bool = False) -> list[str]:
        """The report, a line each; with `would`, of an import that was only tried."""
        return [*self.figures(slug, would=would), *self._of_rejected(would=would)]

    def figures(self, slug: str, *, would: bool = False) -> list[str]:
        """The same without the rows that were rejected."""
        head = (
            f"Would import into {slug} (tried only, nothing is stored):" if would else f"Import into {slug}:"
        )
        told = [*self._of_texts(), *self._of_answers(), *self._of_rows()]
        if not self.changes:
            told.insert(0, "nothing new")
        return [head, *(f"  {line}" for line in told)]

    def _of_texts(self) -> Iterable[str]:
        if self.documents:
            yield f"documents: {_counted(self.documents)}"
        if self.segments:
            yield f"segments: {_counted(self.segments)}"
        if self.items:
            yield f"items: {_counted(self.items)}"
        yield from self.merges[:MOST_REJECTED]
        if len(self.merges) > MOST_REJECTED:
            yield f"… and {len(self.merges) - MOST_REJECTED:,} more documents merged"
        yield from _of_repairs(self.repairs)

    def _of_answers(self) -> Iterable[str]:
        for kind, number in self.new_answers.items():
            yield f"{_answers(number, kind)} new, of which {self.empty_answers[kind]:,} without stance"
        for kind, number in self.known_answers.items():
            yield f"{_answers(number, kind)} unchanged"
        if self.changed_answers:
            was = "1 answer" if self.changed_answers == 1 else f"{self.changed_answers:,} answers"
            yield f"{was} changed: a revision was appended"
        if self.annotators:
            new = _few(self.new_annotators)
            yield f"annotators: {len(self.annotators):,}, {len(self.new_annotators):,} of them new" + (
                f": {new}" if new else ""
            )
        if self.covered:
            yield f"coverage: {self.covered:,} documents read whole"
        if self.covered_empty:
            yield f"  {self.covered_empty:,} times an empty segment, about which nothing is asked or stored"
        for role in dict.fromkeys(role for role, _ in self.entities):
            names = [name for other, name in self.entities if other == role]
            yield f"registered as {role}: {len(names):,}: {_few(names)}"

    def _of_rows(self) -> Iterable[str]:
        if self.empty:
            yield f"{_number(self.empty, 'empty text')} skipped: {_places(self.empty)}"
        if self.duplicates:
            yield f"{_number(self.duplicates, 'duplicate row')} dropped: {_places(self.duplicates)}"
        if self.differing:
            columns = ", ".join(f"{name} ({number:,})" for name, number in self.differing.most_common())
            yield f"rows of one text differ, and the first row's value is kept: {columns}"

    def _of_rejected(self, *, would: bool) -> Iterable[str]:
        if not self.rejected:
            return
        number = len(self.rejected)
        rest = "the others would be stored" if would else "the others are stored"
        yield f"{_number(self.rejected, 'row')} rejected, {rest}:"
        yield from (f"  {rejected.error()}" for rejected in self.rejected[:MOST_REJECTED])
        if number > MOST_REJECTED:
            yield f"  … and {number - MOST_REJECTED:,} more"


def _of_repairs(repairs: Sequence[tuple[str, Repair]]) -> Iterable[str]:
    """A line a kind of repair, with the commonest changes."""
    kinds = Counter[str]()
    changes: dict[str, Counter[tuple[str, str]]] = {}
    documents: dict[str, set[str]] = {}
    for document, repair in repairs:
        kinds[repair.kind] += repair.count
        changes.setdefault(repair.kind, Counter())[repair.before, repair.after] += repair.count
        documents.setdefault(repair.kind, set()).add(document)
    for kind, number in kinds.most_common():
        shown = (f"{before!r} → {after!r}" for (before, after), _ in changes[kind].most_common(3))
        more = ", …" if len(changes[kind]) > 3 else ""
        where = _number(documents[kind], "document")
        yield f"repaired, {kind}: {number:,} in {where}: {', '.join(shown)}{more}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items() if number) or "none"


def _answers(number: int, kind: Kind) -> str:
    one = "gold answer" if kind is Kind.GOLD else str(kind)
    return f"{number:,} {one}" + ("" if number == 1 else "s")


def _number(things: Sequence[object] | set[str], what: str) -> str:
    return f"{len(things):,} {what}" + ("" if len(things) == 1 else "s")


def _few(names: Sequence[str]) -> str:
    more = f", … ({len(names) - MOST_NAMES:,} more)" if len(names) > MOST_NAMES else ""
    return ", ".join(shorten(name, 60, placeholder="…") for name in names[:MOST_NAMES]) + more


def _places(rows: Sequence[Placed]) -> str:
    """The lines, by file: the first of them."""
    lines: dict[str, list[str]] = {}
    for placed in rows[:MOST_LINES]:
        lines.setdefault(placed.path, []).append(str(placed.row.line))
    told = "; ".join(f"{path}, line{'s' * (len(of) > 1)} {', '.join(of)}" for path, of in lines.items())
    return told + (f", … ({len(rows) - MOST_LINES:,} more)" if len(rows) > MOST_LINES else "")
