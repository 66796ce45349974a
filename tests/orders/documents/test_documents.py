"""The agreed order as a document: what it says, its hash, and that former revisions stay as they were."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.documents.content import amount
from orders.documents.drawing import pdf_of
from orders.documents.gathering import History, documents_of
from orders.purchasing.actions import Part, approve_lines
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import LineAnswer, OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.revisions import asked_again_in
from tests import factories
from tests.queries import without_the_wall

LATER = date(2026, 12, 20)


def now_of(cast, order):
    return documents_of(cast.alice, [order.pk])[0]


def revise(order, lines, *, changed):
    """Odoo changed one line to 12 pieces: revision 2."""
    said = [
        {
            "line": line.odoo_id,
            "code": line.product_code,
            "description": line.description,
            "quantity": "10",
            "unit": line.unit,
            "price": "4.50",
            "discount": "0",
            "date": "2026-12-15",
        }
        for line in lines
    ]
    tenant = {"supplier": order.supplier, "company": order.company, "order": order}
    first = {"state": "ORDERED", "payment_terms": "30 days", "incoterm": "", "lines": said}
    OrderRevision.objects.create(**tenant, number=1, at=factories.NOW, snapshot=first)
    OrderRevision.objects.create(
        **tenant,
        number=2,
        at=factories.NOW + timedelta(days=1),
        snapshot=first | {"payment_terms": "60 days"},
        changes=[{"line": changed.odoo_id, "label": "x", "field": "quantity", "old": "10", "new": "12"}],
    )
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2, payment_terms="60 days")
    PurchaseOrderLine.objects.filter(pk=changed.pk).update(
        asked_in_revision=2, quantity=12, asked_quantity=12, state=LineState.ASKED
    )
    order.refresh_from_db()


def test_it_says_what_is_agreed_and_marks_what_is_not(cast, order, lines, answer, part):
    answer({lines[0]: [part()]})
    document = now_of(cast, order)
    assert [line.state for line in document.lines] == ["agreed", "open"]
    assert (document.agreed, document.total) == (1, Decimal("90.00"))
    assert (document.buyer, document.supplier) == ("Northwind Distribution", "Acme Fasteners GmbH")


def test_accepted_changes_are_in_it_and_pending_ones_are_not(cast, order, lines, answer, part):
    answer({lines[0]: [part("6"), part("4", LATER)], lines[1]: [part(price="5.00")]})
    assert {line.price for line in now_of(cast, order).lines} == {"4.50"}
    ids = list(LineAnswer.objects.values_list("pk", flat=True))
    approve_lines(order, by=cast.bea, answer_ids=ids, at=factories.NOW)
    document = now_of(cast, order)
    assert [(one.quantity, one.on) for one in document.lines[0].deliveries] == [
        ("6", "2026-12-15"),
        ("4", "2026-12-20"),
    ]
    assert (document.lines[1].price, document.total) == ("5.00", Decimal("95.00"))


def test_another_product_and_another_unit_stand_in_it(cast, order, lines, answer, part):
    other = Part(Decimal(4), LATER, Decimal("5.00"), "", "BX-200", "Hex bolt A4")
    boxes = Part(Decimal(2), LATER, Decimal("22.00"), unit="Box of 5")
    answer({lines[0]: [part("6"), other], lines[1]: [boxes]})
    ids = list(LineAnswer.objects.values_list("pk", flat=True))
    approve_lines(order, by=cast.bea, answer_ids=ids, at=factories.NOW)
    mixed, boxed = now_of(cast, order).lines
    assert [(one.goods, one.quantity) for one in mixed.deliveries] == [
        ("", "6"),
        ("4 Units of BX-200 (Hex bolt A4)", "4"),
    ]
    assert (mixed.state, mixed.amount, mixed.price) == ("agreed", "47.00", "-")
    assert (boxed.quantity, boxed.unit, boxed.price, boxed.amount) == ("2", "Box of 5", "22.00", "44.00")
    assert boxed.note == "not in Odoo yet: the buyer changes it there"
    assert pdf_of(now_of(cast, order), url="https://portal.example/orders/1/").startswith(b"%PDF-")


def test_a_former_revision_stays_as_it_was_agreed(cast, order, lines, answer, part):
    answer({line: [part()] for line in lines})
    before = now_of(cast, order)
    revise(order, lines, changed=lines[0])
    history = History(cast.alice, order)
    former, current = history.document(1), history.document(2)
    assert former is not None
    assert current is not None
    assert [line.state for line in former.lines] == ["agreed", "agreed"]
    assert [line.quantity for line in former.lines] == ["10", "10"]
    assert [line.state for line in current.lines] == ["open", "agreed"]
    assert (former.payment_terms, current.payment_terms) == ("30 days", "60 days")
    assert former.total == before.total
    answer({lines[0]: [part("12")]}, of=order, revision=2, at=factories.NOW + timedelta(days=2))
    again = History(cast.alice, order).document(1)
    assert again is not None
    assert again.sha256() == former.sha256()
    assert history.document(3) is None


def test_the_hash_is_of_the_content_and_the_file_is_always_the_same(cast, order, lines, answer, part):
    document = now_of(cast, order)
    assert document.sha256() == now_of(cast, order).sha256()
    first, second = (pdf_of(document, url="https://portal.example/orders/1/") for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")
    answer({lines[0]: [part()]})
    assert now_of(cast, order).sha256() != document.sha256()


def test_markup_and_letters_of_all_europe_are_only_text(cast, order, lines):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(
        description="<b>Śruba</b> & nakrętka\nűő Ω <img src=x>", product_code="</para>"
    )
    assert pdf_of(now_of(cast, order), url="https://portal.example/").startswith(b"%PDF-")


def test_a_line_without_date_or_price_and_one_with_a_discount(cast, order, lines):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(expected_on=None, discount=Decimal("12.5"))
    PurchaseOrderLine.objects.filter(pk=lines[1].pk).update(unit_price=0)
    document = now_of(cast, order)
    assert document.lines[0].amount == "39.38"
    pdf_of(document, url="https://portal.example/")
    assert amount(Decimal(3), Decimal("0.335"), Decimal(0)) == Decimal("1.01")


def test_what_is_longer_than_a_page_still_makes_a_document(cast, order, lines, answer, part):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(description="x\n" * 3000 + "y" * 9000)
    parts = [part("0.2", LATER + timedelta(days=n)) for n in range(50)]
    answer({lines[1]: parts})
    approve_lines(
        order, by=cast.bea, answer_ids=list(LineAnswer.objects.values_list("pk", flat=True)), at=factories.NOW
    )
    assert len(now_of(cast, order).lines[1].deliveries) == 50
    assert pdf_of(now_of(cast, order), url="https://portal.example/").startswith(b"%PDF-")


def test_a_changed_description_voids_no_agreement():
    changes: dict[int, list[dict[str, object]]] = {
        2: [{"line": 7, "field": "quantity"}],
        3: [{"line": 7, "field": "description"}, {"line": None}],
    }
    assert asked_again_in(changes, 3) == {7: 2}
    assert asked_again_in(changes, 1) == {}


def test_both_sides_get_it_and_strangers_do_not(as_, cast, order):
    for person in (cast.alice, cast.rita, cast.bea):
        found = as_(person).get(f"/orders/{order.pk}/documents/1.pdf")
        assert found.headers["Content-Type"] == "application/pdf"
        assert f"{order.number}-revision-1.pdf" in found.headers["Content-Disposition"]
    for person in (cast.mallory, cast.boris):
        assert as_(person).get(f"/orders/{order.pk}/documents/1.pdf").status_code == 404
    assert as_(cast.alice).get(f"/orders/{order.pk}/documents/2.pdf").status_code == 404
    assert documents_of(cast.mallory, [order.pk]) == []


def test_the_page_lists_every_revision_with_its_hash(as_, cast, order, lines, answer, part):
    answer({line: [part()] for line in lines})
    revise(order, lines, changed=lines[0])
    page = as_(cast.bea).get(f"/orders/{order.pk}/documents/").content.decode()
    for document in History(cast.bea, order).all():
        assert document.sha256() in page
        assert f"/orders/{order.pk}/documents/{document.revision}.pdf" in page


@pytest.mark.parametrize("count", [2, 80])
def test_a_long_order_costs_as_many_queries_as_a_short_one(as_, cast, count):
    order = factories.order(cast.acme, cast.northwind, lines=count)
    browser = as_(cast.alice)
    browser.get(f"/orders/{order.pk}/documents/1.pdf")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"/orders/{order.pk}/documents/1.pdf").status_code == 200
    assert len(without_the_wall(queries)) <= 8
