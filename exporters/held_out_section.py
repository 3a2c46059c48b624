"""What the card says of gold in other splits: what is held out, how much, and what had to be left out."""

from exporters.holding_out import DOCUMENT, HOLDER, MEANINGS, TARGET, TIME, HeldOut
from exporters.markdown import Code, table

SAID = {
    TARGET: "no target of a split, nor its opposite, is in another, so a model is asked about targets it "
    "never saw",
    HOLDER: "no holder of a split is in another, so a model is asked about people that it never saw",
    DOCUMENT: "groups of near-duplicates are shared out afresh, whatever split they were published with",
    TIME: "train is before validation and validation before test, so a model is asked about what comes later "
    "than all it saw",
}
GROUPS = {TARGET: "targets", HOLDER: "holders", DOCUMENT: "groups of texts"}
BY_HASH = (
    "A group falls by a hash of its name and the project's seed: in a later release new ones move no old "
)
BY_HASH += "ones, unless a split had none before."
BY_CUTS = "The cuts are drawn by the shares of dated rows, and move when texts are added."


def text(held: HeldOut) -> str:
    """A section of the card."""
    what = "from" if held.kind == TIME else GROUPS[held.kind]
    of = held.cuts if held.kind == TIME else held.groups
    rows = [[split, count, of.get(split, "the beginning")] for split, count in held.rows.items()]
    stable = BY_CUTS if held.kind == TIME else BY_HASH
    parts = [
        f"## Held out by {held.kind}",
        f"The config `{held.config}` has the rows of `gold` in other splits: {SAID[held.kind]}. No text has "
        "rows in two of its splits, nor have near-duplicates.",
        table(["split", "gold stances", what], rows),
        f"{stable} What a model reaches here is not to be compared with what it reaches on `gold`: another "
        "test, and other training.",
    ]
    if held.left_out:
        left_out = [[Code(reason), count, MEANINGS[reason]] for reason, count in held.left_out.items()]
        parts += ["Of `gold` it leaves out:", table(["reason", "gold stances", "meaning"], left_out)]
    return "\n" + "\n\n".join(parts) + "\n"
