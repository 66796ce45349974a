"""What is read beside orders: receipts, vendors, products, and which records still exist."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from integrations.odoo.records import Note, Position, ReceiptState
from integrations.odoo.subjects import LINE, ORDER, RECEIPT, WATCHED, Subject
from tests.contract.stage import DUE_AT
from tests.contract.test_reading import drained

(RECEIPTS,) = WATCHED[Subject.RECEIPTS]
(VENDORS,) = WATCHED[Subject.VENDORS]
(PRODUCTS,) = WATCHED[Subject.PRODUCTS]
(COMMENTS,) = WATCHED[Subject.COMMENTS]


def receipts_of(odoo, order):
    return odoo.gateway.receipts(row["id"] for row in odoo.receipts(order))


def test_this_database_has_everything_that_is_read(odoo):
    assert all(odoo.gateway.offers(subject) for subject in Subject)


def test_a_confirmed_order_has_a_receipt_that_expects_all_of_it(odoo):
    order = odoo.order(lines=2)
    lines = odoo.record(order).lines
    (receipt,) = receipts_of(odoo, order)
    assert (receipt.state, receipt.is_return, receipt.done_at) == (ReceiptState.EXPECTED, False, None)
    assert receipt.number
    assert receipt.company_id == odoo.record(order).company_id
    assert receipt.scheduled_at == DUE_AT
    assert {move.line_id for move in receipt.moves} == {line.odoo_id for line in lines}
    assert {(move.expected, move.received) for move in receipt.moves} == {(10, 0)}
    assert all(move.unit for move in receipt.moves)


def test_a_receipt_in_part_says_what_came_and_leaves_the_rest_expected(odoo):
    order = odoo.order()
    odoo.receive(order, 4.0)
    done, rest = sorted(receipts_of(odoo, order), key=lambda receipt: receipt.odoo_id)
    assert (done.state, rest.state) == (ReceiptState.DONE, ReceiptState.EXPECTED)
    assert done.done_at is not None
    assert abs(done.done_at - odoo.clock()) < timedelta(minutes=1)
    assert [(move.expected, move.received) for move in done.moves] == [(4, 4)]
    assert [(move.expected, move.received) for move in rest.moves] == [(6, 0)]


def test_a_cancelled_order_leaves_a_cancelled_receipt(odoo):
    order = odoo.order()
    odoo.do("purchase.order", "button_cancel", order)
    (receipt,) = receipts_of(odoo, order)
    assert receipt.state == ReceiptState.CANCELLED


@pytest.mark.parametrize("change", ["confirmed", "received", "moved"])
def test_receipts_have_a_feed_of_their_own(odoo, change):
    order = odoo.order()
    since = Position(odoo.clock(), 0)
    if change == "confirmed":
        order = odoo.order()
    elif change == "received":
        odoo.receive(order, 10.0)
    else:
        (row,) = odoo.receipts(order)
        odoo.do("stock.picking", "write", row["id"], vals={"scheduled_date": "2027-03-01 08:00:00"})
    found, _, _ = drained(odoo, RECEIPTS, since)
    assert {row["id"] for row in odoo.receipts(order)} <= set(found)


def test_transfers_that_have_nothing_to_do_with_purchases_are_not_read(odoo):
    (receipt,) = odoo.receipts(odoo.order())
    names = ("picking_type_id", "location_id", "location_dest_id")
    usual = odoo.row("stock.picking", receipt["id"], *names)
    since = Position(odoo.clock(), 0)
    other = odoo.create("stock.picking", {name: usual[name] for name in names})
    assert other not in drained(odoo, RECEIPTS, since)[0]


def test_a_changed_vendor_is_in_the_feed_and_is_read(odoo):
    vendor = odoo.vendor(vat="BE0477472701")
    since = Position(odoo.clock(), 0)
    odoo.do("res.partner", "write", vendor, vals={"name": "Renamed", "ref": "V-3", "email": "a@b.example"})
    assert vendor in drained(odoo, VENDORS, since)[0]
    (record,) = odoo.gateway.vendors([vendor])
    assert (record.name, record.reference, record.vat) == ("Renamed", "V-3", "BE0477472701")
    assert record.email == "a@b.example"


def test_a_contact_of_a_vendor_is_no_vendor(odoo):
    contact = odoo.create("res.partner", {"name": "Ann", "parent_id": odoo.vendor(), "type": "other"})
    assert odoo.gateway.vendors([contact]) == []


def test_a_product_with_a_new_code_is_in_the_feed_and_is_read(odoo):
    product = odoo.product()
    since = Position(odoo.clock(), 0)
    odoo.do("product.product", "write", product, vals={"default_code": "NEW-CODE"})
    assert product in drained(odoo, PRODUCTS, since)[0]
    (record,) = odoo.gateway.products([product])
    assert (record.odoo_id, record.code) == (product, "NEW-CODE")


def test_lines_name_their_product_and_its_category(odoo):
    above = odoo.create("product.category", {"name": "Fasteners"})
    category = odoo.create("product.category", {"name": "Bolts", "parent_id": above})
    product = odoo.product()
    odoo.do("product.product", "write", product, vals={"categ_id": category})
    rows = [[0, 0, {"product_id": product, "product_qty": 1.0, "price_unit": 1.0}]]
    (line,) = odoo.record(odoo.order(order_line=rows)).lines
    assert line.product_id == product
    assert (line.category.odoo_id, line.category.name) == (category, "Fasteners / Bolts")
    assert line.category.path == f"/{above}/{category}/"
    (record,) = odoo.gateway.products([product])
    assert record.category == line.category


def test_what_was_deleted_no_longer_exists(odoo):
    kept, gone = odoo.order(), odoo.order()
    line = odoo.record(gone).lines[0].odoo_id
    odoo.do("purchase.order", "button_cancel", gone)
    odoo.do("purchase.order", "unlink", gone)
    gateway, client = odoo.recording()
    assert gateway.existing(ORDER, [kept, gone]) == {kept}
    assert gateway.existing(LINE, [line]) == set()
    assert client.calls == [(ORDER, "search"), (LINE, "search")]


def test_receipts_that_are_gone_are_left_out(odoo):
    assert odoo.gateway.receipts([999_999_999]) == []
    assert odoo.gateway.existing(RECEIPT, [999_999_999]) == set()


def test_a_position_in_the_future_brings_nothing(odoo):
    """An idle database costs one call whatever is watched."""
    gateway, client = odoo.recording()
    since = Position(datetime(2099, 1, 1, tzinfo=UTC), 5)
    for watch in (RECEIPTS, VENDORS, PRODUCTS, COMMENTS):
        client.calls.clear()
        assert gateway.changed(watch, odoo.company_ids, since).ids == ()
        assert client.calls == [(watch.model, "search_read")]


def _post(odoo, order, body="When will it come?", *, subtype="mail.mt_comment", **more):
    """Write in an order's chatter as the buyer; 19 answers a list."""
    arguments = {"body": body, "message_type": "comment", "subtype_xmlid": subtype} | more
    found = odoo.do("purchase.order", "message_post", order, **arguments)
    return found[0] if isinstance(found, list) else found


def test_what_the_buyer_writes_to_the_vendor_is_in_the_feed_and_is_read(odoo):
    order = odoo.order()
    since = Position(odoo.clock(), 0)
    comment = _post(odoo, order, "<p>When will it come?<br>We wait.</p>", body_is_html=True)
    assert comment in drained(odoo, COMMENTS, since)[0]
    (record,) = odoo.gateway.comments([comment])
    assert (record.odoo_id, record.order_id) == (comment, order)
    assert "When will it come?" in record.body
    assert record.author == odoo.row("res.users", odoo.buyer_id, "name")["name"]
    assert abs(record.written_at - odoo.clock()) < timedelta(minutes=1)
    assert record.files == ()


def test_notes_and_what_odoo_writes_by_itself_are_not_in_it(odoo):
    since = Position(odoo.clock(), 0)
    order = odoo.order()  # leaves notes of its own
    note = _post(odoo, order, "Among ourselves", subtype="mail.mt_note")
    ours = odoo.gateway.visit(order)
    ours.post_note(Note(f"note {note}", "<p>From the portal.</p>"))
    assert set(drained(odoo, COMMENTS, since)[0]).isdisjoint(_messages(odoo, order))


def test_what_a_vendor_writes_on_odoo_s_own_portal_is_not_in_it(odoo):
    vendor = odoo.vendor()
    order = odoo.order(vendor=vendor)
    since = Position(odoo.clock(), 0)
    theirs = _post(odoo, order, "From the vendor", author_id=vendor)
    assert theirs not in drained(odoo, COMMENTS, since)[0]


def test_files_on_a_comment_come_with_it(odoo):
    order = odoo.order()
    data = b"%PDF-1.4\n%%EOF\n"
    values = {"name": "drawing.pdf", "datas": b64encode(data).decode(), "res_model": ORDER, "res_id": order}
    comment = _post(odoo, order, attachment_ids=[odoo.create("ir.attachment", values)])
    (record,) = odoo.gateway.comments([comment])
    assert [(file.name, file.data) for file in record.files] == [("drawing.pdf", data)]


def test_comments_that_are_gone_are_left_out(odoo):
    assert odoo.gateway.comments([999_999_999]) == []


def _messages(odoo, order):
    domain = [("model", "=", ORDER), ("res_id", "=", order)]
    return odoo.buyer.call("mail.message", "search", domain=domain)
