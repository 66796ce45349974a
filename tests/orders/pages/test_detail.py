"""The order page: what is shown to whom, and what it costs."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.actions import LineReply, Part, acknowledge_order
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import OrderRevision, PurchaseOrder, PurchaseOrderLine
from suppliers.journal.actions import Happening, note
from tests import factories
from tests.queries import without_the_wall


def change(order, *, field="quantity", old="10", new="12"):
    """Odoo changed the first line: revision 2."""
    line = order.lines.order_by("sequence").first()
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=line.pk).update(
        quantity=12, asked_quantity=12, asked_in_revision=2, state=LineState.ASKED
    )
    facts = {
        "line": line.odoo_id,
        "label": f"line 1 ({line.product_code})",
        "field": field,
        "old": old,
        "new": new,
    }
    for number, changes in ((1, []), (2, [facts])):
        OrderRevision.objects.create(
            supplier_id=order.supplier_id,
            company_id=order.company_id,
            order=order,
            number=number,
            at=timezone.now(),
            snapshot={},
            changes=changes,
        )


def test_the_title_names_the_order_and_both_sides(as_, cast, order):
    page = as_(cast.alice).get(f"/orders/{order.pk}/").content.decode()
    assert (
        f"<title>Order {order.number} · Acme Fasteners GmbH → Northwind Distribution · Quayside</title>"
        in page
    )


def test_the_sentence_says_whose_turn_it_is(as_, cast, order, text_of):
    assert "You have to confirm all lines." in text_of(as_(cast.alice).get(f"/orders/{order.pk}/"))
    assert "The supplier has to confirm all lines." in text_of(as_(cast.bea).get(f"/orders/{order.pk}/"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OrderState.CANCELLED, "buyer cancelled this order"),
        (OrderState.WITHDRAWN, "took this order back"),
    ],
)
def test_an_order_that_is_gone_says_so_and_takes_no_answer(as_, cast, order, text_of, state, said):
    PurchaseOrder.objects.filter(pk=order.pk).update(state=state)
    response = as_(cast.alice).get(f"/orders/{order.pk}/")
    assert said in text_of(response)
    assert b"/acknowledge/" not in response.content


def test_the_four_dates_stand_apart(as_, cast, order):
    names = ("requested_on", "first_promised_on", "promised_on", "expected_on")
    days = [f"2026-12-0{day}" for day in range(1, 5)]
    order.lines.update(**dict(zip(names, days, strict=True)))
    page = as_(cast.alice).get(f"/orders/{order.pk}/").content.decode()
    labels = ("Requested", "First promise", "Now promised", "Odoo expects")
    for label, day in zip(labels, days, strict=True):
        assert f'data-l="{label}"' in page
        assert f'datetime="{day}"' in page


def test_what_changed_since_the_last_answer_is_shown_old_and_new(as_, cast, order):
    change(order)
    page = as_(cast.alice).get(f"/orders/{order.pk}/").content.decode()
    assert "<del>10</del> <ins>12</ins>" in page
    assert "Revision 2" in page


def test_what_was_answered_is_no_news_any_more(as_, cast, order, filled):
    change(order)
    order.refresh_from_db()
    alice, line = as_(cast.alice), order.lines.order_by("sequence").first()
    alice.post(f"/orders/{order.pk}/acknowledge/", filled(order, {line: {"choice": "confirm"}}))
    page = alice.get(f"/orders/{order.pk}/").content.decode()
    assert 'data-l="Quantity"><del>' not in page


def test_a_note_keeps_its_harmless_html_and_loses_the_rest(as_, cast, order):
    harmless = "<p>Dock <b>4</b></p>"
    harmful = '<script>alert(1)</script><a href="javascript:alert(2)" onclick="x()">here</a>'
    PurchaseOrder.objects.filter(pk=order.pk).update(notes=harmless + harmful)
    page = as_(cast.alice).get(f"/orders/{order.pk}/").content.decode()
    assert harmless in page
    assert not any(bad in page for bad in ("alert(1)", "javascript:", "onclick"))


def test_a_change_under_way_is_said_and_asked_again(as_, cast, order, text_of):
    message = {"topic": "t", "document": order.document, "destination": "odoo:1", "payload": {}}
    OutboxMessage.objects.create(key="1", **message)
    response = as_(cast.alice).get(f"/orders/{order.pk}/")
    assert "on its way to Odoo (1 waiting)" in text_of(response)
    assert b'hx-trigger="every 2s"' in response.content


def test_what_odoo_refused_is_told_with_its_reason_and_the_technical_text_to_the_buyer_only(
    as_, cast, order, text_of
):
    OutboxMessage.objects.create(
        topic="t", key="1", document=order.document, destination="odoo:1", payload={}, status=Status.PARKED,
        reason="The order is locked in Odoo.", detail="UserError: locked", parked_at=timezone.now(),
    )  # fmt: skip
    for person, sees_detail in ((cast.alice, False), (cast.bea, True)):
        words = text_of(as_(person).get(f"/orders/{order.pk}/"))
        assert "The order is locked in Odoo." in words
        assert ("UserError: locked" in words) is sees_detail


def test_the_timeline_goes_back_page_by_page(as_, cast, order):
    for number in range(45):
        note(order, Happening("order.noted", f"Entry {number:02}"), by=cast.bea, at=timezone.now())
    alice = as_(cast.alice)
    response = alice.get(f"/orders/{order.pk}/")
    seen = [entry.sentence for entry in response.context["view"].timeline.entries]
    assert seen == [f"Entry {number:02}" for number in range(44, 24, -1)]
    older = response.context["view"].timeline.older
    part = alice.get(f"/orders/{order.pk}/?before={older}", headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    whole = alice.get(f"/orders/{order.pk}/?before={older}")
    for response in (part, whole):
        assert "Entry 24" in response.content.decode()
        assert "Entry 25" not in response.content.decode()


def test_a_reader_sees_the_order_and_is_offered_nothing_to_do(as_, cast, order):
    response = as_(cast.rita).get(f"/orders/{order.pk}/")
    assert response.status_code == 200
    assert not any(verb in response.content for verb in (b"/acknowledge/", b"/accept/", b"data-choice"))


def test_strangers_get_the_same_answer_as_for_an_order_that_is_not_there(as_, cast, order, client):
    for person in (cast.mallory, cast.boris):
        assert as_(person).get(f"/orders/{order.pk}/").status_code == 404
        assert as_(person).get("/orders/999999/").status_code == 404
    assert client.get(f"/orders/{order.pk}/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("person", ["alice", "bea"])
def test_it_costs_few_queries_whatever_its_size(as_, cast, person, soon):
    order = factories.order(cast.acme, cast.northwind, lines=30)
    order.lines.update(expected_on=soon, asked_on=soon)
    price = Decimal("4.50")
    split = (Part(Decimal(4), soon, price), Part(Decimal(6), soon + timedelta(days=9), price))
    acknowledge_order(
        order,
        by=cast.alice,
        revision=1,
        replies=[LineReply(line.pk, split) for line in order.lines.all()[:20]],
        submission=uuid.uuid4(),
        at=timezone.now(),
    )
    change(order)
    browser = as_(getattr(cast, person))
    browser.get(f"/orders/{order.pk}/")
    with CaptureQueriesContext(connection) as found:
        browser.get(f"/orders/{order.pk}/")
    # Twelve in all, those of the transaction and the wall (three) and of the second factor included.
    assert len(without_the_wall(found)) <= {"alice": 9, "bea": 10}[person], without_the_wall(found)
