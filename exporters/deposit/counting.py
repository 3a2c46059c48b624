"""What stands in the columns of a table, counted while its batches go by."""

from collections import Counter, defaultdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from datasets import ClassLabel, Features, List, Value

# Columns of few different values. Others are free text, ids and places, or measured.
WORDS = {
    *("label", "attribution", "flags", "annotation_flags", "outcome", "kind", "round", "status", "reason"),
    *("language", "licence", "holder", "target", "decided_by", "occasion", "revision", "n_annotators"),
    *("guidelines_version", "surplus", "suggestion_seen", "in_agreement", "precedent"),
}
MEASURED = ("confidence", "seconds", "agreement", "p_absent", "published_at", "created_at")


class Counts:
    """Counts over one table; they grow with the words that stand in it, and not with its rows."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self.rows: Counter[str] = Counter()  # by split
        self.filled: Counter[str] = Counter()  # cells that are not null, by column
        self.words: dict[str, Counter[str]] = defaultdict(Counter)  # column → word → how often
        self.ranges: dict[str, tuple[Any, Any]] = {}  # column → lowest and highest
        self.annotators: dict[str, set[str]] = defaultdict(set)  # kind of answer → pseudonyms

    def add(self, split: str, batch: pa.RecordBatch) -> None:
        """Some rows more."""
        self.rows[split] += len(batch)
        for name in batch.schema.names:
            column = batch.column(name)
            self.filled[name] += len(column) - column.null_count
            if name in WORDS:
                self._count(name, column)
            elif name in MEASURED:
                self._widen(name, column)
        if "annotator" in batch.schema.names:
            pairs = zip(batch.column("kind").to_pylist(), batch.column("annotator").to_pylist(), strict=True)
            for kind, annotator in set(pairs):
                self.annotators[kind].add(annotator)

    def _count(self, name: str, column: pa.Array) -> None:
        feature = self.features[name]
        flat = pc.list_flatten(column) if isinstance(feature, List) else column
        for found in pc.value_counts(flat).to_pylist():
            value, often = found["values"], found["counts"]
            if value is not None:
                self.words[name][_word(value, feature)] += often

    def _widen(self, name: str, column: pa.Array) -> None:
        found = pc.min_max(column).as_py()
        if found["min"] is not None:
            low, high = self.ranges.get(name, (found["min"], found["max"]))
            self.ranges[name] = (min(low, found["min"]), max(high, found["max"]))


def _word(value: Any, feature: Any) -> str:
    if isinstance(feature, ClassLabel):
        return str(feature.names[value])
    return str(value).lower() if feature == Value("bool") else str(value)
