"""What the tests of policies share."""

import pytest

from suppliers.people.models import Role
from tests import factories


@pytest.fixture
def max_manager(cast):
    """Max, who manages purchasing at Northwind."""
    return factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)
