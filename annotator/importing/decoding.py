"""Which encoding a file is in: UTF-8, unless it says otherwise; never a guess that nobody confirmed.

UTF-8 is read strictly, because a wrong guess stays in the data for ever and looks almost right. Where
it does not hold, the error names the place and charset-normalizer's guesses, each with how the line
would read, and the person decides.
"""

import codecs
from pathlib import Path
from typing import NamedTuple

from annotator.errors import BadInput

MARKS = {  # the longer first: UTF-32's mark begins with UTF-16's
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CHUNK = 65_536  # bytes
AROUND = 30  # bytes quoted after the place; twice as many before it
USUAL = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "mac_roman"]
USUAL += ["gb18030", "shift_jis", "big5", "euc_kr"]


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
        file.seek(max(place.line_start, place.offset - 2 * AROUND))
        line = file.read(place.offset - file.tell() + AROUND).splitlines()[0]
    readings: dict[str, list[str]] = {}
    for name in _likely(around):
        readings.setdefault(_excerpt(line, name), []).append(name)
    told = "; ".join(f"{' or '.join(names)} would read «{text}»" for text, names in readings.items())
    return BadInput(
        path,
        f"{reason}. {told}. Choose what reads right: --encoding NAME",
        line=place.line,
        column=place.column,
    )


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


def _likely(sample: bytes) -> list[str]:
    """Up to three encodings, best first; cp1252 is always among them, being the commonest by far."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - for what is not UTF-8, which is rare

    guesses = [guess.encoding for guess in from_bytes(sample, cp_isolation=USUAL)]
    return list(dict.fromkeys((*guesses[:2], "cp1252")))


def _excerpt(line: bytes, encoding: str) -> str:
    """What these bytes would be, on one line."""
    return " ".join(line.decode(encoding, errors="replace").split())
