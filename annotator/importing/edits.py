"""A text and what was changed in it: edits upon edits, all told in offsets of the raw text."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """`text[start:end]` becomes `after`."""

    start: int
    end: int
    after: str
    kind: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after these edits, which are sorted and do not overlap."""
    parts: list[str] = []
    done = 0
    for edit in edits:
        parts += (text[done : edit.start], edit.after)
        done = edit.end
    return "".join((*parts, text[done:]))


def compose(earlier: list[Edit], text: str, later: list[Edit]) -> list[Edit]:
    """One list of edits on the raw text for two that follow each other.

    `earlier` made `text` out of the raw text, `later` is told in offsets of `text`. Edits that overlap
    become one, of both kinds; those that only touch stay apart.
    """
    gap = 0  # an offset of the raw text minus the same place in `text`
    clusters: list[list[tuple[int, int, Edit, bool]]] = []
    end = -1
    for start, stop, edit, is_earlier in sorted(_placed(earlier) + _placed_later(later)):
        if start < end:
            clusters[-1].append((start, stop, edit, is_earlier))
        else:
            clusters.append([(start, stop, edit, is_earlier)])
        end = max(end, stop)
    composed = []
    for cluster in clusters:
        first, last = cluster[0][0], max(stop for _, stop, _, _ in cluster)
        before, after = [c[2] for c in cluster if c[3]], [c[2] for c in cluster if not c[3]]
        inside = [edit._replace(start=edit.start - first, end=edit.end - first) for edit in after]
        raw_start = first + gap
        gap += sum(edit.end - edit.start - len(edit.after) for edit in before)
        kinds = dict.fromkeys(kind for edit in (*before, *after) for kind in edit.kind.split(", "))
        composed.append(Edit(raw_start, last + gap, apply(text[first:last], inside), ", ".join(kinds)))
    return composed


def _placed(earlier: list[Edit]) -> list[tuple[int, int, Edit, bool]]:
    """Earlier edits with the places where their results now stand."""
    placed, gap = [], 0
    for edit in earlier:
        start = edit.start - gap
        placed.append((start, start + len(edit.after), edit, True))
        gap += edit.end - edit.start - len(edit.after)
    return placed


def _placed_later(later: list[Edit]) -> list[tuple[int, int, Edit, bool]]:
    return [(edit.start, edit.end, edit, False) for edit in later]
