"""What the proposals of the annotator's page are worth on corpus/open, whose gold says who holds what.

    python benchmarks/candidates.py

Recall is told of sentences in which the gold has stances: is the holder of a gold stance among the
sentence's proposals, is its holder with its target? Precision is told of proposals: does a gold stance of the
sentence have this holder (and this target, where the proposal names one)? Rules were written with documents
of odd numbers in view and not with those of even ones, so both are printed; the second is the figure to
believe, though its registry and its style are still the corpus's.
"""

import json
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from annotator.domain import Reserved
from annotator.domain.naming import normalise
from annotator.domain.proposing import Candidate, Entry, Names, propose

OPEN = Path(__file__).parents[1] / "corpus" / "open"
CONTEXT = 4  # sentences, as the corpus's project shows


@dataclass
class Sentence:
    """A sentence of the corpus with its gold stances as (holder, target)."""

    row: dict[str, Any]
    before: str
    language: str
    gold: set[tuple[str, str]]
    voices: set[str]

    @property
    def is_seen(self) -> bool:
        """Whether its document was before the eyes of who wrote the rules."""
        return int(self.row["document"][-2:]) % 2 == 1


def main() -> None:
    """Print recall and precision, by language and rule, and the time a sentence takes."""
    names, sentences = registry(), list(corpus())
    proposals = [propose(**asked(sentence), names=names) for sentence in sentences]
    for title, keep in (("seen (odd documents)", True), ("unseen (even documents)", False)):
        chosen = [(s, p) for s, p in zip(sentences, proposals, strict=True) if s.is_seen is keep]
        click.echo(f"\n{title}: {len(chosen)} sentences, {sum(len(s.gold) for s, _ in chosen)} gold stances")
        for language in ("en", "es", "ar", "all"):
            tell(language, [pair for pair in chosen if language in (pair[0].language, "all")])
        by_rule(chosen)
    speed(sentences, names)


def registry() -> Names:
    """The registry of the corpus's project file."""
    file = tomllib.loads((OPEN / "project.toml").read_text(encoding="utf-8"))
    entries, aliases = [], []
    for entity in file["entities"]:
        key, person = entity["key"], entity.get("actor_type") == "person"
        entries.append(
            Entry(key, entity.get("kind", "actor") == "actor", person, tuple(entity.get("speaks_for", ())))
        )
        for alias in [entity["name"], *entity.get("names", {}).values(), *entity.get("aliases", [])]:
            name, only = (alias, None) if isinstance(alias, str) else (alias["name"], alias.get("document"))
            aliases.append((normalise(name), key, only))
    return Names([*entries, *(Entry(str(each), is_actor=True) for each in Reserved)], aliases)


def corpus() -> Iterator[Sentence]:
    """The body sentences in reading order."""
    for path in sorted((OPEN / "documents").glob("*.jsonl")):
        gold = {row["item_id"]: row["stances"] for row in rows(OPEN / "gold" / path.name)}
        document: list[dict[str, Any]] = []
        language = ""
        for row in rows(path):
            document = document if document and document[0]["document"] == row["document"] else []
            language = row.get("language", language)
            stances = gold.get(row["id"], [])
            pairs = {(stance["holder"], stance["target"]) for stance in stances}
            voices = {stance["voice"] for stance in stances if stance.get("voice")}
            before = " ".join(each["text"] for each in document[-CONTEXT:])
            document.append(row)
            if row["type"] == "body":
                yield Sentence(row, before, language, pairs, voices)


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def asked(sentence: Sentence) -> dict[str, Any]:
    """What `propose` takes."""
    row = sentence.row
    return {
        "text": row["text"], "start": 0, "document": row["document"], "language": sentence.language,
        "speaker": row.get("speaker"), "before": sentence.before,
    }  # fmt: skip


def tell(name: str, chosen: list[tuple[Sentence, list[Candidate]]]) -> None:
    """One line of figures."""
    stances = [(pair, found) for sentence, found in chosen for pair in sentence.gold]
    holders = sum(pair[0] in {each.holder for each in found} for pair, found in stances)
    pairs = sum(pair in {(each.holder, each.target) for each in found} for pair, found in stances)
    others = [(pair, found) for pair, found in stances if pair[0] != Reserved.AUTHOR]
    named = sum(pair[0] in {each.holder for each in found} for pair, found in others)
    made = [(each, sentence) for sentence, found in chosen for each in found]
    right = sum(fits(each, sentence) for each, sentence in made)
    click.echo(
        f"  {name:4} recall: holder {share(holders, len(stances))}, holder other than the author "
        f"{share(named, len(others))}, holder and target {share(pairs, len(stances))}; "
        f"precision {share(right, len(made))}; {len(made) / max(len(chosen), 1):.2f} proposals a sentence, "
        f"{share(sum(bool(found) for _, found in chosen), len(chosen))} of the sentences have one"
    )


def by_rule(chosen: list[tuple[Sentence, list[Candidate]]]) -> None:
    """Precision of each rule, with how many of its holders are right at least."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence, found in chosen:
        for each in found:
            of = count[each.rule]
            of["made"] += 1
            of["right"] += fits(each, sentence)
            of["holder"] += each.holder in {holder for holder, _ in sentence.gold}
            of["ambiguous"] += each.holder is None
    for rule, of in sorted(count.items(), key=lambda pair: -pair[1]["made"]):
        click.echo(
            f"  {rule:14} {of['made']:4} made, holder right {share(of['holder'], of['made'])}, "
            f"all right {share(of['right'], of['made'])}, {of['ambiguous']} leave the holder to be chosen"
        )


def fits(candidate: Candidate, sentence: Sentence) -> bool:
    """Whether a gold stance has the proposal's holder, and its target where it names one."""
    return any(
        candidate.holder == holder and candidate.target in (None, target) for holder, target in sentence.gold
    )


def speed(sentences: list[Sentence], names: Names) -> None:
    """Time a sentence takes, over all of them, and of the slowest."""
    times = []
    for sentence in sentences * 3:
        began = time.process_time()
        propose(**asked(sentence), names=names)
        times.append((time.process_time() - began) * 1e3)
    times.sort()
    click.echo(
        f"\nCPU time a sentence: mean {sum(times) / len(times):.3f} ms, "
        f"median {times[len(times) // 2]:.3f} ms, "
        f"p99 {times[int(len(times) * 0.99)]:.3f} ms, with a registry of {len(names.entries)} entities"
    )


def share(part: int, whole: int) -> str:
    """A percentage with its counts."""
    return f"{100 * part / whole:.0f} % ({part}/{whole})" if whole else "– (0)"


if __name__ == "__main__":
    main()
