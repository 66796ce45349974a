"""Another product or unit in the grid: refused while typing, kept with the draft, sent, locked."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.grid.models import Draft
from orders.purchasing.actions import LineReply, Part, acknowledge_order, approve_lines
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from suppliers.policies.terms import Beyond, Matter
from tests import factories
from tests.orders.grid.conftest import keep

PRODUCT = {"other_code": "BX-200", "other_name": "Hex bolt A4"}
BOXES = {"other_unit": "Box of 5", "quantity": "2", "price": "22"}


def parts_of(line):
    """The parts of a line's answer as they were stored."""
    return [
        row.part for row in ScheduleLine.objects.filter(line_answer__line=line).order_by("position", "pk")
    ]


@pytest.mark.parametrize(
    ("matter", "cells", "name", "said"),
    [
        (Matter.SUBSTITUTE, PRODUCT, "other_code", "Another product may not"),
        (Matter.SUBSTITUTE, {"other_name": "Hex bolt A4"}, "other_name", "Another product may not"),
        (Matter.UNIT, BOXES, "other_unit", "Another unit may not"),
    ],
)
def test_what_a_policy_forbids_is_refused_while_typing_and_at_sending(
    alice, cast, order, lines, filled, matter, cells, name, said
):
    factories.policy(cast.northwind, cast.ada, matter, name="As ordered", beyond=Beyond.REFUSE)
    data = filled({lines[0]: cells})
    problems = keep(alice, order, data).json()["problems"]
    assert list(problems) == [f"c-{lines[0].pk}-{name}"]
    assert said in problems[f"c-{lines[0].pk}-{name}"]
    answer = alice.post(f"/orders/{order.pk}/grid/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="#c-{lines[0].pk}-{name}"' in page
    assert f'value="{cells[name]}"' in page  # nothing typed is lost, and it can be emptied
    assert not Answer.objects.exists()


def test_what_is_wrong_stands_at_its_cell(alice, order, lines, filled):
    data = filled(
        {
            lines[0]: {"other_code": "BX-200"},
            lines[1]: {"other_unit": "Box of 5"},
            lines[2]: {"confirm": "x", **PRODUCT},
            lines[3]: {"quantity": "0", "reason": "Sold out", "other_unit": "x" * 61},
        }
    )
    first, second, third, fourth = (line.pk for line in lines)
    problems = keep(alice, order, data).json()["problems"]
    assert set(problems) == {
        f"c-{first}-other_name",
        f"c-{second}-quantity",
        f"c-{third}-other_code",
        f"c-{third}-other_name",
        f"c-{fourth}-other_unit",
    }
    assert "Give quantity and price in Box of 5" in problems[f"c-{second}-quantity"]
    assert alice.post(f"/orders/{order.pk}/grid/", data).status_code == 422
    assert not Answer.objects.exists()


def test_a_stale_draft_is_not_sent_and_a_closed_order_takes_nothing(alice, order, lines, filled):
    data = filled({lines[0]: PRODUCT})
    keep(alice, order, data)
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(asked_in_revision=2, asked_quantity=12)
    assert "It now asks for 12" in alice.get(f"/orders/{order.pk}/grid/").content.decode()
    answer = alice.post(f"/orders/{order.pk}/grid/", data)
    assert set(answer.context["form"].errors) == {f"row-{lines[0].pk}"}
    PurchaseOrder.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED)
    assert alice.post(f"/orders/{order.pk}/grid/", filled({lines[1]: PRODUCT})).status_code == 422
    assert not Answer.objects.exists()


def test_readers_and_strangers_offer_nothing(as_, cast, order, lines, filled):
    data = filled({lines[0]: PRODUCT})
    assert as_(cast.rita).post(f"/orders/{order.pk}/grid/", data).status_code == 403
    assert as_(cast.mallory).post(f"/orders/{order.pk}/grid/", data).status_code == 404


def test_another_product_and_another_unit_go_to_the_buyer_once(alice, order, lines, filled, soon):
    data = filled({lines[0]: PRODUCT, lines[1]: BOXES, lines[2]: {"confirm": "x"}})
    kept = keep(alice, order, data).json()
    assert (kept["problems"], kept["answers"], kept["needing"]) == ({}, 3, 2)
    answer = alice.post(f"/orders/{order.pk}/grid/", data)
    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    alice.post(f"/orders/{order.pk}/grid/", data)
    assert Answer.objects.count() == 1
    assert parts_of(lines[0]) == [Part(Decimal(10), soon, Decimal("4.5"), "", "BX-200", "Hex bolt A4")]
    assert parts_of(lines[1]) == [Part(Decimal(2), soon, Decimal(22), unit="Box of 5")]
    assert [line.state for line in order.lines.order_by("pk")[:3]] == [
        LineState.PROPOSED,
        LineState.PROPOSED,
        LineState.AGREED,
    ]


def test_a_draft_keeps_them_and_opens_only_their_line(alice, order, lines, filled):
    closed = alice.get(f"/orders/{order.pk}/grid/").content.decode()
    assert (closed.count("Another product or unit"), closed.count('<details class="foreign" open')) == (4, 0)
    keep(alice, order, filled({lines[1]: PRODUCT}))
    assert Draft.objects.get().fields[f"c-{lines[1].pk}-other_name"] == "Hex bolt A4"
    page = alice.get(f"/orders/{order.pk}/grid/").content.decode()
    assert page.count('<details class="foreign" open') == 1
    assert 'value="Hex bolt A4"' in page


def test_the_parts_of_a_line_are_in_its_unit_and_the_first_may_be_another_product(
    alice, order, lines, filled, soon
):
    later = (soon + timedelta(days=7)).isoformat()
    first, second = lines[0], lines[1]
    data = filled(
        {
            first: {"quantity": "1", "price": "22", "other_unit": "Box of 5"},
            second: {"quantity": "6", **PRODUCT},
        }
    )
    data |= {f"p-{first.pk}": "2", f"c-{first.pk}_2-quantity": "1", f"c-{first.pk}_2-price": "22"}
    data |= {f"p-{second.pk}": "2", f"c-{second.pk}_2-quantity": "4", f"c-{second.pk}_2-date": later}
    kept = keep(alice, order, data).json()
    assert kept["problems"] == {}
    assert kept["sums"] == {str(first.pk): "2 Box of 5", str(second.pk): "10 of 10 Units"}
    alice.post(f"/orders/{order.pk}/grid/", data)
    assert [part.unit for part in parts_of(first)] == ["Box of 5"] * 2
    assert [part.product_code for part in parts_of(second)] == ["BX-200", ""]


def test_without_javascript_a_split_keeps_what_was_typed(alice, order, lines, filled):
    data = filled({lines[0]: {**PRODUCT, "other_unit": "Box of 5"}})
    alice.post(f"/orders/{order.pk}/grid/draft/", data | {"split": lines[0].pk})
    fields = Draft.objects.get().fields
    assert fields[f"c-{lines[0].pk}-other_unit"] == "Box of 5"
    alice.post(f"/orders/{order.pk}/grid/draft/", data | fields | {"unsplit": f"{lines[0].pk}_2"})
    assert Draft.objects.get().fields[f"c-{lines[0].pk}-other_code"] == "BX-200"


def test_cells_that_a_policy_forbids_are_locked_and_say_why(alice, cast, order, lines):
    code, beyond = lines[0].product_code, Beyond.REFUSE
    factories.policy(cast.northwind, cast.ada, Matter.UNIT, name="Pieces", product_code=code, beyond=beyond)
    page = alice.get(f"/orders/{order.pk}/grid/").content.decode()
    assert "Another unit may not be proposed (“Pieces”)" in page
    row = page[page.index(f'id="row-{lines[0].pk}"') : page.index(f'id="row-{lines[1].pk}"')]
    assert f'name="c-{lines[0].pk}-other_code"' in row
    assert f'name="c-{lines[0].pk}-other_unit"' not in row
    assert row.count(" disabled") == 1


def test_what_is_asked_in_another_product_and_unit_is_shown(alice, cast, order, lines, soon):
    part = Part(Decimal(2), soon, Decimal(22), "", "BX-200", "Hex bolt A4", "Box of 5")
    reply, at = LineReply(lines[0].pk, (part,)), timezone.now()
    acknowledge_order(order, by=cast.alice, revision=1, replies=[reply], submission=uuid.uuid4(), at=at)
    approve_lines(order, by=cast.bea, answer_ids=[LineAnswer.objects.get().pk], at=at)
    page = alice.get(f"/orders/{order.pk}/grid/").content.decode()
    assert "BX-200 (Hex bolt A4) instead of " + lines[0].product_code in page
    assert "<i>Box of 5</i>" in page
    assert 'placeholder="BX-200"' in page
