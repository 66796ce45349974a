"""What is to be confirmed again can be answered in the grid: the mark says that it still comes as agreed."""

import uuid
from datetime import timedelta

from django.utils import timezone

from orders.purchasing.lifecycle import LineState, OrderSummary
from orders.purchasing.models import LineAnswer, PurchaseOrder
from tests import factories


def test_the_mark_confirms_again(as_, cast):
    soon = timezone.localdate() + timedelta(days=20)
    order = factories.order(cast.acme, cast.northwind, lines=3, summary=OrderSummary.WAITING_FOR_SUPPLIER)
    order.lines.update(expected_on=soon, requested_on=soon, asked_on=soon, state=LineState.DUE)
    alice, url = as_(cast.alice), f"/orders/{order.pk}/grid/"
    form = alice.get(url).context["form"]
    assert len(form.lines) == 3
    data = {"revision": order.revision, "submission": str(uuid.uuid4())}
    data |= {f"s-{row.line.pk}": row.seen for row in form.lines}
    data[f"c-{form.lines[0].line.pk}-confirm"] = "x"
    alice.post(url, data)
    assert LineAnswer.objects.get().confirms_again
    assert PurchaseOrder.objects.get().summary == OrderSummary.PARTLY_ANSWERED
