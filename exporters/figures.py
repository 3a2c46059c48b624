"""What a card says in numbers, counted while the rows go by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotator.reading import MODEL, Answer, Demographic, Document, Item
from exporters.gold import BRIDGES_SPLITS, Decided
from exporters.personal import Personal


@dataclass
class Figures:
    """Counts over one release. Nothing here grows with the number of rows."""

    documents: int = 0
    items: int = 0
    answers: int = 0  # current and stored
    implied: int = 0  # answers that coverage implies
    candidates: int = 0  # stances that could become gold; an item without any counts as one
    gold: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # by target, split and label
    decided_by: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)  # of items
    judges: Counter[int] = field(default_factory=Counter)  # items by the number of their judges
    kinds: Counter[str] = field(default_factory=Counter)  # of answers
    repeats: int = 0  # answers on a later occasion
    surplus: int = 0
    cannot_judge: int = 0
    annotators: Counter[str] = field(default_factory=Counter)  # answers by pseudonym
    official: int = 0  # documents that came with a split
    languages: Counter[str] = field(default_factory=Counter)  # documents by language
    licences: Counter[str] = field(default_factory=Counter)
    demographics: Sequence[Demographic] = ()  # what annotators told of themselves
    personal: Personal | None = None  # where the texts are looked through

    def count_document(self, document: Document, *, language: str | None, licence: str | None) -> None:
        """A document, with what holds where it does not say its own language and licence."""
        self.documents += 1
        self.official += document.official_split is not None
        self.languages[document.language or language or ""] += 1
        self.licences[document.licence or licence or ""] += 1
        if self.personal is not None:
            self.personal.look(document, language=language)

    def count_item(self, item: Item, decided: Decided, split: str) -> None:
        """An item, its answers and what it came to."""
        self.items += 1
        self.candidates += len(decided.gold) + len(decided.reasons)
        self.statuses[decided.status] += 1
        self.judges[decided.n_annotators] += 1
        self.left_out.update(decided.reasons)
        for stance in decided.gold:
            self.gold[stance.target.name, split, stance.label] += 1
            self.decided_by[stance.decided_by] += 1
        for answer in item.answers:
            self.count_answer(answer)

    def count_left_out_document(self, document: Document) -> None:
        """A document whose near-duplicates stand in several splits; with it go its items and answers."""
        self.documents += 1
        self.items += len(document.items)
        self.candidates += len(document.items)
        self.left_out[BRIDGES_SPLITS] += len(document.items)
        self.answers += sum(not answer.implied for item in document.items for answer in item.answers)

    def count_answer(self, answer: Answer) -> None:
        """One current answer."""
        self.implied += answer.implied
        self.answers += not answer.implied
        self.kinds[answer.kind] += 1
        self.annotators[answer.annotator] += 1
        self.repeats += answer.occasion > 0
        self.surplus += not answer.counted
        self.cannot_judge += answer.outcome != "judged"

    def people(self) -> set[str]:
        """The pseudonyms of those who answered, whatever kind of answer it was; models are none."""
        return {name for name in self.annotators if not name.startswith(MODEL)}

    def reasons(self) -> dict[str, int]:
        """How many candidates are not gold, by reason, most frequent first."""
        return dict(sorted(self.left_out.items(), key=lambda entry: (-entry[1], entry[0])))
