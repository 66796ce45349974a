"""One sandbox per protocol and one mail server for all cells of the fault matrix."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from integrations.odoo import connect
from integrations.odoo.client import Access
from integrations.odoo.client import connect as connect_to
from integrations.odoo.sandbox.server import SandboxServer
from tests.faults.case import Case
from tests.faults.cases import ClosedDoor, Column, MailCase, OdooCase
from tests.faults.mailroom import Mailroom, running_mailroom
from tests.faults.printing import note
from tests.faults.verbs import VERBS
from tests.orders.odoo import BuyersOdoo

PROTOCOLS = {18: "XML-RPC", 19: "JSON-2"}
MAIL = Column("mail", "SMTP")
COLUMNS = [
    *(
        Column(verb.name, name, version, verb)
        for verb in VERBS
        for version, name in PROTOCOLS.items()
        if version >= verb.since
    ),
    MAIL,
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat each test for every verb and protocol."""
    if "column" in metafunc.fixturenames:
        metafunc.parametrize("column", COLUMNS, ids=str)


@pytest.fixture
def enter(request: pytest.FixtureRequest) -> Callable[[str, Column, str], None]:
    """Note what became of a verb under a fault: ``enter("refusing", column, outcome)``."""
    return lambda row, column, outcome: note(request.node, row, column.name, column.protocol, outcome)


@pytest.fixture(scope="session")
def odoos() -> Iterator[dict[int, tuple[BuyersOdoo, int]]]:
    """A sandbox for each protocol, and a vendor in it."""
    with ExitStack() as stack:
        found = {}
        for version in PROTOCOLS:
            server = stack.enter_context(SandboxServer(version=version))
            buyer = Access(server.url, server.database, server.admin.login, server.admin.api_key)
            odoo = BuyersOdoo(server, connect_to(buyer, connect_seconds=5, read_seconds=20))
            stack.callback(odoo.client.close)
            found[version] = (odoo, odoo.vendor())
        yield found


@pytest.fixture(scope="session")
def mailroom() -> Iterator[Mailroom]:
    """A mail server."""
    with running_mailroom() as mailroom:
        yield mailroom


@pytest.fixture(scope="session")
def door() -> Iterator[ClosedDoor]:
    """Where nobody listens."""
    door = ClosedDoor()
    yield door
    door.held.close()


@pytest.fixture
def open_case(request, odoos, mailroom, door, settings) -> Iterator[Callable[[Column], Case]]:
    """Begin a cell: ``open_case(column)``."""
    opened: list[Case] = []

    def begin(column: Column) -> Case:
        cast = request.getfixturevalue("cast")
        if column.verb is None:
            opened.append(MailCase(mailroom, cast, settings, door))
        else:
            odoo, vendor = odoos[column.version]
            opened.append(OdooCase(odoo, cast, column.verb, door, vendor))
        return opened[-1]

    yield begin
    for case in opened:
        case.come_back()
    for kept in connect._kept.values():
        kept.gateway.close()
    connect._kept.clear()
