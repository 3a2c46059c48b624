"""What changed in gold between two releases: rows added, removed, labelled anew; each with its reason.

The database keeps a release's counts, its files keep the rows. Rows have the same id in every release,
and stand by document in the order of ids, so both folders are walked side by side like two sorted lists:
memory holds one document of each, however large the project is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from annotator.errors import Invalid
from exporters import reasons
from exporters.folder import Cells, Folder
from exporters.reasons import Answer, Item, Options

ADDED, REMOVED, LABEL_CHANGED = "added", "removed", "label_changed"
KINDS = (ADDED, REMOVED, LABEL_CHANGED)
GOLD = ("document_id", "id", "item_id", "holder", "target", "label")
ITEMS = ("document_id", "id", "status", "n_annotators")
ANSWERS = ("item_id", "id", "kind", "occasion", "surplus", "holder", "target", "label")


class Change(NamedTuple):
    """A row of gold that is not what it was. `old` and `new` are labels; None: there was no such row."""

    kind: str
    id: str
    document_id: str
    item_id: str
    split: str
    holder: str
    target: str
    old: str | None
    new: str | None
    why: str


class Said(NamedTuple):
    """A document in one release."""

    gold: Mapping[str, Cells]  # by id
    items: Mapping[str, Item]  # by id; empty where nobody asks why


def between(old: Folder, new: Folder, gone: Mapping[str, str]) -> Iterator[Change]:
    """Every change from the old release to the new one, by split and document.

    `gone` are the documents that left the project: external id → "erased" or "deleted".

    Raises
    ------
    Invalid
        If the files are not in the order that a release writes.
    """
    options = Options(old.facts["options"].get("aggregate"), new.facts["options"].get("aggregate"))
    for split in sorted(old.splits("items") | new.splits("items")):
        for document, before, after in _side_by_side(_documents(old, split), _documents(new, split)):
            for kind, row, labels in _changes(before, after, old.labels, new.labels):
                _, id_, item, holder, target, _ = row
                why = _why(document, item, (before, after), options, gone)
                yield Change(kind, id_, document, item, split, holder, target, *labels, why)


def counted(old: Folder, new: Folder) -> dict[str, int]:
    """How many rows were added, removed and labelled anew: {kind: n}."""
    counts = Counter(dict.fromkeys(KINDS, 0))
    for split in sorted(old.splits("gold") | new.splits("gold")):
        for _, before, after in _side_by_side(_gold_alone(old, split), _gold_alone(new, split)):
            counts.update(kind for kind, _, _ in _changes(before, after, old.labels, new.labels))
    return dict(counts)


def _documents(folder: Folder, split: str) -> Iterator[tuple[str, Said]]:
    gold, answers = (
        _Following(folder.groups(*of)) for of in (("gold", split, GOLD), ("annotations", split, ANSWERS))
    )
    labels = folder.labels
    for document, rows in folder.groups("items", split, ITEMS):
        items = {
            id_: Item(status, judges, tuple(_answer(cells, labels) for cells in answers.of(id_)))
            for _, id_, status, judges in rows
        }
        yield document, Said({row[1]: row for row in gold.of(document)}, items)


def _gold_alone(folder: Folder, split: str) -> Iterator[tuple[str, Said]]:
    for document, rows in folder.groups("gold", split, GOLD):
        yield document, Said({row[1]: row for row in rows}, {})


def _answer(cells: Cells, labels: list[str]) -> Answer:
    *own, label = cells
    return Answer._make([*own, None if label is None else labels[label]])


class _Following:
    """Groups of rows, asked for in the order in which they stand; not every key has one."""

    def __init__(self, groups: Iterator[tuple[str, list[Cells]]]) -> None:
        self.groups = groups
        self.next = next(groups, None)

    def of(self, key: str) -> list[Cells]:
        if self.next is None or self.next[0] != key:
            return []
        _, rows = self.next
        self.next = next(self.groups, None)
        return rows


def _side_by_side(
    old: Iterable[tuple[str, Said]], new: Iterable[tuple[str, Said]]
) -> Iterator[tuple[str, Said | None, Said | None]]:
    """Two lists of documents in the order of their ids, as one."""
    left, right = _ascending(old), _ascending(new)
    before, after = next(left, None), next(right, None)
    while before is not None or after is not None:
        first = min(each[0] for each in (before, after) if each is not None)
        is_old, is_new = before is not None and before[0] == first, after is not None and after[0] == first
        yield first, before[1] if is_old and before else None, after[1] if is_new and after else None
        before = next(left, None) if is_old else before
        after = next(right, None) if is_new else after


def _ascending(documents: Iterable[tuple[str, Said]]) -> Iterator[tuple[str, Said]]:
    last = None
    for document, said in documents:
        if last is not None and document <= last:
            raise Invalid(
                f"The rows of document {document!r} do not stand where a release writes them: it was not "
                "made by `standpoint release`, and cannot be compared."
            )
        last = document
        yield document, said


def _changes(
    before: Said | None, after: Said | None, old: list[str], new: list[str]
) -> Iterator[tuple[str, Cells, tuple[str | None, str | None]]]:
    """(kind, row, (old label, new label)); first what the document has now, then what it has lost."""
    had: Mapping[str, Cells] = before.gold if before else {}
    has: Mapping[str, Cells] = after.gold if after else {}
    for id_, row in has.items():
        is_now = new[row[-1]]
        was = old[had[id_][-1]] if id_ in had else None
        if was is None:
            yield ADDED, row, (None, is_now)
        elif was != is_now:
            yield LABEL_CHANGED, row, (was, is_now)
    for id_, row in had.items():
        if id_ not in has:
            yield REMOVED, row, (old[row[-1]], None)


def _why(
    document: str, item: str, said: tuple[Said | None, Said | None], options: Options, gone: Mapping[str, str]
) -> str:
    before, after = said
    if before is None:
        return reasons.NEW_DOCUMENT
    if after is None:
        return reasons.of_gone(document, gone)
    return reasons.of_row(before.items.get(item), after.items.get(item), options)


def told(change: Change) -> dict[str, Any]:
    """A change as `--json` prints it."""
    return {
        "change": change.kind,
        **{name: value for name, value in change._asdict().items() if name != "kind"},
    }
