"""From a sentence to proposals. A rule's name carries its version, which changes with what it finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from annotator.domain.answer import Attribution
from annotator.domain.proposing.lexicon import Does, lexicon
from annotator.domain.proposing.names import Mention, Names
from annotator.domain.proposing.reading import Reading, Verb
from annotator.domain.proposing.words import words
from annotator.domain.registry import Reserved

MOST = 5  # proposals a sentence
MOST_TARGETS = 2  # a holder

Place = tuple[int, int]  # code points of the document


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal: `holder` and `target` are keys; None where a person has to say who is meant.

    Places are spans in code points: of the words that name holder and target, and of the quotation.
    """

    rule: str
    holder: str | None
    target: str | None
    attribution: Attribution
    voice: str | None = None
    holder_place: Place | None = None
    target_place: Place | None = None
    rationale: Place | None = None


def propose(
    text: str,
    *,
    start: int,
    names: Names,
    document: str | None,
    language: str | None,
    speaker: str | None = None,
    before: str = "",
) -> list[Candidate]:
    """At most MOST proposals for a segment that begins at code point `start` of its document.

    `before` is the text before it, where pronouns find whom they mean. A language without a lexicon
    has no proposals.
    """
    known = lexicon(language)
    if known is None:
        return []
    proposing = _Proposing(
        Reading(text, lexicon=known, names=names, document=document),
        Reading(before, lexicon=known, names=names, document=document),
        names.named(words(speaker, known.language), document) if speaker else None,
    )
    found: dict[tuple[str | None, str | None], Candidate] = {}
    for candidate in proposing.candidates():
        found.setdefault((candidate.holder, candidate.target), _moved(candidate, start))
    return list(found.values())[:MOST]


@dataclass
class _Proposing:
    """One sentence, the text before it, and the key of who has the turn."""

    reading: Reading
    before: Reading
    speaker: str | None

    def candidates(self) -> Iterator[Candidate]:
        """The proposals of all rules, those most often right first."""
        reading = self.reading
        if self.speaker:
            yield from self._of(self.speaker, "turn/1", Attribution.DIRECT_QUOTE)
        for verb, subject in reading.subjects:
            yield from self._of(subject.key, "speech-verb/1", self._attribution(verb), subject)
        if not reading.subjects and not self.speaker:
            yield from self._unsaid()
        alone = not reading.subjects and not reading.quotes and not self.speaker
        if alone and (reading.speaks_for_itself() or self.before.speaks_for_itself()):
            yield from self._of(Reserved.AUTHOR, "author/1", Attribution.AUTHOR)
        actors = self._outside_quotes
        if alone and actors and actors[0].first <= 3 and len(reading.mentions) > 1:
            yield from self._of(actors[0].key, "alias/1", Attribution.INDIRECT, actors[0])

    def _unsaid(self) -> Iterator[Candidate]:
        """Where no verb has a subject that is named."""
        verb = self.reading.unnamed()
        actors = self._outside_quotes
        if verb is not None and self._earlier:
            yield from self._of(self._earlier, "pronoun/1", self._attribution(verb))
        elif self.reading.quotes and actors:
            yield from self._of(actors[0].key, "quote/1", self._attribution(None), actors[0])
        elif self.reading.quotes and self._earlier:
            yield from self._of(self._earlier, "quote/1", self._attribution(None))

    @cached_property
    def _outside_quotes(self) -> list[Mention]:
        reading = self.reading
        return [m for m in reading.mentions if reading.can_hold(m) and not reading.is_quoted(m.start)]

    @cached_property
    def _earlier(self) -> str | None:
        """Who spoke last in the text before."""
        spoke = [m for verb, m in self.before.subjects if m.key and verb.does is not Does.ACTS]
        return max(spoke, key=lambda mention: mention.start).key if spoke else None

    def _of(
        self, holder: str | None, rule: str, attribution: Attribution, named: Mention | None = None
    ) -> Iterator[Candidate]:
        """What one holder may stand towards. Who speaks for somebody may be only the voice."""
        quote = max(self.reading.quotes, key=lambda span: span[1] - span[0], default=None)
        first = Candidate(rule, holder, None, attribution)
        if named is not None:
            first = replace(first, holder_place=(named.start, named.end))
        if attribution is not Attribution.ACT and attribution is not Attribution.AUTHOR:
            first = replace(first, rationale=quote)
        for key, voice in self._speaking(holder):
            targets = self._targets({key, voice, holder}, named)
            towards = replace(first, holder=key, voice=voice)
            yield from (replace(towards, target=each, target_place=place) for each, place in targets)
            if not targets:
                yield towards

    def _speaking(self, key: str | None) -> list[tuple[str | None, str | None]]:
        """(holder, voice): the person, the one that the person speaks for, or both where nothing tells."""
        entry = self.reading.names.entries.get(key or "")
        if entry is None or not entry.is_person or len(entry.speaks_for) != 1:
            return [(key, None)]
        whole = entry.speaks_for[0]
        return [(whole, key), (key, None)]

    def _targets(
        self, besides: Iterable[str | None], holder: Mention | None
    ) -> list[tuple[str, Place | None]]:
        """What the sentence names, issues and events first; else the last of these before it."""
        reading, entries = self.reading, self.reading.names.entries
        others = {m.key: m for m in reversed(reading.mentions) if m.key and m.key not in besides}
        after = holder.start if holder is not None else 0
        ranked = sorted(
            others.values(), key=lambda m: (entries[m.key or ""].is_actor, m.start < after, m.start)
        )
        return [(m.key or "", (m.start, m.end)) for m in ranked[:MOST_TARGETS]] or self._carried(besides)

    def _carried(self, besides: Iterable[str | None]) -> list[tuple[str, Place | None]]:
        entries = self.reading.names.entries
        about = [m.key for m in self.before.mentions if m.key and not entries[m.key].is_actor]
        return [(about[-1], None)] if about else []

    def _attribution(self, verb: Verb | None) -> Attribution:
        """How the words come into the text: a quotation that makes up most of it is direct."""
        if verb is not None and verb.does is Does.ACTS:
            return Attribution.ACT
        if not self.reading.quotes:
            return Attribution.INDIRECT
        quoted = sum(end - start for start, end in self.reading.quotes)
        return Attribution.DIRECT_QUOTE if 2 * quoted >= len(self.reading.text) else Attribution.MIXED_QUOTE


def _moved(candidate: Candidate, start: int) -> Candidate:
    """In code points of the document instead of the segment."""

    def moved(place: Place | None) -> Place | None:
        return (place[0] + start, place[1] + start) if place is not None else None

    return replace(
        candidate,
        holder_place=moved(candidate.holder_place),
        target_place=moved(candidate.target_place),
        rationale=moved(candidate.rationale),
    )
