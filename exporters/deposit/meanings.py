"""What each column of the published dataset says, and what the words in it stand for: `meanings.toml`."""

import tomllib
from importlib.resources import files
from typing import NamedTuple, cast

from exporters import schema

Words = dict[str, str]


class Meanings(NamedTuple):
    """What is told of columns and words."""

    columns: dict[str, Words]  # config → column → its meaning
    values: dict[str, Words]  # column → word → its meaning
    polarities: Words

    def column(self, config: str, name: str) -> str:
        """What a column of a config says. What is held out has the columns of gold."""
        return self.columns["gold" if config in schema.HELD_OUT.values() else config][name]


def load() -> Meanings:
    """All that is told."""
    told = tomllib.loads((files("exporters.deposit") / "meanings.toml").read_text(encoding="utf-8"))
    columns, values = (cast(dict[str, Words], told[name]) for name in ("columns", "values"))
    return Meanings(columns, values, cast(Words, told["polarities"]))
