"""Why a row of gold is not what it was in an earlier release.

A release tells how each row was decided, and keeps every answer under an id of its own; so what changed
in between shows in the files themselves. The database is asked for one thing: whether a document that is
missing was deleted or erased. Where several things happened, the one that decides is told: a curator's
decision before answers, answers before events of the scheme.
"""

from collections.abc import Mapping
from typing import NamedTuple

from annotator.reading.rows import ADJUDICATION, ANNOTATION, GOLD
from exporters.folder import Cells

NEW_DOCUMENT, NEW_ITEM, ITEM_GONE = "new document", "new item", "item gone"
DOCUMENT_ERASED, DOCUMENT_DELETED, DOCUMENT_LEFT_OUT = "text erased", "document deleted", "document left out"
DECIDED, DECISION_WITHDRAWN = "adjudication", "decision withdrawn"
IMPORTED = "imported gold"
RETIRED, IN_USE_AGAIN = "retired", "in use again"
TIE, CANNOT_JUDGE = "tie", "cannot judge"
NEW_ANSWERS, ANSWERS_WITHDRAWN = "new answers", "answers withdrawn"
SCHEME_EVENT, OTHER_AGGREGATE = "scheme event", "other aggregation"
LEARNED = "learned from other answers"
OTHER = "other"

OF_DOCUMENT = {"erased": DOCUMENT_ERASED, "deleted": DOCUMENT_DELETED}
NOT_WORK = {"annotated", "open"}  # what an item is that nothing decides


class Answer(NamedTuple):
    """A row of `annotations`, as far as it tells why."""

    item_id: str
    id: str
    kind: str
    occasion: int
    surplus: bool
    holder: str | None
    target: str | None
    label: str | None


class Item(NamedTuple):
    """An item with all that was said of it, in one release."""

    status: str
    judges: int
    answers: tuple[Answer, ...]

    def ids(self, kind: str) -> set[str]:
        """The answers of a kind that may decide."""
        return {
            answer.id
            for answer in self.answers
            if answer.kind == kind and answer.occasion == 0 and not answer.surplus
        }

    def said(self) -> set[Cells]:
        """What each answer says, in the words of its release."""
        return {(answer.id, answer.holder, answer.target, answer.label) for answer in self.answers}


class Options(NamedTuple):
    """How two releases were aggregated."""

    old: object
    new: object

    @property
    def learned(self) -> bool:
        """Whether an item's label hangs on answers to other items."""
        return self.new != "majority"


def of_row(old: Item | None, new: Item | None, options: Options) -> str:
    """Why a row of this item was added, removed or labelled anew; both releases hold its document."""
    if old is None:
        return NEW_ITEM
    if new is None:
        return ITEM_GONE
    return (
        _by_one(old, new, ADJUDICATION, DECIDED, DECISION_WITHDRAWN)
        or _by_one(old, new, GOLD, IMPORTED, IMPORTED)
        or _by_use(old, new)
        or _by_votes(old, new)
        or _by_reading(old, new, options)
    )


def of_gone(document: str, gone: Mapping[str, str]) -> str:
    """Why a document is not in the newer release."""
    return OF_DOCUMENT.get(gone.get(document, ""), DOCUMENT_LEFT_OUT)


def _by_one(old: Item, new: Item, kind: str, given: str, withdrawn: str) -> str | None:
    before, after = old.ids(kind), new.ids(kind)
    if after - before:
        return given
    return withdrawn if before - after else None


def _by_use(old: Item, new: Item) -> str | None:
    """Taken out of work, or back into it: the votes are what they were, and nothing decides any more."""
    same = old.ids(ANNOTATION) == new.ids(ANNOTATION)
    if same and new.status in NOT_WORK and old.status not in NOT_WORK:
        return RETIRED
    return IN_USE_AGAIN if same and old.status in NOT_WORK and new.status not in NOT_WORK else None


def _by_votes(old: Item, new: Item) -> str | None:
    before, after = old.ids(ANNOTATION), new.ids(ANNOTATION)
    if before == after:
        return None
    if new.status == "left_out":
        return TIE if new.judges else CANNOT_JUDGE
    return NEW_ANSWERS if after - before else ANSWERS_WITHDRAWN


def _by_reading(old: Item, new: Item, options: Options) -> str:
    """The same answers, read otherwise."""
    if old.said() != new.said():
        return SCHEME_EVENT
    if options.old != options.new:
        return OTHER_AGGREGATE
    return LEARNED if options.learned else OTHER
