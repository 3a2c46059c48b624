"""What annotators told of themselves, as the card, release.json and the data statement tell it."""

from collections.abc import Sequence

from annotator.reading import Demographic
from exporters.markdown import counted, escaped, number, table

NOT_TOLD = "no answer, or none to be counted"


def text(demographics: Sequence[Demographic]) -> str:
    """A section of the card."""
    return f"\n## What annotators told of themselves\n\n{counts(demographics)}\n"


def counts(demographics: Sequence[Demographic]) -> str:
    """A table for each question; nothing where nothing was asked."""
    if not demographics:
        return ""
    people, least = demographics[0].people, demographics[0].least
    said = (
        f"Of {counted(people, 'annotator')}; simulated ones are not among them. Told are counts of those who "
        f"agreed to it, none of fewer than {number(least)} people; where such a count could be worked out "
        "from the others, more is hidden."
    )
    tables = [
        f"{escaped(each.text)}\n\n{table(['answer', 'annotators'], _rows(each))}" for each in demographics
    ]
    return "\n\n".join([said, *tables])


def as_json(demographics: Sequence[Demographic]) -> list[dict[str, object]]:
    """What release.json says: a null is a count that is hidden."""
    return [
        {
            "key": each.key,
            "question": each.text,
            "people": each.people,
            "least": each.least,
            "counts": dict(each.counts),
            "not_told": each.not_told,
        }
        for each in demographics
    ]


def _rows(demographic: Demographic) -> list[tuple[str, str]]:
    rows = [*demographic.counts, (NOT_TOLD, demographic.not_told)]
    return [(choice, "hidden" if count is None else number(count)) for choice, count in rows]
