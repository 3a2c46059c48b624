"""A project in which all that an answer can be happens somewhere, the same for the same seed."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from annotator.domain import Annotation, Arm, Document, Item, UserKind
from tests.exporters.made_project import START, Make, stance

WORDS = ("Ada", "likes", "ﷺ", "trains", "😀", "naïve", "rain.", "\u200fقال")
PEOPLE = ("ada", "bo", "cy", "dee")
NAMES = ("author", "ministry", "ministry of rail", "trains", "rain", "unions")


class Random:
    """Fills `make` with documents, items and answers."""

    def __init__(self, make: Make, seed: int, *, merges: bool) -> None:
        self.make, self.draw, self.merges = make, random.Random(seed), merges
        make.project.kind = "open"
        self.rounds = [make.batch("one", round="pilot"), make.batch("two")]
        make.user("model", kind=UserKind.MODEL)
        make.user("bo", simulated=True)
        make.entity("Trains", key="metro")  # shares its name with another

    def fill(self, documents: int) -> None:
        for number in self.draw.sample(range(1000), documents):
            self._document(f"{self.draw.choice('aZé')}{number}")
        if self.merges:
            stands = self.make.entity("ministry")
            self.make.entity("ministry of rail").merged_into_id = stands.id
            self.make.labels["NONE"].merged_into_id = self.make.labels["AGAINST"].id
        self.make.session.commit()

    def _document(self, id_: str) -> None:
        sentences = [" ".join(self.draw.choices(WORDS, k=6)) for _ in range(self.draw.randint(1, 3))]
        gone = {"deleted_at": START} if self._rarely() else {}
        document = self.make.document(id_, *sentences, **gone)
        for position in range(len(sentences)):
            for number in range(self.draw.randint(0, 2)):
                self._item(document, position, f"{id_} {position} {number}")
        if self._rarely():
            for name in self.draw.sample(PEOPLE, 2):
                self.make.cover(document, name)

    def _item(self, document: Document, position: int, id_: str) -> None:
        fields: dict[str, Any] = {
            "id": id_,
            "purpose": self.draw.choice(["work", "work", "work", "training"]),
        }
        if self.draw.random() < 0.5:
            fields["batch_id"] = self.draw.choice(self.rounds).id
        for time in ("retired_at", "deleted_at"):
            if self._rarely():
                fields[time] = START
        item = self.make.item(document, position, **fields)
        for name in PEOPLE:
            if self.draw.random() < 0.6:
                for occasion in range(2 if self._rarely() else 1):
                    self._revisions(item, name, len(document.text), occasion=occasion)
        if self.draw.random() < 0.3:
            self._adjudications(item, len(document.text))
        if self._rarely():
            self._answer(item, "model", len(document.text), kind="suggestion")
        if self._rarely():
            self._answer(item, "ada", len(document.text), kind="gold")

    def _revisions(self, item: Item, name: str, length: int, **fields: Any) -> None:
        for revision in range(self.draw.choice([1, 1, 1, 2, 3])):
            self._answer(item, name, length, revision=revision, withdrawn=self._rarely(), **fields)

    def _adjudications(self, item: Item, length: int) -> None:
        """Of one or two curators, who share their revisions."""
        for revision in range(self.draw.choice([1, 2])):
            self._answer(
                item,
                self.draw.choice(["cy", "dee"]),
                length,
                kind="adjudication",
                revision=revision,
                withdrawn=self._rarely(),
                reason=self.draw.choice([None, "irony"]),
                precedent=self._rarely(),
                comment="Because.",
                comment_released=self._rarely(),
                accepted=self.draw.choice([None, UUID(int=self.draw.getrandbits(128))]),
            )

    def _answer(self, item: Item, name: str, length: int, **fields: Any) -> None:
        draw = self.draw
        fields |= {
            "outcome": "cannot_judge" if self._rarely() else "judged",
            "flags": draw.choice([[], [], ["garbled"], ["needs_context", "distressing"]]),
            "counted": not self._rarely(),
            "seconds": draw.choice([None, 0.1, 2.5, 1e-7]),
            "guidelines_version": draw.choice([None, 3]),
            "suggestion": UUID(int=5) if self._rarely() else None,
            "candidates_shown": draw.choice([None, 2]),
        }
        if draw.random() < 0.8:
            fields |= {"context_start": 0, "context_end": length}
        stances = [self._stance(length, pair) for pair in self._pairs()] if self._judges(fields) else []
        answer = self.make.answer(item, name, *stances, **fields)
        answer.created_at = START + timedelta(minutes=draw.randint(0, 500), microseconds=draw.randint(0, 9))
        self._arm(answer)

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = [(holder, target) for holder in NAMES for target in NAMES]
        return self.draw.sample(pairs, self.draw.choice([0, 1, 1, 1, 2, 5]))

    def _stance(self, length: int, pair: tuple[str, str]) -> dict[str, Any]:
        draw, spans = self.draw, {}
        for role in ("rationale", "holder", "target"):
            starts = [draw.randrange(length) for _ in range(draw.choice([0, 0, 1, 2]))]
            spans[role] = [(start, draw.randint(start + 1, length)) for start in starts]
        return stance(
            draw.choice(list(self.make.labels)),
            *pair,
            **spans,
            attribution=draw.choice([None, "direct_quote", "act"]),
            voice_id=self.make.entity(draw.choice(NAMES)).id if self._rarely() else None,
            confidence=draw.choice([None, 0.1, 1.0]),
            former=self._rarely(),
            flags=draw.choice([[], ["ironic"], ["ironic", "hedged"]]),
            sources=draw.sample(NAMES, draw.choice([0, 0, 1, 3])),
            candidate=draw.choice([None, "speech-verb/1"]),
        )

    def _arm(self, answer: Annotation) -> None:
        if self._rarely() and answer.kind == "annotation" and not answer.revision and not answer.occasion:
            drawn = {"user_id": answer.annotator_id, "item_id": answer.item_id, "seed": 0}
            answer.arm_id = self.make.add(Arm(experiment="w", factor="context", level="0", **drawn)).id

    def _judges(self, fields: dict[str, Any]) -> bool:
        return fields["outcome"] == "judged" and not fields.get("withdrawn")

    def _rarely(self) -> bool:
        return self.draw.random() < 0.15
