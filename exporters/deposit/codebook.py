"""codebook.html: every column of every table, the labels, and who can hold a stance towards what.

One page that needs nothing beside it: archives show it, and it prints. All that people wrote is escaped.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from datasets import ClassLabel, List, Value
from jinja2 import Environment, PackageLoader, StrictUndefined

from annotator.reading import Described
from exporters.card import CONFIGS
from exporters.deposit import meanings
from exporters.deposit.counting import Counts
from exporters.deposit.known import Known
from exporters.deposit.meanings import Meanings
from exporters.markdown import number

ELSEWHERE = {"label": "labels", "holder": "registry", "target": "registry"}  # have a table of their own
MOST = 100  # different words in a column's list


class Word(NamedTuple):
    """One thing that may stand in a column."""

    name: str
    meaning: str
    rows: int


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: str
    meaning: str
    filled: int  # cells that are not empty
    words: list[Word]
    more: int  # words that are not listed
    elsewhere: str | None  # the section that lists them
    range: tuple[str, str] | None


class Table(NamedTuple):
    """A table as the codebook tells it."""

    name: str
    a_row_is: str
    rows: dict[str, int]  # by split
    columns: list[Column]


class Entry(NamedTuple):
    """An entry of the registry, with the rows that name it."""

    told: Described
    gold: tuple[int, int]  # as holder, as target
    annotations: tuple[int, int]


def text(known: Known) -> str:
    """The whole of codebook.html."""
    environment = Environment(
        loader=PackageLoader("exporters.deposit"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = number
    said = meanings.load()
    return environment.get_template("codebook.html").render(
        title=known.title,
        description=known.project.description.strip(),
        is_withheld=known.is_withheld,
        tables=tables(known, said),
        labels=[
            (
                label,
                said.polarities[label.polarity],
                *(known.counts[config].words["label"][label.name] for config in ("gold", "annotations")),
            )
            for label in known.project.labels
        ],
        entries=list(_entries(known)),
    )


def tables(known: Known, said: Meanings) -> list[Table]:
    """Every table that has rows."""
    return [
        Table(
            config,
            CONFIGS[config],
            dict(counts.rows),
            [_column(config, name, counts, said) for name in counts.features],
        )
        for config, counts in known.counts.items()
    ]


def _column(config: str, name: str, counts: Counts, said: Meanings) -> Column:
    found = counts.words.get(name, Counter())
    words = [] if name in ELSEWHERE else list(_words(name, found, said))
    low, high = counts.ranges.get(name, (None, None))
    return Column(
        name,
        kind(counts.features[name]),
        said.column(config, name).replace("`", ""),
        counts.filled[name],
        words[:MOST],
        len(words[MOST:]),
        ELSEWHERE.get(name),
        None if low is None else (_told(low), _told(high)),
    )


def _words(name: str, found: Counter[str], said: Meanings) -> Iterator[Word]:
    """What may stand in a column, also what never does; and what does although nothing says so."""
    known = said.values.get(name, {})
    for word, meaning in known.items():
        yield Word(word, meaning, found[word])
    for word in sorted(found.keys() - known.keys(), key=_order):
        yield Word(word, "", found[word])


def _order(word: str) -> tuple[int, str]:
    return (int(word), "") if word.isascii() and word.isdigit() else (-1, word)


def _told(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return f"{value:.3g}" if abs(value) < 1 else f"{value:,.1f}"


def kind(feature: Any) -> str:
    """A type in words.

    >>> kind(Value("string")), kind(List(Value("float32")))
    ('text', 'list of numbers, as JSON')
    """
    if isinstance(feature, ClassLabel):
        return "label"
    if isinstance(feature, List):
        of = feature.feature
        if isinstance(of, dict):
            return "spans {start, end, text}, as JSON" if "start" in of else "stances, as JSON"
        return f"list of {'texts' if of == Value('string') else 'numbers'}, as JSON"
    names = {"string": "text", "int64": "whole number", "float32": "number", "bool": "true or false"}
    return names.get(feature.dtype, "time in UTC")


def _entries(known: Known) -> Iterator[Entry]:
    """Who is named in a row; a registry may hold thousands that never are."""
    for told in known.entities:
        gold, annotations = (
            (known.counts[config].words["holder"][told.name], known.counts[config].words["target"][told.name])
            for config in ("gold", "annotations")
        )
        fixed = known.counts["items"].words
        if any((*gold, *annotations, fixed["holder"][told.name], fixed["target"][told.name])):
            yield Entry(told, gold, annotations)
