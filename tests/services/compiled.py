"""Compiled templates and routes, kept from one application to the next: each test builds its own."""

from collections.abc import Callable

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    """In memory, by the name and the source of a template."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with what an earlier application compiled of the same source."""
        if code := self._code.get(f"{bucket.key} {bucket.checksum}"):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what this application compiled."""
        self._code[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


class KeptRule(Rule):
    """A route whose builders of URLs are compiled once: that is two thirds of making an application.

    They are functions of what stands in the key, and take the rule itself as their first argument.
    """

    _builders: dict[tuple[str, str, bool], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012 - kept on purpose

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (repr(self._trace), repr(self.defaults), append_unknown)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


COMPILED = Compiled()
