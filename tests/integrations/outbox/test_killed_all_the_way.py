"""From the supplier's answer into Odoo, a worker killed at every call: Odoo holds what was agreed, once."""

import signal
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import count

import pytest
from django.conf import settings
from django.utils import timezone

from integrations.odoo import feed
from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.actions import LineReply, Part, acknowledge_order, approve_lines
from orders.purchasing.models import LineAnswer, PurchaseOrder
from orders.purchasing.odoo_pull import apply_orders
from suppliers.people.models import Role, User
from tests import factories
from tests.integrations.outbox import traps
from tests.integrations.outbox.nursery import Nursery, open_nursery
from tests.orders.odoo import BuyersOdoo, odoo_of
from tests.real_odoo import REAL_URL

pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]

DAY, LATER = date(2026, 12, 15), date(2026, 12, 20)
# More orders than calls: with the last one no call is left to die at.
MORE_THAN_ENOUGH = 40
DIE, CALL = f"{traps.MODULE}:die_after", "integrations.odoo.client:Wire._send"


@pytest.fixture(scope="module")
def nursery(django_db_setup) -> Iterator[Nursery]:
    """Worker processes on the test's database."""
    with open_nursery("tests.integrations.outbox.traps", "integrations.outbox.tasks") as nursery:
        yield nursery


@pytest.fixture
def pull(cast):
    """Let the feed read what is new."""

    def poll() -> None:
        connection = cast.northwind.connection
        feed.poll(connection, apply=partial(apply_orders, connection, now=factories.NOW), now=timezone.now())

    return poll


@pytest.fixture
def answer(cast):
    """Somebody asks for a later date and offers a split; Bea approves the date. That makes two messages."""

    def send(order: PurchaseOrder) -> None:
        first, second = order.lines.order_by("pk")
        price = Decimal("4.50")
        replies = [
            LineReply(first.pk, (Part(Decimal(10), LATER, price),)),
            LineReply(second.pk, (Part(Decimal(12), DAY, price), Part(Decimal(8), LATER, price))),
        ]
        sally = User.objects.get(name="Sally Seller")
        acknowledge_order(
            order, by=sally, revision=1, replies=replies, submission=uuid.uuid4(), at=factories.NOW
        )
        agreed = LineAnswer.objects.filter(line=first).values_list("pk", flat=True)
        approve_lines(order, by=cast.bea, answer_ids=list(agreed), at=factories.NOW)

    return send


@pytest.mark.parametrize("version", ["real"] if REAL_URL else [18, 19])
def test_a_worker_killed_at_any_call_leaves_what_was_agreed_once(cast, nursery, pull, answer, version):
    with odoo_of(cast.northwind, version=version) as odoo:
        vendor = odoo.vendor()
        placed = [odoo.order(10, 20, vendor=vendor) for _ in range(MORE_THAN_ENOUGH)]
        pull()
        orders = {order.odoo_id: order for order in PurchaseOrder.objects.all()}
        factories.member(factories.user("Sally Seller"), orders[placed[0]].supplier, Role.SALES)
        touched = []
        for odoo_id, call in zip(placed, count(1), strict=False):
            touched.append(orders[odoo_id])
            answer(orders[odoo_id])
            ended = nursery.run_worker(orders[odoo_id].document, DIE, step=CALL, time=call)
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
        # What the killed workers wrote comes back as changes in Odoo before anybody goes on.
        pull()
        later = timezone.now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        for order in touched:
            engine.deliver_document(order.document, now=later)
        pull()
        for order in touched:
            holds_what_was_agreed(odoo, order)
    assert 10 < len(touched) < MORE_THAN_ENOUGH


def holds_what_was_agreed(odoo: BuyersOdoo, order: PurchaseOrder) -> None:
    """Look at both sides: agreed values, one note, one question, every message delivered, no new revision."""
    messages = OutboxMessage.objects.filter(document=order.document)
    assert set(messages.values_list("status", "reason")) == {(Status.DELIVERED, "")}
    rows = [
        (row["product_qty"], row["price_unit"], row["date_planned"][:10]) for row in odoo.lines(order.odoo_id)
    ]
    assert rows == [(10, 4.5, LATER.isoformat()), (20, 4.5, DAY.isoformat())]
    assert [moment.date() for moment in odoo.receipts(order.odoo_id)] == [DAY]
    assert len(odoo.notes(order.odoo_id)) == 1
    assert len(odoo.questions(order.odoo_id)) == 1
    order.refresh_from_db()
    assert order.revision == 1
