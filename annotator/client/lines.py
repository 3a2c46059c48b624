"""Streams of lines: sent in groups with their receipts, read on where they were cut off."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, cast

import httpx2

from annotator.client.operations import Operation
from annotator.client.shapes import Receipt
from annotator.client.transport import USUAL_WAIT, Transport, Unavailable

GROUP = 500  # lines a request
AWAY = 503
LINES = {"Content-Type": "application/x-ndjson"}


def send(
    transport: Transport,
    operation: Operation,
    names: Mapping[str, object],
    lines: Iterable[Mapping[str, Any]],
) -> Iterator[Receipt]:
    """A receipt for each line, numbered over all of them. Lines that could not be stored are sent again.

    Raises
    ------
    Unavailable
        If the database does not come back.
    """
    sent, left = 0, iter(lines)
    while group := list(islice(left, GROUP)):
        written = [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in group]
        for receipt in _of_group(transport, operation, names, written):
            yield cast(Receipt, {**receipt, "line": receipt["line"] + sent})
        sent += len(group)


def _of_group(
    transport: Transport, operation: Operation, names: Mapping[str, object], written: list[bytes]
) -> Iterator[dict[str, Any]]:
    waiting = list(range(len(written)))  # places in the group
    for number in range(transport.tries):
        if number:
            transport.wait(USUAL_WAIT)
        body = b"".join(written[place] for place in waiting)
        answer = transport.call(operation, names, content=body, headers=LINES)
        refused = []
        for receipt in map(json.loads, answer.iter_lines()):
            place = waiting[receipt["line"] - 1]
            if receipt["code"] == AWAY:
                refused.append(place)
            else:
                yield {**receipt, "line": place + 1}
        if not refused:
            return
        waiting = refused
    raise Unavailable(f"The database does not answer: {len(waiting)} lines of this group were not stored.")


def read(
    transport: Transport, operation: Operation, names: Mapping[str, object], params: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Lines of a stream, each with its `cursor`; a connection that breaks is taken up behind the last one.

    Raises
    ------
    Unavailable
        If it breaks again and again, and nothing comes between.
    """
    after, failures = params.get("after", 0), 0
    while True:
        try:
            with transport.stream(operation, names, params={**params, "after": after}) as answer:
                for text in answer.iter_lines():
                    line = json.loads(text)
                    yield line
                    after, failures = line["cursor"], 0
                return
        except (httpx2.TransportError, json.JSONDecodeError) as error:  # the last line may be half of one
            failures += 1
            if failures >= transport.tries:
                raise Unavailable(f"The stream breaks off again and again ({error}).") from error
            transport.wait(USUAL_WAIT)
