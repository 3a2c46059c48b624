"""Cells that a spreadsheet does not run."""

HARMFUL = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet would take what begins so for a formula


def harmless(cell: str) -> str:
    """The cell, behind an apostrophe if a spreadsheet would run it.

    >>> harmless("=1+1"), harmless("Night trains")
    ("'=1+1", 'Night trains')

    Source: CSV injection, https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.startswith(HARMFUL) else cell
