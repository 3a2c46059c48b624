"""Memory that is free within the process, given back to the system: the next stage of a release needs it.

Arrow's pool keeps what it used, and so does glibc's malloc wherever something small still lives above it:
after a million items' rows that is a tenth of all that the process holds.

Source: https://man7.org/linux/man-pages/man3/malloc_trim.3.html
"""

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Where the C library cannot be asked, Arrow's alone."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
