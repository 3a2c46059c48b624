"""What a release says of itself: release.json."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from annotator.errors import BadInput
from exporters import schema


class Label(BaseModel):
    """A label of the scheme and its polarity: favor, against, mixed, neutral, none, unrelated, other."""

    model_config = ConfigDict(frozen=True)

    name: str
    polarity: str


class Facts(BaseModel):
    """What baselines read of release.json; it says more."""

    schema_version: str
    number: int | None  # None: a dataset that is no release
    sha256: str
    slug: str
    kind: str
    labels: list[Label]
    created_at: str | None = None
    human_ceiling: dict[str, Any] | None = None  # accuracy, macro_f1, f_avg, n, intervals


def read_facts(path: Path) -> Facts:
    """What the file says.

    Raises
    ------
    BadInput
        If it is not there, of another schema version, or damaged.
    """
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(
            path.parent, "has no release.json in it: give a folder that `standpoint release` wrote"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(path, f"cannot be read as JSON ({error}): release again") from error
    version = said.get("schema_version") if isinstance(said, dict) else None
    if version != schema.VERSION:
        reason = (
            f"is of schema version {version}, and {schema.VERSION} is read here: release again, or upgrade"
        )
        raise BadInput(path, reason)
    try:
        return Facts.model_validate(said)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(each["loc"][0]) for each in error.errors()}))
        raise BadInput(path, f"has no usable {wrong}: release again") from error
