"""Rows of the four configs, as `schema.features` has them: dictionaries in which labels are numbers."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from annotator.reading import Answer, Document, Item, Project, Stance
from annotator.reading.rows import WORK
from exporters.gold import GOLD, Decided, Gold

Row = dict[str, Any]
Scheme = Mapping[str, int]  # a label's name → its number


class Origin(NamedTuple):
    """What all rows of a document's items share."""

    document: Document
    project: Project
    scheme: Scheme


def scheme(project: Project) -> Scheme:
    """The numbers of the labels, in their order."""
    return {label.name: number for number, label in enumerate(project.labels)}


def item(item: Item, decided: Decided, stances: Sequence[Row], origin: Origin) -> Row:
    """The row of one item; `stances` is what `shown` gives of each gold one.

    They are null unless all that was said of the item is decided.
    """
    return _segment(item, origin) | {
        "id": item.id,
        "holder": item.holder.name if item.holder else None,
        "target": item.target.name if item.target else None,
        "status": decided.status,
        "n_annotators": decided.n_annotators,
        "stances": stances if decided.status == GOLD else None,
    }


def gold(item: Item, decided: Decided, stance: Gold, shown: Row, origin: Origin) -> Row:
    """The row of one gold stance; `shown` is what `shown` gives of it."""
    verdict = stance.verdict
    return (
        _segment(item, origin)
        | shown
        | {
            "id": gold_id(item.id, stance.holder.key, stance.target.key, stance.former),
            "item_id": item.id,
            "holder_id": stance.holder.key,
            "target_id": stance.target.key,
            "label_distribution": verdict.distribution if verdict else None,
            "p_absent": verdict.p_absent if verdict else None,
            "n_annotators": decided.n_annotators,
            "agreement": stance.agreement,
            "decided_by": stance.decided_by,
            "published_at": origin.document.published_at,
        }
    )


def shown(stance: Gold, scheme: Scheme) -> Row:
    """A gold stance as an item lists it."""
    return {
        "holder": stance.holder.name,
        "target": stance.target.name,
        "label": scheme[stance.label],
        "attribution": stance.attribution,
        "flags": stance.flags,
        "rationales": stance.rationales,
        "holder_mentions": stance.holder_mentions,
        "target_mentions": stance.target_mentions,
    }


def annotations(answer: Answer, item: Item, scheme: Scheme) -> Iterator[Row]:
    """A row for each stance of an answer; one whose stance columns are null for an answer without any."""
    decision = answer.decision
    own = {
        "id": answer.id,
        "item_id": item.id,
        "annotator": answer.annotator,
        "kind": answer.kind,
        "occasion": answer.occasion,
        "round": item.round,
        "outcome": answer.outcome,
        "annotation_flags": answer.flags,
        "seconds": answer.seconds,
        "created_at": answer.created_at,
        "revision": answer.revision,
        "surplus": not answer.counted,
        "context_shown": answer.context_shown,
        "guidelines_version": answer.guidelines_version,
        "suggestion_seen": answer.suggestion_seen,
        "candidates_shown": answer.candidates_shown,
        "in_agreement": answer.is_vote and answer.blind and item.purpose == WORK and not item.retired,
        "arm": answer.arm,
        "reason": decision.reason if decision else None,
        "note": decision.note if decision else None,
        "precedent": decision.precedent if decision else False,
        "accepted": decision.accepted if decision else None,
    }
    if not answer.stances:
        yield own | NO_STANCE
    for stance in answer.stances:
        yield own | _stance(stance, scheme)


def document(document: Document) -> Row:
    """The row of one document."""
    return {
        "id": document.id,
        "title": document.title,
        "author": document.author,
        "outlet": document.outlet,
        "url": document.url,
        "published_at": document.published_at,
        "language": document.language,
        "licence": document.licence,
        "text": document.text,
        "metadata": as_json(document.metadata),
    }


def gold_id(item_id: str, holder: str, target: str, former: bool) -> str:
    """Sixteen hexadecimal digits that are the same in every release, made of keys alone.

    >>> gold_id("item 1", "author", "whaling", former=False)
    '8bca167f966a502d'
    """
    key = json.dumps([item_id, holder, target, former])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def as_json(metadata: Mapping[str, object]) -> str:
    """A JSON object whose keys are sorted: databases keep them in orders of their own."""
    return json.dumps(metadata, ensure_ascii=False, sort_keys=True) if metadata else "{}"


NO_STANCE: Row = {
    "target": None,
    "holder": None,
    "label": None,
    "attribution": None,
    "voice": None,
    "sources": None,
    "confidence": None,
    "rationales": None,
    "holder_mentions": None,
    "target_mentions": None,
    "flags": None,
    "candidate": None,
}


def _stance(stance: Stance, scheme: Scheme) -> Row:
    return {
        "target": stance.target.name,
        "holder": stance.holder.name,
        "label": scheme[stance.label],
        "attribution": stance.attribution,
        "voice": stance.voice.name if stance.voice else None,
        "sources": [source.name for source in stance.sources],
        "confidence": stance.confidence,
        "rationales": stance.rationales,
        "holder_mentions": stance.holder_mentions,
        "target_mentions": stance.target_mentions,
        "flags": stance.flags,
        "candidate": stance.candidate,
    }


def _segment(item: Item, origin: Origin) -> Row:
    return {
        "document_id": origin.document.id,
        "segment_start": item.start,
        "segment_end": item.end,
        "text": item.text,
        "context_before": item.context_before,
        "context_after": item.context_after,
        "language": origin.document.language or origin.project.language,
        "metadata": as_json(item.metadata),
    }
