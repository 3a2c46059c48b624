"""Keys as people write them in a field: "Z", "Shift+W", "Space", "ض"."""

import unicodedata

from flask_babel import gettext

from annotator.domain.keys import PLACES, is_code
from annotator.errors import Invalid
from annotator.web.keymap import LEGENDS

SPELT = {
    "space": "Space",
    "enter": "Enter",
    "return": "Enter",
    "backspace": "Backspace",
    "delete": "Delete",
    "del": "Delete",
    "insert": "Insert",
    "ins": "Insert",
    "left": "ArrowLeft",
    "right": "ArrowRight",
}
ARABIC = {  # the letters of the usual Arabic layout, row by row
    **dict(zip("ضصثقفغعهخحجد", list(PLACES)[13:25], strict=True)),
    **dict(zip("شسيبلاتنمكط", list(PLACES)[26:37], strict=True)),
    **dict(zip("ئءؤر", list(PLACES)[37:41], strict=True)),
    **dict(zip("ىةوزظ", list(PLACES)[42:47], strict=True)),
    "ذ": "Backquote",
}


def parse(text: str) -> list[str]:
    """The codes of the keys that stand in a field, apart by spaces.

    >>> parse("z Shift+W , ٣ ض KeyB")
    ['KeyZ', 'Shift+KeyW', 'Comma', 'Digit3', 'KeyQ', 'KeyB']

    Raises
    ------
    Invalid
        If one of them is no key that the seat can listen to.
    """
    return list(dict.fromkeys(_code(name) for name in text.split()))


def spell(codes: str) -> str:
    """Codes as they are written in a field; `parse` reads them again.

    >>> spell("Space Shift+Comma Shift+Slash KeyZ")
    'Space Shift+, ? Z'
    """
    return " ".join(_name(code) for code in codes.split())


def _code(name: str) -> str:
    found = _BY_LEGEND.get(name)
    if found is not None:
        return found
    shift, plain = _shifted(name)
    code = _BY_LEGEND.get(plain) or SPELT.get(plain.casefold()) or ARABIC.get(plain) or _plain(plain)
    if not is_code(code):
        raise Invalid(
            gettext(
                "%(key)s is no key to choose. Write a letter, a sign, Space, Enter, or Shift+W.", key=name
            )
        )
    return f"{shift}{code}"


def _shifted(name: str) -> tuple[str, str]:
    for prefix in ("shift+", "⇧"):
        if name.casefold().startswith(prefix) and len(name) > len(prefix):
            return "Shift+", name[len(prefix) :]
    return "", name


def _plain(name: str) -> str:
    if len(name) != 1:
        return name
    digit = unicodedata.digit(name, None)
    return f"Digit{digit}" if digit is not None else f"Key{name.upper()}"


def _name(code: str) -> str:
    if code in LEGENDS and code.startswith("Shift+"):
        return LEGENDS[code]
    shift, plain = ("Shift+", code.removeprefix("Shift+")) if code.startswith("Shift+") else ("", code)
    if plain in SPELT.values():
        return shift + plain.removeprefix("Arrow")
    return shift + LEGENDS.get(plain, plain.removeprefix("Key").removeprefix("Digit"))


_BY_LEGEND = {printed: code for code, printed in LEGENDS.items()}
