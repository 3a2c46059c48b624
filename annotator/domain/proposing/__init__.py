"""Proposals for stances: who may hold one in a sentence, and towards what. Never a label.

An annotator who is shown a label agrees with it more often than not; who is shown a holder still has to read.
So a proposal names holder, target and the words, and the label stays to be asked. Rules of surface words were
taken over a parser or a model: they run in microseconds without a download, and each proposal names its rule,
so that what a rule is worth can be read from the answers (`stance.candidate`).
"""

from annotator.domain.proposing.lexicon import Lexicon
from annotator.domain.proposing.names import Entry, Mention, Names
from annotator.domain.proposing.rules import Candidate, propose

__all__ = ["Candidate", "Entry", "Lexicon", "Mention", "Names", "propose"]
