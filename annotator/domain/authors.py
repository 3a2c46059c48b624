"""Who made a dataset and is cited for it: `authors` of a project file."""

from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints, model_validator

from annotator.domain.strict import Strict


def _one_line(value: str) -> str:
    return " ".join(value.split())


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_one_line),
]
Orcid = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")]


class Author(Strict):
    """A person by `family` and `given`, or a body, or a person of one name, by `name`.

    A text stands for either: "Okafor, Ada" is a person, "Bus Laboratory" a body.
    """

    name: Name | None = None
    family: Name | None = None
    given: Name | None = None
    orcid: Orcid | None = None
    affiliation: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def of_text(cls, value: Any) -> Any:
        """The name alone."""
        if not isinstance(value, str):
            return value
        family, _, given = (part.strip() for part in value.partition(","))
        return {"family": family, "given": given} if family and given else {"name": value}

    @model_validator(mode="after")
    def is_named_once(self) -> "Author":
        """By one way of naming, whole."""
        is_person = self.family is not None and self.given is not None
        is_body = self.family is None and self.given is None
        if is_person == (self.name is not None) or not (is_person or is_body):
            raise ValueError('an author is "Family, Given", a table with family and given, or one with name')
        return self
