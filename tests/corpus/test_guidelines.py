"""The guidelines, against the gold and the posts that they cite."""

import re
from collections import defaultdict

import pytest

Json = dict  # a line of a file


def test_guidelines_show_gold_for_every_decision_test(news, gold):
    """A rule is learnt from sentences; a cited one that is gone, or shows another rule, teaches nothing."""
    marked = defaultdict(set)
    for item, row in gold.items():
        for mark in re.findall(r"test:([a-z-]+)", row.get("comment", "")):
            marked[mark].add(item)
    shown = {}
    for section in re.split(r"^### ", news.guidelines_text, flags=re.M)[1:]:
        mark = re.search(r"`([a-z-]+)`$", section.splitlines()[0])[1]
        shown[mark] = set(item_ids(re.search(r"^Gold: .*$", section, flags=re.M)[0]))
        assert len(re.findall(r"^- ", section, flags=re.M)) == 2, f"{mark} has no pair"
        assert shown[mark] <= marked[mark], f"{mark}: {shown[mark] - marked[mark]}"
    assert shown.keys() == marked.keys()
    assert min(map(len, shown.values())) >= 3
    assert set(item_ids(news.guidelines_text)) <= gold.keys()


@pytest.mark.parametrize(
    ("mark", "shows"),
    [
        ("bad-news", lambda stances: not stances),
        ("act", lambda stances: any(s["attribution"] == "act" for s in stances)),
        ("nested-sources", lambda stances: any(s.get("sources") for s in stances)),
        ("ambivalent", lambda stances: any(s["label"] in {"MIXED", "NEUTRAL"} for s in stances)),
        ("hedged", lambda stances: "hedged" in flags(stances)),
        ("former", lambda stances: "former" in flags(stances)),
        ("ironic", lambda stances: "ironic" in flags(stances)),
        ("conditional", lambda stances: {"conditional", "hypothetical"} & flags(stances)),
        ("author-stance", lambda stances: any(s["holder"] == "author" for s in stances)),
        ("threat", lambda stances: any(s["label"] == "AGAINST" for s in stances)),
    ],
)
def test_a_model_case_shows_its_rule(gold, mark, shows):
    """A sentence that is marked as a model and decided otherwise contradicts the guidelines."""
    assert [i for i, row in gold.items() if f"test:{mark}" in marks(row) and not shows(row["stances"])] == []


def test_posts_guidelines_show_training_posts_only(posts, posts_project):
    """Annotators and models must not learn from the test split."""
    shown = re.findall(r"`([a-z]+-[a-z]+-\d{3})`", posts_project.guidelines_text)
    assert shown
    assert set(shown) <= {post["id"] for post in posts if post["split"] == "train"}


def flags(stances: list[Json]) -> set[str]:
    return {flag for stance in stances for flag in stance.get("flags", ())}


def marks(row: Json) -> list[str]:
    return row.get("comment", "").split()


def item_ids(text: str) -> list[str]:
    return re.findall(r"`([a-z]+-\d\d-\d\d)`", text)
