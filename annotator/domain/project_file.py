"""What a project file may say, and its defaults. A project file needs little: slug and kind."""

import tomllib
from datetime import date
from errno import EINVAL
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from annotator.domain.answering import MOST_INTEGER, storable
from annotator.domain.authors import Author
from annotator.domain.keys import FREE_KEYS
from annotator.domain.project import Order, Polarity, ProjectKind, Serve
from annotator.domain.registry import ActorType, EntityKind
from annotator.domain.statement import Statement
from annotator.domain.strict import Share, Strict
from annotator.domain.workforce import Factor, Workforce
from annotator.errors import BadInput

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
EntityName = Annotated[str, StringConstraints(max_length=300)]  # what PostgreSQL indexes
EntityKey = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^\S+$")]


def _or_none(value: str | None) -> str | None:
    """Nothing said is nothing, however it is written."""
    return value or None


def _said(value: dict[str, str]) -> dict[str, str]:
    return {language: text for language, text in value.items() if text}


Said = Annotated[str | None, AfterValidator(_or_none)]
ByLanguage = Annotated[dict[str, str], AfterValidator(_said)]


class LabelEntry(Strict, BaseModel):
    """A `[[labels]]` table."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    polarity: Polarity
    key: str | None = None
    hue: int | None = Field(default=None, ge=0, le=360)
    rank: int | None = Field(default=None, ge=-MOST_INTEGER, le=MOST_INTEGER)
    definition: Said = None
    names: ByLanguage = {}
    definitions: ByLanguage = {}

    @field_validator("key")
    @classmethod
    def key_is_free(cls, value: str | None) -> str | None:
        """One key of the keyboard, and none that the annotator's page keeps for itself."""
        if value is not None and (len(value) != 1 or value not in FREE_KEYS):
            raise ValueError(f"{value!r} is no key for a label: choose one of {' '.join(FREE_KEYS)}")
        return value


class AliasEntry(Strict):
    """An alias in one document or language only; a plain string is one everywhere."""

    name: EntityName = Field(min_length=1)
    document: Annotated[EntityName | None, AfterValidator(_or_none)] = None
    language: Said = None


class EntityEntry(Strict, BaseModel):
    """`[[entities]]`. With the key of a reserved holder it only adds aliases."""

    key: EntityKey
    kind: EntityKind = EntityKind.ACTOR
    actor_type: ActorType | None = None
    name: EntityName | None = None
    names: Annotated[dict[str, EntityName], AfterValidator(_said)] = {}
    definition: Said = None
    definitions: ByLanguage = {}
    aliases: list[AliasEntry] = []
    happened_on: date | None = None
    favor_means: Said = None
    against_means: Said = None
    part_of: list[EntityKey] = []
    speaks_for: list[EntityKey] = []
    opposite_of: list[EntityKey] = []

    @field_validator("aliases", mode="before")
    @classmethod
    def plain_aliases(cls, value: Any) -> Any:
        """A string stands for an alias that holds everywhere."""
        if not isinstance(value, list):
            return value
        return [{"name": alias} if isinstance(alias, str) else alias for alias in value]

    @model_validator(mode="after")
    def poles_come_together(self) -> "EntityEntry":
        """A direction names both of its ends, or is not given."""
        if bool(self.favor_means) != bool(self.against_means):
            raise ValueError(f"{self.key}: name both favor_means and against_means, or neither")
        return self


class Fixes(Strict):
    """What every item of the project fixes, by entity key, where its row does not say otherwise."""

    target: EntityKey | None = None
    holder: EntityKey | None = None


class ProjectFile(Workforce, BaseModel):
    """A project as its file describes it; how people work in it is in `Workforce`."""

    slug: Slug
    kind: ProjectKind
    name: str | None = None
    description: str = ""
    language: Said = None
    licence: Said = None
    guidelines: str | None = None  # a Markdown file beside this one
    guidelines_text: str | None = None  # read from it
    overlap: int = Field(default=1, ge=1, le=1_000)
    serve: Serve | None = None
    order: Order = Order.AS_GIVEN
    context: int = Field(default=2, ge=0, le=50)
    entities_open: bool = True
    candidates: bool | None = None  # whether proposals stand beside the items of an open project
    seed: int = Field(default=0, ge=0, le=MOST_INTEGER)
    fixes: Fixes = Field(default_factory=Fixes)
    splits: dict[Literal["train", "validation", "test"], Share] = {
        "train": 0.7,
        "validation": 0.1,
        "test": 0.2,
    }
    distance: dict[str, dict[str, Share]] = {}  # between labels; what is left out follows from polarities
    statement: Statement = Field(default_factory=Statement)
    authors: Annotated[list[Author], Field(max_length=1_000)] = []  # who is cited, in this order
    labels: list[LabelEntry] = []
    entities: list[EntityEntry] = []

    @field_validator("order")
    @classmethod
    def order_is_there(cls, value: Order) -> Order:
        """The most uncertain first needs to know how uncertain a model is."""
        if value is Order.UNCERTAIN:
            raise ValueError(
                "the most uncertain first is an order of what is there already (standpoint order): "
                "choose as_given or shuffled"
            )
        return value

    @model_validator(mode="after")
    def defaults(self) -> "ProjectFile":
        """Fill in the name, the usual labels and the way of serving."""
        open_project = self.kind is ProjectKind.OPEN
        self.name = self.name or self.slug
        self.serve = self.serve or (Serve.DOCUMENT if open_project else Serve.ITEM)
        if self.candidates and not open_project:
            raise ValueError("candidates propose holders and targets, which a directed project fixes")
        if open_project and self.running is not None and self.running.factor is Factor.HOLDER:
            raise ValueError("an experiment masks the holder, which an open project does not fix")
        self.candidates = open_project if self.candidates is None else self.candidates
        self.labels = self.labels or [
            LabelEntry(**fields) for fields in (_OPEN if open_project else _DIRECTED)
        ]
        for what, names in (
            ("label", [label.name.casefold() for label in self.labels]),
            ("key", [label.key for label in self.labels if label.key]),
            ("entity", [entity.key for entity in self.entities]),
        ):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{what} {twice[0]!r} stands twice")
        if abs(sum(self.splits.values()) - 1) > 1e-9:
            raise ValueError(f"the shares of splits add up to {sum(self.splits.values()):g}, not to 1")
        return self

    @model_validator(mode="after")
    def distances_are_of_labels(self) -> "ProjectFile":
        """Between two labels of the scheme, the same in both directions."""
        names = {label.name for label in self.labels}
        for one, row in self.distance.items():
            for other, far in row.items():
                if stranger := {one, other} - names:
                    raise ValueError(f"distance names {min(stranger)!r}, which is none of the labels")
                if one == other:
                    raise ValueError(f"the distance of {one!r} from itself is 0 and cannot be set")
                if self.distance.get(other, {}).get(one, far) != far:
                    raise ValueError(f"the distance of {one!r} and {other!r} is set twice, differently")
        return self


_FAVOR = {
    "name": "FAVOR",
    "names": {"ar": "تأييد", "es": "A favor"},
    "polarity": Polarity.FAVOR,
    "key": "1",
    "hue": 150,
}
_AGAINST = {
    "name": "AGAINST",
    "names": {"ar": "معارضة", "es": "En contra"},
    "polarity": Polarity.AGAINST,
    "key": "2",
    "hue": 25,
}
_NONE = {
    "name": "NONE",
    "names": {"ar": "لا موقف", "es": "Ninguna"},
    "polarity": Polarity.NONE,
    "key": "3",
    "hue": 260,
}
_MIXED = {
    "name": "MIXED",
    "names": {"ar": "موقف مختلط", "es": "Mixta"},
    "polarity": Polarity.MIXED,
    "key": "3",
    "hue": 75,
}
_NEUTRAL = {
    "name": "NEUTRAL",
    "names": {"ar": "حياد", "es": "Neutral"},
    "polarity": Polarity.NEUTRAL,
    "key": "4",
    "hue": 260,
}
_DIRECTED: list[dict[str, Any]] = [_FAVOR, _AGAINST, _NONE]
_OPEN: list[dict[str, Any]] = [_FAVOR, _AGAINST, _MIXED, _NEUTRAL]


def read(path: Path) -> ProjectFile:
    """The project that a TOML file describes, its guidelines read from beside it.

    Raises
    ------
    BadInput
        If the file cannot be read, is no TOML, or says something a project cannot be.
    """
    try:
        document = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(path, f"is no valid TOML: {error}") from None
    except RecursionError:
        raise BadInput(path, "is nested too deeply to be a project file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(path, f"cannot be read: {_why(error)}") from None
    try:
        project = ProjectFile.model_validate(document)
    except ValidationError as error:
        raise BadInput(path, first_problem(error)) from None
    if project.guidelines:
        project.guidelines_text = _guidelines(path, project.guidelines)
    return project


def _guidelines(path: Path, name: str) -> str:
    try:
        return storable(_text(path.parent / name))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(path, f"its guidelines {name!r} cannot be read: {_why(error)}") from None
    except ValueError as error:
        raise BadInput(path, f"its guidelines {name!r} cannot be used: {error}") from None


def _text(path: Path) -> str:
    """The text of a file; a pipe or a device, which may never end, is none."""
    if path.exists() and not path.is_file():
        raise OSError(EINVAL, "it is no file, but a folder, a pipe or a device")
    return path.read_text(encoding="utf-8")


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror}. Name one that is there and may be read"
    return f"byte {error.start + 1:,} is not UTF-8. Save it as UTF-8"


def first_problem(error: ValidationError) -> str:
    """Where and what the first problem is, and how many more there are."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "the file"
    more = error.error_count() - 1
    return f"{field}: {first['msg'].removeprefix('Value error, ')}" + (f" (and {more} more)" if more else "")
