import pytest
from sqlmodel import Session

from tests.exporters.made_project import Make


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)
