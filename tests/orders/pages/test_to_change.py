"""The list of lines that wait to be changed in Odoo: who sees what of it, and what a row says."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.purchasing.actions import approve_lines
from orders.purchasing.awaited import Awaited
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine
from tests import factories
from tests.orders.substitutes import boxes, other
from tests.queries import without_the_wall

TAB = {"state": "odoo"}


@pytest.fixture
def waits(order):
    """Let a line wait since some days: by default the first one, for another product."""

    def wait(line=None, *, days=3, state=LineState.AGREED, awaited=None):
        line = line or order.lines.order_by("sequence").first()
        since = timezone.now() - timedelta(days=days, hours=1)
        awaited = (awaited or Awaited((other(),))).agreed_at(since)
        PurchaseOrderLine.objects.filter(pk=line.pk).update(state=state, awaited_change=awaited.as_json())
        return line

    return wait


def rows(browser, **query):
    return browser.get("/orders/", TAB | query).context["rows"]


def test_it_shows_what_was_agreed_beside_what_odoo_holds_and_since_when(as_, cast, waits):
    line = waits()
    (row,) = rows(as_(cast.bea))
    assert row.product == line.product_code
    assert row.url == f"{reverse('orders:detail', args=[line.order_id])}#line-{line.pk}"
    for said in ("to be changed in Odoo", "instead: 10 Units BX-200", "at 4.80 EUR", "waits 3 days"):
        assert said in row.badge


@pytest.mark.parametrize(
    ("awaited", "said"),
    [
        (Awaited((boxes(),)), "instead: 2 Box of 5"),
        (Awaited((), ((other("4"),),)), "new line: 4 Units BX-200"),
        (Awaited((other(),), taken_by=77), "another line has taken its place"),
        (Awaited((other(code="", name="<b>Bolt</b>"),)), "10 Units &lt;b&gt;Bolt&lt;/b&gt;"),
        (Awaited((other(code="X" * 60),)), "…"),
    ],
    ids=["unit", "besides", "taken", "escaped", "long"],
)
def test_it_says_what_is_to_be_done(as_, cast, waits, awaited, said):
    waits(awaited=awaited)
    (row,) = rows(as_(cast.bea))
    assert said in row.badge


def test_what_was_stored_without_a_moment_says_nothing_of_it(as_, cast, waits):
    line = PurchaseOrderLine.objects.get(pk=waits().pk)
    del line.awaited_change["since"]
    line.save()
    assert "waits" not in rows(as_(cast.bea))[0].badge


def test_only_lines_that_stand_agreed_are_in_it(as_, cast, order, waits):
    first, second = order.lines.order_by("sequence")
    waits(first)
    waits(second, state=LineState.PROPOSED)
    assert [row.id for row in rows(as_(cast.bea))] == [first.pk]
    waits(second, state=LineState.DUE)
    assert len(rows(as_(cast.bea))) == 2


def test_a_stranger_sees_none_of_it_and_the_supplier_their_own(as_, cast, waits):
    waits()
    assert rows(as_(cast.mallory)) == []
    assert rows(as_(cast.boris)) == []
    assert len(rows(as_(cast.alice))) == 1
    assert "waits to be changed in Odoo" in rows(as_(cast.alice))[0].badge


def test_nobody_must_log_in(client, db):
    assert client.get("/orders/", TAB)["Location"].startswith("/accounts/login/")


def test_it_is_one_of_the_tabs_and_says_when_it_is_empty(as_, cast, order):
    response = as_(cast.bea).get("/orders/", TAB)
    (current,) = [tab for tab in response.context["tabs"] if tab.is_current]
    assert (current.label, current.url) == ("To change in Odoo", "/orders/?state=odoo")
    assert "Odoo holds every product and unit that was agreed" in response.content.decode()


def test_the_search_and_the_file_keep_to_it(as_, cast, order, waits):
    first, _ = order.lines.order_by("sequence")
    waits(first)
    assert rows(as_(cast.bea), q=order.number)[0].id == first.pk
    assert rows(as_(cast.bea), q="no such thing") == []
    text = as_(cast.bea).get("/orders.csv", TAB).content.decode()
    assert len(text.strip().splitlines()) == 2
    assert "instead: 10 Units BX-200 at 4.80 EUR" in text


def test_pages_follow_each_other_by_key_and_cost_few_queries(as_, cast, waits):
    order = factories.order(cast.acme, cast.northwind, lines=0)
    for number in range(90):
        waits(factories.line(order, expected_on=date(2026, 12, 1) + timedelta(days=number % 7)))
    browser = as_(cast.bea)
    browser.get("/orders/", TAB)
    with CaptureQueriesContext(connection) as first:
        response = browser.get("/orders/", TAB)
    with CaptureQueriesContext(connection) as later:
        rest = browser.get(response.context["older_url"])
    ids = [row.id for page in (response, rest) for row in page.context["rows"]]
    assert (len(ids), len(set(ids))) == (90, 90)
    assert len(without_the_wall(first)) < 10
    assert len(without_the_wall(later)) < 10


def test_the_first_page_counts_them_for_the_buyer_alone(as_, cast, order, waits):
    for line in order.lines.all():
        waits(line)
    PurchaseOrder.objects.filter(pk=order.pk).update(summary="AGREED", state=OrderState.ORDERED)
    page = as_(cast.bea).get("/")
    (group,) = page.context["work"].groups
    assert (group.title, group.count, group.items[0].count) == ("To be changed in Odoo", "2", 2)
    assert 'href="/orders/?state=odoo"' in page.content.decode()
    for stranger in (cast.alice, cast.mallory, cast.boris):
        assert "To be changed in Odoo" not in as_(stranger).get("/").content.decode()


def test_the_moment_of_an_agreement_is_kept(cast, order, answer, lines):
    answer({lines[0]: [other()]})
    later = factories.NOW + timedelta(hours=2)
    approve_lines(order, by=cast.bea, answer_ids=[LineAnswer.objects.get().pk], at=later)
    assert Awaited.read(order.lines.get(pk=lines[0].pk).awaited_change).since == later
    answer({lines[0]: [other()]}, at=later + timedelta(days=1))
    assert Awaited.read(order.lines.get(pk=lines[0].pk).awaited_change).since == later
