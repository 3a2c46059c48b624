"""VAST, "Varied Stance Topics": CSV with the columns of its release.

`post`, `new_topic` and `label` are the data; `text`, `text_s`, `topic` and `topic_str` are what that release
made of them for bag-of-words models: lower case, words only. Its list of stop words is its own: here they
stay. `author` is empty, for it would name people; `arc_id` is the document, `ori_id` the item. Cells stand as
the format has them, formulas of spreadsheets included: an escaped one would be another text to its readers.

Source: Allaway and McKeown 2020, https://aclanthology.org/2020.emnlp-main.717, and the README of its data.
"""

import csv
import json
import re
from collections.abc import Iterable
from typing import TextIO

from exporters.profiles.pair import Pair, Profile, Targets

COLUMNS = ["author", "post", "ori_topic", "ori_id", "new_topic", "label", "type_idx", "new_id", "arc_id"]
COLUMNS += ["text", "text_s", "topic", "topic_str", "seen?", "contains_topic?"]
OF_A_LIST = 3  # `type_idx` of a topic that was chosen beforehand
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def write(file: TextIO, pairs: Iterable[Pair], targets: Targets) -> None:
    """A row a pair.

    `seen?` is 1 where the training split shows the target, `contains_topic?` where the text has its words
    side by side.
    """
    rows = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for pair in pairs:
        words, topic = _words(pair.text), _words(pair.target)
        rows.writerow(
            {
                "post": pair.text,
                "ori_topic": pair.target,
                "ori_id": pair.item_id,
                "new_topic": pair.target,
                "label": pair.label,
                "type_idx": OF_A_LIST,
                "new_id": pair.id,
                "arc_id": pair.document_id,
                "text": json.dumps([words], ensure_ascii=False),
                "text_s": " ".join(words),
                "topic": json.dumps(topic, ensure_ascii=False),
                "topic_str": " ".join(topic),
                "seen?": int(pair.target_id in targets.trained),
                "contains_topic?": int(f" {' '.join(topic)} " in f" {' '.join(words)} "),
            }
        )


def _words(text: str) -> list[str]:
    """The words of a text in lower case.

    >>> _words("Gun control: it's overdue!")
    ['gun', 'control', "it's", 'overdue']
    """
    return _WORD.findall(text.lower())


PROFILE = Profile(
    sides={"against": "0", "favor": "1", "neutral": "2", "none": "2", "unrelated": "2"},
    files={"train": "vast_train.csv", "validation": "vast_dev.csv", "test": "vast_test.csv"},
    write=write,
)
