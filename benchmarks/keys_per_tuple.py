"""How many keys a stance takes at the seat: 100 sentences of corpus/open with stances, in a real Chromium.

    python -m benchmarks.keys_per_tuple

A simulated annotator knows the gold and presses the page's real keys. For each stance she takes the cheapest
path that a person would see: "again" where the page says that it repeats this very stance, a proposal that
names its holder and target, a digit where the list shows the entity, else one key to the next nine and a
digit there, else the fewest letters of a word of its name (and steps down the list) after which Enter takes
it. She does not know who the next nine are before she has turned to them: a key in vain counts too. Every key
counts, Shift as one more. The key that ends a sentence is told apart: it is one a sentence, however many
stances that has.

The ranking of the list was tuned on the first three texts of each topic: `--from 4 --to 10` measures it on
the others.

Measured are keys, what the database stored, and how long the page is busy with a key (from keydown to the end
of its handlers; drawing comes on top). Modelled is the time of a person, by the keystroke-level model: 0.28 s
a key of an average typist and 1.35 s to think once a stance. Reading the sentence is in neither.

Source: S. K. Card, T. P. Moran and A. Newell 1980, https://doi.org/10.1145/358886.358895.
"""

import json
import statistics
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Page
from sqlmodel import Session, col, select

from annotator.config import Settings
from annotator.domain import Annotation, Entity, Item, Label, Reserved, Role, project_file
from annotator.importing.load import load, read_all
from annotator.importing.options import Options
from annotator.store import accounts, engine, projects
from annotator.web import create_app
from tests.services import chromium, web

OPEN = Path(__file__).parents[1] / "corpus" / "open"
KEY = 0.28  # s
THINKING = 1.35  # s, once a stance
PAGES = 2  # of the list that she looks at before she types
BUSY = """
() => {
  window.busy = []
  document.addEventListener("keydown", () => { window.began = performance.now() }, { capture: true })
  window.addEventListener("keydown", () => { window.busy.push(performance.now() - window.began) })
}
"""
SEEN = """
() => {
  const text = (part, within = document) => within.querySelector(part)?.textContent ?? ""
  const rows = (part) => [...document.querySelectorAll(part)].filter((row) => row.checkVisibility())
  return {
    item: document.querySelector("annotation-seat").item?.id,
    again: document.querySelector("[data-act=again]").checkVisibility() ? text("[data-last]") : "",
    options: rows(".option").map((row) => text("[data-name]", row)),
    proposals: rows(".proposal").map((row) => [
      text("[data-fill=holder]", row), text("[data-fill=target]", row), text("kbd", row)]),
  }
}
"""
NEXT = """
(item) => {
  const seat = document.querySelector("annotation-seat")
  return seat.item ? seat.item.id !== item : seat.dataset.state === "done"
}
"""
SHORTEST = """
([name, role]) => { // the fewest letters of one of the name's words, and steps down from there
  const { registry, item } = document.querySelector("stance-form")
  const ways = name.toLowerCase().split(/ /).flatMap((_, first, words) => {
    const rest = words.slice(first).join(" ")
    return [...rest].map((_, length) => {
      const letters = [...rest].slice(0, length + 1).join("")
      const found = registry.search(letters, item, role)
      return [letters, found.findIndex(({ entity }) => registry.name(entity.key, "en") === name)]
    })
  })
  const cost = ([letters, steps]) => [...letters].length + steps
  const open = ways.filter(([letters, steps]) => steps >= 0 && registry.exact(letters, item, role).length < 2)
  return open.sort((one, two) => cost(one) - cost(two))[0]
}
"""
Tuple = tuple[str, str, str]  # holder, label, target


@dataclass
class Tally:
    """What was pressed: the keys of each stance and the ways in which they were found."""

    keys: list[int] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)
    ends: int = 0  # keys that ended a sentence
    given: dict[str, set[Tuple]] = field(default_factory=dict)


@click.command()
@click.option("--sentences", default=100, show_default=True, help="Sentences with stances to label.")
@click.option("--from", "first", default=1, show_default=True, help="First text of each topic.")
@click.option("--to", "last", default=3, show_default=True, help="Last text of each topic.")
def main(sentences: int, first: int, last: int) -> None:
    """Print the keys a stance takes, without proposals and with them."""
    for proposals in (False, True):
        with (
            tempfile.TemporaryDirectory() as folder,
            seat(Path(folder), range(first, last + 1), proposals=proposals) as (page, database),
        ):
            tally = Annotator(page).label(sentences)
            page.wait_for_function("() => !document.querySelector('annotation-seat').outbox.waiting.length")
            wrong = sum(stored(database, item) != given for item, given in tally.given.items())
            tell(tally, page.evaluate("() => window.busy"), proposals=proposals, wrong=wrong)


@contextmanager
def seat(folder: Path, texts: range, *, proposals: bool) -> Iterator[tuple[Page, Any]]:
    """A page at a fresh project with these texts of each topic, by number."""
    settings = Settings(database=f"sqlite:///{folder}/keys.db")
    made = engine.create(settings.database)
    engine.migrate(made)
    made.dispose()
    app = create_app(settings)
    database = app.extensions["standpoint_engine"]
    token = fill(database, folder, texts, proposals=proposals)
    with web.serving(app) as address, chromium.running() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/sign-in/{token}")
        page.goto(f"{address}/projects/news/annotate")
        page.locator(".option").first.wait_for()
        page.wait_for_function("() => !document.querySelector('candidate-list:not(:defined)')")
        page.evaluate(BUSY)
        yield page, database
    database.dispose()


def fill(database: Any, folder: Path, texts: range, *, proposals: bool) -> str:
    """Import the texts; the token of a sign-in link."""
    chosen = []
    for path in sorted((OPEN / "documents").glob("*.jsonl")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if number(line) in texts]
        chosen.append(folder / path.name)
        chosen[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = project_file.read(OPEN / "project.toml").model_copy(update={"candidates": proposals})
    with engine.writing(database) as session:
        ada = accounts.add_user(session, "ada")
        project = projects.create(session, file)
        projects.join(session, project, ada, Role.ANNOTATOR)
        options = Options()
        load(session, project, *read_all(chosen, options), options)
        return accounts.sign_in_link(session, ada)


def number(line: str) -> int:
    """The number of a segment's document within its topic."""
    return int(json.loads(line)["document"][-2:])


class Annotator:
    """Knows the gold and what is on the screen, and presses keys."""

    def __init__(self, page: Page) -> None:
        file = tomllib.loads((OPEN / "project.toml").read_text(encoding="utf-8"))
        self.page = page
        self.names = {e["key"]: e.get("names", {}).get("en", e["name"]) for e in file["entities"]}
        self.names |= {
            Reserved.AUTHOR: "The author",
            Reserved.UNSPECIFIED: "Somebody unnamed",
            Reserved.EVERYONE: "Everyone",
        }
        self.labels = {label["name"]: label["key"] for label in file["labels"]}
        self.gold = {
            row["item_id"]: [(s["holder"], s["label"], s["target"]) for s in row["stances"]]
            for path in (OPEN / "gold").glob("*.jsonl")
            for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        }

    def label(self, sentences: int) -> Tally:
        """Label items as they come until so many of them had a stance."""
        tally = Tally()
        while len(tally.given) < sentences and (item := self.page.evaluate(SEEN)["item"]):
            given: dict[tuple[str, str], Tuple] = {}
            for stance in self.gold[item]:
                if (stance[0], stance[2]) not in given:  # the second one would be a former view
                    given[stance[0], stance[2]] = stance
                    keys, way = self.add(*stance)
                    tally.keys.append(keys)
                    tally.ways[way] += 1
            if given:
                tally.given[item] = set(given.values())
            self.press("Space" if given else "x")
            tally.ends += 1
            self.page.wait_for_function(NEXT, arg=item)
        return tally

    def add(self, holder: str, label: str, target: str) -> tuple[int, str]:
        """Add one stance; the number of keys and the way."""
        seen = self.page.evaluate(SEEN)
        names = self.names[holder], self.names[target]
        if seen["again"] == f"{names[0]} → {label} → {names[1]}":
            return self.press("e"), "again"
        proposed = next((key for *pair, key in seen["proposals"] if tuple(pair) == names), None)
        if proposed is not None:
            self.press(f"Shift+Digit{proposed[-1]}")
            return 2 + self.press(self.labels[label]), "proposal"
        keys = self.find(names[0]) + self.find(names[1])
        way = "digits" if keys == 2 else "a digit of the next nine" if keys == 3 else "more keys"
        return keys + self.press(self.labels[label]), way

    def find(self, name: str) -> int:
        """Choose an entity by its digit, here or among the next nine, else by letters."""
        keys = 0
        for page in range(PAGES):
            options = self.page.evaluate(SEEN)["options"]
            if name in options:
                return keys + self.press(str(options.index(name) + 1))
            if page < PAGES - 1 and self.page.locator("[data-act=more]").is_visible():
                keys += self.press("y")
        role = "target" if self.page.locator("[data-prompt=target]").is_visible() else "holder"
        letters, steps = self.page.evaluate(SHORTEST, [name, role])
        self.press("a")
        self.page.keyboard.insert_text(letters)
        for _ in range(steps):
            self.press("ArrowDown")
        return keys + 1 + len(letters) + steps + self.press("Enter")

    def press(self, key: str) -> int:
        """One key."""
        self.page.keyboard.press(key)
        return 1


def stored(database: Any, item: str) -> set[Tuple]:
    """What the database holds for an item."""
    with Session(database) as session:
        query = select(Annotation).join(Item, col(Item.id) == col(Annotation.item_id))
        annotation = session.exec(query.where(Item.external_id == item)).one()

        def key(entity: int) -> str:
            found = session.get(Entity, entity)
            return found.key if found is not None else ""

        def name(label: int) -> str:
            found = session.get(Label, label)
            return found.name if found is not None else ""

        return {(key(s.holder_id), name(s.label_id), key(s.target_id)) for s in annotation.stances}


def tell(tally: Tally, busy: list[float], *, proposals: bool, wrong: int) -> None:
    """Print what was counted, measured and modelled."""
    keys = sorted(tally.keys)
    mean = statistics.mean(keys)
    few = sum(n <= 4 for n in keys) / len(keys)
    busy = sorted(busy)
    click.echo(
        f"\n{'with' if proposals else 'without'} proposals: {len(tally.given)} sentences, {len(keys)} stances"
    )
    click.echo(
        f"  counted   keys a stance: mean {mean:.2f}, median {statistics.median(keys):g}, "
        f"p90 {keys[int(0.9 * len(keys))]}, fewest {keys[0]}; at most four: {few:.0%} of the stances"
    )
    click.echo(f"  counted   ways: {', '.join(f'{way} {n}' for way, n in tally.ways.most_common())}")
    click.echo(
        f"  counted   {wrong} of these sentences stored otherwise than given; one more key ends a sentence"
    )
    click.echo(
        f"  measured  the page is busy {statistics.mean(busy):.1f} ms a key "
        f"(median {statistics.median(busy):.1f}, "
        f"p99 {busy[int(0.99 * len(busy))]:.1f}), {mean * statistics.mean(busy) / 1e3:.3f} s a stance"
    )
    click.echo(
        f"  modelled  {mean * KEY + THINKING:.2f} s a stance of an average typist: "
        f"{mean:.2f} keys × {KEY} s + {THINKING} s to think, without reading"
    )


if __name__ == "__main__":
    main()
