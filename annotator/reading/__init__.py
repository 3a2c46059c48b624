"""The door for exporters: the state of a project as plain rows, and what a release writes back.

`connect` gives the database of the settings, `snapshot` one state of it, `Snapshot.documents` streams that,
and `record` closes a release. People are pseudonyms here, entities carry the names they have in files,
and every answer is current.
"""

from annotator.reading.contents import Content
from annotator.reading.people import MODEL
from annotator.reading.record import record
from annotator.reading.rows import Answer, Document, Entity, Item, Label, Project, Released, Span, Stance
from annotator.reading.snapshot import Snapshot, Totals, snapshot
from annotator.store.engine import current as connect

__all__ = [
    "MODEL",
    "Answer",
    "Content",
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
