"""Routes whose addresses are built by code that is made when the first of them is built.

Context: werkzeug writes and compiles two functions for each route of the map, half a millisecond a route,
and a process builds the addresses of few. Choice: each is made at its first use. Cost: what is overridden
is private; a test builds every address both ways.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A route that spends nothing on its addresses until somebody wants one."""

    def _compile_builder(self, append_unknown: bool = True) -> Build:
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            made = super(LateRule, self)._compile_builder(append_unknown).__get__(rule, None)
            setattr(self, name, made)
            built: tuple[str, str] = made(**values)
            return built

        return build


def install(app: Flask) -> None:
    """Before any route is added."""
    app.url_rule_class = LateRule
