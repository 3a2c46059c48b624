"""Requests and their retries; errors as the API tells them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx2

from annotator.client.operations import Operation

PREFIX = "/api/v1"
SAFE_TO_REPEAT = {"GET", "PUT", "DELETE"}
USUAL_WAIT = 2.0  # s, where the server does not say
MOST_WAIT = 60.0  # s, whatever it says


class ApiError(Exception):
    """The API refused a request. `problem` is what it said, as RFC 9457 has it."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail') or 'no more is known'}")
        self.status, self.problem = status, dict(problem)


class Unavailable(Exception):
    """The server could not be reached, or its database does not answer, after all tries."""


class Transport:
    """One server, one token. A request that finds the server busy is sent again, `tries` times in all."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        tries: int,
        timeout: float,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx2.Client(
            base_url=address.rstrip("/") + PREFIX,
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
        )
        self._tries, self.wait = tries, wait

    @property
    def tries(self) -> int:
        """How often a request is sent at most."""
        return self._tries

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def call(self, operation: Operation, names: Mapping[str, object], **sent: Any) -> httpx2.Response:
        """The answer to a request, read to its end.

        Raises
        ------
        ApiError
            If it was refused.
        Unavailable
            If the server could not take it.
        """
        with self.stream(operation, names, **sent) as response:
            response.read()
            return response

    @contextmanager
    def stream(
        self, operation: Operation, names: Mapping[str, object], **sent: Any
    ) -> Iterator[httpx2.Response]:
        """An answer that is being read. Raises as `call`, until the first of it is there."""
        request = self._http.build_request(operation.method, address(operation, names), **sent)
        response = self._sent(request, is_repeatable=operation.method in SAFE_TO_REPEAT)
        try:
            if response.is_error:
                response.read()
                raise ApiError(response.status_code, _problem(response))
            yield response
        finally:
            response.close()

    def _sent(self, request: httpx2.Request, *, is_repeatable: bool) -> httpx2.Response:
        why = ""
        for number in range(self._tries):
            is_last = number == self._tries - 1
            try:
                response = self._http.send(request, stream=True)
            except httpx2.ConnectError as error:  # nothing was sent
                why = str(error)
                seconds = USUAL_WAIT
            except httpx2.TransportError as error:
                if not is_repeatable:
                    raise Unavailable(f"The connection broke ({error}): look whether it was done.") from error
                why, seconds = str(error), USUAL_WAIT
            else:
                if response.status_code != httpx2.codes.SERVICE_UNAVAILABLE:  # there nothing was stored
                    return response
                response.read()
                why, seconds = _problem(response).get("detail", ""), _seconds(response)
                response.close()
            if not is_last:
                self.wait(seconds)
        raise Unavailable(f"The server does not take requests now: {why}")


def address(operation: Operation, names: Mapping[str, object]) -> str:
    """The path with these names in it, each quoted."""
    return operation.path.format(**{name: quote(str(value), safe="") for name, value in names.items()})


def _seconds(response: httpx2.Response) -> float:
    given = response.headers.get("Retry-After", "")
    return min(float(given), MOST_WAIT) if given.isascii() and given.isdigit() else USUAL_WAIT


def _problem(response: httpx2.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:  # a proxy's page
        return {"detail": response.reason_phrase}
    return told if isinstance(told, dict) else {"detail": response.reason_phrase}
