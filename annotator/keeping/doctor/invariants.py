"""Invariants 1, 3 and 5 of the design, as queries that find what breaks them. Number 2 is in `seats.py`."""

import sqlalchemy as sa

from annotator.keeping.doctor.finding import Findings, Patient, ok, problem, told, warning
from annotator.keeping.doctor.ranges import named, over

RESTORE = "restore the last backup into a new database, and compare"
_ITEM = (
    "JOIN item ON item.id = annotation.item_id JOIN project ON project.id = item.project_id "
    "WHERE annotation.id BETWEEN :first AND :last AND "
)
# Revisions are appended, so each but the first has one before it.
_LOST = sa.text(
    "SELECT project.slug, item.external_id AS item FROM annotation " + _ITEM + "annotation.revision > 0 "  # noqa: S608
    "AND annotation.kind = 'annotation' AND NOT EXISTS (SELECT 1 FROM annotation AS b "
    "WHERE b.item_id = annotation.item_id AND b.annotator_id = annotation.annotator_id "
    "AND b.kind = annotation.kind AND b.occasion = annotation.occasion "
    "AND b.revision = annotation.revision - 1)"
)
_DOUBLED = sa.text(
    "SELECT project.slug, item.external_id AS item FROM annotation " + _ITEM + "EXISTS ("  # noqa: S608
    "SELECT 1 FROM annotation AS b WHERE b.item_id = annotation.item_id AND b.kind = annotation.kind "
    "AND b.annotator_id = annotation.annotator_id AND b.occasion = annotation.occasion "
    "AND b.id < annotation.id AND (b.uuid = annotation.uuid OR b.revision = annotation.revision))"
)
# What is asked for one label was stored with its stance, in one transaction.
_HALVED = sa.text(
    "SELECT project.slug, item.external_id AS item FROM annotation " + _ITEM + "project.kind = 'directed' "  # noqa: S608
    "AND item.target_id IS NOT NULL AND item.holder_id IS NOT NULL AND annotation.outcome = 'judged' "
    "AND annotation.withdrawn = false AND annotation.kind = 'annotation' "
    "AND NOT EXISTS (SELECT 1 FROM stance WHERE stance.annotation_id = annotation.id)"
)
_SEGMENTS = sa.text(
    "SELECT project.slug, segment.external_id AS item FROM segment "
    "JOIN document ON document.id = segment.document_id JOIN project ON project.id = document.project_id "
    "WHERE segment.id BETWEEN :first AND :last "
    'AND (segment.start < 0 OR segment."end" <= segment.start OR segment."end" > length(document.text))'
)
_SPANS = sa.text(
    "SELECT project.slug, item.external_id AS item FROM span JOIN stance ON stance.id = span.stance_id "
    "JOIN annotation ON annotation.id = stance.annotation_id JOIN item ON item.id = annotation.item_id "
    "JOIN project ON project.id = item.project_id JOIN segment ON segment.id = item.segment_id "
    "JOIN document ON document.id = segment.document_id WHERE span.id BETWEEN :first AND :last "
    'AND (span.start < coalesce(annotation.context_start, 0) OR span."end" > length(document.text) '
    'OR span."end" > coalesce(annotation.context_end, span."end"))'
)
_SPLITS = sa.text(
    "SELECT project.slug, document.external_id AS item FROM document "
    "JOIN project ON project.id = document.project_id WHERE document.id BETWEEN :first AND :last "
    "AND document.split IS NOT NULL AND document.split NOT IN ('train', 'validation', 'test')"
)
_BRIDGES = sa.text(
    "SELECT project.slug, document.cluster AS item FROM document "
    "JOIN project ON project.id = document.project_id "
    "WHERE document.split IS NOT NULL AND document.cluster IS NOT NULL "
    "GROUP BY project.slug, document.cluster HAVING count(DISTINCT document.split) > 1 "
    "ORDER BY project.slug, document.cluster"
)


def answers(patient: Patient) -> Findings:
    """1: none lost, none doubled, none by halves."""
    found = False
    wrongs = (
        (_LOST, "an earlier revision of an answer is gone"),
        (_DOUBLED, "an answer is there twice"),
        (_HALVED, "an answer has lost its stance"),
    )
    for query, what in wrongs:
        if examples := [named(row) for row in over(patient, "annotation", query)]:
            found = True
            yield problem("answers", f"{what}: {told(examples)}.", RESTORE)
    if not found:
        yield ok("answers", "none is lost, doubled or halved")


def offsets(patient: Patient) -> Findings:
    """3: segments lie within their text, spans within what was shown."""
    found = False
    for table, query, what in (
        ("segment", _SEGMENTS, "segments lie outside their text"),
        ("span", _SPANS, "marked words lie outside what was shown"),
    ):
        if examples := [named(row) for row in over(patient, table, query)]:
            found = True
            advice = "a text was changed past Standpoint: put the old text back, or import it as a new one"
            yield problem("offsets", f"{what}: {told(examples)}.", advice)
    if not found:
        yield ok("offsets", "segments lie within their texts, marked words within what was shown")


def splits(patient: Patient) -> Findings:
    """5: a split is one that there is, and near-duplicates share theirs."""
    if examples := [named(row).replace("item", "document") for row in over(patient, "document", _SPLITS)]:
        yield problem("splits", f"these stand in a split that there is not: {told(examples)}.", RESTORE)
        return
    bridges = [f"project {row.slug}, like {row.item}" for row in patient.connection.execute(_BRIDGES)]
    if bridges:
        advice = "the card of the next release audits it; --hold-out document leaves such texts out"
        yield warning("splits", f"near-duplicates stand in several splits: {told(bridges)}.", advice)
    else:
        yield ok("splits", "no near-duplicate of a document stands in another split")
