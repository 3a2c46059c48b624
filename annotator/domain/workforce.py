"""What a project file says about how people work: what is mixed in among the items, and how often."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator, model_validator

from annotator.domain.answering import MOST_INTEGER
from annotator.domain.project import Project
from annotator.domain.question import Round
from annotator.domain.queue import PoolKind
from annotator.domain.strict import Share, Strict

Overlap = Annotated[int, Field(ge=1, le=1_000)]
Count = Annotated[int, Field(ge=1, le=MOST_INTEGER)]


class Repeats(Strict):
    """`[repeats]`: items that a person answered come back to them, to measure how steady they are."""

    rate: Share = 0.0  # of a person's answers
    gap: Count = 50  # answers to other items in between, at least


class Checks(Strict):
    """`[checks]`: items whose answer is known, among the work and looking like it."""

    rate: Share = 0.0  # of the items lent to a person


class Training(Strict):
    """`[training]`: items answered before any work, each explained after its answer."""

    pass_mark: Share = 0.0  # share answered as expected that lets a person go on


class OverlapShare(Strict):
    """A random part of a round that more people answer; the rest has the round's overlap."""

    rate: Share  # of the items, in each target
    overlap: Overlap


class RoundEntry(Strict):
    """`[[rounds]]`: a batch of items, and how many people are to answer each. They are served in this order.

    An item's overlap is that of the random share if it is drawn for it, else of its target, else the
    round's, else the project's.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    round: Round = Round.MAIN
    items: Count | None = None  # None: all that are left
    overlap: Overlap | None = None
    targets: dict[str, Overlap] = Field(default_factory=dict)  # by key
    share: OverlapShare | None = None


class PoolEntry(Strict):
    """`[[pools]]`: which items, and who may answer them: the people named, or everybody.

    A pool of kind target, group or language holds the items of that target, of those documents, in that
    language; one of kind all or people holds every item. Items that no pool holds are lent to nobody.
    """

    kind: PoolKind
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None  # people, group
    target: str | None = None  # by key
    documents: list[str] = Field(default_factory=list)  # of a group, by id
    language: str | None = None
    people: list[str] = Field(default_factory=list)  # user names; empty: everybody

    @model_validator(mode="after")
    def says_what_it_holds(self) -> "PoolEntry":
        """Each kind needs what it is called after, and nothing of another's."""
        needs = {"target": ["target"], "group": ["name", "documents"], "language": ["language"]}
        needs |= {"people": ["name", "people"], "all": []}
        for field in ("name", "target", "documents", "language"):
            is_needed = field in needs[self.kind]
            if bool(getattr(self, field)) != is_needed:
                said = "needs" if is_needed else "has no use for"
                raise ValueError(f"a pool of kind {self.kind} {said} {field!r}")
        if self.kind is PoolKind.PEOPLE and not self.people:
            raise ValueError("a pool of kind people needs 'people'")
        return self


class Workforce(Strict):
    """These parts of a project file, as they are kept with the project's settings."""

    repeats: Repeats = Repeats()
    checks: Checks = Checks()
    training: Training = Training()
    rounds: list[RoundEntry] = Field(default_factory=list)
    pools: list[PoolEntry] = Field(default_factory=list)  # empty: one for all

    @field_validator("rounds")
    @classmethod
    def names_differ(cls, value: list[RoundEntry]) -> list[RoundEntry]:
        """Two rounds of one name could not be told apart, and nothing is left behind one that takes all."""
        names = [entry.name for entry in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"round {twice[0]!r} stands twice")
        if all_ := next((entry.name for entry in value[:-1] if entry.items is None), None):
            raise ValueError(f"round {all_!r} takes all that is left: give it items, or put it last")
        return value

    @classmethod
    def of(cls, project: Project) -> "Workforce":
        """What holds in a project; defaults where its file says nothing."""
        return cls(**{name: project.settings[name] for name in cls.model_fields if name in project.settings})

    def kept_settings(self) -> dict[str, Any]:
        """What is kept: only what differs from the defaults, so that a plain project stays plain."""
        fields = set(Workforce.model_fields)
        return self.model_dump(mode="json", include=fields, exclude_defaults=True)
