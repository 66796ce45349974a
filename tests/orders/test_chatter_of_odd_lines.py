"""Lines without a description, or with markup in it, are written about all the same."""

from integrations.outbox.models import OutboxMessage
from orders.purchasing.mail import tell_supplier_of_new_order
from suppliers.notices.models import Notice
from tests import factories


def test_a_line_without_any_text_is_mailed_and_noted(answer, cast, order, lines, part):
    odd = lines[0]
    odd.description, odd.product_code = "", ""
    odd.save()
    answer({line: [part()] for line in lines})
    assert OutboxMessage.objects.get(topic="purchase_order.agreement").payload["note"]["body"]
    tell_supplier_of_new_order(order, lines, at=factories.NOW)
    assert Notice.objects.filter(event="order_new").exists()


def test_markup_in_a_description_stays_text_in_odoo(answer, lines, part):
    odd = lines[0]
    odd.description, odd.product_code = "<script>alert(1)</script>", ""
    odd.save()
    answer({odd: [part()]})
    body = OutboxMessage.objects.get(topic="purchase_order.agreement").payload["note"]["body"]
    assert "<script>" not in body
    assert "&lt;script&gt;" in body
