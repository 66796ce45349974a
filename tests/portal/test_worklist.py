"""The home page: what needs whom now, with the action in the row."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.actions import LineReply, Part, acknowledge_order, counter_line
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import LineAnswer, OrderRevision, PurchaseOrder
from suppliers.alerts.models import Alert
from suppliers.people.models import Role, VendorAccount
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def soon():
    return timezone.localdate() + timedelta(days=20)


@pytest.fixture
def propose(cast, soon):
    """Let Alice propose another date for the first line of an order; returns the proposal."""

    def send(order):
        line = order.lines.order_by("sequence").first()
        parts = (Part(Decimal(10), soon + timedelta(days=5), Decimal("4.75")),)
        acknowledge_order(
            order, by=cast.alice, revision=1, replies=[LineReply(line.pk, parts)], submission=uuid.uuid4(),
            at=timezone.now(), comment="The mill is late",
        )  # fmt: skip
        return LineAnswer.objects.get(line=line)

    return send


def groups(response):
    return {group.code: list(group.items) for group in response.context["work"].groups}


def test_orders_to_confirm_come_soonest_first_then_by_value(as_, cast, soon):
    late = factories.order(cast.acme, cast.northwind, needed_on=soon)
    small = factories.order(cast.acme, cast.northwind, needed_on=soon - timedelta(days=1))
    large = factories.order(
        cast.acme, cast.northwind, needed_on=soon - timedelta(days=1), amount_total=Decimal(9999)
    )
    undated = factories.order(cast.acme, cast.northwind, needed_on=None)
    large.lines.update(asked_on=soon)
    response = as_(cast.alice).get("/")
    assert [item.order for item in groups(response)["new"]] == [large, small, late, undated]
    assert f'action="/orders/{large.pk}/accept/"' in response.content.decode()


def test_the_button_in_the_row_confirms_the_order(as_, cast, order, soon):
    order.lines.update(asked_on=soon)
    alice = as_(cast.alice)
    item = groups(alice.get("/"))["new"][0]
    data = {"revision": item.order.revision, "submission": str(item.submission), "back": "home"}
    response = alice.post(f"/orders/{order.pk}/accept/", data, follow=True)
    assert groups(response) == {}
    assert "Nothing waits for you" in response.content.decode()


def test_a_reader_sees_the_work_without_the_button(as_, cast, order):
    response = as_(cast.rita).get("/")
    assert len(groups(response)["new"]) == 1
    assert b"/accept/" not in response.content


def test_orders_changed_since_the_answer_show_what_changed(as_, cast, order):
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    order.lines.update(asked_in_revision=2)
    OrderRevision.objects.create(
        supplier=cast.acme, company=cast.northwind, order=order, number=2, at=timezone.now(), snapshot={},
        changes=[{"line": 1, "label": "line 1", "field": "quantity", "old": "10", "new": "12"}] * 6,
    )  # fmt: skip
    item = groups(as_(cast.alice).get("/"))["changed"][0]
    assert (len(item.changes), item.more_changes) == (4, 2)


def test_counter_proposals_are_the_suppliers_work(as_, cast, order, propose, soon):
    proposal = propose(order)
    parts = [Part(Decimal(10), soon + timedelta(days=1), Decimal("4.60"))]
    counter_line(
        order,
        by=cast.bea,
        answer_id=proposal.pk,
        parts=parts,
        comment="",
        submission=uuid.uuid4(),
        at=timezone.now(),
    )
    item = groups(as_(cast.alice).get("/"))["counter"][0]
    assert (item.order, item.counters, item.lines) == (order, 1, 2)
    assert "proposals" not in groups(as_(cast.bea).get("/"))


def test_proposals_are_the_buyers_work_with_old_new_effect_and_action(as_, cast, order, propose):
    proposal = propose(order)
    response = as_(cast.bea).get("/")
    item = groups(response)["proposals"][0]
    assert (item.reply.answer, item.reply.effect) == (proposal, Decimal("2.50"))
    page = response.content.decode()
    assert "<del>4.50</del> <ins>4.75 EUR</ins>" in page
    assert f'action="/orders/{order.pk}/approve/"' in page
    assert f'action="/orders/{order.pk}/decline/"' in page
    assert "The mill is late" in page


def test_what_odoo_refused_is_the_buyers_work(as_, cast, order):
    foreign = factories.order(cast.acme, factories.company("Elsewhere"))
    for about in (order, foreign):
        OutboxMessage.objects.create(
            topic="t", key=str(about.pk), document=about.document, destination="odoo:1", payload={},
            status=Status.PARKED, reason="Odoo says no.", parked_at=timezone.now(),
        )  # fmt: skip
    found = groups(as_(cast.bea).get("/"))["parked"]
    assert [(item.order, item.reason) for item in found] == [(order, "Odoo says no.")]
    assert "parked" not in groups(as_(cast.alice).get("/"))


def test_alerts_of_my_role_are_shown(as_, cast, order):
    Alert.objects.create(
        code="late", key="1", supplier=cast.acme, company=cast.northwind, subject_type="purchaseorder",
        subject_id=order.pk, sentence="P1 is overdue.", owner_roles=["SALES"], raised_at=timezone.now(),
    )  # fmt: skip
    assert "P1 is overdue." in as_(cast.alice).get("/").content.decode()
    assert "P1 is overdue." not in as_(cast.mallory).get("/").content.decode()


def test_the_empty_page_says_what_will_appear(as_, cast):
    assert "New orders appear here" in as_(cast.alice).get("/").content.decode()
    assert "for you to approve, decline or counter" in as_(cast.bea).get("/").content.decode()


def test_each_order_names_its_customer(as_, cast, order):
    southwind = factories.company("Südwind")
    VendorAccount.objects.create(supplier=cast.acme, company=southwind, odoo_partner_id=7)
    factories.order(cast.acme, southwind)
    page = as_(cast.alice).get("/").content.decode()
    assert "Northwind Distribution" in page
    assert "Südwind" in page


def test_a_stranger_is_shown_nothing_of_it(as_, cast, order):
    assert groups(as_(cast.mallory).get("/")) == {}
    assert groups(as_(cast.boris).get("/")) == {}


def test_a_long_worklist_is_cut_and_says_so(as_, cast):
    for _ in range(27):
        factories.order(cast.acme, cast.northwind, lines=1)
    response = as_(cast.alice).get("/")
    assert len(groups(response)["new"]) == 25
    assert "There is more" in response.content.decode()


@pytest.mark.parametrize("person", ["alice", "bea"])
def test_it_costs_few_queries(as_, cast, person, propose):
    for number in range(8):
        order = factories.order(cast.acme, cast.northwind)
        if number % 2:
            propose(order)
    browser = as_(getattr(cast, person))
    browser.get("/")
    with CaptureQueriesContext(connection) as found:
        response = browser.get("/")
    assert sum(len(items) for items in groups(response).values()) >= 4
    assert len(without_the_wall(found)) < 13


def test_nobody_logs_in_first_and_nobody_posts(as_, cast, client):
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert as_(cast.alice).post("/").status_code == 405


def test_lines_that_are_agreed_need_nobody(as_, cast, order):
    order.lines.update(state=LineState.AGREED)
    PurchaseOrder.objects.filter(pk=order.pk).update(summary="AGREED")
    assert groups(as_(cast.alice).get("/")) == {}


def test_whoever_buys_for_several_companies_sees_for_which(as_, cast, order, propose):
    propose(order)
    assert ", for Northwind Distribution" not in as_(cast.bea).get("/").content.decode()
    factories.member(cast.bea, factories.company("Southbay Supply Ltd"), Role.BUYER)
    assert "Acme Fasteners GmbH, for Northwind Distribution" in as_(cast.bea).get("/").content.decode()
