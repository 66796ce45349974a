"""The people of the integration desk, and a browser for each."""

import pytest

from suppliers.people.models import Role, User
from tests import factories


@pytest.fixture
def anna(cast) -> User:
    """Administers Northwind."""
    return factories.member(factories.user("Anna Admin"), cast.northwind, Role.ADMINISTRATOR)


@pytest.fixture
def bert(cast) -> User:
    """Administers Northwind too."""
    return factories.member(factories.user("Bert Admin"), cast.northwind, Role.ADMINISTRATOR)


@pytest.fixture
def max_(cast) -> User:
    """Manages Northwind: may look."""
    return factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)


@pytest.fixture
def sonia(cast) -> User:
    """Administers Southwind: a stranger to Northwind."""
    southwind = cast.boris.active_memberships[0].company
    return factories.member(factories.user("Sonia Admin"), southwind, Role.ADMINISTRATOR)
