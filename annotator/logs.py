"""What a server says on stderr: lines for people, or JSON Lines for machines.

As text, what goes wrong; as JSON, a line for each request as well. Neither holds an address with what may
stand in it (a sign-in link's token, a search), a name, or a value of the database.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
REQUESTS = "standpoint.requests"  # the logger of answered requests

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The request that this thread answers."""


def configure(form: str) -> None:
    """Send all loggers of this process to stderr in this form, in place of what they did before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == JSON else AsText())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.INFO if form == JSON else logging.WARNING)


class AsText(logging.Formatter):
    """One line, the request at its end, and the traceback beneath."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line without the traceback."""
        line = super().formatMessage(record)
        asked = request_id.get()
        return f"{line} (request {asked})" if asked else line


class AsJson(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request_id; then the record's own `told`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if asked := request_id.get():
            told["request_id"] = asked
        told |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0] is not None:
            told["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)
