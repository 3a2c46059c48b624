"""The query of a request: what no page of ours sends, a script may."""

import pytest

NO_NUMBER = ("", "0", "101", "-1", "1.5", "²", "0000000000101", "9" * 5_000)


@pytest.mark.parametrize("given", NO_NUMBER)
def test_a_number_out_of_range_is_refused(ada, given: str):
    """Zeros before it, or five thousand digits: neither may come past the check, nor be our fault."""
    answer = ada.get("/api/v1/projects/posts/answers", query_string={"limit": given})

    assert (answer.status_code, answer.json["errors"][0]["where"]) == (422, "limit")


@pytest.mark.parametrize("given", ["9" * 5_000, "0" * 12 + str(2**31), str(2**31), "x"])
def test_a_version_that_no_column_holds_is_refused(ada, given: str):
    """PostgreSQL cannot compare it, which would look like a fault of the server."""
    answer = ada.get("/api/v1/projects/posts/guidelines/changes", query_string={"since": given})

    assert (answer.status_code, answer.json["errors"][0]["where"]) == (422, "since")
