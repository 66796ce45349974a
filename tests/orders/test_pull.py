"""Orders come in from Odoo, change there, and ask again only for what changed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.odoo.records import OdooState
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, OrderSummary
from orders.purchasing.models import LineAnswer, OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.odoo_pull import apply_orders
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.people.models import Role, Supplier, VendorAccount
from tests import factories
from tests.orders import records


@pytest.fixture
def pull(cast):
    """Apply records to Northwind's connection: ``pull(record)``."""

    def apply(*found, first_import=False):
        return apply_orders(
            cast.northwind.connection, list(found), now=factories.NOW, first_import=first_import
        )

    return apply


@pytest.fixture
def incoming(cast, pull):
    """An order with two lines, known to the portal, from a vendor whose Sally sells."""
    record = records.order(42, cast.northwind.odoo_company_id, records.line(1), records.line(2))
    pull(record)
    supplier = VendorAccount.objects.get(odoo_partner_id=records.PARTNER).supplier
    factories.member(factories.user("Sally Seller"), supplier, Role.SALES)
    return record


def order() -> PurchaseOrder:
    return PurchaseOrder.objects.get(odoo_id=42)


def line(odoo_id: int) -> PurchaseOrderLine:
    return PurchaseOrderLine.objects.get(odoo_id=odoo_id)


def changed(record, odoo_id: int, **fields):
    lines = tuple(replace(row, **fields) if row.odoo_id == odoo_id else row for row in record.lines)
    return replace(record, lines=lines)


def agree(answer, part, *odoo_ids: int) -> None:
    sally = Supplier.objects.get(name="Acme Fasteners GmbH", vat="DE123").members.get().user
    answer({line(odoo_id): [part()] for odoo_id in odoo_ids}, of=order(), by=sally)


def test_a_new_order_brings_its_vendor_its_revision_and_a_mail(cast, pull, incoming):
    assert order().summary == OrderSummary.WAITING_FOR_SUPPLIER
    assert OrderRevision.objects.get().snapshot["lines"][0]["quantity"] == "10"
    assert JournalEntry.objects.get(verb="order.received").channel == "ODOO"
    pull(records.order(43, cast.northwind.odoo_company_id))
    assert Notice.objects.get(event="order_new").to_name == "Sally Seller"


def test_the_same_order_twice_changes_nothing(pull, incoming):
    assert pull(incoming) == 0
    assert (order().revision, PurchaseOrderLine.objects.count()) == (1, 2)


def test_the_due_date_is_the_date_in_the_ship_to_zone(cast, pull):
    late = datetime(2026, 12, 15, 23, 30, tzinfo=UTC)  # 00:30 on the 16th in Brussels
    pull(records.order(44, cast.northwind.odoo_company_id, records.line(9, planned_at=late)))
    assert line(9).expected_on == date(2026, 12, 16)


def test_a_change_makes_a_revision_and_asks_again_only_for_that_line(pull, incoming, answer, part):
    agree(answer, part, 1, 2)
    pull(changed(incoming, 1, quantity=Decimal(12)))
    assert (line(1).state, line(2).state) == (LineState.ASKED, LineState.AGREED)
    assert (line(1).asked_in_revision, line(1).asked_quantity) == (2, 12)
    change = OrderRevision.objects.get(number=2).changes
    assert [(row["field"], row["old"], row["new"]) for row in change] == [("quantity", "10", "12")]
    assert Notice.objects.filter(event="order_changed").count() == 1


def test_the_echo_of_an_agreement_asks_nobody_again(pull, incoming, answer, part):
    agree(answer, part, 1)
    row = line(1)
    row.asked_on = date(2026, 12, 20)  # agreed with another date, not yet written to Odoo
    row.save()
    pull(changed(incoming, 1, planned_at=datetime(2026, 12, 20, 11, tzinfo=UTC)))
    assert (line(1).state, line(1).expected_on, order().revision) == (
        LineState.AGREED,
        date(2026, 12, 20),
        1,
    )
    assert line(1).requested_on == date(2026, 12, 15)


def test_an_open_proposal_is_superseded_when_its_line_changes(pull, incoming, answer, part):
    sally = Supplier.objects.get(vat="DE123").members.get().user
    answer({line(1): [part(on=date(2026, 12, 20))]}, of=order(), by=sally)
    pull(changed(incoming, 1, unit_price=Decimal("4.40")))
    assert LineAnswer.objects.get().state == AnswerState.SUPERSEDED
    assert line(1).state == LineState.ASKED


def test_an_open_proposal_stands_when_another_line_changes(pull, incoming, answer, part):
    sally = Supplier.objects.get(vat="DE123").members.get().user
    answer({line(1): [part(on=date(2026, 12, 20))]}, of=order(), by=sally)
    pull(changed(incoming, 2, unit_price=Decimal("4.40")))
    assert LineAnswer.objects.get().state == AnswerState.PENDING


def test_a_changed_note_is_a_revision_that_asks_nothing(pull, incoming, answer, part):
    agree(answer, part, 1, 2)
    pull(replace(incoming, notes="<p>Ring twice</p>"))
    assert (order().revision, order().summary) == (2, OrderSummary.AGREED)
    assert not Notice.objects.filter(event="order_changed").exists()


def test_lines_come_and_go(pull, incoming):
    pull(replace(incoming, lines=(incoming.lines[0], records.line(3))))
    assert (line(2).state, line(3).state) == (LineState.CANCELLED, LineState.ASKED)
    fields = {row["new"] for row in OrderRevision.objects.get(number=2).changes}
    assert "removed" in fields


def test_a_line_set_to_zero_is_cancelled(pull, incoming):
    pull(changed(incoming, 1, quantity=Decimal(0)))
    assert line(1).state == LineState.CANCELLED


def test_cancelling_closes_everything_and_reopening_asks_again(pull, incoming, answer, part):
    agree(answer, part, 1)
    pull(replace(incoming, state=OdooState.CANCELLED))
    assert (order().state, order().summary) == (OrderState.CANCELLED, OrderSummary.CLOSED)
    assert line(1).state == line(2).state == LineState.CANCELLED
    pull(incoming)
    assert (order().state, line(1).state, line(2).state) == (
        OrderState.ORDERED,
        LineState.ASKED,
        LineState.ASKED,
    )


def test_a_draft_nobody_saw_stays_unseen_and_one_seen_is_withdrawn(cast, pull, incoming):
    pull(records.order(45, cast.northwind.odoo_company_id, state=OdooState.DRAFT))
    assert not PurchaseOrder.objects.filter(odoo_id=45).exists()
    pull(replace(incoming, state=OdooState.DRAFT))
    assert order().state == OrderState.WITHDRAWN


def test_what_has_arrived_needs_no_answer(pull, incoming):
    pull(changed(incoming, 1, received=Decimal(10)))
    assert line(1).state == LineState.AGREED
    assert order().revision == 1


def proposed(answer, *parts):
    sally = Supplier.objects.get(name="Acme Fasteners GmbH", vat="DE123").members.get().user
    answer({line(1): parts}, of=order(), by=sally)
    return LineAnswer.objects.get(line=line(1))


def test_a_proposed_date_is_over_when_everything_has_arrived(cast, pull, incoming, answer, part):
    proposal = proposed(answer, part(on=date(2026, 12, 20)))
    OutboxMessage.objects.all().delete()
    Notice.objects.all().delete()
    pull(changed(incoming, 1, received=Decimal(10)))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (AnswerState.SUPERSEDED, None)
    assert proposal.decision_reason == "Everything has arrived, so there is no date left to agree on."
    # The line stands as it stood before, and Odoo is told nothing.
    assert (line(1).state, line(1).asked_on, line(1).promised_on) == (
        LineState.AGREED,
        date(2026, 12, 15),
        None,
    )
    assert order().summary == OrderSummary.PARTLY_ANSWERED
    assert not OutboxMessage.objects.filter(topic="purchase_order.agreement").exists()
    assert set(Notice.objects.values_list("event", "to_user__name")) == {
        ("order_decided", "Sally Seller"),
        ("order_arrived", "Bea Buyer"),
    }
    entry = JournalEntry.objects.get(verb="order.arrived")
    assert entry.sentence.startswith("1 proposal closed: everything has arrived")
    # Both sides' record says so, and the same news once more changes nothing.
    assert JournalEntry.objects.filter(verb="record.kept").count() == 2
    pull(changed(incoming, 1, received=Decimal(10)))
    assert JournalEntry.objects.filter(verb="order.arrived").count() == 1


@pytest.mark.parametrize(
    ("received", "quantity", "price"),
    [
        (4, "10", "4.50"),
        (10, "12", "4.50"),
        (10, "10", "4.75"),
    ],  # a part only; another quantity; another price
)
def test_a_proposal_that_still_matters_stays_with_the_buyer(
    pull, incoming, answer, part, received, quantity, price
):
    proposal = proposed(answer, part(quantity, date(2026, 12, 20), price))
    pull(changed(incoming, 1, received=Decimal(received)))
    proposal.refresh_from_db()
    assert (proposal.state, line(1).state) == (AnswerState.PENDING, LineState.PROPOSED)


def test_a_first_import_asks_only_for_what_is_still_to_come_and_writes_no_mail(cast, pull):
    company = cast.northwind.odoo_company_id
    pull(
        records.order(50, company, acknowledged=True),
        records.order(51, company, records.line(511, received=Decimal(10)), records.line(512)),
        first_import=True,
    )
    states = dict(PurchaseOrderLine.objects.values_list("odoo_id", "state"))
    assert states == {500: LineState.AGREED, 511: LineState.AGREED, 512: LineState.ASKED}
    assert not Notice.objects.exists()


def test_orders_of_a_company_that_is_not_set_up_are_left_alone(pull):
    assert pull(records.order(60, 9999)) == 0


def test_one_vendor_of_two_companies_is_one_supplier(cast, pull):
    south = factories.company("Northwind South", connection=cast.northwind.connection)
    pull(records.order(70, cast.northwind.odoo_company_id), records.order(71, south.odoo_company_id))
    accounts = VendorAccount.objects.filter(odoo_partner_id=records.PARTNER)
    assert accounts.count() == 2
    assert accounts.values("supplier").distinct().count() == 1


def test_a_conflict_that_was_read_lets_the_rest_go_on(pull, incoming, answer, part):
    agree(answer, part, 1, 2)
    OutboxMessage.objects.filter(topic="purchase_order.agreement").update(
        status=Status.PARKED,
        fault_class="conflict",
        reason="Changed in Odoo meanwhile.",
        parked_at=factories.NOW,
    )
    pull(changed(incoming, 1, quantity=Decimal(12)))
    assert OutboxMessage.objects.get(topic="purchase_order.agreement").status == Status.PENDING


def test_many_new_orders_take_a_fixed_number_of_queries(cast, pull, django_assert_max_num_queries):
    many = [records.order(number, cast.northwind.odoo_company_id) for number in range(100, 200)]
    with django_assert_max_num_queries(16):
        pull(*many, first_import=True)
