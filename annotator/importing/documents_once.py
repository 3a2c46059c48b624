"""Documents and answers in cells → rows, for tools that tell a document once for each annotator."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from annotator.importing import marks
from annotator.importing.columns import Columns
from annotator.importing.rows import Rejected, Row
from annotator.importing.values import Fault
from annotator.reading.exchange import Cells

Tell = Callable[[], tuple[Cells | None, list[Cells]]]


class DocumentsOnce:
    """Builds rows. A document that came before, the same, is left out; another one of its id is rejected."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._path, self._columns = path, columns
        self._seen: dict[str, str] = {}  # id → hash of its text

    def told(self, line: int, tell: Tell) -> Iterator[Row | Rejected]:
        """The rows of the document and the answers that `tell` gives, or of the Fault that it raises."""
        try:
            document, answers = tell()
        except Fault as fault:
            yield Rejected(str(self._path), line, fault.where, fault.reason)
        else:
            yield from self.rows(line, document, answers)

    def rows(
        self, line: int, document: Cells | None, answers: Iterable[Cells], *, path: Path | None = None
    ) -> Iterator[Row | Rejected]:
        """The rows of one document, from this line of the file, or of another file of the same folder.

        Without a document the answers are to items that are there already.
        """
        path = path or self._path
        if document is None:
            yield from (self._columns.build(path, line, answer) for answer in answers)
            return
        sha = marks.short_hash(document["text"])
        is_new = document["id"] not in self._seen
        if self._seen.setdefault(document["id"], sha) != sha:
            reason = f"document {document['id']!r} came before with another text: give one another id"
            yield Rejected(str(path), line, "text", reason)
            return
        if is_new:
            yield self._columns.build(path, line, document)
        for answer in answers:
            yield self._columns.build(path, line, answer)
