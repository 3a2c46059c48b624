"""Which schema a database has, and which one this version knows; told without Alembic.

Alembic takes a third of a second to import, and only who migrates needs it: a server compares two strings.
"""

import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

VERSIONS = Path(__file__).with_name("migrations") / "versions"
LINE = re.compile(r'^(revision|down_revision)(?:: [^=]+)? = "(\w+)"', re.MULTILINE)
TABLE = sa.table("alembic_version", sa.column("version_num", sa.String))


@cache
def known() -> dict[str, str | None]:
    """Every revision of ours, and the one before it."""
    found = [dict(LINE.findall(file.read_text(encoding="utf-8"))) for file in sorted(VERSIONS.glob("*.py"))]
    return {each["revision"]: each.get("down_revision") for each in found if "revision" in each}


@cache
def head() -> str:
    """The revision that no other builds on.

    >>> head() in known() and head() not in known().values()
    True
    """
    [newest] = known().keys() - known().values()
    return newest


def current(connection: Connection) -> str | None:
    """The revision of a database; None if it is empty."""
    if not sa.inspect(connection).has_table(TABLE.name):
        return None
    return connection.execute(sa.select(TABLE.c.version_num)).scalar()
