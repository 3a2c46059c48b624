"""Train, validation and test by whole documents, near-duplicates together.

A stored split goes before an official one, that before the split of near-duplicates, and only a group that
stands nowhere yet is given one: the one that `balance` chose for it or, in a project with very many new
ones, by a hash of its name and the project's seed. A group in several splits takes nobody in any more.
"""

import hashlib
from collections.abc import Iterator, Mapping, Set
from types import MappingProxyType

from annotator.reading import Document, Snapshot
from exporters import balance
from exporters.schema import SPLITS


def placed(snapshot: Snapshot) -> Iterator[tuple[Document, str | None]]:
    """Every document with its split; None for who is left out because it would leak wherever it went."""
    project, known = snapshot.project, snapshot.known_splits()
    shares, seed = project.shares, project.seed
    balanced = balance.balanced(snapshot.contents(), known=known, shares=shares, seed=seed)
    for document in snapshot.documents():
        yield document, assign(document, known=known, shares=shares, seed=seed, balanced=balanced)


def assign(
    document: Document,
    *,
    known: Mapping[str, Set[str]],
    shares: Mapping[str, float],
    seed: int,
    balanced: Mapping[str, str] = MappingProxyType({}),
) -> str | None:
    """The split of a document: stored, else official, else its group's, else a balanced one, else by hash.

    None if its near-duplicates stand in several splits: wherever it went, it would leak into another.
    """
    if document.split or document.official_split:
        return document.split or document.official_split
    standing = known.get(document.group, frozenset())
    if len(standing) > 1:
        return None
    given = next(iter(standing), None) or balanced.get(document.group)
    return given or by_hash(document.group, shares=shares, seed=seed)


def by_hash(group: str, *, shares: Mapping[str, float], seed: int) -> str:
    """One of the splits, each with the probability that is its share; always the same for a group.

    >>> by_hash("a", shares={"train": 1.0}, seed=0)
    'train'
    """
    digest = hashlib.sha256(f"{seed}\n{group}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    named = [split for split in SPLITS if shares.get(split)]
    for split in named:
        place -= shares[split]
        if place < 0:
            return split
    return named[-1]  # shares add up to 1 but for rounding
