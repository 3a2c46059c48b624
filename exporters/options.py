"""What can be chosen of a release; release.json, the database and the card tell the same choices."""

from dataclasses import dataclass

from annotator.errors import Invalid
from exporters.choices import AGGREGATES, HELD_OUT, PROFILES


@dataclass(frozen=True)
class Options:
    """How a release is made. What is left as it is here is not told in release.json, but for `aggregate`.

    Raises
    ------
    Invalid
        If there is no such way to aggregate, no such profile, or nothing of that name to hold out.
    """

    aggregate: str = "majority"  # a key of AGGREGATES
    profile: str | None = None  # a key of PROFILES: gold in this published format, too
    hold_out: str | None = None  # a key of HELD_OUT: gold once more, what is tested unseen in training
    withhold_text: bool = False  # offsets and hashes instead of texts
    deposit: bool = False  # a zip file for a research archive, too
    scan: bool = False  # e-mail addresses, phone numbers and handles in the texts are counted

    def __post_init__(self) -> None:
        if self.aggregate not in AGGREGATES:
            raise Invalid(f"{self.aggregate!r} is no way to aggregate; there is: {', '.join(AGGREGATES)}.")
        if self.profile is not None and self.profile not in PROFILES:
            raise Invalid(f"{self.profile!r} is no profile; there is: {', '.join(PROFILES)}.")
        if self.hold_out is not None and self.hold_out not in HELD_OUT:
            raise Invalid(f"{self.hold_out!r} cannot be held out; what can: {', '.join(HELD_OUT)}.")

    @property
    def decided_by(self) -> str:
        """What decides where people differ: a word of `schema.DECIDED_BY`."""
        return AGGREGATES[self.aggregate]

    def as_json(self) -> dict[str, object]:
        """The choices for release.json and the database."""
        chosen = {
            "aggregate": self.aggregate,
            "profile": self.profile,
            "hold_out": self.hold_out,
            "withhold_text": self.withhold_text or None,
            "deposit": self.deposit or None,
            "scan": self.scan or None,
        }
        return {name: value for name, value in chosen.items() if value is not None}


PLAIN = Options()
