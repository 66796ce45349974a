"""What is to be confirmed again can be answered in a sheet too: an x says that it still comes as agreed."""

import pytest

from orders.purchasing.lifecycle import LineState, OrderSummary
from orders.purchasing.models import LineAnswer, PurchaseOrder
from orders.sheets.lifecycle import Kind
from tests.orders.sheets.conftest import Paper, kinds, work_off


@pytest.fixture
def order(order):
    """All of it was agreed, and the delivery is near."""
    order.lines.update(state=LineState.DUE)
    PurchaseOrder.objects.filter(pk=order.pk).update(summary=OrderSummary.WAITING_FOR_SUPPLIER)
    return order


def test_an_x_confirms_again(alice, order, taken, lines):
    paper = Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)
    assert paper.value(1, "state") == "Confirm again"
    paper.fill(1, confirm="x")
    sheet = taken(paper)
    assert kinds(sheet)[2] == Kind.ACCEPTED
    work_off(sheet.job)
    said = LineAnswer.objects.get()
    assert (said.line, said.confirms_again) == (lines[0], True)
    assert order.lines.filter(state=LineState.AGREED).count() == 1
