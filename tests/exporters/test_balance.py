"""Each split gets its share of targets and labels."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotator.reading import Content
from exporters.balance import balanced

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}
STANCES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["FAVOR", "AGAINST"]), st.integers(1, 3)), max_size=2
)
CONTENTS = st.lists(
    st.builds(
        Content,
        st.integers(0, 12).map(str),
        st.sampled_from([None, None, "train", "test"]),
        st.sampled_from([None, None, "test"]),
        STANCES.map(tuple),
    ),
    max_size=30,
)


def content(group: str, target: str = "a", label: str = "FAVOR", **fields: str) -> Content:
    return Content(group, fields.get("split"), fields.get("official"), ((target, label, 1),))


def share_out(contents: list[Content], **options: object) -> dict[str, str]:
    return balanced(contents, **({"known": {}, "shares": SHARES, "seed": 3} | options))


def test_each_split_has_its_share_of_every_target_and_label() -> None:
    """A target that is nowhere in test cannot be scored, however large the dataset is."""
    pairs = [(f"t{target}", label) for target in range(10) for label in ("FAVOR", "AGAINST")]
    given = share_out([content(f"{pair}{n}", *pair) for pair in pairs for n in range(10)])

    counts = Counter((split, group[:-1]) for group, split in given.items())
    for pair in pairs:
        for split, share in SHARES.items():
            assert abs(counts[split, str(pair)] - 10 * share) <= 1, (pair, split)


def test_what_stands_already_is_made_up_for() -> None:
    """The first release had all of a label in training: the next documents of it go elsewhere."""
    stored = [content(f"s{n}", split="train") for n in range(70)]

    assert "train" not in share_out(stored + [content(f"n{n}") for n in range(30)]).values()


def test_an_official_split_is_not_made_up_for() -> None:
    """Its authors chose its shares: new documents are not all thrown to the side that they left empty."""
    official = [content(f"s{n}", official="train") for n in range(500)]

    assert Counter(share_out(official + [content(f"n{n}") for n in range(10)]).values()) == Counter(
        train=7, validation=1, test=2
    )


@given(contents=CONTENTS, seed=st.integers())
def test_only_groups_that_stand_nowhere_are_given_a_split(contents: list[Content], seed: int) -> None:
    """Balance may steer what is new, and nothing that was published."""
    known = {str(n): {"test"} for n in range(4)}
    new = {each.group for each in contents if not (each.split or each.official_split)} - known.keys()

    assert share_out(contents, known=known, seed=seed).keys() == new


@given(contents=CONTENTS, data=st.data())
def test_the_order_of_documents_does_not_matter(contents: list[Content], data: st.DataObject) -> None:
    """Two databases may hand the same documents out in two orders."""
    assert share_out(data.draw(st.permutations(contents))) == share_out(contents)


def test_very_many_groups_are_left_to_chance() -> None:
    """A project of millions must not fill memory for what chance does as well."""
    contents = [content(f"{n}") for n in range(6)]

    assert share_out(contents, most=5) == {}
    assert len(share_out(contents, most=6)) == 6
