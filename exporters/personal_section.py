"""What the card says of a scan for what may name or reach a person: counts, and never what was found."""

from exporters.markdown import table
from exporters.personal import KINDS, NAMES, Personal


def text(personal: Personal) -> str:
    """A section of the card."""
    return (
        "\n## Personal data in the texts\n\n"
        "Counted by their form, before the texts were published or withheld; names, places and what a text "
        "tells of somebody are not looked for.\n\n"
        f"{counts(personal)}\n"
    )


def counts(personal: Personal) -> str:
    """How much of each kind was found, as a table."""
    rows = [(NAMES[kind], personal.found[kind], personal.documents[kind]) for kind in KINDS]
    return table(["looked for", "found", "documents"], rows)
