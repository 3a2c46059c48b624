"""WT-WT, "Will-They-Won't-They": a JSON list of ids, targets and stances, without the texts.

The original is one list; here each split has its own. A comment there says something of the target and
takes no side.

Source: Conforti et al. 2020, https://aclanthology.org/2020.acl-main.157, and the README of its data.
"""

import json
from collections.abc import Iterable
from typing import TextIO

from exporters.profiles.pair import Pair, Profile, Targets


def write(file: TextIO, pairs: Iterable[Pair], _targets: Targets) -> None:
    """An entry a pair; `tweet_id` is the item's id, `merger` the target's key."""
    between = "[\n"
    for pair in pairs:
        entry = {"tweet_id": pair.item_id, "merger": pair.target_id, "stance": pair.label}
        file.write(between + json.dumps(entry, ensure_ascii=False))
        between = ",\n"
    file.write("\n]\n")


PROFILE = Profile(
    sides={
        "favor": "support",
        "against": "refute",
        "neutral": "comment",
        "none": "comment",
        "unrelated": "unrelated",
    },
    files={"train": "wtwt_train.json", "validation": "wtwt_dev.json", "test": "wtwt_test.json"},
    write=write,
    has_text=False,
)
