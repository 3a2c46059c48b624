"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from exporters import schema

PATH = click.Path(path_type=Path)
Pairs = tuple[tuple[str, str], ...]
SEED = click.IntRange(min=0, max=2**32 - 1)


class Pair(click.ParamType[tuple[str, str]]):
    """`ours=theirs`."""

    name = "OURS=THEIRS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The pair; without "=" it is a usage error."""
        ours, equals, theirs = str(value).partition("=")
        if not equals or not ours or not theirs:
            self.fail(f"{value!r} is not of the form text=tweet", param, ctx)
        return ours, theirs


class Column(Pair):
    """A pair whose first is a name that columns have here."""

    KNOWN = ("text", "target", "label", "holder", "item_id", "document_id", "language", "split")

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The pair; what no column is called here is a usage error."""
        ours, theirs = super().convert(value, param, ctx)
        if ours not in self.KNOWN:
            self.fail(f"{ours!r} is none of {', '.join(self.KNOWN)}", param, ctx)
        return ours, theirs


def columns(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says how the columns of a dataset are called, if it is no release."""
    return click.option(
        "--column",
        "columns",
        type=Column(),
        multiple=True,
        help="Of a dataset that is no release: ours is called theirs there, text=tweet.",
    )(command)


def rows(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how a dataset with labels is read, if it is no release."""
    polarity = click.option(
        "--polarity",
        "polarities",
        type=Pair(),
        multiple=True,
        metavar="POLARITY=LABEL",
        help="Likewise: which label is favor, against, …, favor=agree; by default the one of that name.",
    )
    return columns(polarity(command))


def split(**how: Any) -> Callable[..., Any]:
    """Which rows."""
    known = ", ".join(schema.SPLITS)
    return click.option(
        "--split",
        show_default=True,
        metavar="NAME",
        **{**how, "help": f"{how['help']} A release has {known}."},
    )


def workers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Who fits."""
    return click.option(
        "--workers",
        metavar="dask://HOST:PORT",
        help="Let the workers of this Dask scheduler do the fits of cross-validation.",
    )(command)
