"""The keys of one person in one project, as the buttons of the seat carry and show them.

Which actions there are and which keys they have by default stands in `annotator/domain/keys.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain import Label
from annotator.domain.keys import DEFAULT, OTHERS, bind, nearest, of_label
from annotator.domain.preferences import Preferences

__all__ = ["DEFAULT", "Binding", "Bindings", "bindings", "legend"]

LEGENDS = {
    "Space": "␣",
    "Enter": "↵",
    "Backspace": "⌫",
    "Delete": "⌦",
    "Insert": "Ins",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "Backquote": "`",
    "Minus": "-",
    "Equal": "=",
    "BracketLeft": "[",
    "BracketRight": "]",
    "Backslash": "\\",
    "IntlBackslash": "<",
    "Semicolon": ";",
    "Quote": "'",
    "Comma": ",",
    "Period": ".",
    "Slash": "/",
    "Shift+Slash": "?",
}


@dataclass(frozen=True, slots=True)
class Binding:
    """The keys of one action or label: `codes` as its button carries them, apart by spaces."""

    codes: str

    @property
    def first(self) -> str:
        """The code that the button shows; "" where there is none."""
        return self.codes.split(" ")[0]

    @property
    def legend(self) -> str:
        """What is printed on that key."""
        return legend(self.first)

    @property
    def all(self) -> list[tuple[str, str]]:
        """Each code with what is printed on it."""
        return [(code, legend(code)) for code in self.codes.split()]

    @property
    def shortcuts(self) -> str:
        """For `aria-keyshortcuts`: "Shift+W"."""
        return " ".join(_shortcut(code) for code in self.codes.split())


@dataclass(frozen=True, slots=True)
class Bindings:
    """All keys of a seat: action → keys, label's name → keys."""

    actions: dict[str, Binding]
    labels: dict[str, Binding]


def bindings(preferences: Preferences, labels: Sequence[Label], *, slug: str = "") -> Bindings:
    """The keys in force: the person's own, then those of the project's labels, then the default ones."""
    of_labels = label_codes(preferences, labels, slug=slug)
    actions = bind(preferences.keys, {name: [code] for name, code in of_labels.items()})
    return Bindings(
        actions={action: Binding(" ".join(codes)) for action, codes in actions.items()},
        labels={label.name: Binding(of_labels.get(label.name, "")) for label in labels},
    )


def label_codes(preferences: Preferences, labels: Sequence[Label], *, slug: str) -> dict[str, str]:
    """Label's name → its code: the person's own, else the project's, else one near that which is taken."""
    own = {name: code for name, code in preferences.label_keys.get(slug, {}).items() if _has(labels, name)}
    taken = {code for codes in preferences.keys.values() for code in codes} | set(own.values())
    codes = dict(own)
    for label in labels:
        wanted = of_label(label.key)
        if label.name not in own and wanted is not None:
            codes[label.name] = wanted if wanted not in taken else nearest(wanted, taken | _wanted(labels))
            taken.add(codes[label.name])
    return codes


def _has(labels: Sequence[Label], name: str) -> bool:
    return any(label.name == name for label in labels)


def _wanted(labels: Sequence[Label]) -> set[str]:
    return {code for label in labels if (code := of_label(label.key))}


def legend(code: str) -> str:
    """What is printed on a key of the US layout.

    >>> legend("Shift+KeyW"), legend("Digit1"), legend("Space")
    ('⇧W', '1', '␣')
    """
    if code in LEGENDS:
        return LEGENDS[code]
    shift, plain = ("⇧", code.removeprefix("Shift+")) if code.startswith("Shift+") else ("", code)
    return shift + LEGENDS.get(plain, plain.removeprefix("Key").removeprefix("Digit"))


def _shortcut(code: str) -> str:
    """A key as ARIA names it.

    >>> _shortcut("Shift+KeyW"), _shortcut("Space"), _shortcut("Comma")
    ('Shift+W', 'Space', ',')
    """
    shift, plain = ("Shift+", code.removeprefix("Shift+")) if code.startswith("Shift+") else ("", code)
    return shift + (plain if plain in OTHERS else legend(plain))
