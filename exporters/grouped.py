"""A release's shards, read in the memory of a row group."""

from pathlib import Path

import pyarrow.parquet as pq


def grouped(path: Path) -> pq.ParquetFile:
    """A Parquet file that is read as it is asked for: left to itself, Arrow reads all of a shard ahead."""
    return pq.ParquetFile(path, pre_buffer=False)
