"""The names of a registry, ready to be found in texts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.proposing.words import Word


@dataclass(frozen=True, slots=True)
class Entry:
    """What proposals need to know of an entity."""

    key: str
    is_actor: bool
    is_person: bool = False
    speaks_for: tuple[str, ...] = ()  # keys


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name an entity. `key` is None where the name may mean several: a person decides.

    `first` and `last` are indexes of words; `start` and `end` code points.
    """

    key: str | None
    first: int
    last: int
    start: int
    end: int


Spelling = tuple[tuple[str, ...], str, str | None]  # words, key, external id of the only document


class Names:
    """An index of names by their first word and the one after it."""

    def __init__(self, entries: Iterable[Entry], aliases: Iterable[tuple[str, str, str | None]]) -> None:
        """`aliases` are (normalised name, key, external id of the only document where it holds)."""
        self.entries: Mapping[str, Entry] = {entry.key: entry for entry in entries}
        self._by_start: dict[tuple[str, ...], list[Spelling]] = defaultdict(list)
        for name, key, document in aliases:
            parts = tuple(part for part in name.split() if part.strip(_PUNCTUATION))
            if parts and key in self.entries:
                stripped = tuple(part.strip(_PUNCTUATION) for part in parts)
                self._by_start[stripped[:2]].append((stripped, key, document))
        self._firsts = frozenset(start[0] for start in self._by_start)

    def mentions(self, words: Sequence[Word], document: str | None) -> list[Mention]:
        """Where these words name entities, the longest name first, none inside another."""
        found, index = [], 0
        while index < len(words):
            mention = self._at(words, index, document)
            if mention is not None:
                found.append(mention)
            index = mention.last + 1 if mention is not None else index + 1
        return found

    def named(self, words: Sequence[Word], document: str | None) -> str | None:
        """The one entity that these words name from the first to the last."""
        mention = self._at(words, 0, document) if words else None
        return mention.key if mention is not None and mention.last == len(words) - 1 else None

    def _at(self, words: Sequence[Word], index: int, document: str | None) -> Mention | None:
        if self._firsts.isdisjoint(words[index].forms):
            return None
        following = words[index + 1].forms if index + 1 < len(words) else ()
        starts = (
            (form, *more) for form in words[index].forms for more in ((), *((each,) for each in following))
        )
        found = [
            spelling
            for start in starts
            for spelling in self._by_start.get(start, ())
            if spelling[2] in (None, document) and _follows(words, index, spelling[0])
        ]
        if not found:
            return None
        longest = max(len(parts) for parts, _, _ in found)
        own = [s for s in found if len(s[0]) == longest]
        keys = {key for _, key, only in own if only} or {key for _, key, _ in own}
        last = index + longest - 1
        key = keys.pop() if len(keys) == 1 else None
        return Mention(key, index, last, words[index].start, words[last].end)


def _follows(words: Sequence[Word], index: int, parts: tuple[str, ...]) -> bool:
    if len(parts) < 3:
        return True  # found by both
    following = words[index + 2 : index + len(parts)]
    return len(following) == len(parts) - 2 and all(
        part in word.forms for part, word in zip(parts[2:], following, strict=True)
    )


_PUNCTUATION = "()[]:;,!?¿¡،؛؟/&"
