"""Names of folders and files for annotators and documents, whatever these are called."""

import re
from pathlib import Path

NOBODY = "unanswered"  # texts without an answer


class Places:
    """A folder for each annotator. No two share one, also where file systems do not tell case apart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, str] = {}  # annotator → folder
        self._taken: set[str] = set()

    def of(self, annotator: str, number: int, document: str) -> Path:
        """The path, without a suffix, for this annotator's answers to the document, the number-th."""
        if annotator not in self._names:
            self._names[annotator] = self._new(annotator)
        place = self._folder / self._names[annotator]
        place.mkdir(exist_ok=True)
        return place / f"{number:06d}-{safe(document)}"

    def _new(self, annotator: str) -> str:
        name, count = safe(annotator), 1
        while name.casefold() in self._taken:
            count += 1
            name = f"{safe(annotator)}-{count}"
        self._taken.add(name.casefold())
        return name


def safe(name: str) -> str:
    """The name in letters, digits, hyphens and underscores alone, and not too long.

    >>> safe("bo ☕/../x")
    'bo-x'
    """
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "x"
