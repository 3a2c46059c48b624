"""How far each annotator is trusted: what MACE and Dawid–Skene believe of them, beside their agreement.

Both are learned from the votes that gold is made of, "absent" included, and from all of them at once: a
person whom nobody overlaps with has the prior, not a finding. So they stand beside the items compared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from annotator.quality import ballots, dawid_skene, mace
from annotator.quality.judgements import Judgements
from annotator.quality.report import Figure, Group


def beside(groups: Iterable[Group], table: Judgements, *, seed: int) -> Iterator[Group]:
    """The annotators' groups with `competence` (MACE) and `reliability` (Dawid–Skene), shares of 0 to 1."""
    found = of(table, seed=seed)
    for group in groups:
        knows, right = found.get(group.name, (None, None))  # who met no stance at all cast no vote
        more = {"competence": Figure(knows), "reliability": Figure(right)}
        yield replace(group, figures={**group.figures, **more})


def of(table: Judgements, *, seed: int) -> dict[str, tuple[float, float]]:
    """Name → how probably this annotator knows (MACE), and names the right class (Dawid–Skene)."""
    election = ballots.of(table)
    if not election.units:
        return {}
    knows = mace.fit(election.ballots, seed=seed).reliability
    right = dawid_skene.fit(election.ballots).reliability
    return {name: (float(knows[at]), float(right[at])) for at, name in enumerate(election.annotators)}
