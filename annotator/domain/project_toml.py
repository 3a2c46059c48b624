"""A project file as TOML, written and read without a file: what pages send and take."""

import tomllib

import tomli_w
from pydantic import ValidationError

from annotator.domain.project_file import ProjectFile, first_problem
from annotator.errors import Invalid

BESIDE = "guidelines: no file beside this one can be seen from here. Write the text as guidelines_text."


def from_toml(text: str) -> ProjectFile:
    """The project that this text describes.

    Raises
    ------
    Invalid
        If it is no TOML, names a file beside it, or says something a project cannot be.
    """
    try:
        project = ProjectFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"This is no valid TOML: {error}.") from None
    except RecursionError:
        raise Invalid("This is nested too deeply to be a project file.") from None
    except ValidationError as error:
        raise Invalid(f"{first_problem(error)}.") from None
    if project.guidelines:
        raise Invalid(BESIDE)
    return project


def as_toml(described: ProjectFile) -> str:
    """The project file, without what is empty."""
    fields = described.model_dump(mode="python", exclude_none=True)
    fields["labels"] = [_told(label) for label in fields["labels"]]
    fields["entities"] = [_told(entity) for entity in fields["entities"]]
    return tomli_w.dumps(_told(fields), multiline_strings=True)


def _told(fields: dict[str, object]) -> dict[str, object]:
    told = {name: value for name, value in fields.items() if value not in ("", [], {})}
    if "aliases" in told:
        aliases: list[dict[str, object]] = told["aliases"]  # type: ignore[assignment]
        told["aliases"] = [alias["name"] if len(alias) == 1 else alias for alias in aliases]
    return told
