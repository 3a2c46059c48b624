"""The door for exporters: the state of a project as plain rows, and what a release writes back.

`connect` gives the database of the settings, `snapshot` one state of it, `Snapshot.documents` streams that,
and `record` closes a release; `made` lists the releases, and `gone` the documents that left the project.
People are pseudonyms here but for who made a release, entities carry the names they have in files, and
every answer is current.
"""

from annotator.reading.contents import Content
from annotator.reading.demographics import Demographic
from annotator.reading.entities import Described
from annotator.reading.people import MODEL, RESERVED
from annotator.reading.record import record
from annotator.reading.releases import Made, gone, made, numbered
from annotator.reading.rows import (
    Answer,
    Author,
    Document,
    Entity,
    Item,
    Label,
    Project,
    Released,
    Segment,
    Span,
    Stance,
)
from annotator.reading.snapshot import Snapshot, Totals, snapshot
from annotator.store.engine import current as connect

__all__ = [
    "MODEL",
    "RESERVED",
    "Answer",
    "Author",
    "Content",
    "Demographic",
    "Described",
    "Document",
    "Entity",
    "Item",
    "Label",
    "Made",
    "Project",
    "Released",
    "Segment",
    "Snapshot",
    "Span",
    "Stance",
    "Totals",
    "connect",
    "gone",
    "made",
    "numbered",
    "record",
    "snapshot",
]
