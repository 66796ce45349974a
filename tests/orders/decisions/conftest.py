"""What the tests of deciding share: suppliers who propose, and pages as words."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from orders.purchasing.actions import LineReply, Part, acknowledge_order
from orders.purchasing.models import LineAnswer
from suppliers.people.models import Role
from tests import factories


@pytest.fixture
def today():
    """The reader's date, which late in the evening is not that of the tests' own zone."""
    return timezone.localdate(timezone=ZoneInfo("Europe/Brussels"))


@pytest.fixture
def max_(cast):
    """Max, who manages purchasing at Northwind."""
    return factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)


@pytest.fixture
def seller_of(cast):
    """Return who sells for a supplier, made when there is nobody yet."""
    known = {cast.acme.pk: cast.alice, cast.globex.pk: cast.mallory}

    def find(supplier):
        if supplier.pk not in known:
            known[supplier.pk] = factories.member(factories.user(f"Seller {supplier}"), supplier, Role.SALES)
        return known[supplier.pk]

    return find


@pytest.fixture
def propose(cast, today, seller_of):
    """Let a supplier propose for a new order of one line: 10 at 4.50, needed in so many days.

    ``propose(later=5)``, ``propose(price="4.95")``, ``propose(quantity="8")``, ``propose(parts=[…])``;
    returns the pending LineAnswer.
    """

    def send(
        supplier=None, company=None, *, needed_in=20, later=0, price="4.50", quantity="10", parts=None,
        at=None, comment="", value=45, **order,
    ):  # fmt: skip
        supplier, company = supplier or cast.acme, company or cast.northwind
        wanted = today + timedelta(days=needed_in)
        made = factories.order(
            supplier, company, lines=0, needed_on=wanted, amount_untaxed=Decimal(value), **order
        )
        line = factories.line(made, expected_on=wanted)
        if parts is None:
            parts = [Part(Decimal(quantity), wanted + timedelta(days=later), Decimal(price))]
        acknowledge_order(
            made,
            by=seller_of(supplier),
            revision=1,
            replies=[LineReply(line.pk, tuple(parts))],
            submission=uuid.uuid4(),
            at=at or timezone.now(),
            comment=comment,
        )
        return LineAnswer.objects.get(line=line)

    return send


@pytest.fixture
def words_of():
    """Return the words of a page, without its tags."""

    def read(response):
        text = re.sub(r"<[^>]+>", " ", response.content.decode())
        return re.sub(r"\s+", " ", text)

    return read
