"""The published dataset: configs, columns and types, the contract with everything after.

A release is a folder that `datasets.load_dataset(DIR, CONFIG)` opens without code. Every row of
every config has exactly the columns below, in this order; a reader refuses a version it does not know.
Times are UTC. Offsets are Unicode code points into the document's cleaned text.
"""

from collections.abc import Sequence
from typing import Any

from datasets import ClassLabel, Features, List, Value

from exporters import choices

VERSION = "1.2"
CONFIGS = ("gold", "items", "annotations", "documents")
HELD_OUT = choices.HELD_OUT  # kind → config
SPLITS = ("train", "validation", "test")
DECIDED_BY = ("adjudicated", "imported gold", "unanimous", "majority", "dawid_skene", "mace", "single")

_TEXT = Value("string")
_WHOLE = Value("int64")
_SHARE = Value("float32")
_SPANS = List({"start": _WHOLE, "end": _WHOLE, "text": _TEXT})
_WHEN = Value("timestamp[us, tz=UTC]")


def features(config: str, labels: Sequence[str]) -> Features:
    """The columns of one config; `labels` are the scheme's names in their order.

    What is held out is gold in other splits: its columns are those of gold.

    Raises
    ------
    KeyError
        If there is no such config.
    """
    label = ClassLabel(names=list(labels))
    stance = {
        "holder": _TEXT,
        "target": _TEXT,
        "label": label,
        "attribution": _TEXT,
        "flags": List(_TEXT),
        "rationales": _SPANS,
        "holder_mentions": _SPANS,
        "target_mentions": _SPANS,
    }
    columns: dict[str, dict[str, Any]] = {
        "gold": {
            "id": _TEXT,
            "item_id": _TEXT,
            "document_id": _TEXT,
            "segment_start": _WHOLE,
            "segment_end": _WHOLE,
            "text": _TEXT,
            "context_before": _TEXT,
            "context_after": _TEXT,
            "holder_id": _TEXT,
            "holder": _TEXT,
            "target_id": _TEXT,
            "target": _TEXT,
            "label": label,
            "label_distribution": List(_SHARE),  # in label order; with p_absent it sums to 1
            "p_absent": _SHARE,  # share of judges who saw no such stance
            "n_annotators": _WHOLE,  # who judged the item, not who found this stance
            "agreement": _SHARE,  # share of judges who gave this label; null where one decided
            "decided_by": _TEXT,
            "attribution": _TEXT,
            "flags": List(_TEXT),
            "rationales": _SPANS,
            "holder_mentions": _SPANS,
            "target_mentions": _SPANS,
            "published_at": _WHEN,
            "language": _TEXT,
            "metadata": _TEXT,  # a JSON object
        },
        "items": {
            "id": _TEXT,
            "document_id": _TEXT,
            "segment_start": _WHOLE,
            "segment_end": _WHOLE,
            "text": _TEXT,
            "context_before": _TEXT,
            "context_after": _TEXT,
            "holder": _TEXT,  # null where the item does not fix it
            "target": _TEXT,  # likewise
            "status": _TEXT,  # gold, left_out, annotated, open
            "n_annotators": _WHOLE,
            "stances": List(stance),  # empty: judged, and no stance found
            "language": _TEXT,
            "metadata": _TEXT,
        },
        "annotations": {
            "id": _TEXT,
            "item_id": _TEXT,
            "annotator": _TEXT,  # a pseudonym
            "kind": _TEXT,
            "occasion": _WHOLE,
            "round": _TEXT,
            "outcome": _TEXT,
            "target": _TEXT,
            "holder": _TEXT,
            "label": label,  # null in the one row of an annotation without a stance
            "attribution": _TEXT,
            "voice": _TEXT,
            "sources": List(_TEXT),  # who says so, nearest to the text first
            "confidence": _SHARE,
            "rationales": _SPANS,
            "holder_mentions": _SPANS,
            "target_mentions": _SPANS,
            "flags": List(_TEXT),  # the stance's
            "candidate": _TEXT,  # the rule whose proposal was accepted; null: found unaided
            "annotation_flags": List(_TEXT),  # the annotation's own
            "seconds": _SHARE,
            "created_at": _WHEN,
            "revision": _WHOLE,
            "surplus": Value("bool"),
            "context_shown": List(_WHOLE),  # [start, end] of what was on the screen; null if unknown
            "guidelines_version": _WHOLE,
            "suggestion_seen": Value("bool"),
            "candidates_shown": _WHOLE,  # proposals that stood beside the item; null: not told
            "in_agreement": Value("bool"),  # a first answer to an item in use that counts, judged blind
            "arm": _TEXT,  # experiment:factor=level that was drawn; null outside an experiment
            "reason": _TEXT,  # of an adjudication: why answers differed
            "note": _TEXT,  # of an adjudication, where the curator releases it
            "precedent": Value("bool"),
            "accepted": _TEXT,  # of an adjudication: the id of the answer that was taken as it stands
        },
        "documents": {
            "id": _TEXT,
            "title": _TEXT,
            "author": _TEXT,
            "outlet": _TEXT,
            "url": _TEXT,
            "published_at": _WHEN,
            "language": _TEXT,
            "licence": _TEXT,
            "text": _TEXT,
            "metadata": _TEXT,
        },
    }
    return Features(columns["gold" if config in HELD_OUT.values() else config])
