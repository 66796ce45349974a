"""The buyer's part after another product or unit was agreed: what Odoo allows, and what is read of it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from integrations.errors import NeedsAttention, TryLater
from integrations.odoo.records import LineRecord, Position, Question
from integrations.odoo.subjects import LINE, ORDER, WATCHED, Subject
from tests.contract.stage import DUE_AT, LATER_AT
from tests.contract.test_reading import drained

LATER = LATER_AT.strftime("%Y-%m-%d %H:%M:%S")
ACTIVITY, MESSAGE = "mail.activity", "mail.message"
ORDERS = WATCHED[Subject.ORDERS]
COMMENTS = WATCHED[Subject.COMMENTS]


def unit_field(odoo: Any) -> str:
    return "product_uom_id" if odoo.major >= 19 else "product_uom"


def bigger_unit(odoo: Any) -> dict[str, Any]:
    """A unit of several pieces, which every Odoo has: dozens, or packs of six."""
    domain = ["|", ("name", "ilike", "dozen"), ("name", "=", "Pack of 6")]
    return odoo.buyer.call("uom.uom", "search_read", domain=domain, fields=["name"], limit=1)[0]


def first_line(odoo: Any, order: int) -> LineRecord:
    return odoo.record(order).lines[0]


def changed_orders(odoo: Any, since: Position) -> set[int]:
    """The orders that the feed brings since then, also where only a line changed."""
    return {pk for watch in ORDERS for pk in drained(odoo, watch, since)[0]}


def substitute(product: int, **values: Any) -> dict[str, Any]:
    """What was agreed, as a new line."""
    return {"product_id": product, "product_qty": 8.0, "price_unit": 4.8, "date_planned": LATER} | values


# -- Changing the order --------------------------------------------------------------------------------------


def test_another_product_on_a_confirmed_line_keeps_everything_else_of_it(odoo):
    """The form does not offer it; an import or an automation may do it. Even the description stays."""
    order, product = odoo.order(), odoo.product()
    before, since = first_line(odoo, order), Position(odoo.clock(), 0)
    odoo.do(LINE, "write", before.odoo_id, vals={"product_id": product})
    line = first_line(odoo, order)
    code = odoo.row("product.product", product, "default_code")["default_code"]
    assert (line.product_id, line.product_code) == (product, code)
    assert (line.odoo_id, line.description) == (before.odoo_id, before.description)
    assert (line.quantity, line.unit_price, line.planned_at) == (10, before.unit_price, DUE_AT)
    assert order in changed_orders(odoo, since)


def test_another_product_with_another_quantity_leaves_the_first_one_on_its_way(odoo):
    order, product = odoo.order(), odoo.product()
    before = first_line(odoo, order)
    odoo.do(LINE, "write", before.odoo_id, vals=substitute(product))
    line = first_line(odoo, order)
    assert (line.quantity, float(line.unit_price), line.planned_at) == (8, 4.8, LATER_AT)
    (receipt,) = odoo.gateway.receipts(row["id"] for row in odoo.receipts(order))
    assert sorted(move.expected for move in receipt.moves) == [8, 10]


def test_another_unit_alone_takes_price_and_date_from_the_price_list(odoo):
    """Why the activity asks for everything in one save: the feed sees values that nobody agreed on."""
    order, unit = odoo.order(), bigger_unit(odoo)
    before = first_line(odoo, order)
    odoo.do(LINE, "write", before.odoo_id, vals={unit_field(odoo): unit["id"]})
    line = first_line(odoo, order)
    assert line.unit == unit["name"]
    assert (line.product_id, line.quantity) == (before.product_id, 10)
    assert line.unit_price in {6 * before.unit_price, 12 * before.unit_price}
    assert abs(line.planned_at - odoo.record(order).ordered_at) < timedelta(minutes=1)


def test_another_unit_with_quantity_price_and_date_holds_just_these(odoo):
    order, unit = odoo.order(), bigger_unit(odoo)
    values = {unit_field(odoo): unit["id"], "product_qty": 2.0, "price_unit": 22.0, "date_planned": LATER}
    odoo.do(LINE, "write", first_line(odoo, order).odoo_id, vals=values)
    line = first_line(odoo, order)
    assert (line.unit, line.quantity, line.unit_price) == (unit["name"], 2, 22)
    assert line.planned_at == LATER_AT


@pytest.mark.parametrize("saves", ["zero first", "new line first", "one save"])
def test_zero_and_a_new_line_in_any_order_of_saves(odoo, saves):
    order, product = odoo.order(), odoo.product()
    old, since = first_line(odoo, order).odoo_id, Position(odoo.clock(), 0)
    new = substitute(product)
    if saves == "one save":
        rows = [[1, old, {"product_qty": 0.0}], [0, 0, new]]
        odoo.do(ORDER, "write", order, vals={"order_line": rows})
    elif saves == "zero first":
        odoo.do(LINE, "write", old, vals={"product_qty": 0.0})
        odoo.create(LINE, {"order_id": order, **new})
    else:
        odoo.create(LINE, {"order_id": order, **new})
        odoo.do(LINE, "write", old, vals={"product_qty": 0.0})
    gone, added = odoo.record(order).lines
    # The zeroed line stays, and loses its price: there is none in the price list for nothing.
    assert (gone.odoo_id, gone.quantity, gone.unit_price) == (old, 0, 0)
    assert (added.product_id, added.quantity) == (product, 8)
    assert (float(added.unit_price), added.planned_at) == (4.8, LATER_AT)
    assert order in changed_orders(odoo, since)


def test_a_line_of_a_confirmed_order_cannot_be_deleted(odoo):
    with pytest.raises(NeedsAttention, match="Cannot delete a purchase order line"):
        odoo.do(LINE, "unlink", first_line(odoo, odoo.order()).odoo_id)


def test_a_line_of_a_request_can_be_deleted(odoo):
    order = odoo.rfq(lines=2)
    odoo.do(ORDER, "write", order, vals={"state": "sent"})
    gone, kept = odoo.record(order).lines
    odoo.do(LINE, "unlink", gone.odoo_id)
    assert [line.odoo_id for line in odoo.record(order).lines] == [kept.odoo_id]


# -- Closing the activity ------------------------------------------------------------------------------------

WORDS = "Odoo holds what was agreed with Acme & Sons."


@pytest.fixture
def asked(odoo):
    """An order with an activity of ours for the buyer."""
    order = odoo.order()
    question = Question(f"change {uuid.uuid4()}", "Change 1 line", "<p>A4 for A2</p>", odoo.buyer_id)
    odoo.gateway.visit(order).ask_buyer(question)
    return order, question.external_id


def open_activities(odoo: Any, order: int) -> list[int]:
    return odoo.buyer.call(ACTIVITY, "search", domain=[("res_model", "=", ORDER), ("res_id", "=", order)])


def done_notes(odoo: Any, order: int) -> list[dict[str, Any]]:
    """What the chatter says of activities that are done."""
    domain = [("model", "=", ORDER), ("res_id", "=", order), ("mail_activity_type_id", "!=", False)]
    return odoo.buyer.call(MESSAGE, "search_read", domain=domain, fields=["body", "subtype_id"])


def close(odoo: Any, order: int, external_id: str) -> None:
    odoo.gateway.visit(order).close_question(external_id, words=WORDS)


def test_the_activity_is_done_once_and_the_chatter_says_why(odoo, asked):
    order, external_id = asked
    for _ in range(3):
        close(odoo, order, external_id)
    assert open_activities(odoo, order) == []
    (note,) = done_notes(odoo, order)
    assert "Odoo holds what was agreed with Acme &amp; Sons." in note["body"]
    assert "A4 for A2" in note["body"]
    assert note["subtype_id"][1] == "Activities"


def test_only_the_activity_that_is_named_is_closed(odoo, asked):
    order, external_id = asked
    odoo.gateway.visit(order).ask_buyer(Question(f"another {uuid.uuid4()}", "Decide", "<p>?</p>", None))
    close(odoo, order, external_id)
    (left,) = open_activities(odoo, order)
    assert odoo.row(ACTIVITY, left, "summary")["summary"] == "Decide"


def test_an_activity_whose_closing_was_not_heard_is_closed_once(odoo, asked):
    order, external_id = asked
    gateway, client = odoo.recording()
    client.lose_reply_of = (ACTIVITY, "action_feedback")
    with pytest.raises(TryLater):
        gateway.visit(order).close_question(external_id, words=WORDS)
    gateway.visit(order).close_question(external_id, words=WORDS)
    assert len(done_notes(odoo, order)) == 1


@pytest.mark.parametrize("how", ["action_done", "action_feedback", "unlink"])
def test_an_activity_that_a_person_closed_or_deleted_is_left_alone(odoo, asked, how):
    order, external_id = asked
    odoo.do(ACTIVITY, how, open_activities(odoo, order)[0])
    before = done_notes(odoo, order)
    gateway, client = odoo.recording()
    gateway.visit(order).close_question(external_id, words=WORDS)
    assert client.writes == []
    assert done_notes(odoo, order) == before


@pytest.mark.parametrize("how", ["action_done", "unlink"])
def test_a_person_who_is_faster_by_a_moment_is_no_error(odoo, asked, how):
    order, external_id = asked
    gateway, client = odoo.recording()

    def somebody_is_faster(model: str, method: str) -> None:
        if method == "action_feedback":
            client.before = None
            odoo.do(ACTIVITY, how, open_activities(odoo, order)[0])

    client.before = somebody_is_faster
    gateway.visit(order).close_question(external_id, words=WORDS)
    assert open_activities(odoo, order) == []


def test_the_activity_of_a_cancelled_order_is_closed_and_of_a_deleted_one_is_gone(odoo, asked):
    order, external_id = asked
    odoo.do(ORDER, "button_cancel", order)
    assert len(open_activities(odoo, order)) == 1
    close(odoo, order, external_id)
    assert open_activities(odoo, order) == []
    odoo.do(ORDER, "unlink", order)
    close(odoo, order, external_id)


def test_closing_is_no_comment_to_the_vendor(odoo, asked):
    order, external_id = asked
    since = Position(odoo.clock(), 0)
    close(odoo, order, external_id)
    found = {pk for watch in COMMENTS for pk in drained(odoo, watch, since)[0]}
    assert found.isdisjoint(note["id"] for note in done_notes(odoo, order))


def test_what_is_done_already_is_not_noted_again_without_a_word(odoo, asked):
    """Up to 18 it is gone; 19 answers False."""
    order, _ = asked
    (activity,) = open_activities(odoo, order)
    odoo.do(ACTIVITY, "action_done", activity)
    if odoo.major >= 19:
        assert odoo.do(ACTIVITY, "action_done", activity) is False
    else:
        with pytest.raises(NeedsAttention, match="gone"):
            odoo.do(ACTIVITY, "action_done", activity)
    assert len(done_notes(odoo, order)) == 1
