"""Gold from annotators whose reliability is learned from all votes of the project.

The votes are those that majority counts, too: first answers that found a free seat and judge. Who had seen
the decision votes like everybody else; agreement alone leaves them out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.quality import ballots, dawid_skene, mace
from annotator.quality.aggregation import Verdict
from annotator.quality.ballots import Key
from annotator.quality.judgements import Judgements
from annotator.quality.posterior import Array
from exporters.choices import AGGREGATES, DAWID_SKENE


@dataclass(frozen=True, eq=False)
class Learned:
    """What is probable of each unit."""

    name: str  # as `decided_by` has it
    probabilities: Array  # (units, classes)
    winners: Sequence[int]  # negative: tied
    rows: Mapping[Key, int]

    @classmethod
    def of(cls, table: Judgements, aggregate: str, *, seed: int) -> "Learned | None":
        """Learn from the votes of a project; None if nobody voted."""
        election = ballots.of(table)
        if not election.units:
            return None
        name = AGGREGATES[aggregate]
        if name == DAWID_SKENE:
            fitted = dawid_skene.fit(election.ballots)
        else:
            fitted = mace.fit(election.ballots, seed=seed)
        rows = {key: row for row, key in enumerate(election.units)}
        return cls(name, fitted.probabilities, fitted.winners().tolist(), rows)

    def verdict(self, unit: Key, votes: Sequence[str | None], labels: Sequence[str]) -> Verdict | None:
        """What is most probable of a unit on which people voted so; None if nobody named it."""
        row = self.rows.get(unit)
        if row is None:
            return None
        winner, shares = self.winners[row], self.probabilities[row].tolist()
        label = labels[winner] if 0 <= winner < len(labels) else None
        return Verdict(
            label=label,
            tied=winner < 0,
            distribution=tuple(shares[: len(labels)]),
            p_absent=sum(shares[len(labels) :]),
            agreement=0.0 if winner < 0 else votes.count(label) / len(votes),
        )
