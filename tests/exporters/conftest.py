import pytest
from sqlmodel import Session

from tests.make import Make


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)
