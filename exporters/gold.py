"""An item and its answers → the stances that hold, how each was decided, and why others do not.

Precedence: a curator's adjudication, then an imported gold standard, then the votes. A vote is the first
answer of an annotator that found a free seat and judged; whoever judged and did not name a stance votes
`absent` on it.

Where one label is asked (a directed project, or an item that fixes holder and target) the label with the
most votes wins, and an even tie is left out. Where annotators name holders and targets themselves, each
(holder, target, former) that anybody named is a unit, and its label needs more than half of all judges:
one of three who sees a stance does not make it gold.

Told to, a release learns from all votes of the project how far each annotator is to be trusted (Dawid–Skene,
MACE). Then the most probable class of each unit that several judged wins, `absent` among them, and two that
are as probable are a tie.

Spans, flags and attribution of a gold stance come from the answers that gave the winning label alone:
every span that one of them marked, the flags that most of them set, the attribution most of them gave.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from annotator.quality.aggregation import Verdict, majority
from annotator.quality.alignment import align
from annotator.reading import Answer, Entity, Item, Project, Span, Stance
from annotator.reading.rows import ADJUDICATION, DIRECTED, JUDGED, WORK
from annotator.reading.rows import GOLD as GOLD_KIND
from exporters.choices import DAWID_SKENE, MACE
from exporters.learned import Learned

ADJUDICATED, IMPORTED = "adjudicated", "imported gold"
SINGLE, UNANIMOUS, MAJORITY = "single", "unanimous", "majority"

GOLD, LEFT_OUT, ANNOTATED, OPEN = "gold", "left_out", "annotated", "open"  # what may become of an item

NO_ANNOTATION, CANNOT_JUDGE, NO_STANCE = "no_annotation", "cannot_judge", "no_stance"
TIE, MINORITY, RETIRED, BRIDGES_SPLITS = "tie", "minority", "retired", "bridges_splits"


class Gold(NamedTuple):
    """A stance that holds."""

    holder: Entity
    target: Entity
    label: str
    former: bool
    decided_by: str
    verdict: Verdict | None  # None: nobody voted
    shown_by: tuple[Stance, ...]  # the stances that gave this label

    @property
    def agreement(self) -> float | None:
        """Share of the judges who gave this label; None where one decided."""
        by_vote = self.decided_by in {UNANIMOUS, MAJORITY, DAWID_SKENE, MACE}
        return self.verdict.agreement if self.verdict and by_vote else None

    @property
    def attribution(self) -> str | None:
        """What most answers say of how the stance comes into the text; of evenly many, the first by name."""
        counts = Counter(stance.attribution for stance in self.shown_by if stance.attribution)
        return min(counts, key=lambda name: (-counts[name], name)) if counts else None

    @property
    def flags(self) -> list[str]:
        """Flags that more than half of the answers set, by name."""
        counts = Counter(flag for stance in self.shown_by for flag in stance.flags)
        return sorted(flag for flag, count in counts.items() if count * 2 > len(self.shown_by))

    @property
    def rationales(self) -> list[Span]:
        """Every rationale of these answers, each once, in reading order."""
        return _united(stance.rationales for stance in self.shown_by)

    @property
    def holder_mentions(self) -> list[Span]:
        """Likewise the words that name the holder."""
        return _united(stance.holder_mentions for stance in self.shown_by)

    @property
    def target_mentions(self) -> list[Span]:
        """Likewise the words that name the target."""
        return _united(stance.target_mentions for stance in self.shown_by)


class Decided(NamedTuple):
    """What an item comes to. Each stance that was a candidate is in `gold` or has its reason.

    An item without any candidate counts as one.
    """

    gold: tuple[Gold, ...]
    reasons: tuple[str, ...]
    status: str
    n_annotators: int  # who judged


class Question(NamedTuple):
    """What an item asks: one label for what is fixed, or every stance that is there."""

    holder: Entity | None
    target: Entity | None
    one_label: bool
    labels: tuple[str, ...]
    item: str
    learned: Learned | None = None

    @classmethod
    def of(cls, item: Item, project: Project, learned: Learned | None = None) -> "Question":
        """The question that this item puts."""
        fixed = item.holder is not None and item.target is not None
        labels = tuple(label.name for label in project.labels)
        one_label = fixed or project.kind == DIRECTED
        return cls(item.holder, item.target, one_label, labels, item.id, learned)

    def stances(self, answer: Answer) -> tuple[Stance, ...]:
        """The stances that answer the question: one where one label is asked, and that no former one."""
        if not self.one_label:
            return answer.stances
        for stance in answer.stances:
            fits = self.target in {None, stance.target} and self.holder in {None, stance.holder}
            if fits and not stance.former:
                return (stance,)
        return ()

    def unit(self, stance: Stance) -> object:
        """What is the same in stances of one unit: all of them answer one question, or name one tuple."""
        return None if self.one_label else (stance.holder.key, stance.target.key, stance.former)

    def units(self, judges: Sequence[Answer]) -> dict[object, list[Stance | None]]:
        """The votes of the judges on each unit; None is absent."""
        return align([self.stances(answer) for answer in judges], self.unit)

    def verdict(self, votes: Sequence[Stance | None], stance: Stance) -> Verdict:
        """What the votes on the unit of this stance come to."""
        given = [None if vote is None else vote.label for vote in votes]
        named = None if self.one_label else (stance.holder.name, stance.target.name, stance.former)
        if self.learned is not None and len(votes) > 1:
            found = self.learned.verdict((self.item, named), given, self.labels)
            if found is not None:
                return found
        return majority(given, self.labels, strict=not self.one_label)

    def how(self, verdict: Verdict, judges: int) -> str:
        """In what way the votes came to it."""
        if judges == 1:
            return SINGLE
        if self.learned is not None:
            return self.learned.name
        return UNANIMOUS if verdict.agreement == 1 else MAJORITY


def decide(item: Item, project: Project, learned: Learned | None = None) -> Decided:
    """What holds for this item. What was `learned` of annotators decides where two or more judged."""
    question = Question.of(item, project, learned)
    judges = [answer for answer in item.answers if answer.is_vote]
    final = _final(item.answers)
    if final is not None:
        return _by_one(question, final, judges)
    if item.purpose != WORK or item.retired:
        reason = RETIRED if item.retired else item.purpose
        return Decided((), (reason,), ANNOTATED if judges else OPEN, len(judges))
    if not judges:
        tried = any(answer.is_first for answer in item.answers)
        return Decided((), (CANNOT_JUDGE if tried else NO_ANNOTATION,), LEFT_OUT if tried else OPEN, 0)
    return _by_vote(question, judges)


def _final(answers: Sequence[Answer]) -> Answer | None:
    """The answer that overrules all votes; of several of its kind, the newest."""
    for kind in (ADJUDICATION, GOLD_KIND):
        found = [answer for answer in answers if answer.kind == kind]
        if found:
            return max(found, key=lambda answer: (answer.created_at, answer.id))
    return None


def _by_one(question: Question, final: Answer, judges: Sequence[Answer]) -> Decided:
    if final.outcome != JUDGED:
        return Decided((), (CANNOT_JUDGE,), LEFT_OUT, len(judges))
    how = ADJUDICATED if final.kind == ADJUDICATION else IMPORTED
    units, absent = question.units(judges), [None] * len(judges)
    gold = []
    for stance in question.stances(final):
        votes = units.get(question.unit(stance), absent)
        verdict = question.verdict(votes, stance) if judges else None
        gold.append(Gold(*_tuple(stance), how, verdict, (stance,)))
    return Decided(_sorted(gold), () if gold else (NO_STANCE,), GOLD, len(judges))


def _by_vote(question: Question, judges: Sequence[Answer]) -> Decided:
    gold, reasons = [], []
    units = question.units(judges)
    for votes in units.values():
        some = next(vote for vote in votes if vote is not None)
        verdict = question.verdict(votes, some)
        if verdict.label is None:
            reasons.append(TIE if verdict.tied else NO_STANCE if question.one_label else MINORITY)
            continue
        winners = tuple(vote for vote in votes if vote is not None and vote.label == verdict.label)
        how = question.how(verdict, len(judges))
        of = winners[0] if winners else some  # what is learned may be a label that nobody gave
        gold.append(Gold(of.holder, of.target, verdict.label, of.former, how, verdict, winners))
    if not units:
        reasons = [NO_STANCE]
    return Decided(_sorted(gold), tuple(reasons), LEFT_OUT if TIE in reasons else GOLD, len(judges))


def _tuple(stance: Stance) -> tuple[Entity, Entity, str, bool]:
    return stance.holder, stance.target, stance.label, stance.former


def _sorted(gold: Iterable[Gold]) -> tuple[Gold, ...]:
    return tuple(sorted(gold, key=lambda stance: (stance.holder.key, stance.target.key, stance.former)))


def _united(spans: Iterable[tuple[Span, ...]]) -> list[Span]:
    return sorted({span for some in spans for span in some})
