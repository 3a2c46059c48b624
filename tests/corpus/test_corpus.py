"""The corpus, from its files alone: what a reader, an importer and a guideline may take for granted."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path

from annotator.domain.answer import Attribution, StanceFlag
from annotator.domain.naming import normalise

CORPUS = Path(__file__).parents[2] / "corpus"
TOPICS = {"desal": "ar", "fishing": "en", "halt": "en", "lithium": "es", "rentcap": "en", "reservoir": "en"}
RESERVED = {"author", "unspecified", "everyone"}
LABELS = {"FAVOR", "AGAINST", "MIXED", "NEUTRAL"}
AMBIGUOUS = {  # names of several entities, on purpose: nobody but a person decides
    "the ministry": {
        "desal-ministry",
        "fishing-skar-ministry",
        "fishing-tarn-ministry",
        "reservoir-water-ministry",
    },
    "the minister": {"fishing-osk", "reservoir-helena-voss"},
    "the union": {"fishing-quay-union", "rentcap-mbtu", "reservoir-farmers-union"},
    "el gobierno": {"lithium-provincial-government", "lithium-resources-ministry"},
    "la comunidad": {"lithium-aguas-moras", "lithium-tacuyoc"},
    "las comunidades": {"lithium-aguas-moras", "lithium-tacuyoc"},
    "los comuneros": {"lithium-aguas-moras", "lithium-tacuyoc"},
}
AMBIGUOUS_IN_A_DOCUMENT = {
    ("fishing-01", "both governments"): {"fishing-skarland", "fishing-tarnmark"},
    ("fishing-07", "both states"): {"fishing-skarland", "fishing-tarnmark"},
    ("fishing-07", "the two ministries"): {"fishing-skar-ministry", "fishing-tarn-ministry"},
}

Json = dict  # a line of a file


def test_documents_are_whole(documents):
    """An importer builds a document from its lines: a gap would shift every offset after it."""
    for name, rows in documents.items():
        assert [row["position"] for row in rows] == list(range(len(rows))), name
        assert [row["id"] for row in rows] == [f"{name}-{n:02d}" for n in range(len(rows))]
        assert rows[0]["type"] == "heading", name
        assert rows[0]["text"] == rows[0]["title"], name
        assert {row["type"] for row in rows} == {"heading", "body"}
        paragraphs = [row["paragraph"] for row in rows]
        assert paragraphs == sorted(paragraphs), name
        for row in rows:
            assert row["text"] == " ".join(row["text"].split()), row["id"]


def test_every_text_is_marked_as_synthetic_and_free(documents, posts, news, posts_project):
    """Nobody may take an invented report for news, or wonder whether it may be passed on."""
    for name, rows in documents.items():
        assert rows[0]["synthetic"] is True, name
        assert rows[0]["licence"] == "CC0-1.0", name
        assert rows[0]["language"] == TOPICS[rows[0]["topic"]], name
        assert all(rows[0][column] for column in ("author", "outlet", "published_at")), name
    assert {(post["synthetic"], post["licence"]) for post in posts} == {("true", "CC0-1.0")}
    assert "CC0-1.0" in (CORPUS / "LICENSE").read_text(encoding="utf-8")
    for project in (news, posts_project):
        assert "synthetic" in (project.name or "")
        assert project.licence == "CC0-1.0"


def test_the_corpus_is_as_large_as_promised(documents, segments, news, posts):
    """Demo, tests and the newcomer's first model live on these numbers."""
    body = [row for row in segments.values() if row["type"] == "body"]
    languages = Counter(documents[row["document"]][0]["language"] for row in body)
    assert {rows[0]["topic"] for rows in documents.values()} == TOPICS.keys()
    assert len(documents) >= 40
    assert len(body) >= 400
    assert languages["ar"] >= 60
    assert languages["es"] >= 60
    assert len(news.entities) >= 30
    assert len(posts) >= 300


def test_the_readme_counts_right(documents, segments, news, gold, posts):
    """A figure in a README is believed."""
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    counted = []
    for topic, language in TOPICS.items():
        body = [row["id"] for row in segments.values() if of(row["id"]) == topic and row["type"] == "body"]
        none = sum(not gold[item]["stances"] for item in body)
        stances = sum(len(gold[item]["stances"]) for item in body)
        texts = sum(rows[0]["topic"] == topic for rows in documents.values())
        counted.append((topic, language, texts, len(body), none, stances))
    for row in counted:
        assert "| " + " | ".join(map(str, row)) + " |" in readme
    total = [sum(column) for column in list(zip(*counted, strict=True))[2:]]
    assert "| all | | " + " | ".join(map(str, total)) + " |" in readme
    assert f"{len(news.entities)} entities" in readme
    assert f"{len(posts)} short posts" in readme


def test_every_sentence_is_judged_once_and_no_heading(segments, gold):
    """A sentence without a row would look as if nobody had judged it."""
    assert list(gold) == [item for item, row in segments.items() if row["type"] == "body"]
    assert len(gold) == count_lines("gold")
    assert len(segments) == count_lines("documents")


def test_every_tuple_names_registered_entities(gold, entities):
    """An import would register a misspelt key as a new entity."""
    for item, stance in stances(gold):
        keys = [stance["holder"], stance["target"], *stance.get("sources", ())]
        keys += [stance["voice"]] if "voice" in stance else []
        assert set(keys) <= entities.keys() | RESERVED, item
        assert stance["target"] not in RESERVED, item
        assert stance["holder"] in RESERVED or entities[stance["holder"]].kind == "actor", item
        assert stance["label"] in LABELS, item
        assert stance["attribution"] in set(Attribution), item
        assert set(stance.get("flags", ())) <= set(StanceFlag), item
        assert (stance["holder"] == "author") == (stance["attribution"] == "author"), item
        assert 0 < stance.get("confidence", 1) <= 1, item


def test_no_tuple_stands_twice(gold):
    """Holder, target and former are unique within an annotation: a second one would be refused."""
    for item, row in gold.items():
        found = [(s["holder"], s["target"], "former" in s.get("flags", ())) for s in row["stances"]]
        assert len(set(found)) == len(found), item


def test_opposite_poles_are_one_stance(gold, entities):
    """Agreement counts opposite poles as one unit: two tuples would be two votes."""
    for item, row in gold.items():
        former = [(s["holder"], "former" in s.get("flags", ()), s["target"]) for s in row["stances"]]
        for one, other in combinations(former, 2):
            if one[:2] == other[:2]:
                assert other[2] not in entities[one[2]].opposite_of, item
                assert one[2] not in entities[other[2]].opposite_of, item


def test_every_quoted_word_stands_once_in_its_segment(gold, segments, news):
    """Words that stand nowhere, or twice, have no offset; far ones were never shown to the annotator."""
    for item, stance in stances(gold):
        assert stance["rationales"], item
        for place, words in spans(item, stance):
            assert segments[place]["document"] == segments[item]["document"], item
            assert segments[place]["text"].count(words) == 1, (item, place, words)
            assert abs(segments[place]["position"] - segments[item]["position"]) <= news.context, item


def test_a_target_is_named_or_flagged_as_implicit(gold):
    """Otherwise nobody can tell an implicit target from a forgotten mention."""
    for item, stance in stances(gold):
        implicit = "implicit_target" in stance.get("flags", ())
        assert implicit != bool(stance.get("mentions", {}).get("target")), item


def test_a_voice_is_no_source_and_a_holder_is_neither(gold):
    """The chain would be one link too long."""
    for item, stance in stances(gold):
        assert stance.get("voice") not in [stance["holder"], *stance.get("sources", ())], item
        assert stance["holder"] not in stance.get("sources", ()), item


def test_a_voice_speaks_for_its_holder(gold, entities):
    """A voice of nobody's is most likely the holder of another stance."""
    for item, stance in stances(gold):
        if "voice" in stance:
            assert stance["holder"] in entities[stance["voice"]].speaks_for, item


def test_the_registry_is_complete(news, entities, gold):
    """Annotators choose from it: a target without poles, or an actor of no sort, cannot be judged."""
    for entity in news.entities:
        assert entity.name and entity.definitions, entity.key
        assert (entity.kind == "actor") == (entity.actor_type is not None), entity.key
        assert (entity.kind == "event") == (entity.happened_on is not None), entity.key
        assert (entity.kind in {"issue", "claim"}) == bool(entity.favor_means), entity.key
        assert {*entity.part_of, *entity.speaks_for, *entity.opposite_of} <= entities.keys(), entity.key
        assert all(entity.key in entities[other].opposite_of for other in entity.opposite_of), entity.key
    used = {s[end] for _, s in stances(gold) for end in ("holder", "target", "voice") if end in s}
    used |= {source for _, stance in stances(gold) for source in stance.get("sources", ())}
    assert entities.keys() - used == set()


def test_ambiguous_names_are_known(news, documents):
    """An ambiguous alias stops an import: it must be meant, not happen."""
    everywhere, local = defaultdict(set), defaultdict(set)
    for entity in news.entities:
        for name in (entity.name, *entity.names.values()):
            everywhere[normalise(name)].add(entity.key)
        for alias in entity.aliases:
            assert alias.document is None or alias.document in documents, (entity.key, alias)
            if alias.document:
                local[alias.document, normalise(alias.name)].add(entity.key)
            else:
                everywhere[normalise(alias.name)].add(entity.key)
    assert "" not in everywhere
    assert several(everywhere) == AMBIGUOUS
    assert several(local) == AMBIGUOUS_IN_A_DOCUMENT


def test_no_two_texts_are_alike(segments, posts):
    """Near-duplicates on two sides of a split flatter every model."""
    texts = {name: words(row["text"]) for name, row in segments.items() if row["type"] == "body"}
    texts |= {post["id"]: words(post["text"]) for post in posts}
    whole, runs = defaultdict(set), defaultdict(set)
    for name, text in texts.items():
        whole[tuple(text)].add(name)
        for start in range(len(text) - 6):
            runs[tuple(text[start : start + 7])].add(name)
    assert several(whole) == {}
    assert several(runs) == {}
    bags = {name: frozenset(text) for name, text in texts.items() if len(text) >= 5}
    for (one, left), (other, right) in combinations(bags.items(), 2):
        assert len(left & right) < 0.6 * len(left | right), (one, other)


def test_half_a_stance_points_to_its_other_half(gold):
    """Without the neighbour's words a trained model sees a bare "no"."""
    for item, row in gold.items():
        if "test:two-sentences" in marks(row):
            assert any(place != item for stance in row["stances"] for place, _ in spans(item, stance)), item


def test_not_interested_in_escalating_is_quoted(gold, segments):
    """The phrase the project was conceived on: somebody's words, in quotation marks, and a rationale."""
    said = [item for item, row in segments.items() if "not interested in escalating" in row["text"]]
    assert len(said) >= 3
    for item in said:
        assert "“not interested in escalating”" in segments[item]["text"]
        shown = [s for s in gold[item]["stances"] if "“not interested in escalating”" in s["rationales"]]
        assert [(s["target"], s["label"]) for s in shown] == [("regional-escalation", "AGAINST")], item


def test_posts_have_official_splits_with_every_label(posts, posts_project):
    """A label that training never met cannot be predicted; one that a test lacks is not measured."""
    found = {(post["target"], post["split"], post["label"]) for post in posts}
    targets = {entity.name for entity in posts_project.entities}
    assert found == {
        (target, split, label.name)
        for target in targets
        for split in ("train", "validation", "test")
        for label in posts_project.labels
    }
    assert len({post["id"] for post in posts}) == len(posts)
    assert all(post["text"] == " ".join(post["text"].split()) for post in posts)


def count_lines(folder: str) -> int:
    paths = (CORPUS / "open" / folder).iterdir()
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def stances(gold: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    return ((item, stance) for item, row in gold.items() for stance in row["stances"])


def spans(item: str, stance: Json) -> Iterator[tuple[str, str]]:
    """Segment and words of every rationale and mention."""
    for span in chain(stance["rationales"], *stance.get("mentions", {}).values()):
        yield (item, span) if isinstance(span, str) else (span["segment"], span["text"])


def marks(row: Json) -> list[str]:
    return row.get("comment", "").split()


def of(item: str) -> str:
    return item.partition("-")[0]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def several(found: dict) -> dict:
    return {name: keys for name, keys in found.items() if len(keys) > 1}
