"""What a project file says about how people work: what is mixed in among the items, and how often."""

from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Protocol

from pydantic import Field, StringConstraints, field_validator, model_validator

from annotator.domain.answering import MOST_INTEGER
from annotator.domain.question import Round
from annotator.domain.queue import PoolKind
from annotator.domain.strict import Share, Strict


class Ruled(Protocol):
    """A project, or as much of it as says how people work in it."""

    @property
    def seed(self) -> int:
        """Of all that is drawn."""

    @property
    def context(self) -> int:
        """Segments shown on each side."""

    @property
    def settings(self) -> dict[str, object]:
        """What its file says of its workforce, as it is kept."""


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


class Factor(StrEnum):
    """What an experiment varies."""

    CONTEXT = "context"  # levels: segments shown on each side
    HOLDER = "holder"  # levels: shown, masked
    SUGGESTIONS = "suggestions"  # levels: on, off; proposals of rules are among them


class Experiment(Strict):
    """`[[experiments]]`: each (annotator, item) gets one of the levels by chance."""

    name: Annotated[str, StringConstraints(pattern=r"^[^\s:=]{1,60}$")]
    factor: Factor
    levels: Annotated[list[str], Field(min_length=2, max_length=20)]
    seed: int = Field(default=0, ge=0, le=MOST_INTEGER)
    ended: bool = False

    @field_validator("levels", mode="before")
    @classmethod
    def numbers_are_levels(cls, value: Any) -> Any:
        """[0, 2] is what a file would say of widths."""
        return [str(level) for level in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def levels_fit(self) -> "Experiment":
        """Each factor knows its levels."""
        known = {Factor.HOLDER: {"shown", "masked"}, Factor.SUGGESTIONS: {"on", "off"}}
        widths = {str(number) for number in range(51)}
        for level in self.levels:
            if level not in known.get(self.factor, widths):
                raise ValueError(f"{level!r} is no level of {self.factor}")
        if len(set(self.levels)) < len(self.levels):
            raise ValueError("a level stands twice")
        return self


class Show(StrEnum):
    """When an annotator sees what a model says of an item."""

    AFTER = "two-pass"  # after their own answer, which is kept as it was
    BESIDE = "single-pass"  # beside the item, from the start
    OFF = "off"


class Suggestions(Strict):
    """`[suggestions]`: what a model says, shown to annotators."""

    show: Show = Show.AFTER


class Question(Strict):
    """A question of the questionnaire, answered by one of its choices: answers are to be counted."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    texts: dict[str, str] = Field(default_factory=dict)  # by interface language
    choices: Annotated[list[str], Field(min_length=2, max_length=50)]


class QuestionnaireEntry(Strict):
    """`[questionnaire]`: what annotators are asked about themselves before their first item."""

    introduction: str | None = None
    questions: list[Question] = Field(default_factory=list)
    least: int = Field(default=5, ge=2, le=1_000)  # people behind a count that curators may see


class Workforce(Strict):
    """These parts of a project file, as they are kept with the project's settings."""

    repeats: Repeats = Field(default_factory=Repeats)
    checks: Checks = Field(default_factory=Checks)
    training: Training = Field(default_factory=Training)
    suggestions: Suggestions = Field(default_factory=Suggestions)
    rounds: list[RoundEntry] = Field(default_factory=list)
    pools: list[PoolEntry] = Field(default_factory=list)  # empty: one for all

    experiments: list[Experiment] = Field(default_factory=list)
    questionnaire: QuestionnaireEntry = Field(default_factory=QuestionnaireEntry)

    @property
    def running(self) -> Experiment | None:
        """The experiment that draws now."""
        return next((each for each in self.experiments if not each.ended), None)

    @field_validator("experiments")
    @classmethod
    def one_runs(cls, value: list[Experiment]) -> list[Experiment]:
        """Two at once would blur each other, and an answer has one arm."""
        names = [each.name for each in value]
        if len(set(names)) < len(names):
            raise ValueError("two experiments have one name")
        if sum(not each.ended for each in value) > 1:
            raise ValueError("one experiment runs at a time: say ended = true of the others")
        return value

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
    def of(cls, project: Ruled) -> "Workforce":
        """What holds in a project; defaults where its file says nothing. Not to be changed."""
        said = {name: project.settings[name] for name in cls.model_fields if name in project.settings}
        return cls(**said) if said else _plain()

    def kept_settings(self) -> dict[str, Any]:
        """What is kept: only what differs from the defaults, so that a plain project stays plain."""
        fields = set(Workforce.model_fields)
        return self.model_dump(mode="json", include=fields, exclude_defaults=True)


@cache
def _plain() -> Workforce:
    return Workforce()
