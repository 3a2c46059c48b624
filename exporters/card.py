"""README.md of a release: the header that the Hub reads, and a card whose numbers are all counted.

Source: https://huggingface.co/docs/hub/datasets-cards and …/datasets-manual-configuration.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from datasets import DatasetInfo, SplitDict, SplitInfo
from datasets.info import DatasetInfosDict
from huggingface_hub import DatasetCardData
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from annotator.reading import MODEL, Project
from exporters import (
    agreement_figures,
    audit_section,
    citing,
    demographics_section,
    gold,
    held_out_section,
    personal_section,
    profile_section,
    schema,
)
from exporters.figures import Figures
from exporters.findings import Findings
from exporters.markdown import Code, escaped, lowered, number, table
from exporters.parquet import Tables

TARGETS = 30  # in the table; the others are summed up
MORE = "all others"
SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
)
HUB_LICENCES = frozenset(
    {"apache-2.0", "mit", "gpl-3.0", "pddl", "odc-by", "odbl", "cc0-1.0", "cc-by-3.0", "cc-by-4.0"}
    | {"cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0"}
    | {"cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0"}
)
CONFIGS = {
    "gold": "a stance that holds: item, holder, target",
    "items": "an item, judged or not",
    "annotations": "an answer and a stance of it",
    "documents": "a text",
} | {config: f"the same as in gold, by {kind}" for kind, config in schema.HELD_OUT.items()}
MEANINGS = {
    gold.NO_ANNOTATION: "nobody has answered the item",
    gold.CANNOT_JUDGE: "who answered could not judge",
    gold.NO_STANCE: "judged, and no stance found",
    gold.TIE: "no label has the votes",
    gold.MINORITY: "somebody saw a stance, most did not",
    gold.RETIRED: "the item was taken out of the project",
    gold.BRIDGES_SPLITS: "near-duplicates of its document stand in several splits",
    "training": "an item for practice",
    "check": "an item to check annotators with, without a gold standard",
}


def text(
    project: Project, figures: Figures, tables: Tables, found: Findings, *, aggregate: str, more: str = ""
) -> str:
    """The whole of README.md; `more` is its last section."""
    card = _card(project, figures, tables, found, aggregate)
    sections = [
        held_out_section.text(found.held_out) if found.held_out else "",
        profile_section.text(found.profile) if found.profile else "",
        citing.section(project),
        demographics_section.text(figures.demographics) if figures.demographics else "",
        personal_section.text(figures.personal) if figures.personal else "",
        more,
    ]
    return f"---\n{_header(project, figures, tables)}\n---\n\n{card}{''.join(sections)}"


def _header(project: Project, figures: Figures, tables: Tables) -> str:
    header = DatasetCardData(
        pretty_name=" ".join(project.name.split()),
        language=sorted({language for code in figures.languages if (language := _iso_639(code))}) or None,
        task_categories=["text-classification"],
        tags=["stance-detection", "standpoint"],
        size_categories=_size(figures.gold.total()),
        configs=[_config(config, tables) for config in tables.configs if tables.written(config)],
    )
    infos = {config: _info(config, tables) for config in tables.configs if tables.written(config)}
    for field, value in _licence(figures).items():
        header[field] = value
    DatasetInfosDict(infos).to_dataset_card_data(header)
    return str(header.to_yaml()).strip()


def _card(project: Project, figures: Figures, tables: Tables, found: Findings, aggregate: str) -> str:
    report = found.report
    people = figures.people()
    models = sorted(name for name in figures.annotators if name.startswith(MODEL))
    written = {config: sum(splits.values()) for config, splits in tables.rows().items()}
    targets = _most_frequent(figures)
    return _template().render(
        name=escaped(project.name),
        description=project.description.strip(),
        gold=written["gold"],
        items=written["items"],
        documents=written["documents"],
        answers=figures.kinds.total(),
        annotators=len(people),
        simulated=len(project.simulated & people),
        models=", ".join(map(escaped, models)),
        sizes=_sizes(tables),
        labels=table(["label", "polarity", "definition"], project.labels),
        by_target=_by_target(project, figures, targets),
        more_targets=len(targets[TARGETS:]),
        directed=project.kind == "directed",
        aggregate=aggregate,
        agreement=agreement_figures.sentence(report),
        agreement_table=agreement_figures.told(report),
        distance=agreement_figures.distances(report),
        ceiling=agreement_figures.ceiling(found.ceiling),
        decided_by=table(["decided by", "stances"], _known(figures.decided_by, schema.DECIDED_BY)),
        left_out=_left_out(figures),
        official=figures.official,
        audit=audit_section.text(found.audit),
        kinds=_kinds(figures),
        judges=table(["judges", "items"], sorted(figures.judges.items())),
        languages=_by_name("language", figures.languages),
        licences=_by_name("licence", figures.licences),
        limits=list(_limits(figures)),
        guidelines=lowered(project.guidelines or "", 2),
        guidelines_version=project.guidelines_version,
    )


def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("exporters"),
        autoescape=False,  # noqa: S701 - this is Markdown; what people wrote goes through `escaped`
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = number
    return environment.get_template("card.md")


def _config(config: str, tables: Tables) -> dict[str, object]:
    files = [
        {"split": split.name, "path": f"data/{config}/{split.name}-*.parquet"}
        for split in tables.written(config)
    ]
    is_default = {"default": True} if config == "gold" else {}
    return {"config_name": config, **is_default, "data_files": files}


def _info(config: str, tables: Tables) -> DatasetInfo:
    splits = SplitDict()
    for split in tables.written(config):
        splits.add(SplitInfo(split.name, num_bytes=split.bytes, num_examples=split.rows))
    on_disk = sum(shard.stat().st_size for split in tables.written(config) for shard in split.shards)
    return DatasetInfo(
        features=tables.features[config],
        splits=splits,
        download_size=on_disk,
        dataset_size=sum(split.bytes for split in tables.written(config)),
    )


def _licence(figures: Figures) -> dict[str, str]:
    """What the Hub knows by name, "other" with the name, or "unknown"; several are all named."""
    names = sorted(name for name in figures.licences if name)
    known = [name.strip().lower().replace(" ", "-") for name in names]
    if len(names) == 1 and known[0] in HUB_LICENCES and len(figures.licences) == 1:
        return {"license": known[0]}
    if not names:
        return {"license": "unknown"}
    return {"license": "other", "license_name": "; ".join(names)[:200]}


def _iso_639(code: str) -> str | None:
    """The language of a BCP 47 tag as the Hub wants it: "pt" of "pt-BR"."""
    primary = code.replace("_", "-").split("-")[0].lower()
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) else None


def _size(rows: int) -> list[str]:
    return [next((name for limit, name in SIZES if rows < limit), "n>10M")]


def _sizes(tables: Tables) -> str:
    rows = [
        [Code(config), meaning, *(tables.rows()[config].get(split, 0) for split in schema.SPLITS)]
        for config, meaning in CONFIGS.items()
        if config in tables.configs
    ]
    return table(["config", "a row is", *schema.SPLITS], rows)


def _most_frequent(figures: Figures) -> list[str]:
    counts: Counter[str] = Counter()
    for (target, _, _), count in figures.gold.items():
        counts[target] += count
    return sorted(counts, key=lambda target: (-counts[target], target))


def _by_target(project: Project, figures: Figures, targets: Sequence[str]) -> str:
    labels = [label.name for label in project.labels]
    shown, others = targets[:TARGETS], set(targets[TARGETS:])
    sums: dict[tuple[str, str], list[int]] = {}
    for name in [*shown, *([MORE] if others else [])]:
        for split in schema.SPLITS:
            of = others if name == MORE else {name}
            counts = [sum(figures.gold[target, split, label] for target in of) for label in labels]
            if any(counts):
                sums[name, split] = counts
    rows = [[target, split, *counts, sum(counts)] for (target, split), counts in sums.items()]
    return table(["target", "split", *labels, "all"], rows)


def _left_out(figures: Figures) -> str:
    if not figures.left_out:
        return ""
    rows = [[Code(reason), count, MEANINGS[reason]] for reason, count in figures.reasons().items()]
    return table(["reason", "candidates", "meaning"], rows)


def _kinds(figures: Figures) -> str:
    special = {
        "of these: implied, a document judged and nothing named": figures.implied,
        "of these: repeated, to measure consistency": figures.repeats,
        "of these: surplus, kept and not counted": figures.surplus,
        "of these: could not judge": figures.cannot_judge,
    }
    rows = [*sorted(figures.kinds.items()), *((name, count) for name, count in special.items() if count)]
    return table(["answers", "n"], rows)


def _by_name(what: str, counts: Counter[str]) -> str:
    rows = [(name or "not stated", count) for name, count in sorted(counts.items())]
    return table([what, "documents"], rows)


def _known(counts: Counter[str], names: Sequence[str]) -> list[tuple[str, int]]:
    return [(name, counts[name]) for name in names if counts[name]]


def _limits(figures: Figures) -> Iterator[str]:
    """What a reader of the figures should know before they trust them."""
    judged = sum(count for judges, count in figures.judges.items() if judges)
    single, imported = figures.judges[1], figures.decided_by[gold.IMPORTED]
    if single:
        yield f"{number(single)} of {number(judged)} judged items have one judge: no disagreement could show."
    if imported:
        yield f"{number(imported)} gold stances were imported: how they were decided is told by their source."
    if ties := figures.left_out[gold.TIE]:
        yield f"{number(ties)} candidates are left out as ties: gold is easier than the texts are."
    if not (figures.licences.keys() - {""}):
        yield "No licence is stated for the texts: ask their source before you pass them on."
