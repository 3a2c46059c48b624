"""A text that was rewritten, and from where in the original each of its characters comes."""

import re
from dataclasses import dataclass
from typing import Self

Span = tuple[int, int]


@dataclass(frozen=True)
class Aligned:
    """`text`, and for each of its characters the span of the original that it stands for."""

    text: str
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """The text as it was written."""
        return cls(text, tuple((place, place + 1) for place in range(len(text))))

    def sub(self, pattern: re.Pattern[str], replacement: str) -> Self:
        """As `pattern.sub` does with a replacement without escapes; its characters stand for all it replaced.

        >>> Aligned.of("so  good").sub(re.compile(r" +"), "_").spans[2]
        (2, 4)
        """
        text, spans, done = [], [], 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            text += [self.text[done:start], replacement]
            spans += [*self.spans[done:start], *[self.of_part(start, end)] * len(replacement)]
            done = end
        return type(self)("".join([*text, self.text[done:]]), (*spans, *self.spans[done:]))

    def lowered(self) -> Self:
        """In lower case; the two characters that one may become stand for that one.

        >>> Aligned.of("İ!").lowered().spans
        ((0, 1), (0, 1), (1, 2))
        """
        counts = [len(character.lower()) for character in self.text]
        spans = [span for span, n in zip(self.spans, counts, strict=True) for _ in range(n)]
        return type(self)(self.text.lower(), tuple(spans))

    def squeezed(self) -> Self:
        """As `" ".join(text.split())` does.

        >>> Aligned.of(" a  b ").squeezed()
        Aligned(text='a b', spans=((1, 2), (2, 4), (4, 5)))
        """
        single = self.sub(re.compile(r"\s+"), " ")
        start = len(single.text) - len(single.text.lstrip())
        end = max(start, len(single.text.rstrip()))
        return type(self)(single.text[start:end], single.spans[start:end])

    def of_part(self, start: int, end: int) -> Span:
        """The span of the original that `text[start:end]`, which is not empty, stands for."""
        return min(s for s, _ in self.spans[start:end]), max(e for _, e in self.spans[start:end])
