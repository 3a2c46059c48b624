"""The names of what can be chosen of a release, for pages too: nothing is imported here."""

MAJORITY, DAWID_SKENE, MACE = "majority", "dawid_skene", "mace"
AGGREGATES = {
    "majority": MAJORITY,
    "dawid-skene": DAWID_SKENE,
    "mace": MACE,
}  # as asked → as `decided_by` has it
PROFILES = ("semeval2016", "vast", "xstance", "wtwt", "nli")  # keys of `profiles.PROFILES`
HELD_OUT = {kind: f"gold_by_{kind}" for kind in ("target", "holder", "document", "time")}  # kind → config
