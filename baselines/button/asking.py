"""What somebody asks to be trained, on the page or by the API."""

from collections.abc import Mapping
from typing import NamedTuple

from annotator.errors import Invalid
from baselines.button.choices import RECIPES


class Asked(NamedTuple):
    """A release by its number, and a recipe by its name."""

    release: int
    recipe: str


def asked(arguments: Mapping[str, object]) -> Asked:
    """What these arguments ask for; a number may be written out, as a form sends it.

    Raises
    ------
    Invalid
        If they name no release, no recipe, or more than there is to say.
    """
    if unknown := sorted(map(str, arguments.keys() - set(Asked._fields))):
        raise Invalid(f"{unknown[0]!r} is no option of training; there is: release, recipe.")
    release, recipe = arguments.get("release"), arguments.get("recipe") or RECIPES[0]
    if isinstance(release, str) and release.isascii() and release.isdigit() and len(release) < 10:
        release = int(release)
    if not isinstance(release, int) or isinstance(release, bool) or release < 1:
        raise Invalid("Choose a release by its number.", {"release": "is no number of a release"})
    if recipe not in RECIPES:
        raise Invalid(f"{recipe!r} is no recipe; there is: {', '.join(RECIPES)}.", {"recipe": "is none"})
    assert isinstance(recipe, str)
    return Asked(release, recipe)


def checked(arguments: Mapping[str, object]) -> dict[str, object]:
    """The same, as they are stored with the job."""
    return dict(asked(arguments)._asdict())
