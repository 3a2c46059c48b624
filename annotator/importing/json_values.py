"""One JSON document with a list of objects, read one object at a time: memory holds one, whatever the file.

Source: https://www.rfc-editor.org/rfc/rfc8259
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from annotator.errors import BadInput
from annotator.importing.source import LONGEST, opened

PIECE = 1 << 16
SPACE = re.compile(r"\s*")


def objects(path: Path, encoding: str | None, what: str) -> Iterator[tuple[int, object]]:
    """Line and value of each part of a JSON list; a single object is taken for a list of one.

    Raises BadInput, with the line, where it is no JSON. `what` is what the message says was expected.
    """
    with opened(path, encoding) as file:
        reading = _Reading(path, file.read)
        first = reading.peek()
        if first == "{":
            yield reading.line, reading.value()
        elif first != "[":
            raise BadInput(path, f"expected {what}, not {first!r}", line=reading.line)
        else:
            reading.take("[")
            while reading.peek() != "]":
                yield reading.line, reading.value()
                if reading.peek() != "]":
                    reading.take(",")
            reading.take("]")
        if (more := reading.peek()) is not None:
            raise BadInput(
                path, f"goes on after its end with {more!r}: is it one document?", line=reading.line
            )


class _Reading:
    """The text from here on, fetched as it is needed."""

    def __init__(self, path: Path, read: Callable[[int], str]) -> None:
        self.line, self._column = 1, 0
        self._path, self._read = path, read
        self._text, self._ended = "", False
        self._decoder = json.JSONDecoder(parse_constant=self._no_constant)

    def peek(self) -> str | None:
        """The next character that is no space; None at the end."""
        while True:
            space = SPACE.match(self._text)
            self._pass(space.end() if space else 0)
            if self._text or not self._more():
                return self._text[:1] or None

    def take(self, mark: str) -> None:
        """Pass this mark."""
        found = self.peek()
        if found != mark:
            there = "the file ends: it is cut short" if found is None else f"there is {found!r}"
            raise BadInput(self._path, f"expected {mark!r} here, and {there}", line=self.line)
        self._pass(1)

    def value(self) -> object:
        """Pass one value and give it."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text)
            except json.JSONDecodeError as error:
                self._go_on(error)
            except RecursionError as error:
                raise BadInput(self._path, "is nested too deeply to be read", line=self.line) from error
            else:
                if end < len(self._text) or not self._more():  # a number may go on
                    self._pass(end)
                    return value

    def _go_on(self, error: json.JSONDecodeError) -> None:
        if len(self._text) > LONGEST:
            raise BadInput(self._path, f"has a part of more than {LONGEST:,} characters", line=self.line)
        if not self._more(max(PIECE, len(self._text))):
            line = self.line + error.lineno - 1
            cut = ". The file ends there: is it cut short?" if error.pos >= len(self._text.rstrip()) else ""
            column = error.colno + (self._column if error.lineno == 1 else 0)
            raise BadInput(self._path, f"is not JSON: {error.msg}{cut}", line=line, column=column)

    def _more(self, size: int = PIECE) -> bool:
        piece = self._read(size)
        self._text += piece
        return bool(piece)

    def _pass(self, end: int) -> None:
        self.line += self._text.count("\n", 0, end)
        last = self._text.rfind("\n", 0, end)
        self._column = end - last - 1 if last >= 0 else self._column + end
        self._text = self._text[end:]

    def _no_constant(self, constant: str) -> object:
        raise BadInput(self._path, f"holds {constant}, which is no number of JSON", line=self.line)
