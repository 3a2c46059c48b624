"""The audit of the splits as the card tells it: what a figure on test could be flattered by."""

from collections.abc import Iterator

from exporters.alike import Alike
from exporters.audit import Audit, Seen
from exporters.markdown import cell, counted, number, table
from exporters.schema import SPLITS


def text(audit: Audit) -> str:
    """A section of the card."""
    return "\n\n".join(("## Audit of the splits", *_parts(audit)))


def _parts(audit: Audit) -> Iterator[str]:
    yield "\n".join(
        [
            _alike("The same text, letter for letter", audit.same_text),
            _alike("The same words, whatever their case and marks", audit.same_words),
            _alike("Near-duplicates, these included", audit.near_duplicates),
        ]
    )
    if seen := [
        *_seen("targets", "gold stances", audit.targets),
        *_seen("annotators", "answers", audit.annotators),
    ]:
        yield "What train has already:"
        yield table(["split", "", "n", "of these in train", "rows", "of these in train "], seen)
    labels = list(next(iter(audit.labels.values()), ()))
    rows = [[split, *audit.labels[split].values()] for split in SPLITS if split in audit.labels]
    yield "Labels by split:"
    yield table(["split", *labels], rows)
    for split, distance in audit.label_shift.items():
        yield (
            f"Between train and {split} the labels have a total variation distance of {distance:.3f}: of "
            f"100 stances {round(100 * distance)} would need another label for both to be the same."
        )
    found = audit.contradictions
    if not found.stances:
        yield "No two gold stances on the same text, holder and target contradict each other."
    else:
        yield (
            f"Contradictions: {number(found.stances)} gold stances on {counted(found.questions, 'question')} "
            f"of the same text, holder and target have different labels, as {_named(found.first)}."
        )


def _alike(what: str, alike: Alike) -> str:
    if not alike.documents:
        return f"- {what}: none across splits."
    texts = f" ({counted(alike.texts, 'text')})" if alike.texts is not None else ""
    of_train = ", ".join(f"{number(count)} of {split}" for split, count in alike.in_train.items() if count)
    said = f"- {what}: {number(alike.documents)} documents{texts} are in several splits"
    said += f"; of these {of_train} are in train as well" if of_train else ""
    brought = "official splits brought them all"
    if alike.not_official:
        brought = f"{number(alike.not_official)} of them without any official split, which is a fault"
    return f"{said}; {brought}. For instance {_named(alike.first)}."


def _named(ids: list[str]) -> str:
    return ", ".join(cell(id_) for id_ in ids)


def _seen(what: str, rows: str, seen: dict[str, Seen]) -> Iterator[list[object]]:
    for split, of in seen.items():
        share = f" ({of.rows_in_train / of.rows:.1%})" if of.rows else ""
        yield [
            split,
            what,
            of.all,
            of.in_train,
            f"{number(of.rows)} {rows}",
            f"{number(of.rows_in_train)}{share}",
        ]
