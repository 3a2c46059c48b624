"""What people know of the data and no program can tell: `[statement]` of a project file."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from annotator.domain.strict import Strict


def _or_none(value: str | None) -> str | None:
    """Nothing said is nothing, however it is written."""
    return value or None


Told = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True)] | None, AfterValidator(_or_none)
]  # Markdown


class Statement(Strict):
    """The sections of a data statement, in the words of who made the dataset.

    Source: Bender & Friedman (2018), Data Statements for Natural Language Processing, section 4,
    https://aclanthology.org/Q18-1041/
    """

    curation_rationale: Told = None
    language_variety: Told = None
    speaker_demographic: Told = None
    annotator_demographic: Told = None
    speech_situation: Told = None
    text_characteristics: Told = None
    recording_quality: Told = None
    other: Told = None
    provenance: Told = None
