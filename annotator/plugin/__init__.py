"""What the commands of other packages may use.

A package brings them by the entry point `standpoint.commands`, and needs nothing of ours but this module
(and `annotator.reading` for the data).
"""

import click

from annotator.config import Settings
from annotator.errors import StandpointError

__all__ = ["Settings", "StandpointError", "settings"]


def settings() -> Settings:
    """The settings of the command that runs, its `--database` included; else those of the environment."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Settings) if context is not None else None
    return found or Settings.read()
