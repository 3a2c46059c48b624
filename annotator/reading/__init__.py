"""The door for exporters: the state of a project as plain rows, and what a release writes back.

`snapshot` opens one state of the database; `Snapshot.documents` streams it, `record` closes a release.
People are pseudonyms here, entities carry the names they have in files, and every answer is current.
"""

from annotator.reading.record import record
from annotator.reading.rows import Answer, Document, Entity, Item, Label, Project, Released, Span, Stance
from annotator.reading.snapshot import Snapshot, Totals, connect, snapshot

__all__ = [
    "Answer",
    "Document",
    "Entity",
    "Item",
    "Label",
    "Project",
    "Released",
    "Snapshot",
    "Span",
    "Stance",
    "Totals",
    "connect",
    "record",
    "snapshot",
]
