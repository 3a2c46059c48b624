from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.reading import Document
from exporters import splits

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}
IDS = st.lists(st.text(max_size=5), unique=True, max_size=30)


def document(id_: str, **fields: object) -> Document:
    empty = dict.fromkeys(Document._fields) | {"id": id_, "group": id_, "text": "", "items": ()}
    return Document(**(empty | fields))


def assign(document: Document, **known: set[str]) -> str | None:
    return splits.assign(document, known=known, shares=SHARES, seed=7)


@given(before=IDS, added=IDS, seed=st.integers())
def test_a_split_stays_when_documents_are_added(before: list[str], added: list[str], seed: int) -> None:
    """A new import must not move a test document into training."""

    def fallen(ids: list[str]) -> dict[str, str | None]:
        found = (document(id_) for id_ in ids)
        return {each.id: splits.assign(each, known={}, shares=SHARES, seed=seed) for each in found}

    first, second = fallen(before), fallen(sorted({*before, *added}))

    assert first == {id_: second[id_] for id_ in before}


@given(group=st.text(), ids=IDS, seed=st.integers())
def test_no_group_is_on_two_sides(group: str, ids: list[str], seed: int) -> None:
    """A model must not be marked on a retweet of what it was trained on."""
    found = (document(id_, group=group) for id_ in ids)

    assert len({splits.assign(each, known={}, shares=SHARES, seed=seed) for each in found}) <= 1


def test_shares_hold_in_the_large() -> None:
    """Who asks for a fifth as test wants about a fifth."""
    counts = Counter(splits.by_hash(str(number), shares=SHARES, seed=1) for number in range(20_000))

    for split, share in SHARES.items():
        assert counts[split] / 20_000 == pytest.approx(share, abs=0.01)


def test_a_split_without_a_share_stays_empty() -> None:
    """A project that wants no validation split gets none."""
    shares = {"train": 0.5, "validation": 0.0, "test": 0.5}

    assert {splits.by_hash(str(n), shares=shares, seed=1) for n in range(200)} == {"train", "test"}


def test_stored_goes_before_official_before_near_duplicates() -> None:
    """A published split is what others compare their figures on."""
    assert assign(document("a", split="train", official_split="test")) == "train"
    assert assign(document("a", official_split="validation"), a={"test"}) == "validation"
    assert assign(document("b", group="a"), a={"test"}) == "test"


def test_a_document_between_two_splits_has_none() -> None:
    """Its near-duplicates are in training and in test: on either side it would leak."""
    assert assign(document("b", group="a"), a={"train", "test"}) is None
