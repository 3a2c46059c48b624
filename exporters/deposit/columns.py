"""columns.csv: a row for each column of each table."""

import csv
import io

from exporters.deposit import codebook, meanings
from exporters.deposit.known import Known

HEADINGS = ("table", "column", "type", "meaning", "filled", "rows")


def text(known: Known) -> str:
    """The whole of columns.csv."""
    written = io.StringIO(newline="")
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(HEADINGS)
    for table in codebook.tables(known, meanings.load()):
        total = sum(table.rows.values())
        rows.writerow([table.name, "split", "text", "train, validation or test", total, total])
        for column in table.columns:
            rows.writerow([table.name, column.name, column.type, column.meaning, column.filled, total])
    return "\ufeff" + written.getvalue()
