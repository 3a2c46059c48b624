"""Which key of the keyboard does what at the annotator's seat.

A key is a physical position, as `KeyboardEvent.code` names it ("KeyZ", "Digit1", "Shift+KeyW"). The default
map is for one hand: the left one on the letters, the right one on the mouse; what lies far from it has a
second key near it.
"""

from dataclasses import dataclass

DEFAULT: dict[str, tuple[str, ...]] = {
    "submit": ("Space", "Enter"),
    "none": ("KeyX", "Digit0"),
    "cannot": ("KeyC",),
    "skip": ("KeyS",),
    "undo": ("KeyZ", "KeyU"),
    "again": ("KeyE",),  # the last stance once more
    "find": ("KeyA",),
    "drop": ("Backspace",),
    "details": ("KeyD",),
    "flag": ("KeyF",),
    "comment": ("KeyM",),
    "ask": ("KeyQ",),
    "rationale": ("KeyR",),
    "holder": ("KeyH",),
    "target": ("KeyT",),
    "wider": ("KeyW",),
    "narrower": ("Shift+KeyW",),
    "document": ("KeyV",),
    "history": ("KeyB",),
    "guidelines": ("KeyG",),
    "precedents": ("KeyP",),
    "help": ("Shift+Slash", "KeyK"),
}

LEGENDS = {"Space": "␣", "Enter": "↵", "Backspace": "⌫", "Slash": "/", "Shift+Slash": "?"}


@dataclass(frozen=True, slots=True)
class Binding:
    """The keys of one action: `codes` as the page's buttons carry them, `legend` of the first."""

    codes: str
    legend: str


def bindings() -> dict[str, Binding]:
    """The map in force: action → its keys."""
    return {action: Binding(" ".join(codes), legend(codes[0])) for action, codes in DEFAULT.items()}


def legend(code: str) -> str:
    """What is printed on a key of the US layout.

    >>> legend("Shift+KeyW"), legend("Digit1"), legend("Space")
    ('⇧W', '1', '␣')
    """
    if code in LEGENDS:
        return LEGENDS[code]
    shift, plain = ("⇧", code.removeprefix("Shift+")) if code.startswith("Shift+") else ("", code)
    return shift + LEGENDS.get(plain, plain.removeprefix("Key").removeprefix("Digit"))
