"""Which Odoo the contract is held to: the sandbox as 17, 18 and 19, or the real one: see tests.real_odoo."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from integrations.odoo.client import Access
from integrations.odoo.sandbox.server import SandboxServer
from tests import real_odoo
from tests.contract.stage import Stage
from tests.real_odoo import REAL_URL

_WHERE = ["real"] if REAL_URL else [17, 18, 19]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the suite when it runs against a real server, and let it through the closed network."""
    for item in items:
        if REAL_URL and "odoo" in getattr(item, "fixturenames", ()) and "contract" in item.path.parts:
            item.add_marker(pytest.mark.real_odoo)
            item.add_marker(pytest.mark.allow_hosts([urlsplit(REAL_URL).hostname, "127.0.0.1"]))


@pytest.fixture(scope="session", params=_WHERE, ids=str)
def odoo(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """An Odoo with a buyer in it."""
    if request.param == "real":
        stage = Stage(real_odoo.service(), real_odoo.admin())
        yield stage
        stage.close()
        return
    with SandboxServer(version=request.param) as server:
        service = Access(server.url, server.database, server.service.login, server.service.api_key)
        admin = Access(server.url, server.database, server.admin.login, server.admin.api_key)
        stage = Stage(service, admin, server)
        yield stage
        stage.close()
