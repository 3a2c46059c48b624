"""Which encoding a file is in: UTF-8, unless it says otherwise; never a guess that nobody confirmed.

UTF-8 is read strictly, because a wrong guess stays in the data for ever and looks almost right. Where
it does not hold, the error names the place and charset-normalizer's guess, with how the line would read,
and the person decides.
"""

import codecs
from pathlib import Path
from typing import NamedTuple

from charset_normalizer import from_bytes

from annotator.errors import BadInput

MARKS = {  # the longer first: UTF-32's mark begins with UTF-16's
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CHUNK = 65_536  # bytes
AROUND = 30  # characters quoted on each side


class Place(NamedTuple):
    """Where one stands in a file."""

    line: int = 1
    column: int = 1  # code points
    line_start: int = 0  # bytes from the beginning of the file
    offset: int = 0  # bytes from the beginning of the file

    def after(self, text: str, raw: bytes) -> "Place":
        """Further on by `text`, which came from `raw`."""
        offset = self.offset + len(raw)
        if ends := text.count("\n"):
            column, start = len(text) - text.rfind("\n"), self.offset + raw.rfind(b"\n") + 1
            return Place(self.line + ends, column, start, offset)
        return Place(self.line, self.column + len(text), self.line_start, offset)


def by_mark(head: bytes) -> str:
    """The encoding that a byte order mark tells, else UTF-8."""
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), "utf-8")


def unmarked_wide(head: bytes) -> str | None:
    """UTF-16, where every other byte is NUL and no mark says so."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    most = len(head) * 0.4
    if odd > most and not even:
        return "utf-16-le"
    return "utf-16-be" if even > most and not odd else None


def wrong(path: Path, encoding: str) -> BadInput:
    """The error for a file that is not in this encoding: place, guess and way out."""
    place = find(path, encoding)
    if place is None:
        return BadInput(path, f"is not {encoding}")
    with path.open("rb") as file:
        file.seek(place.offset)
        reason = f"byte 0x{file.read(1).hex().upper()} (offset {place.offset:,}) is not {encoding}"
        file.seek(max(0, place.offset - CHUNK // 2))
        around = file.read(CHUNK)
        file.seek(max(place.line_start, place.offset - CHUNK // 2))
        line = file.read(place.offset - file.tell() + AROUND * 2)
    best = from_bytes(around).best()
    if best is None:
        way_out = "if you know its encoding, name it: --encoding cp1252"
    else:
        way_out = f"it may be {best.encoding}, a guess that would read «{_excerpt(line, best.encoding)}»: "
        way_out += f"if that is right, say --encoding {best.encoding}; else try cp1252"
    return BadInput(path, f"{reason}; {way_out}", line=place.line, column=place.column)


def find(path: Path, encoding: str) -> Place | None:
    """The first byte that the encoding does not allow; None if there is none. Memory stays flat."""
    decoder = codecs.getincrementaldecoder(encoding)()
    place, kept = Place(), b""  # bytes that the decoder holds back for the next chunk
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                return place.after(good.decode(encoding, errors="ignore"), good)
            except UnicodeError:
                return None  # UTF-16 without its mark
            left = decoder.getstate()[0]
            whole = kept + chunk
            place, kept = place.after(text, whole[: len(whole) - len(left)]), left
            if not chunk:
                return None


def _excerpt(line: bytes, encoding: str) -> str:
    """The end of these bytes as the guess reads them, on one line."""
    text = line.decode(encoding, errors="replace").splitlines() or [""]
    return text[0][-3 * AROUND :].strip()
