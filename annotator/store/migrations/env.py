"""How Alembic meets the database: on a connection it is handed, or on STANDPOINT_DATABASE.

Migrations are written in plain SQLAlchemy types, so that an old one still runs when our classes have moved.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection

from annotator.config import Settings
from annotator.domain import UTCDateTime, metadata
from annotator.domain.base import tell_where
from annotator.store import engine, search


def plain(kind: str, obj: Any, _autogen: Any) -> str | Literal[False]:
    """How a type of ours is written in a new migration."""
    if kind == "type" and isinstance(obj, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(obj).__name__ == "AutoString":
        return f"sa.String({obj.length})" if obj.length else "sa.String()"
    return False


def run(connection: Connection) -> None:
    """Run the migrations that were asked for, in the caller's transaction."""
    tell_where()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=plain,
        compare_type=True,
        include_name=search.is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


given: sa.Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = engine.create(Settings.read().database).execution_options(standpoint_writes=True)
    with database.begin() as opened:
        run(opened)
