"""The activity that asks a buyer for a change is done, in Odoo too, when the change is made or not wanted."""

from decimal import Decimal

import pytest

from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.actions import Part, approve_lines
from orders.purchasing.activities import activities_of
from orders.purchasing.odoo_pull import forget_orders
from suppliers.people.models import User
from tests import factories
from tests.orders.substitutes import (
    DAY,
    LATER,
    PRICE,
    add_line,
    change_line,
    deliver,
    other,
    payloads,
    pending,
)

TOPIC = "purchase_order.change_over"


def said(odoo, odoo_id: int) -> str:
    """What the chatter says of activities that are done."""
    about = [
        ("model", "=", "purchase.order"),
        ("res_id", "=", odoo_id),
        ("mail_activity_type_id", "!=", False),
    ]
    return "".join(row["body"] for row in odoo.read("mail.message", about, "body"))


def to_change(odoo, odoo_id: int) -> list[str]:
    return [summary for summary in odoo.questions(odoo_id) if summary.startswith("Change ")]


def approve_another(order, cast, answer, *parts: Part, line=None) -> None:
    """Sally proposes something else for a line that is agreed; Bea approves it."""
    line = line or order.lines.get()
    answer({line: parts}, of=order, by=User.objects.get(name="Sally Seller"), revision=order.revision)
    approve_lines(order, by=cast.bea, answer_ids=[pending(line).pk], at=factories.NOW)


def test_it_is_done_when_odoo_holds_what_was_agreed(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    assert to_change(odoo, odoo_id) == ["Change 1 line as agreed with Acme Fasteners GmbH"]
    change_line(odoo, odoo_id, product_id=odoo.product("BX-200"), product_qty=10, price_unit=4.8)
    pull()
    assert deliver(order) == {Status.DELIVERED}
    assert to_change(odoo, odoo_id) == []
    assert "Odoo holds what was agreed with Acme Fasteners GmbH." in said(odoo, odoo_id)
    # The echo of it brings nothing new.
    pull()
    assert OutboxMessage.objects.filter(topic=TOPIC).count() == 1


@pytest.mark.parametrize("how", ["action_done", "unlink"])
def test_a_person_may_have_closed_or_deleted_it_before(odoo, pull, agreed, how):
    order, odoo_id = agreed(other())
    about = [("res_model", "=", "purchase.order"), ("res_id", "=", odoo_id), ("summary", "ilike", "Change 1")]
    (activity,) = odoo.read("mail.activity", about, "summary")
    odoo.client.call("mail.activity", how, [activity["id"]])
    change_line(odoo, odoo_id, product_id=odoo.product("BX-200"), product_qty=10, price_unit=4.8)
    pull()
    assert deliver(order) == {Status.DELIVERED}
    assert "Odoo holds" not in said(odoo, odoo_id)


def test_it_stays_while_one_of_its_lines_waits(odoo, pull, agreed):
    order, odoo_id = agreed(Part(Decimal(4), DAY, PRICE), other("2"), other("4", code="BX-300"))
    for code, quantity in (("BX-300", 4), ("BX-200", 2)):
        assert len(to_change(odoo, odoo_id)) == 1
        add_line(odoo, odoo_id, code, quantity)
        pull()
        deliver(order)
    assert to_change(odoo, odoo_id) == []


def test_it_is_done_when_the_buyer_orders_something_else(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    change_line(odoo, odoo_id, product_id=odoo.product("BX-300"), price_unit=4.8)
    pull()
    deliver(order)
    assert to_change(odoo, odoo_id) == []
    assert "changed otherwise since" in said(odoo, odoo_id)


def test_it_is_done_when_the_order_is_cancelled(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    odoo.client.call("purchase.order", "button_cancel", [odoo_id])
    pull()
    assert deliver(order) == {Status.DELIVERED}
    assert to_change(odoo, odoo_id) == []
    assert "The order is cancelled" in said(odoo, odoo_id)


def test_nothing_is_amiss_when_the_order_was_deleted(cast, odoo, pull, agreed):
    order, odoo_id = agreed(other())
    odoo.client.call("purchase.order", "button_cancel", [odoo_id])
    odoo.client.call("purchase.order", "unlink", [odoo_id])
    forget_orders(cast.northwind.connection, [odoo_id], now=factories.NOW)
    assert deliver(order) == {Status.DELIVERED}


def test_another_answer_replaces_it(cast, odoo, agreed, answer):
    order, odoo_id = agreed(other())
    approve_another(order, cast, answer, other("10", LATER))
    assert deliver(order) == {Status.DELIVERED}
    assert len(to_change(odoo, odoo_id)) == 1
    assert "Something else was agreed" in said(odoo, odoo_id)
    # Back to what was ordered: nothing is to be changed by hand any more.
    approve_another(order, cast, answer, Part(Decimal(10), LATER, PRICE))
    assert deliver(order) == {Status.DELIVERED}
    assert to_change(odoo, odoo_id) == []


def test_a_rejection_that_is_approved_ends_it_too(cast, odoo, agreed, answer):
    order, odoo_id = agreed(other())
    approve_another(order, cast, answer, Part(Decimal(10), None, None, "Discontinued"))
    assert order.lines.get().awaited_change is None
    deliver(order)
    assert to_change(odoo, odoo_id) == []


def test_what_else_an_activity_said_is_told_by_the_one_that_replaces_it(cast, order, answer, lines):
    """No activity says of a line what is no longer so."""
    answer({lines[0]: [other()], lines[1]: [other("20")]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(line).pk for line in lines[:2]], at=factories.NOW)
    (first,) = set(activities_of(order.lines.all()).values())
    answer({lines[0]: [other(code="BX-300")]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    (second,) = set(activities_of(order.lines.all()).values())
    told = payloads()[-1]["to_change"]
    assert (first == second, told["external_id"]) == (False, second)
    assert "BX-300" in told["body_html"]
    assert "BX-200" in told["body_html"]
    assert "Change 2 lines" in told["summary"]
    over = OutboxMessage.objects.get(topic=TOPIC)
    assert (over.payload["activity"], over.document) == (first, order.document)


def test_the_same_answer_once_more_leaves_it_as_it_is(cast, order, answer, lines):
    answer({lines[0]: [other()]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    before = activities_of(order.lines.all())
    answer({lines[0]: [other()]})
    assert activities_of(order.lines.all()) == before
    assert payloads()[-1]["to_change"] is None
    assert not OutboxMessage.objects.filter(topic=TOPIC).exists()


def test_lines_that_waited_before_activities_were_kept_settle_as_well(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    line = order.lines.get()
    del line.awaited_change["activity"]
    line.save()
    change_line(odoo, odoo_id, product_id=odoo.product("BX-200"), product_qty=10, price_unit=4.8)
    pull()
    assert order.lines.get().awaited_change is None
    assert not OutboxMessage.objects.filter(topic=TOPIC).exists()
