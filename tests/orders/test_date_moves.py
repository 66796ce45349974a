"""Every move of a line's dates is remembered: who moved which, when, from which round or revision."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orders.purchasing.actions import approve_lines
from orders.purchasing.lifecycle import DateKind, LineState
from orders.purchasing.models import DateMove, LineAnswer, PurchaseOrderLine
from orders.purchasing.odoo_pull import apply_orders
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.orders import records

WANTED, LATER = date(2026, 12, 15), date(2026, 12, 20)


def moves():
    found = DateMove.objects.order_by("pk")
    return [(one.kind, one.old, one.new, one.by_name, one.round, one.revision) for one in found]


def test_a_promise_moves_with_its_round(answer, lines, part):
    answer({lines[0]: [part()]})
    assert moves() == [(DateKind.PROMISED, None, WANTED, "Alice Sales", 1, None)]


def test_a_proposal_moves_nothing_until_somebody_agrees(answer, order, lines, part, cast, proposal):
    assert moves() == []
    approve_lines(order, by=cast.bea, answer_ids=[LineAnswer.objects.get().pk], at=factories.NOW)
    assert moves() == [(DateKind.PROMISED, None, LATER, "Bea Buyer", 1, None)]


@pytest.fixture
def from_odoo(cast):
    """An order as Odoo says it, and what reads it again with other values of its line."""
    line = records.line(770)
    connection, company = cast.northwind.connection, cast.northwind.odoo_company_id

    def read(**values):
        record = records.order(77, company, replace(line, **values))
        apply_orders(connection, [record], now=factories.NOW)
        return PurchaseOrderLine.objects.get(odoo_id=770)

    return read


def test_a_change_in_odoo_moves_what_is_requested_and_expected(from_odoo):
    from_odoo()
    assert moves() == []  # the first sight is no move
    line = from_odoo(planned_at=datetime(2026, 12, 18, 11, tzinfo=UTC))
    to = date(2026, 12, 18)
    assert moves() == [
        (DateKind.REQUESTED, WANTED, to, "Bea Buyer", None, 2),
        (DateKind.EXPECTED, WANTED, to, "Bea Buyer", None, 2),
    ]
    assert (line.requested_on, line.expected_on) == (to, to)


def test_what_odoo_asks_for_anew_is_the_buyer_s_own_word_again(from_odoo, cast):
    factories.policy(cast.northwind, cast.bea, Matter.PRICE, upper=Bound(percent=Decimal(5)))
    line = from_odoo()
    PurchaseOrderLine.objects.filter(pk=line.pk).update(
        buyer_quantity=10, buyer_price=Decimal("4.50"), buyer_on=WANTED, asked_price=Decimal("4.60")
    )
    line = from_odoo(unit_price=Decimal("6"))
    assert (line.state, line.asked_price, line.buyer_quantity, line.buyer_price, line.buyer_on) == (
        LineState.ASKED, Decimal("6"), None, None, None,
    )  # fmt: skip


def test_the_page_shows_four_dates_and_their_history(as_, cast, order, answer, lines, part):
    answer({lines[0]: [part()]})
    answer({lines[0]: [part(on=LATER)]})
    approve_lines(
        order, by=cast.bea, answer_ids=[LineAnswer.objects.get(state="PENDING").pk], at=factories.NOW
    )
    for person in (cast.alice, cast.bea):
        page = as_(person).get(f"/orders/{order.pk}/lines/{lines[0].pk}/dates/")
        rows = [(row.kind, row.new, row.by, row.came_from) for row in page.context["moves"]]
        assert rows == [
            ("Promised", LATER, "Bea Buyer", "round 2"),
            ("Promised", WANTED, "Alice Sales", "round 1"),
        ]
    other = factories.order(cast.acme, cast.northwind)
    assert as_(cast.alice).get(f"/orders/{other.pk}/lines/{lines[0].pk}/dates/").status_code == 404
