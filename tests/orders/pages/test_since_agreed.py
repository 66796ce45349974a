"""The supplier sees what changed since both sides last agreed, not what the latest revision changed."""

from datetime import timedelta

import pytest

from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import LineAnswer, OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.reading import lines_question
from orders.purchasing.replies import replies_question
from orders.purchasing.revision_news import changed_since_agreed, revisions_question
from suppliers.prepared import ask_together


@pytest.fixture
def line(order):
    return order.lines.order_by("sequence").first()


@pytest.fixture
def change(order, line):
    """Odoo changes the first line once more: ``change("quantity", 12)``."""

    def apply(**values):
        order.refresh_from_db()
        now = PurchaseOrderLine.objects.get(pk=line.pk)
        order.revision += 1
        PurchaseOrder.objects.filter(pk=order.pk).update(revision=order.revision)
        columns = {"quantity": "quantity", "price": "unit_price", "date": "expected_on"}
        asked = {"quantity": "asked_quantity", "price": "asked_price", "date": "asked_on"}
        changes = [
            {
                "line": line.odoo_id,
                "label": "line 1",
                "field": name,
                "old": str(getattr(now, columns[name])).removesuffix(".0000"),
                "new": str(value),
            }
            for name, value in values.items()
            if name in columns
        ]
        PurchaseOrderLine.objects.filter(pk=line.pk).update(
            asked_in_revision=order.revision,
            state=LineState.ASKED,
            **{columns[name]: value for name, value in values.items()},
            **{asked[name]: value for name, value in values.items()},
        )
        OrderRevision.objects.create(
            supplier_id=order.supplier_id, company_id=order.company_id, order=order,
            number=order.revision, at=order.changed_at, snapshot={}, changes=changes,
        )  # fmt: skip

    return apply


@pytest.fixture
def shown(as_, cast, order, line):
    """Return what Alice is shown as changed of the first line, field by field; the page strikes it out."""

    def read():
        order.refresh_from_db()
        lines, replies, revisions = ask_together(
            lines_question(order, cast.alice),
            replies_question(order, cast.alice),
            revisions_question(order, cast.alice),
        )
        found = changed_since_agreed(lines, replies, revisions).get(line.odoo_id, {})
        page = as_(cast.alice).get(f"/orders/{order.pk}/").content.decode()
        cells = page.partition(f'id="line-{line.pk}"')[2].partition("</tr>")[0]
        assert cells.count("<del>") == len(found)
        return found

    return read


@pytest.fixture
def confirm(as_, cast, order, filled, line):
    def answer(**choice):
        order.refresh_from_db()
        data = filled(order, {line: {"choice": "confirm"} | choice})
        assert as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", data).status_code == 302

    return answer


def test_two_changes_since_the_agreement_are_one_difference(shown, change, confirm):
    confirm()
    change(quantity=12)
    change(quantity=15)
    assert shown() == {"quantity": "10"}


def test_what_was_put_back_is_no_difference(shown, change, confirm):
    confirm()
    change(quantity=12)
    change(quantity=10)
    assert shown() == {}


def test_an_answer_that_was_not_agreed_on_does_not_move_the_mark(shown, change, confirm, soon):
    confirm()
    change(quantity=12)
    confirm(choice="change", **{"parts-0-date": soon + timedelta(days=30)})  # goes to the buyer
    change(quantity=13)
    assert shown() == {"quantity": "10"}


def test_what_was_agreed_is_no_news(shown, change, confirm):
    confirm()
    change(quantity=12)
    confirm()
    assert shown() == {}


def test_a_line_nobody_agreed_on_shows_what_changed_since_the_first_sight(shown, change, soon):
    change(quantity=12)
    change(date=soon + timedelta(days=2))
    assert shown() == {"quantity": "10", "date": soon}


def test_the_dates_differ_from_what_was_agreed_not_from_what_was_asked(
    as_, cast, shown, change, confirm, soon
):
    agreed = soon + timedelta(days=5)
    confirm(choice="change", **{"parts-0-date": agreed})
    view = as_(cast.bea)
    order = PurchaseOrder.objects.get()
    view.post(f"/orders/{order.pk}/approve/", {"answer_ids": LineAnswer.objects.get().pk})
    change(date=soon + timedelta(days=1))
    assert shown()["date"] == agreed


def test_numbers_of_another_product_are_compared_once_odoo_s_line_holds_it(
    as_, cast, order, filled, line, shown, change
):
    fields = {"choice": "change", "parts-0-product_code": "BX-200", "parts-0-product_name": "Bolt A4"}
    url = f"/orders/{order.pk}/"
    as_(cast.alice).post(f"{url}acknowledge/", filled(order, {line: {**fields, "parts-0-price": "4.80"}}))
    as_(cast.bea).post(f"{url}approve/", {"answer_ids": LineAnswer.objects.get().pk})
    assert shown() == {}
    # Another price for what was ordered first says nothing about the price that was agreed.
    change(price=5)
    assert shown() == {"price": "4.500000"}
    # Now the line is in the other product: what was agreed about that is what it is held against.
    PurchaseOrderLine.objects.filter(pk=line.pk).update(product_code="BX-200")
    change(price=9)
    assert shown() == {"price": "4.80"}
