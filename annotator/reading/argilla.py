"""An Argilla dataset for stances: a record an item, a question for what a stance says. For writer and reader.

Argilla knows users by UUID: ours is made from the annotator's name, which the record's metadata lists.

Source: https://docs.argilla.io/latest/reference/argilla/records/records/ and
https://docs.argilla.io/latest/how_to_guides/import_export/
"""

from typing import NamedTuple
from uuid import UUID, uuid5

from annotator.reading.exchange import HOLDER, TARGET

RECORDS, DOCUMENTS = "records.json", "documents.jsonl"  # the latter is ours; Argilla leaves it alone
ABOUT = ".argilla"  # a folder with dataset.json and settings.json

LABEL, SPANS, MORE = "label", "spans", "more"  # questions
ENDS = {HOLDER: "stance_holder", TARGET: "stance_target"}  # likewise: names of questions and fields differ
DOCUMENT, START, ANNOTATORS = "document", "start", "annotators"  # metadata
FURTHER, ANSWER_FLAGS, SECONDS = "further", "answer_flags", "seconds"  # in MORE, beside parts of a stance

_PEOPLE = UUID("b9a7a5de-6f0c-5c5e-8c39-2f2a9f6f1d11")  # the namespace of users


def user_id(annotator: str) -> str:
    """The UUID that stands for an annotator, the same in every export."""
    return str(uuid5(_PEOPLE, annotator))


class Shown(NamedTuple):
    """A segment as Argilla's page shows it. The page counts UTF-16 units, in which an emoji is two."""

    text: str
    start: int  # in code points of the document

    def unit(self, point: int) -> int:
        """For a place in the document the one on the page."""
        before = self.text[: point - self.start]
        return len(before) + sum(ord(character) > 0xFFFF for character in before)

    def holds(self, start: int, end: int) -> bool:
        """Whether a span of the document can be shown.

        Argilla's server takes no span that ends, in units, beyond the text's length in code points: of a
        text with an emoji the last words cannot be marked (https://github.com/argilla-io/argilla/issues/5729).
        """
        inside = self.start <= start < end <= self.start + len(self.text)
        return inside and self.unit(end) <= len(self.text)
