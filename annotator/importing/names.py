"""Names in a file → entries of the project's registry and scheme. Unknown entities are registered."""

from sqlmodel import Session

from annotator.domain import Entity, EntityKind, Label, Project, Reserved
from annotator.errors import Invalid
from annotator.importing import stage
from annotator.importing.report import Report
from annotator.store import entries
from annotator.store.registry import Registry

GOLD = "(gold)"  # who gave an imported gold answer that names nobody; no project's member, so nobody's seat


class Names:
    """The registry and the labels of one project, for as long as an import needs them."""

    def __init__(self, session: Session, project: Project, report: Report) -> None:
        assert project.id is not None
        self._session = session
        self.registry = Registry.load(session, project.id)
        self._report = report
        self._known: dict[tuple[str, str | None], Entity] = {}
        self._labels = entries.labels_by_name(session, project)
        self._names: dict[int, str] = {}
        self._new: set[int | None] = set()
        self._first = entries.first_names(session, project)

    def target(self, name: str, document: str | None = None) -> Entity:
        """Whom or what this name means; an unknown one becomes an issue.

        Raises
        ------
        Invalid
            If the name may mean several entities; so do the others.
        """
        return self._find(name, document) or self._register(name, document, EntityKind.ISSUE)

    def holder(self, name: str | None, document: str | None = None) -> Entity:
        """Who this name means, "author" if nobody is named; an unknown one becomes an actor."""
        name = name or Reserved.AUTHOR
        entity = self._find(name, document) or self._register(name, document, EntityKind.ACTOR)
        if entity.kind is not EntityKind.ACTOR:
            self.registry.can_hold(entity)
            if entity.id not in self._new:
                stage.later(self._session, entity)
        return entity

    def actor(self, name: str, document: str | None = None) -> Entity:
        """A voice or a source."""
        return self._find(name, document) or self._register(name, document, EntityKind.ACTOR)

    def label(self, name: str) -> Label:
        """The label of this name; its case counts only where two differ in nothing else.

        Raises
        ------
        Invalid
            If there is none; the message lists those there are.
        """
        found = self._labels.get(name)
        if found is None:
            alike = [label for known, label in self._labels.items() if known.casefold() == name.casefold()]
            found = alike[0] if len(alike) == 1 else None
        if found is None or (found.retired_at is not None and found.merged_into_id is None):
            there = ", ".join(
                called
                for called, label in self._labels.items()
                if label.retired_at is None and called == label.name
            )
            raise Invalid(
                f"{name!r} is no label of this project; there are {there}. "
                "Rename it in the file, or add it to the project file and apply that"
            )
        self._labels[name] = found
        self._names[found.id or 0] = self._first.get(found.id or 0, found.name)
        return found

    def label_name(self, label_id: int) -> str:
        """The first name of a label that was found: a file that is imported again says the same."""
        return self._names[label_id]

    def _find(self, name: str, document: str | None) -> Entity | None:
        key = (name, document)
        if key not in self._known:
            found = self.registry.find(name, document)
            if found is None:
                return None
            self._known[key] = found
        return self._known[key]

    def _register(self, name: str, document: str | None, kind: EntityKind) -> Entity:
        entity = self.registry.register(name, kind=kind, audited=stage.audited(self._session))
        self._new.add(entity.id)
        self._report.entities.append((str(kind), name))
        self._known[name, document] = entity
        return entity
