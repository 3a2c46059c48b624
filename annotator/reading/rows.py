"""The rows that leave the store. Tuples, because there are millions of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

ANNOTATION, ADJUDICATION, GOLD = "annotation", "adjudication", "gold"
JUDGED = "judged"
WORK = "work"
DIRECTED = "directed"


class Label(NamedTuple):
    """An entry of the scheme."""

    name: str
    polarity: str
    definition: str


class Released(NamedTuple):
    """A release that was made before."""

    number: int
    sha256: str
    folder: str | None = None  # where it was written


class Project(NamedTuple):
    """What holds for all rows of a release."""

    row: int  # for `record` alone, never for a file
    slug: str
    name: str
    kind: str
    description: str
    language: str | None
    licence: str | None
    labels: tuple[Label, ...]  # in the scheme's order, retired ones included, merged ones not
    shares: Mapping[str, float]  # of the splits, by name; they add up to 1
    seed: int
    overlap: int
    context: int  # segments shown before and after
    guidelines: str | None  # Markdown
    guidelines_version: int
    simulated: frozenset[str]  # pseudonyms in whose place a program answered
    last_release: Released | None
    authors: tuple["Author", ...]  # who is cited, in their order
    statement: Mapping[str, str]  # section of a data statement → Markdown, those that somebody wrote


class Author(NamedTuple):
    """A person by family and given name; a body, or a person of one name, by `name`."""

    name: str | None = None
    family: str | None = None
    given: str | None = None
    orcid: str | None = None
    affiliation: str | None = None


class Entity(NamedTuple):
    """An entry of the registry as files name it: no two have the same name."""

    key: str
    name: str


class Span(NamedTuple):
    """`document.text[start:end]`, in code points."""

    start: int
    end: int
    text: str


class Stance(NamedTuple):
    """Holder, target, label, and the words that show them."""

    holder: Entity
    target: Entity
    label: str
    attribution: str | None
    voice: Entity | None
    sources: tuple[Entity, ...]  # who says so, nearest to the text first
    confidence: float | None  # 0–1
    former: bool
    flags: tuple[str, ...]  # "former" among them, in alphabetical order
    rationales: tuple[Span, ...]
    holder_mentions: tuple[Span, ...]
    target_mentions: tuple[Span, ...]
    candidate: str | None  # the rule whose proposal was accepted


class Decision(NamedTuple):
    """What an adjudication says besides its answer."""

    reason: str | None  # why answers differed
    precedent: bool
    accepted: str | None  # the id of the annotator's answer that was taken as it stands
    note: str | None  # the curator's, where it may leave the house


class Answer(NamedTuple):
    """A current answer to an item.

    Where coverage says that a person judged the document and no answer of theirs is stored, there is one
    here: implied, judged and without stances.
    """

    id: str
    annotator: str  # a pseudonym; a model's own name
    kind: str
    occasion: int
    revision: int
    outcome: str
    flags: tuple[str, ...]
    counted: bool
    seconds: float | None
    created_at: datetime
    context_shown: tuple[int, int] | None
    guidelines_version: int | None
    suggestion_seen: bool
    candidates_shown: int | None
    arm: str | None  # "experiment:factor=level"
    stances: tuple[Stance, ...]
    implied: bool = False
    blind: bool = True  # nothing was seen before that tells the answer: a suggestion, the item's decision
    decision: Decision | None = None  # of an adjudication

    @property
    def is_first(self) -> bool:
        """Whether it may decide: an annotator's first answer that found a free seat."""
        return self.kind == ANNOTATION and self.occasion == 0 and self.counted

    @property
    def is_vote(self) -> bool:
        """Whether it decides: a first answer that judges. No stance at all is a vote, too."""
        return self.kind == ANNOTATION and self.occasion == 0 and self.counted and self.outcome == JUDGED


class Item(NamedTuple):
    """A question and all current answers to it, ordered by kind, annotator and occasion."""

    id: str
    start: int
    end: int
    text: str
    context_before: str
    context_after: str
    holder: Entity | None  # where it is fixed
    target: Entity | None
    purpose: str
    round: str | None
    retired: bool
    metadata: Mapping[str, object]  # the document's, and over it the segment's
    answers: tuple[Answer, ...]


class Segment(NamedTuple):
    """A span of a document that is judged, or a heading or boilerplate between these."""

    id: str
    start: int
    end: int
    type: str
    paragraph: int
    speaker: str | None
    metadata: Mapping[str, object]  # its own


class Document(NamedTuple):
    """A text with its items in reading order."""

    row: int  # for `record` alone, never for a file
    id: str
    group: str  # the same for near-duplicates
    split: str | None  # as stored at its first release
    official_split: str | None
    title: str | None
    author: str | None
    outlet: str | None
    url: str | None
    published_at: datetime | None
    language: str | None
    licence: str | None
    text: str
    metadata: Mapping[str, object]
    items: tuple[Item, ...]
    segments: tuple[Segment, ...] = ()  # in reading order; only where they were asked for
