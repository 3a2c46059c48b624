"""An answer that came in, its names resolved and its spans placed; nothing of it is stored yet."""

import hashlib
import json
from dataclasses import dataclass, field

from annotator.domain import Attribution, Kind, Outcome, SpanRole, StanceFlag
from annotator.domain.answer import ABSENT_BEYOND
from annotator.importing.names import Names
from annotator.importing.questions import Asked
from annotator.importing.report import Placed


@dataclass(frozen=True, slots=True)
class StanceDraft:
    """A stance with the ids of what it names."""

    holder_id: int
    target_id: int
    label_id: int
    attribution: Attribution | None = None
    voice_id: int | None = None
    confidence: float | None = None
    flags: tuple[str, ...] = ()
    source_ids: tuple[int, ...] = ()
    spans: tuple[tuple[SpanRole, int, int], ...] = ()
    distribution: tuple[float, ...] | None = None  # of a suggestion: a share a label of the project, by id

    @property
    def former(self) -> bool:
        """Whether the holder has left it behind."""
        return StanceFlag.FORMER in self.flags

    @property
    def unit(self) -> tuple[int, int, bool]:
        """What is unique within an answer."""
        return self.holder_id, self.target_id, self.former


@dataclass(slots=True)
class Answer:
    """What one person, or a model, says to one item."""

    item: Asked
    annotator: str
    kind: Kind
    placed: Placed
    outcome: Outcome = Outcome.JUDGED
    flags: tuple[str, ...] = ()
    comment: str | None = None
    seconds: float | None = None
    uncertainty: float | None = None  # of a suggestion
    p_absent: float | None = None  # likewise, of the whole item: that there is no stance in it
    model_sha256: str | None = None
    stances: list[StanceDraft] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it says that there is no stance."""
        return not self.stances and (self.p_absent is None or self.p_absent > ABSENT_BEYOND)

    def sha256(self, names: Names) -> str:
        """The same exactly when it says the same: by registry keys and label names, in any order."""
        stances = sorted(json.dumps(_told(stance, names)) for stance in self.stances)
        body = [self.outcome, sorted(self.flags), self.comment, self.seconds, stances]
        if self.kind is Kind.SUGGESTION:
            body += [self.uncertainty, *([] if self.p_absent is None else [self.p_absent])]
        return hashlib.sha256(json.dumps(body).encode()).hexdigest()


def _told(stance: StanceDraft, names: Names) -> list[object]:
    entities = names.registry.entities
    return [
        entities[stance.holder_id].key,
        entities[stance.target_id].key,
        names.label_name(stance.label_id),
        stance.attribution,
        entities[stance.voice_id].key if stance.voice_id is not None else None,
        stance.confidence,
        [*stance.flags],
        [entities[source].key for source in stance.source_ids],
        [*stance.spans],
        *([] if stance.distribution is None else [stance.distribution]),
    ]
