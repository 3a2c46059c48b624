"""The share of a pool that chance alone puts in line, beside what an order prefers.

An order by a model's doubt asks about hard items first: what is answered early is no picture of the whole.
So a share of the items is drawn by seed, whoever answers them, and spread through the order. An item's part
in it is the level of the arm `NAME:order=…` that goes out with each answer; figures counted on the level
`control` are those of a random sample. Only what is lent under the order gets an arm of it.
"""

from dataclasses import dataclass
from typing import Any

from annotator.domain import User
from annotator.domain.workforce import Ruled
from annotator.store import pacing

KEY = "ordering"  # in a project's settings
CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Control:
    """What is drawn while an order is in force."""

    name: str  # "queue-3"
    method: str
    share: float
    seed: int
    after: int  # id of the last lease before it
    factor = "order"

    def is_drawn(self, item: str) -> bool:
        """Whether the item, by its external id, is of the control share."""
        return pacing.number(self.seed, "control", self.name, item) < self.share

    def level(self, user: User, item: str) -> str:
        """What the arm says; the same for everybody."""
        return CONTROL if self.is_drawn(item) else self.method


def of(project: Ruled) -> Control | None:
    """That of the order in force; None where no order with a control share is."""
    said = project.settings.get(KEY)
    if not isinstance(said, dict) or not said.get("control"):
        return None
    return made(said)


def made(said: dict[str, Any]) -> Control:
    """From what the settings say."""
    return Control(said["name"], said["method"], said["control"], said["seed"], said["after"])
