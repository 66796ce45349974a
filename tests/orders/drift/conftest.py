"""What the tests of drift share: a sandbox on both protocols, the feed, and a comparison of Northwind."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from integrations.odoo import feed
from integrations.reconciliation import engine, repairs
from integrations.reconciliation.models import Difference, ReconciliationRun
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.odoo_pull import apply_orders
from suppliers.people.models import Role
from tests import factories
from tests.orders.odoo import odoo_of

# Tests are quicker than the overlap: for them even what was written a second ago has had its time.
NOTHING_IS_FRESH = timedelta(seconds=-30)


@pytest.fixture(params=[18, 19])
def odoo(cast, request):
    """A sandbox behind Northwind's connection: XML-RPC, then JSON-2."""
    with odoo_of(cast.northwind, version=request.param) as found:
        yield found


@pytest.fixture
def pull(cast):
    """Let the feed read what is new."""

    def poll() -> int:
        connection = cast.northwind.connection
        return feed.poll(
            connection, apply=partial(apply_orders, connection, now=factories.NOW), now=factories.NOW
        )

    return poll


@pytest.fixture
def compare(cast):
    """Compare Northwind with its Odoo: ``compare()`` returns the finished run."""

    def run(*, overlap: timedelta = NOTHING_IS_FRESH, now: datetime | None = None) -> ReconciliationRun:
        now = now or datetime.now(UTC)
        opened, is_new = engine.open_run(cast.northwind.pk, now=now)
        assert is_new
        return engine.carry_out(opened.pk, now=now, overlap=overlap)

    return run


@pytest.fixture
def found():
    """Return what a run found as (kind, field, here, there), in order."""

    def read(run: ReconciliationRun) -> list[tuple[str, str, str, str]]:
        assert run.fault == ""
        return list(run.differences.order_by("pk").values_list("kind", "field", "here", "there"))

    return read


@pytest.fixture
def repair():
    """Ask for the repair of what a run found, and carry it out; return how many are repaired."""

    def put_right(run: ReconciliationRun, *, by=None, **only) -> int:
        now = datetime.now(UTC)
        wanted = Difference.objects.filter(run=run, **only)
        repairs.ask_for_repair(wanted, by_id=by.pk if by else None, at=now)
        return repairs.carry_out_repairs(run.pk, now=now)

    return put_right


@pytest.fixture
def sally():
    """Make somebody sell for the supplier of an order."""

    def hire(order: PurchaseOrder):
        return factories.member(factories.user("Sally Seller"), order.supplier, Role.SALES)

    return hire


@pytest.fixture
def agree_on_eight():
    """Let both sides agree on 8 pieces of an order's one line, and lose the message about it."""

    def agree(order: PurchaseOrder) -> None:
        line = order.lines.get()
        order.lines.update(
            state=LineState.AGREED,
            asked_quantity=Decimal(8),
            promised_on=line.expected_on,
            first_promised_on=line.expected_on,
        )

    return agree
