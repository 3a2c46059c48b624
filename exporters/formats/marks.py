"""The answers of one annotator to a document → marks on its text, as span tools know them.

A stance is a mark on its segment that bears the label, linked to marks on the words that show it. An answer
without a stance is a mark on the segment, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from annotator.reading.exchange import (
    CANNOT_JUDGE,
    HOLDER,
    NO_STANCE,
    RATIONALE,
    TARGET,
    Cells,
)

OF_MARKS = ("label", "rationales", "mentions")


@dataclass(slots=True)
class Mark:
    """A span with a label. `told` is what else cells say of the stance; links are (role, number)."""

    number: int
    label: str
    start: int
    end: int
    told: Cells = field(default_factory=dict)
    links: list[tuple[str, int]] = field(default_factory=list)

    @property
    def is_part(self) -> bool:
        """Whether it only shows another one."""
        return not self.told


def by_annotator(answers: Iterable[Cells]) -> dict[str, list[Cells]]:
    """The answers of each annotator, in order; gold has none, and is called so."""
    found: dict[str, list[Cells]] = {}
    for answer in answers:
        found.setdefault(answer.get("annotator", "gold"), []).append(answer)
    return dict(sorted(found.items()))


def of(document: Cells, answers: Iterable[Cells]) -> list[Mark]:
    """The marks of these answers, numbered from 1."""
    places = {
        item["id"]: (segment["start"], segment["end"])
        for segment in document.get("segments", ())
        for item in segment["items"]
    }
    asked = {item["id"]: item for segment in document.get("segments", ()) for item in segment["items"]}
    marks: list[Mark] = []
    for answer in answers:
        of_answer = {"item": answer["item_id"]}
        of_answer |= {"answer_flags": answer["flags"]} if "flags" in answer else {}
        of_answer |= {"seconds": answer["seconds"]} if "seconds" in answer else {}
        place, item = places[answer["item_id"]], asked[answer["item_id"]]
        if not answer["stances"]:
            label = NO_STANCE if answer["outcome"] == "judged" else CANNOT_JUDGE
            fixed = {role: item[role] for role in (HOLDER, TARGET) if role in item}
            marks.append(Mark(len(marks) + 1, label, *place, of_answer | fixed))
        for stance in answer["stances"]:
            told = of_answer | {key: value for key, value in stance.items() if key not in OF_MARKS}
            marks += _of_stance(stance, Mark(len(marks) + 1, stance["label"], *place, told))
    return marks


def _of_stance(stance: Cells, mark: Mark) -> Iterator[Mark]:
    yield mark
    parts = {RATIONALE: stance.get("rationales", ()), **stance.get("mentions", {})}
    number = mark.number
    for role in (RATIONALE, HOLDER, TARGET):
        for start, end in parts.get(role, ()):
            number += 1
            mark.links.append((role, number))
            yield Mark(number, role, start, end)
