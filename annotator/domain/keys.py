"""The keys of the annotator's seat: what the page does with them, and which of them a label may have.

A key is a physical position, as `KeyboardEvent.code` names it ("KeyZ", "Digit1"), with "Shift+" before it
where Shift is held. The default map is for one hand: the left one on the letters, the right one on the mouse;
what lies far from it has a second key near it.
"""

import re
import string
from collections.abc import Mapping, Sequence

Keys = Mapping[str, Sequence[str]]  # action → codes, the first one is shown on its button

DEFAULT: dict[str, tuple[str, ...]] = {
    "submit": ("Space", "Enter"),
    "none": ("KeyX", "Digit0"),
    "cannot": ("KeyC",),
    "skip": ("KeyS",),
    "undo": ("KeyZ", "KeyU"),
    "again": ("KeyE",),  # the last stance once more
    "find": ("KeyA",),
    "more": ("KeyY", "Shift+KeyR"),  # the next nine entities
    "drop": ("Backspace", "Backquote"),
    "details": ("KeyD",),
    "stance": ("KeyL", "Shift+KeyE"),  # marks and details go to another one
    "proposals": ("Shift+Digit0", "Shift+Backquote"),
    "expected": ("KeyI", "Shift+KeyQ"),  # a stance that a model expects is taken in
    "flag": ("KeyF",),
    "comment": ("KeyM", "Shift+KeyF"),
    "ask": ("KeyQ",),
    "left": ("ArrowLeft", "Shift+KeyA"),  # the word on this side is selected
    "right": ("ArrowRight", "Shift+KeyD"),
    "widen_left": ("Shift+ArrowLeft", "Shift+KeyZ"),  # the selection takes it in, or gives it back
    "widen_right": ("Shift+ArrowRight", "Shift+KeyC"),
    "end_back": ("Comma",),  # an edge of the selection goes by one character, in reading direction
    "end_on": ("Period",),
    "start_back": ("Shift+Comma",),
    "start_on": ("Shift+Period",),
    "clitic": ("Slash", "Shift+KeyX"),  # Arabic: and, by, the … are split off the first word
    "rationale": ("KeyR",),
    "holder": ("KeyH",),
    "target": ("KeyT",),
    "wider": ("KeyW",),
    "narrower": ("Shift+KeyW",),
    "document": ("KeyV",),
    "history": ("KeyB",),
    "guidelines": ("KeyG",),
    "precedents": ("KeyP", "Shift+KeyG"),
    "take": ("KeyO", "Shift+KeyT"),  # items for work without a network
    "choose": ("KeyN", "Shift+KeyS"),  # between two answers to one item
    "help": ("Shift+Slash", "KeyK"),
}
OPEN_ONLY = frozenset(
    {"submit", "none", "again", "find", "more", "drop", "stance", "proposals", "expected", "holder", "target"}
)

# What is done all day has its key in every project: a project file gives these to no label.
KEPT = ("cannot", "skip", "undo", "find", "rationale", "holder", "target", "guidelines")
FREE_KEYS = "".join(
    key
    for key in string.digits + string.ascii_lowercase
    if f"Key{key.upper()}" not in {DEFAULT[action][0] for action in KEPT}
)

MOST_CODES = 4  # of one action
ROWS = (  # the keys that people can find without looking, and how far each row stands to the right, in keys
    (0, "Backquote Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal"),
    (1.5, "KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Backslash"),
    (1.75, "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote"),
    (2.25, "KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash"),
)
PLACES = {  # code → (row, column) in keys
    code: (row, start + column)
    for row, (start, codes) in enumerate(ROWS)
    for column, code in enumerate(codes.split())
}
OTHERS = ("Space", "Enter", "Backspace", "Delete", "Insert", "IntlBackslash", "ArrowLeft", "ArrowRight")
CHOOSING = re.compile(r"(?:Shift\+)?Digit[1-9]")  # entities and labels by their number


def is_code(code: str) -> bool:
    """Whether the seat can be told to listen to this key.

    >>> is_code("KeyQ"), is_code("Shift+Comma"), is_code("Tab"), is_code("Escape")
    (True, True, False, False)
    """
    plain = code.removeprefix("Shift+")
    return plain in PLACES or plain in OTHERS


def of_label(key: str | None) -> str | None:
    """The code of a label's key in a project file.

    >>> of_label("3"), of_label("q"), of_label(None)
    ('Digit3', 'KeyQ', None)
    """
    if not key:
        return None
    return f"Digit{key}" if key.isdigit() else f"Key{key.upper()}"


def first_clash(keys: Keys) -> tuple[str, str, str] | None:
    """A code that two of them share, with both; None where each key does one thing.

    >>> first_clash({"undo": ["KeyZ", "KeyU"], "skip": ["KeyU"]})
    ('KeyU', 'undo', 'skip')
    """
    owners: dict[str, str] = {}
    for name, codes in keys.items():
        for code in codes:
            if owners.setdefault(code, name) != name:
                return code, owners[code], name
    return None


def bind(own: Keys, labels: Keys) -> dict[str, tuple[str, ...]]:
    """Action → codes, such that no key does two things.

    A person's own keys come first, then the keys of the labels, then the default ones that are left. An
    action that would lose its only key gets a free one near it.

    >>> bind({"skip": ["KeyX"]}, {"NEUTRAL": ["KeyE"]})["none"], bind({}, {"NEUTRAL": ["KeyE"]})["again"]
    (('Digit0',), ('KeyJ',))
    """
    taken = {code for codes in (*own.values(), *labels.values()) for code in codes}
    bound = {
        action: tuple(own.get(action) or (code for code in codes if code not in taken))
        for action, codes in DEFAULT.items()
    }
    taken.update(code for codes in bound.values() for code in codes)
    for action, codes in bound.items():
        if not codes:
            bound[action] = (nearest(DEFAULT[action][0], taken),)
            taken.update(bound[action])
    return bound


def nearest(code: str, taken: set[str]) -> str:
    """A key that is not taken, as near to `code` as there is one; with Shift if no plain one is left.

    Digits choose entities and labels, so they are never offered.

    >>> nearest("KeyS", {"KeyS", "KeyA", "KeyD"}), nearest("Shift+KeyS", {"Shift+KeyS"})
    ('KeyW', 'Shift+KeyA')
    """
    shift = "Shift+" if code.startswith("Shift+") else ""
    row, column = PLACES.get(code.removeprefix("Shift+"), (3, 6))
    plain = sorted(
        (each for each in PLACES if not each.startswith("Digit")),
        key=lambda each: ((PLACES[each][0] - row) ** 2 + (PLACES[each][1] - column) ** 2, each),
    )
    offered = (prefix + each for prefix in (shift, "Shift+") for each in plain)
    return next(each for each in offered if each not in taken)
