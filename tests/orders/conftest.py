"""What the tests of orders share: answering in one line, and an Odoo behind the portal."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from integrations.odoo import feed
from orders.purchasing.actions import LineReply, Part, acknowledge_order
from orders.purchasing.models import LineAnswer
from orders.purchasing.odoo_pull import apply_orders
from tests import factories
from tests.orders.odoo import odoo_of


@pytest.fixture
def part():
    """Build a part of an answer: ``part("6", on=date(2026, 12, 20))``."""

    def build(quantity="10", on: date | None = date(2026, 12, 15), price: str | None = "4.50", reason=""):
        return Part(Decimal(quantity), on, Decimal(price) if price and on else None, reason)

    return build


@pytest.fixture
def answer(cast, order):
    """Let Alice answer: ``answer({line: [part()]})``."""

    def send(replies, *, by=None, of=None, revision=1, submission=None, at=factories.NOW, **more):
        return acknowledge_order(
            of or order,
            by=by or cast.alice,
            revision=revision,
            replies=[LineReply(line.pk, tuple(parts)) for line, parts in replies.items()],
            submission=submission or uuid.uuid4(),
            at=at,
            **more,
        )

    return send


@pytest.fixture
def soon():
    """A date that is still to come, whenever the tests run."""
    return timezone.localdate() + timedelta(days=20)


@pytest.fixture
def alice(as_, cast):
    """Alice's browser."""
    return as_(cast.alice)


@pytest.fixture
def lines(order):
    """The lines of the order, in their order."""
    return list(order.lines.order_by("sequence"))


@pytest.fixture
def proposal(answer, lines, part):
    """Alice proposed five days later for the first line: the pending LineAnswer."""
    answer({lines[0]: [part(on=date(2026, 12, 20))]})
    return LineAnswer.objects.get(line=lines[0])


@pytest.fixture(params=[17, 18, 19])
def odoo(cast, request):
    """A sandbox behind Northwind's connection, version by version."""
    with odoo_of(cast.northwind, version=request.param) as found:
        yield found


@pytest.fixture
def pull(cast):
    """Let the feed read what is new of orders."""
    connection = cast.northwind.connection
    apply = partial(apply_orders, connection, now=factories.NOW)
    return lambda: feed.poll(connection, apply=apply, now=factories.NOW)
