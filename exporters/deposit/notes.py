"""README.txt, which names each file, and LICENSE.txt, which says what is known and what is not."""

from exporters.deposit.known import Known
from exporters.markdown import number

FILES = {
    "README.txt": "this file",
    "LICENSE.txt": "under which licence the texts are, and what has yet to be decided",
    "gold.csv": "the stances that hold, a row each",
    "items.csv": "the questions that were put to annotators, judged or not",
    "annotations.csv": "every answer of every annotator, under pseudonyms, a row a stance",
    "documents.csv": "the texts",
    "columns.csv": "a row for each column of these tables: type, meaning, cells that are filled",
    "codebook.html": "columns, labels, holders and targets, with meanings and counts; opens in a browser",
    "data_statement.md": "what is known of the texts, the speakers and the annotators; to be completed",
    "methods.md": "a methods paragraph, every figure counted",
    "methods.tex": "the same in LaTeX",
    "reliability.tex": "the reliability table in LaTeX, with intervals",
    "agreement.json": "all figures of agreement, with intervals",
    "CITATION.cff": "how to cite the data",
    "recompute_alpha.py": "recomputes Krippendorff's alpha from the CSV; needs Python and nothing else",
    "SHA256SUMS": "the hash of every other file, for sha256sum -c SHA256SUMS",
}
CITED = "CITATION.cff"
HELD_OUT = "the rows of gold in other splits, between which nothing of that kind is shared"


def readme(known: Known) -> str:
    """The whole of README.txt."""
    tables = [f"{config}.csv" for config in known.counts]
    uncited = {} if known.project.authors else {CITED: f"{FILES[CITED]}; the authors are to be written"}
    files = FILES | uncited | {name: HELD_OUT for name in tables if name not in FILES}
    width = max(map(len, files)) + 2
    listed = "".join(f"{name:<{width}}{text}\n" for name, text in files.items())
    withheld = WITHHELD if known.is_withheld else ""
    return f"{known.title}\n{'=' * len(known.title)}\n\n{listed}\n{CSV}{withheld}"


CSV = """\
The tables are CSV as RFC 4180 has it, in UTF-8 with a byte order mark. Null is an empty cell, and so is an
empty text. Lists, spans and stances are JSON. Offsets count Unicode code points in the text of the document.
A cell that a spreadsheet would take for a formula begins with an apostrophe that is not of the data; the
column "escaped" names the columns of the row in which there is one.

The files data_statement.md, CITATION.cff and LICENSE.txt say "to be written" where only you know the answer.
"""
WITHHELD = """
The texts are withheld: their columns are empty, and offsets tell where their parts stand. Who has the texts
can put them back into the release that this deposit belongs to, with "standpoint rehydrate".
"""


def licence(known: Known) -> str:
    """The whole of LICENSE.txt."""
    stated = sorted(known.figures.licences.items())
    listed = "".join(
        f"  {' '.join(name.split()) or 'not stated'}: {number(count)}\n" for name, count in stated
    )
    return (
        "Licences of the texts, by number of documents; the column licence of documents.csv has each one's, "
        "where the\ndocument states its own:\n\n"
        f"{listed}\n"
        "To be written: under which licence are the annotations, tables and files of this deposit published? "
        "The data\ndo not say. The texts keep the licences above, whatever you decide.\n"
    )
