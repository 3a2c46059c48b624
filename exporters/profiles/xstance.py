"""x-stance: JSON lines, a question and a comment, in favor or against; it has no third label.

`id` counts from 1 in each file, `question_id` numbers the targets by their keys. `author` is the document's
id, and names nobody. `numerical_label` is 100 or 0, the ends of its scale.

Source: Vamvas and Sennrich 2020, https://ceur-ws.org/Vol-2624/paper9.pdf, and its data card on the Hub.
"""

import json
from collections.abc import Iterable
from typing import TextIO

from exporters.profiles.pair import Pair, Profile, Targets

ENDS = {"FAVOR": 100, "AGAINST": 0}


def write(file: TextIO, pairs: Iterable[Pair], targets: Targets) -> None:
    """A line a pair."""
    for number, pair in enumerate(pairs, start=1):
        row = {
            "id": number,
            "language": pair.language,
            "question_id": targets.numbers[pair.target_id],
            "question": pair.target,
            "topic": pair.target_id,
            "comment": pair.text,
            "label": pair.label,
            "numerical_label": ENDS[pair.label],
            "author": pair.document_id,
        }
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


PROFILE = Profile(
    sides={"favor": "FAVOR", "against": "AGAINST"},
    files={"train": "train.jsonl", "validation": "valid.jsonl", "test": "test.jsonl"},
    write=write,
)
