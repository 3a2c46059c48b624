"""data_statement.md: what is known of the texts, of who speaks in them and of who annotated.

What the release tells is filled in and counted; what the project file says under [statement] is taken over.
What else only people know stands as a question for whoever deposits the data: nothing is made up.

Source: Bender & Friedman (2018), Data Statements for Natural Language Processing, section 4,
https://aclanthology.org/Q18-1041/
"""

from collections import Counter
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from exporters import demographics_section, personal_section
from exporters.deposit.known import Known
from exporters.gold import IMPORTED
from exporters.markdown import counted, escaped, lowered, number, table


def text(known: Known) -> str:
    """The whole of data_statement.md."""
    environment = Environment(
        loader=PackageLoader("exporters.deposit"),
        autoescape=False,  # noqa: S701 - this is Markdown; what people wrote goes through `escaped`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": number, "counted": counted}
    documents = known.counts["documents"]
    figures, project = known.figures, known.project
    return environment.get_template("data_statement.md").render(
        title=escaped(known.title),
        description=project.description.strip(),
        told={section: lowered(words, 2) for section, words in project.statement.items()},
        documents=known.rows("documents"),
        items=known.rows("items"),
        gold=known.rows("gold"),
        languages=_table("language", figures.languages),
        without_region=sorted(name for name in figures.languages if name and "-" not in name),
        authors=documents.filled["author"],
        outlets=documents.filled["outlet"],
        urls=documents.filled["url"],
        published=_when(documents.ranges.get("published_at")),
        dated=documents.filled["published_at"],
        annotators=len(known.annotators),
        simulated=len(known.simulated),
        demographics=demographics_section.counts(figures.demographics),
        guidelines=project.guidelines_version,
        imported=figures.decided_by[IMPORTED],
        official=figures.official,
        licences=_table("licence", figures.licences),
        personal=personal_section.counts(figures.personal) if figures.personal else "",
        is_withheld=known.is_withheld,
    )


def _table(what: str, counts: Counter[str]) -> str:
    return table(
        [what, "documents"], [(name or "not stated", count) for name, count in sorted(counts.items())]
    )


def _when(found: tuple[datetime, datetime] | None) -> str:
    return f"{found[0]:%Y-%m-%d} to {found[1]:%Y-%m-%d}" if found else ""
