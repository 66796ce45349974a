"""What about orders needs somebody is raised, and cleared when its cause is gone."""

from datetime import date

from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.lifecycle import LineState, OrderSummary
from orders.purchasing.models import PurchaseOrder
from suppliers.alerts.engine import open_for, run_rules
from tests import factories


def run_and_read(person) -> list[str]:
    run_rules(now=factories.NOW)
    return [alert.sentence for alert in open_for(person, now=factories.NOW)]


def test_an_unanswered_order_that_is_due_soon_is_raised_for_both_sides(cast, order):
    order.needed_on = date(2026, 11, 27)
    order.save()
    for person in (cast.alice, cast.bea):
        assert run_and_read(person) == [
            f"Order {order.number} is needed on 2026-11-27 and not fully confirmed."
        ]
    assert run_and_read(cast.mallory) == run_and_read(cast.rita) == []


def test_it_is_cleared_by_the_answer(cast, order, answer, lines, part):
    order.needed_on = date(2026, 11, 27)
    order.save()
    assert run_and_read(cast.alice)
    answer({line: [part()] for line in lines})
    assert run_and_read(cast.alice) == []


def test_what_is_only_to_be_confirmed_again_has_an_answer(cast, order, answer, lines, part):
    PurchaseOrder.objects.update(needed_on=date(2026, 11, 27))
    answer({line: [part()] for line in lines})
    order.lines.update(state=LineState.DUE)
    PurchaseOrder.objects.update(summary=OrderSummary.WAITING_FOR_SUPPLIER)
    assert run_and_read(cast.bea) == []
    factories.line(order, sequence=30)
    assert len(run_and_read(cast.bea)) == 1


def test_history_and_far_future_are_left_alone(cast, order):
    for day in (date(2026, 9, 1), date(2026, 12, 15)):
        order.needed_on = day
        order.save()
        assert run_and_read(cast.alice) == []


def test_what_odoo_did_not_take_is_raised_for_the_buyer(cast, order, answer, lines, part):
    answer({line: [part()] for line in lines})
    OutboxMessage.objects.filter(document=order.document).update(
        status=Status.PARKED, reason="Somebody changed line 1 in Odoo.", parked_at=factories.NOW
    )
    assert "Somebody changed line 1" in run_and_read(cast.bea)[0]
    assert run_and_read(cast.alice) == []
