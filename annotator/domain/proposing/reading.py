"""A sentence as rules see it: who is named where, which verbs there are, and whose each of them is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from annotator.domain.proposing.lexicon import Does, Lexicon
from annotator.domain.proposing.names import Mention, Names
from annotator.domain.proposing.words import Word, words

_QUOTE = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|(?<!\w)\"[^\"]*\"|(?<!\w)‘[^’]*’(?!\w)")
_ASIDE = re.compile(r"^\s*(?:\([^)]*\)\s*)?(?:,.*,)?[^,;:.]*$", re.DOTALL)
MOST_BETWEEN = 4  # words between a subject and its verb
MOST_ASIDE = 16  # words, where they are set off by commas
MOST_AFTER = 3  # words between a verb and the subject behind it


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the lexicon: the index of its word, and what it says."""

    index: int
    does: Does


class Reading:
    """One text, read with the lexicon of its language and the names of a registry."""

    def __init__(self, text: str, *, lexicon: Lexicon, names: Names, document: str | None) -> None:
        self.text, self.lexicon, self.names = text, lexicon, names
        self.document = document

    @cached_property
    def words(self) -> list[Word]:
        """Its words."""
        return words(self.text, self.lexicon.language)

    @cached_property
    def mentions(self) -> list[Mention]:
        """Who and what it names."""
        return self.names.mentions(self.words, self.document)

    @cached_property
    def quotes(self) -> list[tuple[int, int]]:
        """What stands between quotation marks, the marks included, in code points."""
        return [match.span() for match in _QUOTE.finditer(self.text)]

    @cached_property
    def verbs(self) -> list[Verb]:
        """The verbs of the lexicon, but for those inside a name."""
        inside = {i for mention in self.mentions for i in range(mention.first, mention.last + 1)}
        return [verb for i in range(len(self.words)) if i not in inside and (verb := self._verb(i))]

    @cached_property
    def subjects(self) -> list[tuple[Verb, Mention]]:
        """Each verb outside quotes whose subject is named, with it."""
        return list(self._subjects())

    def _subjects(self) -> Iterator[tuple[Verb, Mention]]:
        for verb in self.verbs:
            if self.is_quoted(self.words[verb.index].start):
                continue
            subject = self._behind(verb) if self.lexicon.drops_subjects else self._before(verb)
            subject = subject or (self._before(verb) if self.lexicon.drops_subjects else self._behind(verb))
            if subject is not None:
                yield verb, subject
        yield from self._according()

    def unnamed(self) -> Verb | None:
        """The first verb of saying or judging whose subject stands in the text before, if there is one."""
        named = {verb.index for verb, _ in self.subjects}
        for verb in self.verbs:
            before = [form for word in self.words[max(0, verb.index - 2) : verb.index] for form in word.forms]
            behind = [form for word in self.words[verb.index + 1 : verb.index + 2] for form in word.forms]
            by_pronoun = not self.lexicon.pronouns.isdisjoint(before + behind)
            alone = self.lexicon.drops_subjects and verb.index <= 1
            spoken = self.is_quoted(self.words[verb.index].start)
            if (
                verb.does is not Does.ACTS
                and verb.index not in named
                and not spoken
                and (by_pronoun or alone)
            ):
                return verb
        return None

    def is_quoted(self, offset: int) -> bool:
        """Whether a code point stands between quotation marks."""
        return any(start < offset < end for start, end in self.quotes)

    def speaks_for_itself(self) -> bool:
        """Whether a word outside quotes shows the writer: I, we, must."""
        return any(
            not self.is_quoted(word.start)
            for word in self.words
            if not self.lexicon.own.isdisjoint(word.forms)
        )

    def can_hold(self, mention: Mention) -> bool:
        """An actor, or a name that several may have."""
        return mention.key is None or self.names.entries[mention.key].is_actor

    def _verb(self, index: int) -> Verb | None:
        verbs = self.lexicon.verbs
        does = next((verbs[form] for form in self.words[index].forms if form in verbs), None)
        return Verb(index, does) if does is not None else None

    def _before(self, verb: Verb) -> Mention | None:
        at = self.words[verb.index].start
        near = [
            m
            for m in self.mentions
            if m.last < verb.index and self.can_hold(m) and not self.is_quoted(m.start)
        ]
        fitting = [
            mention for mention in reversed(near) if self._reaches(mention, verb, self.text[mention.end : at])
        ]
        return next((mention for mention in fitting if mention.key), fitting[0] if fitting else None)

    def _reaches(self, mention: Mention, verb: Verb, between: str) -> bool:
        many = verb.index - mention.last - 1
        if "," in between or "(" in between:
            return many <= MOST_ASIDE and _ASIDE.match(between) is not None
        return many <= MOST_BETWEEN and not any(sign in between for sign in ".;:—")

    def _behind(self, verb: Verb) -> Mention | None:
        if verb.does is not Does.SAYS and not self.lexicon.drops_subjects:
            return None  # "criticised X": X is the object
        for mention in self.mentions:
            gap = mention.first - verb.index - 1
            between = self.text[self.words[verb.index].end : mention.start]
            plain = not any(sign in between for sign in ',.;:“«"')
            if 0 <= gap <= MOST_AFTER and self.can_hold(mention) and plain:
                return mention
        return None

    def _according(self) -> Iterator[tuple[Verb, Mention]]:
        for phrase in self.lexicon.according:
            for index, word in enumerate(self.words[: -len(phrase)]):
                if phrase[0] not in word.forms:
                    continue
                last = index + len(phrase) - 1
                following = self.words[index + 1 : last + 1]
                if all(part in each.forms for part, each in zip(phrase[1:], following, strict=True)):
                    behind = [
                        m for m in self.mentions if 0 <= m.first - last - 1 <= MOST_AFTER and self.can_hold(m)
                    ]
                    yield from ((Verb(last, Does.SAYS), mention) for mention in behind[:1])
