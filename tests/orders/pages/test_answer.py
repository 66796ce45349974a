"""Answering an order on its page: plain HTML forms, every refusal, and nothing typed is lost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from tests import factories


@pytest.fixture
def post(as_, cast, order):
    """Post the answer form: ``post(data)``, as Alice unless somebody else is named."""

    def send(data, *, by=None, **options):
        return as_(by or cast.alice).post(f"/orders/{order.pk}/acknowledge/", data, **options)

    return send


def states(order):
    return list(order.lines.order_by("sequence").values_list("state", flat=True))


def schedule(line):
    rows = ScheduleLine.objects.filter(line_answer__line=line).order_by("position")
    return [(row.quantity, row.delivery_on, row.unit_price, row.reason) for row in rows]


def test_the_untouched_form_posted_without_javascript_confirms_everything(as_, cast, order, post, form_of):
    page = as_(cast.alice).get(f"/orders/{order.pk}/")
    response = post(form_of(page, f"/orders/{order.pk}/acknowledge/"), follow=True)
    assert response.redirect_chain == [(f"/orders/{order.pk}/", 302)]
    assert states(order) == [LineState.AGREED, LineState.AGREED]
    assert f"Sent: 2 answers on order {order.number}. Receipt {order.number}-R1. 2 lines agreed" in " ".join(
        str(message) for message in response.context["messages"]
    )


def test_a_change_goes_to_the_buyer_and_what_was_left_empty_stays_as_asked(order, lines, post, filled, soon):
    later = soon + timedelta(days=5)
    post(filled(order, {lines[0]: {"choice": "change", "parts-0-date": later}}))
    assert schedule(lines[0]) == [(Decimal(10), later, Decimal("4.50"), "")]
    assert states(order) == [LineState.PROPOSED, LineState.ASKED]


def test_quantity_and_price_are_read_in_the_habits_of_the_typist(order, lines, post, filled, soon):
    change = {"choice": "change", "parts-0-quantity": "9,5", "parts-0-price": "1.004,75"}
    post(filled(order, {lines[0]: change}))
    assert schedule(lines[0]) == [(Decimal("9.5"), soon, Decimal("1004.75"), "")]


def test_a_line_is_split_in_rows_one_of_which_will_not_come(order, lines, post, filled, soon):
    later = soon + timedelta(days=14)
    split = {
        "choice": "split",
        "parts-0-quantity": "4", "parts-0-date": soon, "parts-0-price": "4.50",
        "parts-2-quantity": "5", "parts-2-date": later,
        "parts-3-quantity": "1", "parts-3-reason": "damaged",
    }  # fmt: skip
    post(filled(order, {lines[0]: split}))
    assert schedule(lines[0]) == [
        (Decimal(4), soon, Decimal("4.50"), ""),
        (Decimal(5), later, Decimal("4.50"), ""),
        (Decimal(1), None, None, "damaged"),
    ]


def test_a_line_that_cannot_be_delivered_says_why(order, lines, post, filled):
    post(filled(order, {lines[0]: {"choice": "reject", "reason": "Sold out"}}))
    assert schedule(lines[0]) == [(Decimal(10), None, None, "Sold out")]


def test_a_line_answered_later_stays_open(order, lines, post, filled):
    post(filled(order, {lines[0]: {"choice": "confirm"}, lines[1]: {"choice": "later"}}))
    assert states(order) == [LineState.AGREED, LineState.ASKED]


def test_number_and_comment_are_kept(order, lines, post, filled):
    post(filled(order, {lines[0]: {"choice": "confirm"}}, supplier_reference="A-1", comment="On its way"))
    order.refresh_from_db()
    assert order.supplier_reference == "A-1"
    assert Answer.objects.get().comment == "On its way"


def test_every_problem_is_named_at_once_at_its_field_and_nothing_is_saved(
    order, lines, post, filled, text_of
):
    data = filled(
        order,
        {
            lines[0]: {"choice": "change", "parts-0-quantity": "1.234", "parts-0-date": "2020-01-01"},
            lines[1]: {"choice": "reject", "reason": " "},
        },
        comment="Please mind the comment",
        supplier_reference="A-77",
    )
    response = post(data)
    assert response.status_code == 422
    form = response.context["view"].form
    assert [link.field_id for link in form.error_links] == [
        f"lines-{lines[0].pk}-parts-0-quantity",
        f"lines-{lines[1].pk}-reason",
    ]
    words = text_of(response)
    assert "2 things have to be put right. Nothing was sent yet." in words
    assert "can be read in two ways" in words
    page = response.content.decode()
    for field_id in (link.field_id for link in form.error_links):
        assert f'id="{field_id}"' in page
    for kept in ("1.234", "2020-01-01", "Please mind the comment", "A-77"):
        assert f'value="{kept}"' in page
    assert f'value="{data["submission"]}"' in page
    assert not Answer.objects.exists()
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_what_the_rules_refuse_is_put_at_the_row_it_came_from(order, lines, post, filled, soon):
    split = {
        "choice": "split",
        "parts-1-quantity": "4", "parts-1-date": soon,
        "parts-3-quantity": "6", "parts-3-date": "2020-01-01",
    }  # fmt: skip
    response = post(filled(order, {lines[0]: split}))
    assert response.status_code == 422
    form = response.context["view"].form
    assert [link.field_id for link in form.error_links] == [f"lines-{lines[0].pk}-parts-3-date"]
    row = next(part for part in form.lines[lines[0].pk].parts if part.number == 3)
    assert "today" in row.errors["date"]


def test_unreadable_and_forbidden_values_are_named_together(order, lines, post, filled):
    data = filled(
        order,
        {
            lines[0]: {"choice": "change", "parts-0-price": "cheap"},
            lines[1]: {"choice": "change", "parts-0-date": "2020-01-01"},
        },
    )
    links = post(data).context["view"].form.error_links
    assert {link.field_id for link in links} == {
        f"lines-{lines[0].pk}-parts-0-price",
        f"lines-{lines[1].pk}-parts-0-date",
    }


def test_parts_must_add_up(order, lines, post, filled, soon, text_of):
    split = {
        "choice": "split",
        "parts-0-quantity": "4", "parts-0-date": soon, "parts-1-quantity": "5", "parts-1-date": soon,
    }  # fmt: skip
    response = post(filled(order, {lines[0]: split}))
    assert response.status_code == 422
    assert "must add up to the ordered 10 Units" in text_of(response)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"choice": "confirm", "parts-0-quantity": "9"}, "but typed other values"),
        ({"choice": "confirm", "reason": "sold out"}, "but typed other values"),
        ({"choice": "split", "parts-0-quantity": "10"}, "has at least two parts"),
        ({"choice": "change", "parts-0-quantity": "5", "parts-1-quantity": "5"}, "several deliveries"),
        ({"choice": "perhaps"}, "Choose an answer"),
        ({"choice": "split", "parts-0-quantity": "5", "parts-1-date": "2099-01-01"}, "quantity of this part"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(order, lines, post, filled, text_of, answer, said):
    response = post(filled(order, {lines[0]: answer}))
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Answer.objects.exists()


def test_a_line_without_a_date_cannot_simply_be_confirmed(order, lines, post, filled, soon, text_of):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(asked_on=None, expected_on=None)
    response = post(filled(order, {lines[0]: {"choice": "confirm"}}))
    assert "names no delivery date to confirm" in text_of(response)
    post(filled(order, {lines[0]: {"choice": "change", "parts-0-date": soon}}))
    assert states(order)[0] == LineState.AGREED


def test_a_line_of_another_order_is_refused(order, lines, post, filled, cast, text_of):
    foreign = factories.order(cast.globex, cast.northwind, lines=1).lines.get()
    response = post(filled(order, {lines[0]: {"choice": "confirm"}, foreign: {"choice": "confirm"}}))
    assert response.status_code == 422
    assert "This order has no such line" in text_of(response)
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_an_order_changed_meanwhile_shows_the_new_values_and_keeps_the_typing(
    order, lines, post, filled, soon, text_of
):
    data = filled(order, {lines[0]: {"choice": "change", "parts-0-quantity": "7"}})
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(
        asked_in_revision=2, quantity=12, asked_quantity=12
    )
    response = post(data)
    assert response.status_code == 409
    page = response.content.decode()
    assert "while you were typing" in text_of(response)
    assert 'name="revision" value="2"' in page
    assert f'name="lines-{lines[0].pk}-parts-0-quantity" value="7"' in page
    assert "must add up to 12 Units" in text_of(response)
    assert not Answer.objects.exists()


def test_an_order_cancelled_meanwhile_takes_no_answer(order, lines, post, filled, text_of):
    data = filled(order, {lines[0]: {"choice": "confirm"}})
    PurchaseOrder.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED)
    response = post(data)
    assert response.status_code == 422
    assert "takes no answer any more" in text_of(response)


def test_the_same_form_sent_twice_is_one_answer(order, lines, post, filled):
    data = filled(order, {lines[0]: {"choice": "confirm"}})
    assert post(data).status_code == post(data).status_code == 302
    assert Answer.objects.count() == 1


def test_an_agreed_line_may_be_reopened_with_a_proposal(order, lines, post, filled, soon):
    post(filled(order, {line: {"choice": "confirm"} for line in lines}))
    post(filled(order, {lines[0]: {"choice": "change", "parts-0-date": soon + timedelta(days=2)}}))
    assert states(order) == [LineState.PROPOSED, LineState.AGREED]


def test_the_editor_of_a_line_opens_without_javascript_and_keeps_what_was_typed(order, lines, post, filled):
    data = filled(order, {lines[0]: {"choice": "later"}}, edit=lines[1].pk, comment="half done")
    response = post(data)
    assert response.status_code == 200
    page = response.content.decode()
    assert 'value="half done"' in page
    assert f'id="lines-{lines[1].pk}-parts-0-date"' in page
    assert response.context["view"].form.lines[lines[0].pk].choice == "later"
    assert not Answer.objects.exists()


def test_a_large_order_carries_editors_only_where_they_are_asked_for(as_, cast, soon):
    order = factories.order(cast.acme, cast.northwind, lines=60)
    alice, line = as_(cast.alice), order.lines.first()
    assert b"-parts-0-date" not in alice.get(f"/orders/{order.pk}/").content
    assert alice.get(f"/orders/{order.pk}/?edit={line.pk}").content.count(b'-parts-0-date"') > 0
    fragment = alice.get(f"/orders/{order.pk}/?edit={line.pk}", headers={"HX-Request": "true"}).content
    assert fragment.lstrip().startswith(f'<tr class="editor" id="editor-{line.pk}"'.encode())
    assert b"<html" not in fragment


def test_a_thousand_lines_are_answered_in_one_form(as_, cast, soon, filled):
    order = factories.order(cast.acme, cast.northwind, lines=0)
    rows = [
        PurchaseOrderLine(
            order=order, supplier=cast.acme, company=cast.northwind, odoo_id=n, description="Bolt",
            unit="Units", quantity=1, asked_quantity=1, unit_price=1, asked_price=1, subtotal=1,
            asked_on=soon, expected_on=soon,
        )
        for n in range(1_000_000, 1_001_000)
    ]  # fmt: skip
    lines = PurchaseOrderLine.objects.bulk_create(rows)
    data = filled(order, {line: {"choice": "confirm", "reason": ""} for line in lines})
    assert as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", data).status_code == 302
    assert order.lines.filter(state=LineState.AGREED).count() == 1000


def test_a_stranger_a_reader_a_buyer_and_nobody_may_not(order, lines, post, filled, cast, client):
    data = filled(order, {lines[0]: {"choice": "confirm"}})
    assert post(data, by=cast.mallory).status_code == 404
    assert post(data, by=cast.boris).status_code == 404
    assert post(data, by=cast.rita).status_code == 403
    assert post(data, by=cast.bea).status_code == 403
    assert client.post(f"/orders/{order.pk}/acknowledge/", data)["Location"].startswith("/accounts/login/")
    assert not Answer.objects.exists()


def test_a_get_changes_nothing(as_, cast, order):
    assert as_(cast.alice).get(f"/orders/{order.pk}/acknowledge/").status_code == 405
    assert not Answer.objects.exists()
