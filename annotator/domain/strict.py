"""What a table of a project file is made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from annotator.domain.answering import storable

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Strict(BaseModel):
    """A misspelt field is an error, not a silent default; so is a character that no database keeps."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def plain_text(cls, value: Any) -> Any:
        """Texts, and those in a table of texts; a line ends in one way, whoever wrote it."""
        texts = value if isinstance(value, dict) else {"": value}
        for text in (part for pair in texts.items() for part in pair if isinstance(part, str)):
            storable(text)
        plain = {name: _one_line_end(text) for name, text in texts.items()}
        return plain if isinstance(value, dict) else plain[""]


def _one_line_end(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
