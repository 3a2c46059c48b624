"""Real data through `standpoint import`: what is stored, held against what it must be.

    python benchmarks/real_data.py DATA_DIR [SET…]

DATA_DIR holds the folders semeval2016-task6a, gwsd, seesaw, news-article and perspectrum. For each, a
project file is written and the command line is called as anybody would call it, in a database of its own
that is thrown away. Prints a line for each figure, what it is and what it must be, and the seconds of the
imports; exits 1 if one differs. Figures stand in the data sets' readmes or are counted from the files; the
segments of news and the rows of perspectrum were seen once by eye and only guard against change.

Whoever counts the empty sentences of seesaw as judged finds 4,653 answers, 2,553 of them without a stance.
An empty sentence is no segment and has no item: 4,343 and 2,243 are stored.
"""

import csv
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import sqlalchemy as sa

Figure = tuple[str, object, object]  # name, found, wanted

ITEMS = "SELECT count(*) FROM item"
ANNOTATIONS = "SELECT count(*) FROM annotation WHERE kind = 'annotation'"
GOLD = "SELECT count(*) FROM annotation WHERE kind = 'gold'"
PEOPLE = "SELECT count(DISTINCT annotator_id) FROM annotation WHERE kind = 'annotation'"
SPLITS = "SELECT official_split, count(*) FROM document GROUP BY official_split ORDER BY official_split"
TYPES = "SELECT type, count(*) FROM segment GROUP BY type ORDER BY type"
NOT_THE_SPAN = (
    'SELECT count(*) FROM segment s JOIN document d ON d.id = s.document_id WHERE s."end" > length(d.text) '
    "OR trim(substr(d.text, s.start + 1, s.\"end\" - s.start), ' ' || char(10)) "
    '<> substr(d.text, s.start + 1, s."end" - s.start)'
)


class Project:
    """A project in a database of its own; `told` is all that the imports printed."""

    def __init__(self, folder: Path, slug: str, file: str) -> None:
        self.slug, self.database = slug, f"sqlite:///{folder / f'{slug}.db'}"
        self.told, self.seconds = "", 0.0
        description = folder / f"{slug}.toml"
        description.write_text(f'slug = "{slug}"\n{file}', encoding="utf-8")
        self.run("init")
        self.run("project", "create", str(description))

    def imports(self, *arguments: object) -> str:
        """What an import printed."""
        start = time.perf_counter()
        told = self.run("import", self.slug, *map(str, arguments))
        self.seconds += time.perf_counter() - start
        self.told += told
        return told

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """What the database answers."""
        engine = sa.create_engine(self.database)
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(sa.text(query))]
        engine.dispose()
        return rows

    def count(self, query: str) -> object:
        """The one figure that the database answers with."""
        return self.ask(query)[0][0]

    def run(self, *arguments: str) -> str:
        """What `standpoint` printed when it was called with these arguments."""
        command = [sys.executable, "-c", "from annotator.cli import main; main()"]
        done = subprocess.run(
            [*command, "--database", self.database, *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise click.ClickException(f"standpoint {' '.join(arguments)}: {done.stderr}")
        return done.stdout


def semeval(data: Path, folder: Path) -> Iterator[Figure | Project]:
    """Three files, one a split; the labels are gold."""
    project = Project(folder, "semeval", 'kind = "directed"')
    for name, split in (("train", "train"), ("val", "validation"), ("test", "test")):
        project.imports(data / "semeval2016-task6a" / f"{name}.csv", "--split", split)
    yield project
    yield "splits", project.ask(SPLITS), [("test", 1249), ("train", 2620), ("validation", 294)]
    yield "gold answers", project.count(GOLD), 4163
    yield "targets", project.count("SELECT count(DISTINCT target_id) FROM item"), 5


def gwsd(data: Path, folder: Path) -> Iterator[Figure | Project]:
    """Eight annotators an item, in a second file."""
    project = Project(folder, "gwsd", 'kind = "directed"\noverlap = 8')
    project.imports(data / "gwsd" / "items.csv", data / "gwsd" / "annotations.csv")
    yield project
    yield "items", project.count(ITEMS), 2300
    yield "annotations", project.count(ANNOTATIONS), 18400
    yield "annotators", project.count(PEOPLE), 400


def seesaw(data: Path, folder: Path) -> Iterator[Figure | Project]:
    """Pre-segmented articles, tuples of several coders, and who read what."""
    alias = '[[entities]]\nkey = "unspecified"\naliases = ["Not in the list"]'
    project = Project(folder, "seesaw", f'kind = "open"\n{alias}')
    project.imports(data / "seesaw" / "sentences.csv")
    project.imports(data / "seesaw" / "stances.csv")
    project.imports(data / "seesaw" / "coders.csv", "--kind", "coverage")
    yield project
    yield "documents", project.count("SELECT count(*) FROM document"), 92
    yield "segments", project.ask(TYPES), [("body", 2661)]
    yield "168 empty texts are told", "168 empty texts skipped" in project.told, True
    yield "distinct tuples", project.count("SELECT count(*) FROM stance"), 2881
    yield "1 duplicate row is told", "1 duplicate row dropped" in project.told, True
    yield "annotators", project.count(PEOPLE), 6
    judged, silent = _read_by_hand(data / "seesaw")
    yield "annotations", project.count(ANNOTATIONS), judged
    yield "of which without stance", project.count(_WITHOUT_STANCE), silent
    yield "unspecified holds", project.count(_UNSPECIFIED) != 0, True
    yield "“Not in the list” is no entity", project.count(_NOT_IN_THE_LIST), 0


def _read_by_hand(folder: Path) -> tuple[int, int]:
    """(answers, those without a stance), from the files: a coder judged every sentence that has words."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    with_words = Counter(row["document"] for row in rows("sentences.csv") if row["text"].strip())
    judged = sum(with_words[row["document"]] for row in rows("coders.csv"))
    with_stance = {(row["item_id"], row["annotator"]) for row in rows("stances.csv")}
    return judged, judged - len(with_stance)


_WITHOUT_STANCE = (
    "SELECT count(*) FROM annotation a WHERE NOT EXISTS (SELECT 1 FROM stance s WHERE s.annotation_id = a.id)"
)
_UNSPECIFIED = "SELECT count(*) FROM stance s JOIN entity e ON e.id = s.holder_id WHERE e.key = 'unspecified'"
_NOT_IN_THE_LIST = "SELECT count(*) FROM entity WHERE name = 'Not in the list'"


def news(data: Path, folder: Path) -> Iterator[Figure | Project]:
    """One scraped page, as it really arrives."""
    project = Project(folder, "news", 'kind = "open"')
    told = project.imports(data / "news-article" / "article.txt")
    yield project
    yield "segments", project.ask(TYPES), [("body", 24), ("boilerplate", 2), ("heading", 4)]
    first = project.ask("SELECT type FROM segment ORDER BY position LIMIT 1")
    last = project.ask("SELECT type FROM segment ORDER BY position DESC LIMIT 1")
    yield "crawl line and footer", first + last, [("boilerplate",), ("boilerplate",)]
    yield "items", project.count(ITEMS), 24
    yield "the accent is repaired and told", "→ 'chargé'" in told, True
    yield "… in the text", project.count("SELECT count(*) FROM document WHERE text LIKE '%chargé%'"), 1


def perspectrum(data: Path, folder: Path) -> Iterator[Figure | Project]:
    """Pairs of claim and perspective, with a split column; some pairs stand twice."""
    project = Project(folder, "perspectrum", 'kind = "directed"')
    told = project.imports(data / "perspectrum" / "pairs.csv")
    yield project
    yield "items", project.count(ITEMS), 11805
    yield "17 rows twice are told", "17 duplicate rows dropped" in told, True
    yield "gold answers", project.count(GOLD), 11805


SETS: dict[str, Callable[[Path, Path], Iterator[Figure | Project]]] = {
    "semeval": semeval,
    "gwsd": gwsd,
    "seesaw": seesaw,
    "news": news,
    "perspectrum": perspectrum,
}


@click.command()
@click.argument("data", metavar="DATA_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", metavar="[SET…]", nargs=-1, type=click.Choice(list(SETS)))
def main(data: Path, names: tuple[str, ...]) -> None:
    """Import the data sets below DATA_DIR, and hold what is stored against what it must be."""
    wrong = 0
    for name in names or SETS:
        with tempfile.TemporaryDirectory() as folder:
            wrong += _check(name, SETS[name](data, Path(folder)))
    if wrong:
        raise click.ClickException(f"{wrong} figures differ")


def _check(name: str, figures: Iterator[Figure | Project]) -> int:
    project = next(figures)
    assert isinstance(project, Project)
    click.echo(f"{name}: imported in {project.seconds:.1f} s")
    common = ("segments that are not their span", project.count(NOT_THE_SPAN), 0)
    wrong = 0
    for what, found, wanted in [*figures, common]:  # type: ignore[misc]
        differs = found != wanted
        wrong += differs
        click.echo(f"  {'WRONG' if differs else 'right'}  {what}: {found}" + f", wanted {wanted}" * differs)
    return wrong


if __name__ == "__main__":
    main()
