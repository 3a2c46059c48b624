"""Pairs for natural language inference, as SNLI and MultiNLI have them.

Does the text entail the stance? The premise is the text, the hypothesis "HOLDER is in favor of TARGET.", in
English whatever the text's language. Favor entails it, against contradicts it, everything else leaves it
open. As the hypothesis names the holder, every holder's stances are here.

Source: https://nlp.stanford.edu/projects/snli and https://cims.nyu.edu/~sbowman/multinli (fields);
Yin et al. 2019, https://aclanthology.org/D19-1404 (labels as hypotheses).
"""

import json
from collections.abc import Iterable
from typing import TextIO

from exporters.profiles.pair import Pair, Profile, Targets

RESERVED = {"author": "The author", "unspecified": "Somebody", "everyone": "Everyone"}


def write(file: TextIO, pairs: Iterable[Pair], _targets: Targets) -> None:
    """A line a pair."""
    for pair in pairs:
        holder = RESERVED.get(pair.holder_id, pair.holder)
        row = {
            "pairID": pair.id,
            "gold_label": pair.label,
            "sentence1": pair.text,
            "sentence2": f"{holder} is in favor of {pair.target}.",
        }
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


PROFILE = Profile(
    sides={
        "favor": "entailment",
        "against": "contradiction",
        "mixed": "neutral",
        "neutral": "neutral",
        "none": "neutral",
        "unrelated": "neutral",
    },
    files={"train": "train.jsonl", "validation": "dev.jsonl", "test": "test.jsonl"},
    write=write,
    any_holder=True,
)
