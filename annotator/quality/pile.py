"""Rows of summands that come part by part: more than fit into memory are kept in a file without a name.

They are written by the share that they belong to (`bootstrap.share`), so a block is read in one go. What is
measured is what `bootstrap.measured` says of the same rows, in whatever parts they came.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO

import numpy as np

from annotator.quality import bootstrap
from annotator.quality.bootstrap import SHARES, Block, Resampling, Statistic, Sums, Times, distinct, share
from annotator.quality.report import Figure

HELD = 500_000  # numbers in memory


@contextmanager
def piling() -> Iterator["Pile"]:
    """A pile; its file, if there is one, is gone at the end."""
    with SpooledTemporaryFile(max_size=1) as file:
        yield Pile(file)


class Pile:
    """Distinct rows, and how often each came."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._total: Sums | None = None
        self._held: list[Block] = []
        self._written: list[tuple[int, Times]] = []  # where each writing begins, and its rows by share

    def add(self, rows: Sums) -> None:
        """Add a part, of shape (n, k), a row an item."""
        total = rows.sum(axis=0)
        self._total = total if self._total is None else self._total + total
        self._held.append(distinct(rows))
        if sum(held.size for held, _ in self._held) > HELD:
            self._held = [_joined(self._held)]
            if self._held[0][0].size > HELD // 2:
                self._write(*self._held.pop())

    def measured(self, statistic: Statistic, how: Resampling) -> dict[str, Figure]:
        """Each figure that `statistic` gives of the sums, with its interval; one part at least was added."""
        assert self._total is not None
        if not self._written:
            blocks = list(bootstrap.in_blocks(*_joined(self._held)))
            sizes = [int(counts.sum()) for _, counts in blocks]
            return bootstrap.of_blocks(self._total, sizes, blocks, statistic, how)
        if self._held:
            self._write(*_joined(self._held))
        with TemporaryFile() as file:
            rows, items = self._sorted_into(file)
            number = bootstrap.blocks_of(int(rows.sum()))
            of_block = rows.reshape(number, -1).sum(axis=1)
            sizes = items.reshape(number, -1).sum(axis=1).tolist()
            return bootstrap.of_blocks(self._total, sizes, self._blocks(file, of_block), statistic, how)

    def _write(self, rows: Sums, times: Times) -> None:
        of = share(rows)
        order = np.argsort(of, kind="stable")
        self._written.append((self._file.tell(), np.bincount(of, minlength=SHARES)))
        self._file.write(_as_bytes(rows[order], times[order]))

    def _sorted_into(self, file: IO[bytes]) -> tuple[Times, Times]:
        """Write each share's distinct rows, share after share; how many rows and items each has."""
        n_rows, n_items = np.zeros(SHARES, dtype=np.int64), np.zeros(SHARES, dtype=np.int64)
        ends = [(start, np.cumsum(of)) for start, of in self._written]
        for number in range(SHARES):
            pieces = []
            for (start, end), (_, of) in zip(ends, self._written, strict=True):
                pieces.append(self._read(self._file, start, int(end[number] - of[number]), int(of[number])))
            rows, times = _joined(pieces)
            n_rows[number], n_items[number] = len(rows), times.sum()
            file.write(_as_bytes(rows, times))
        return n_rows, n_items

    def _blocks(self, file: IO[bytes], rows: Times) -> Iterator[Block]:
        for end, n in zip(np.cumsum(rows).tolist(), rows.tolist(), strict=True):
            yield distinct(*self._read(file, 0, end - n, n))

    def _read(self, file: IO[bytes], start: int, first: int, rows: int) -> Block:
        assert self._total is not None
        width = len(self._total) + 1
        file.seek(start + first * width * 8)
        table = np.frombuffer(file.read(rows * width * 8)).reshape(rows, width)
        return table[:, :-1], table[:, -1].astype(np.int64)


def _joined(parts: list[Block]) -> Block:
    return distinct(
        np.concatenate([rows for rows, _ in parts]), np.concatenate([times for _, times in parts])
    )


def _as_bytes(rows: Sums, times: Times) -> bytes:
    return np.concatenate([rows, times[:, None].astype(np.float64)], axis=1).tobytes()
