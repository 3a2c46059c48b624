"""Documents with their items and answers → cells, as the importer's JSON Lines have them.

Work items in use are told, answered or not, and of the answers what counts: an annotator's first answer that
found a free seat. The rest is counted, by reason.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from annotator.reading import Answer, Document, Item, Project, Segment, Snapshot, Span, Stance
from annotator.reading.exchange import Cells
from annotator.reading.rows import ANNOTATION, DIRECTED, WORK
from exporters import gold
from exporters.gold import Gold

ANSWERS, GOLD = "annotations", "gold"
WHAT = (ANSWERS, GOLD)
COLUMNS = ("title", "author", "outlet", "url", "language", "licence")


class Told(NamedTuple):
    """A document, and the answers to its items in reading order."""

    document: Cells
    answers: list[Cells]


class Telling:
    """A project in cells. `left_out` is filled while they stream."""

    def __init__(self, snapshot: Snapshot, what: str = ANSWERS) -> None:
        self.snapshot, self.what = snapshot, what
        self.project: Project = snapshot.project
        self.left_out = Counter[str]()
        self._called = snapshot.called()

    def __iter__(self) -> Iterator[Told]:
        self.left_out = Counter()
        for document in self.snapshot.documents(segments=True):
            items = [item for item in document.items if self._is_told(item)]
            answers = [answer for item in items for answer in self._answers(item)]
            yield Told(self._document(document, items), answers)

    def _is_told(self, item: Item) -> bool:
        reason = "retired items" if item.retired else f"{item.purpose} items"
        if item.purpose != WORK or item.retired:
            self.left_out[reason] += 1
            return False
        return True

    def _document(self, document: Document, items: Sequence[Item]) -> Cells:
        asked: dict[tuple[int, int], list[Item]] = {}
        for item in items:
            asked.setdefault((item.start, item.end), []).append(item)
        published = document.published_at
        return _filled(
            {
                "id": document.id,
                "text": document.text,
                **{name: getattr(document, name) for name in COLUMNS},
                "published_at": published.isoformat() if published else None,
                "split": document.official_split,
                "metadata": dict(document.metadata),
                "segments": [
                    self._segment(segment, asked.get((segment.start, segment.end), []))
                    for segment in document.segments
                ],
            }
        )

    def _segment(self, segment: Segment, items: Sequence[Item]) -> Cells:
        cells = {
            "id": segment.id,
            "start": segment.start,
            "end": segment.end,
            "type": segment.type,
            "paragraph": segment.paragraph,
            "speaker": segment.speaker,
            "metadata": dict(segment.metadata),
        }
        return _filled(cells) | {"items": [self._item(item) for item in items]}

    def _item(self, item: Item) -> Cells:
        holder, target = item.holder, item.target
        return _filled(
            {
                "id": item.id,
                "target": self._called.get(target.key, target.key) if target else None,
                "holder": self._called.get(holder.key, holder.key) if holder else None,
            }
        )

    def _answers(self, item: Item) -> Iterator[Cells]:
        if self.what == GOLD:
            yield from self._gold(item)
            return
        for answer in item.answers:
            if answer.is_first:
                yield self._answer(item, answer)
            else:
                self.left_out[_why_not(answer)] += 1

    def _gold(self, item: Item) -> Iterator[Cells]:
        decided = gold.decide(item, self.project)
        if decided.status == gold.GOLD and (decided.gold or self.project.kind != DIRECTED):
            stances = [self._stance(stance) for stance in decided.gold]
            yield {"item_id": item.id, "kind": "gold", "outcome": "judged", "stances": stances}
        else:
            self.left_out["items without gold"] += 1

    def _answer(self, item: Item, answer: Answer) -> Cells:
        cells = {
            "item_id": item.id,
            "annotator": answer.annotator,
            "kind": answer.kind,
            "outcome": answer.outcome,
            "flags": list(answer.flags),
            "seconds": answer.seconds,
            "answer_id": answer.id,
            "created_at": answer.created_at.isoformat(),
            "revision": answer.revision,
            "guidelines_version": answer.guidelines_version,
        }
        return _filled(cells) | {"stances": [self._stance(stance) for stance in answer.stances]}

    def _stance(self, stance: Stance | Gold) -> Cells:
        called = self._called
        spans = {"holder": stance.holder_mentions, "target": stance.target_mentions}
        own: Cells = {}
        if isinstance(stance, Stance):
            voice = stance.voice
            own = {
                "voice": called.get(voice.key, voice.key) if voice else None,
                "sources": [called.get(source.key, source.key) for source in stance.sources],
                "confidence": stance.confidence,
            }
        elif stance.former:
            own = {"flags": sorted({*stance.flags, "former"})}
        return _filled(
            {
                "holder": called.get(stance.holder.key, stance.holder.key),
                "target": called.get(stance.target.key, stance.target.key),
                "label": stance.label,
                "attribution": stance.attribution,
                "flags": list(stance.flags),
                **own,
                "rationales": _places(stance.rationales),
                "mentions": _filled({role: _places(found) for role, found in spans.items()}),
            }
        )


def _why_not(answer: Answer) -> str:
    if answer.kind != ANNOTATION:
        return {"gold": "imported gold answers", "adjudication": "decisions"}.get(answer.kind, "suggestions")
    return "repeated answers" if answer.occasion else "surplus answers"


def _places(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _filled(cells: Mapping[str, object]) -> Cells:
    """The cells that say something."""
    return {key: value for key, value in cells.items() if value is not None and value not in ([], {})}
