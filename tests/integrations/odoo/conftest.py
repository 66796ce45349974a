"""A sandbox Odoo, a connection to it, and a way to put orders into it as the buyer."""

from collections.abc import Callable, Iterator

import pytest

from integrations.odoo.client import Access
from integrations.odoo.models import OdooConnection
from integrations.odoo.sandbox.server import SandboxServer
from tests import factories
from tests.contract.stage import Stage


@pytest.fixture(scope="module", params=[18, 19], ids=["xmlrpc", "json2"])
def server(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    """A sandbox of the module's own, empty at first but for companies and people."""
    with SandboxServer(version=request.param) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def stage(server: SandboxServer) -> Iterator[Stage]:
    """The buyer at the sandbox."""
    opened = Stage(
        Access(server.url, server.database, server.service.login, server.service.api_key),
        Access(server.url, server.database, server.admin.login, server.admin.api_key),
        server,
    )
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def everything_works_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """A fault ordered in one test does not reach the next."""
    sandbox = request.getfixturevalue("server") if "server" in request.fixturenames else None
    yield
    if sandbox is not None:
        sandbox.faults.clear()


@pytest.fixture
def connection_to(db: None) -> Callable[[SandboxServer], OdooConnection]:
    """Store a connection to a sandbox."""

    def store(server: SandboxServer) -> OdooConnection:
        return factories.connection(
            url=server.url, database=server.database, login=server.login, api_key=server.api_key
        )

    return store


@pytest.fixture
def connection(server: SandboxServer, connection_to: Callable) -> OdooConnection:
    """The connection to the sandbox of this test."""
    return connection_to(server)
