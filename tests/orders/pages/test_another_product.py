"""Another product or unit on the pages: typed, refused while typing, shown, countered, decided."""

from datetime import timedelta
from decimal import Decimal

import pytest

from orders.purchasing.lifecycle import AnswerState, LineState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrderLine, ScheduleLine
from suppliers.policies.terms import Beyond, Matter
from tests import factories

OTHER = {"choice": "change", "parts-0-product_code": "BX-200", "parts-0-product_name": "Hex bolt A4"}
BOXES = {
    "choice": "change",
    "parts-0-unit": "Box of 5",
    "parts-0-quantity": "2",
    "parts-0-price": "22.00",
}


@pytest.fixture
def line(order):
    return order.lines.order_by("sequence").first()


@pytest.fixture
def post(as_, cast, order, filled):
    """Answer the first line on the page: ``post({"choice": …})``."""

    def send(line, fields, **more):
        return as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", filled(order, {line: fields}), **more)

    return send


def foreign(line):
    row = ScheduleLine.objects.filter(line_answer__line=line).last()
    return row.product_code, row.product_name, row.unit


@pytest.mark.parametrize(
    ("matter", "fields", "said"),
    [(Matter.SUBSTITUTE, OTHER, "Another product may not"), (Matter.UNIT, BOXES, "Another unit may not")],
)
def test_what_a_policy_forbids_is_refused_at_its_field(cast, line, post, matter, fields, said):
    factories.policy(cast.northwind, cast.ada, matter, name="As ordered", beyond=Beyond.REFUSE)
    response = post(line, fields)
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert '<details class="foreign" open>' in page
    for value in list(fields.values())[1:]:
        assert f'value="{value}"' in page  # nothing typed is lost
    assert not Answer.objects.exists()


def test_a_code_without_a_description_is_refused_at_its_field(line, post):
    response = post(line, {**OTHER, "parts-0-product_name": ""})
    assert response.status_code == 422
    assert "Say what the other product is" in response.content.decode()


def test_a_unit_alone_is_refused_because_pieces_are_not_boxes(line, post):
    response = post(line, {"choice": "change", "parts-0-unit": "Box of 5"})
    assert response.status_code == 422
    assert "Give quantity and price in Box of 5" in response.content.decode()


def test_values_typed_beside_a_confirmation_are_not_dropped(line, post):
    response = post(line, {**OTHER, "choice": "confirm"})
    assert response.status_code == 422
    assert "typed other values" in response.content.decode()


def test_another_product_goes_to_the_buyer(as_, cast, order, line, post):
    post(line, OTHER)
    assert foreign(line) == ("BX-200", "Hex bolt A4", "")
    page = as_(cast.bea).get(f"/orders/{order.pk}/").content.decode()
    assert f"<li>Product <del>{line.product_code}</del> <ins>BX-200 Hex bolt A4</ins></li>" in page
    decide = as_(cast.bea).get("/decide/").content.decode()
    assert f"Offers BX-200 (Hex bolt A4) instead of {line.product_code}" in decide


def test_the_ordered_code_and_unit_typed_again_are_no_change(line, post):
    fields = {"parts-0-product_code": line.product_code.lower(), "parts-0-product_name": "the same"}
    post(line, {"choice": "change", "parts-0-unit": line.unit.upper(), **fields})
    assert LineAnswer.objects.get().state == AnswerState.AGREED
    assert foreign(line) == ("", "", "")


def test_a_part_of_a_line_may_come_as_another_product(line, post, soon):
    fields = {"choice": "split", "parts-0-quantity": "6", "parts-0-date": soon}
    fields |= {"parts-1-quantity": "4", "parts-1-date": soon, "parts-1-price": "5"}
    post(line, {**fields, "parts-1-product_name": "Hex bolt A4"})
    rows = ScheduleLine.objects.filter(line_answer__line=line).order_by("position")
    assert [(row.quantity, row.product_name) for row in rows] == [(6, ""), (4, "Hex bolt A4")]


def test_all_parts_of_a_split_are_in_the_unit_of_the_first(line, post, soon):
    fields = {"choice": "split", "parts-0-quantity": "1", "parts-0-date": soon, "parts-0-unit": "Box of 5"}
    fields |= {"parts-0-price": "22", "parts-1-quantity": "1", "parts-1-date": soon + timedelta(days=7)}
    post(line, {**fields, "parts-1-price": "22"})
    rows = ScheduleLine.objects.filter(line_answer__line=line).order_by("position")
    assert [(row.quantity, row.unit) for row in rows] == [(1, "Box of 5"), (1, "Box of 5")]


def test_the_buyer_counters_in_boxes_and_the_supplier_confirms(as_, cast, order, line, post, form_of):
    post(line, BOXES)
    proposal = LineAnswer.objects.get()
    page = as_(cast.bea).get(f"/orders/{order.pk}/?counter={proposal.pk}")
    data = form_of(page, f"/orders/{order.pk}/counter/")
    assert data["parts-0-unit"] == "Box of 5"
    as_(cast.bea).post(f"/orders/{order.pk}/counter/", data | {"parts-0-price": "21"})
    page = as_(cast.alice).get(f"/orders/{order.pk}/")
    assert "<ins>2 Box of 5 at 21.00 EUR</ins>" in page.content.decode()
    answers = form_of(page, f"/orders/{order.pk}/acknowledge/")
    as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", answers)
    line = PurchaseOrderLine.objects.get(pk=line.pk)
    assert line.state == LineState.AGREED
    assert line.awaited_change["own"][0]["unit"] == "Box of 5"
    for page in (f"/orders/{order.pk}/", "/orders/", "/orders.csv"):
        content = as_(cast.alice).get(page)
        said = b"".join(content.streaming_content) if content.streaming else content.content
        assert b"Agreed, waits to be changed in Odoo" in said, page


def test_the_buyer_approves_and_is_told_what_to_do_in_odoo(as_, cast, order, line, post, text_of):
    post(line, OTHER)
    url = f"/orders/{order.pk}/approve/"
    response = as_(cast.bea).post(url, {"answer_ids": LineAnswer.objects.get().pk}, follow=True)
    words = text_of(response)
    assert "1 line has another product or unit: an activity on the order in Odoo says what to change" in words
    assert "Agreed, to be changed in Odoo" in words


def test_what_waits_is_shown_when_it_is_to_change_again(as_, cast, order, line, post, form_of, soon):
    post(line, {**OTHER, "parts-0-price": "5"})
    as_(cast.bea).post(f"/orders/{order.pk}/approve/", {"answer_ids": LineAnswer.objects.get().pk})
    page = as_(cast.alice).get(f"/orders/{order.pk}/")
    data = form_of(page, f"/orders/{order.pk}/acknowledge/")
    prefix = f"lines-{line.pk}-"
    assert data[f"{prefix}parts-0-product_code"] == "BX-200"
    data[f"{prefix}choice"], data[f"{prefix}parts-0-price"] = "change", "5.10"
    as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", data)
    again = LineAnswer.objects.get(line=line, state=AnswerState.PENDING)
    assert again.deviations == ["price"]
    assert again.schedule.get().unit_price == Decimal("5.10")


def test_a_later_day_for_boxes_is_shown_as_no_change_of_the_unit(as_, cast, order, line, post, soon, text_of):
    post(line, BOXES)
    as_(cast.bea).post(f"/orders/{order.pk}/approve/", {"answer_ids": LineAnswer.objects.get().pk})
    later = soon + timedelta(days=9)
    post(line, {**BOXES, "parts-0-date": later})
    assert LineAnswer.objects.last().deviations == ["date"]
    page = as_(cast.bea).get(f"/orders/{order.pk}/").content.decode()
    assert "<li>Unit" not in page[page.index("decide-title") : page.index("order-lines")]
    record = as_(cast.bea).get(f"/orders/{order.pk}/record/")
    assert f"2 Box of 5 on {soon.isoformat()} at 22.00 EUR" in text_of(record)
