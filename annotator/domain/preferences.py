"""How one person likes to work: keys, light, text size, pace. Kept with the person, not with the browser."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from annotator.domain.answering import Incoming, Name
from annotator.domain.keys import DEFAULT, MOST_CODES, is_code

TEXT_SIZES = (90, 100, 115, 130, 150)  # % of the browser's own
BREAKS = (5, 240)  # min, the shortest and the longest time between two reminders


def action(name: str) -> str:
    """The name, if the seat has such an action."""
    if name not in DEFAULT:
        raise ValueError(f"there is no action {name!r}; there are {', '.join(DEFAULT)}")
    return name


def code(name: str) -> str:
    """The code, if the seat can listen to such a key."""
    if not is_code(name):
        raise ValueError(
            f'{name!r} is no key that can be chosen: name its position, such as "KeyQ" or "Shift+Comma"'
        )
    return name


def zone(name: str) -> str:
    """The name, if it is a time zone's."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; not a name; a folder of names
        raise ValueError(f'{name!r} is no time zone: name one such as "Europe/Berlin"') from None
    return name


Action = Annotated[str, Field(max_length=40), AfterValidator(action)]
Code = Annotated[str, Field(max_length=40), AfterValidator(code)]
Zone = Annotated[str, Field(max_length=60), AfterValidator(zone)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Codes = Annotated[list[Code], Field(min_length=1, max_length=MOST_CODES)]
LabelKeys = Annotated[dict[Name, Code], Field(max_length=100)]


class Preferences(Incoming):
    """What a person has chosen; whatever they did not choose is as everybody has it.

    `keys` holds the actions whose keys are the person's own, `label_keys` their own keys of labels: project's
    slug → label's name → code.
    """

    keys: dict[Action, Codes] = Field(default_factory=dict, max_length=100)
    label_keys: dict[Name, LabelKeys] = Field(default_factory=dict, max_length=1_000)
    single_keys: bool = True  # do keys act alone, or does this person dictate?
    theme: Literal["auto", "light", "dark"] = "auto"
    text_size: Literal[90, 100, 115, 130, 150] = 100
    width: Literal["narrow", "normal", "wide"] = "normal"  # of the lines that are read
    locale: Language | None = None  # None: as the browser asks
    break_reminder: Annotated[int, Field(ge=BREAKS[0], le=BREAKS[1])] | None = None  # min of work; None: none
    time_zone: Zone | None = None  # None: as the browser has it

    @property
    def in_force(self) -> dict[str, tuple[str, ...]]:
        """Action → codes, the person's own before the default ones; no label is heeded."""
        return {name: tuple(self.keys.get(name, default)) for name, default in DEFAULT.items()}

    @classmethod
    def kept(cls, stored: Mapping[str, Any]) -> Self:
        """From what the database holds. What is no longer valid is as if it had never been chosen.

        >>> found = Preferences.kept({"text_size": 7, "keys": {"skip": ["KeyX"], "sing": ["KeyL"]}})
        >>> found.text_size, found.keys
        (100, {'skip': ['KeyX']})
        """
        try:
            return cls.model_validate(stored)
        except ValidationError:
            pass
        known = {name: value for name, value in stored.items() if name in cls.model_fields}
        own = known.pop("keys", {})
        for name, codes in own.items() if isinstance(own, dict) else ():
            if _is_valid(cls, {"keys": {name: codes}}):
                known.setdefault("keys", {})[name] = codes
        valid = {name: value for name, value in known.items() if _is_valid(cls, {name: value})}
        return cls.model_validate(valid)


def _is_valid(model: type[Preferences], part: dict[str, Any]) -> bool:
    try:
        model.model_validate(part)
    except ValidationError:
        return False
    return True
