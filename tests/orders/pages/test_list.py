"""The order list: lines by date, a page at a time, filtered by what the URL says."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.purchasing import listing
from orders.purchasing.lifecycle import LineState
from orders.purchasing.list_filters import TABS, Cursor, Filters
from orders.purchasing.listing import page_of
from orders.purchasing.models import PurchaseOrderLine
from suppliers.people.models import Role, VendorAccount
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def many(cast):
    """Twenty-five lines at Acme: three share each date, the last four have none."""
    order = factories.order(cast.acme, cast.northwind, lines=0)
    first = timezone.localdate()
    lines = [factories.line(order, expected_on=first + timedelta(days=n // 3)) for n in range(25)]
    undated = [line.pk for line in lines[-4:]]
    PurchaseOrderLine.objects.filter(pk__in=undated).update(expected_on=None)
    return order


def walk(user, filters, size=10):
    """Turn every page forward, then back again; return the ids page by page, both ways."""
    forward, page = [], page_of(user, filters, size=size)
    while True:
        forward.append([line.id for line in page.lines])
        if page.older is None:
            break
        page = page_of(user, Filters(**_plain(filters), cursor=page.older), size=size)
    back = [[line.id for line in page.lines]]
    while page.newer is not None:
        page = page_of(user, Filters(**_plain(filters), cursor=page.newer), size=size)
        back.insert(0, [line.id for line in page.lines])
    return forward, back


def _plain(filters):
    return {"tab": filters.tab, "search": filters.search, "sort": filters.sort}


@pytest.mark.parametrize("sort", ["expected", "-expected"])
@pytest.mark.parametrize("tab", ["all", "confirm"])
def test_every_line_is_shown_once_forward_and_back_with_ties_and_without_dates(cast, many, sort, tab):
    forward, back = walk(cast.alice, Filters(tab=tab, sort=sort))
    shown = [pk for page in forward for pk in page]
    dated = [line for line in many.lines.all() if line.expected_on]
    undated = sorted(line.pk for line in many.lines.all() if not line.expected_on)
    in_order = [line.pk for line in sorted(dated, key=lambda line: (line.expected_on, line.pk))]
    expected = in_order + undated
    assert shown == (expected if sort == "expected" else expected[::-1])
    assert back == forward
    assert [len(page) for page in forward] == [10, 10, 5]


def test_a_page_going_back_that_reaches_the_top_offers_no_newer_one(cast, many):
    second = page_of(cast.alice, Filters(sort="expected"), size=10).older
    page = page_of(cast.alice, Filters(sort="expected", cursor=second), size=10)
    top = page_of(cast.alice, Filters(sort="expected", cursor=page.newer), size=10)
    assert top.newer is None
    assert top.older is not None


def test_lines_of_several_states_and_suppliers_are_merged_in_one_order(cast, many):
    factories.member(cast.alice, cast.globex, Role.SALES)
    other = factories.order(cast.globex, cast.northwind, lines=5)
    other.lines.update(state=LineState.COUNTERED)
    forward, back = walk(cast.alice, Filters(tab="confirm", sort="expected"), size=7)
    assert sum(map(len, forward)) == 30
    assert len({pk for page in forward for pk in page}) == 30
    assert back == forward


def test_somebody_on_both_sides_sees_each_line_once(cast, many):
    factories.member(cast.alice, cast.northwind, Role.BUYER)
    forward, _ = walk(cast.alice, Filters(tab="confirm", sort="expected"), size=50)
    assert sorted(forward[0]) == sorted(many.lines.values_list("pk", flat=True))


def test_more_owners_than_branches_are_still_one_list(cast, many, monkeypatch):
    monkeypatch.setattr(listing, "_MOST_BRANCHES", 1)
    monkeypatch.setattr(listing._unfiltered, "_composed", {})  # what is kept has more branches
    forward, back = walk(cast.alice, Filters(tab="confirm", sort="expected"))
    assert sum(map(len, forward)) == 25
    assert back == forward


def test_a_mangled_cursor_shows_the_first_page(as_, cast, order):
    for token in ("x", "2026-99-99.1", ".5", "2026-01-01.x", "-."):
        response = as_(cast.alice).get("/orders/", {"after": token})
        assert response.status_code == 200
        assert len(response.context["rows"]) == 2


def test_a_cursor_survives_the_url():
    for cursor in (Cursor(timezone.localdate(), 42), Cursor(None, 7)):
        assert Cursor.read(cursor.token(), backwards=False) == cursor


def test_a_stranger_sees_nothing_and_a_reader_everything_of_their_company(as_, cast, order):
    assert as_(cast.mallory).get("/orders/").context["rows"] == []
    assert as_(cast.boris).get("/orders/").context["rows"] == []
    assert len(as_(cast.rita).get("/orders/").context["rows"]) == 2
    assert len(as_(cast.bea).get("/orders/").context["rows"]) == 2


def test_nobody_must_log_in(client, db):
    assert client.get("/orders/")["Location"].startswith("/accounts/login/")


def test_tabs_keep_the_lines_of_their_state(as_, cast, order):
    first, second = order.lines.order_by("sequence")
    PurchaseOrderLine.objects.filter(pk=first.pk).update(state=LineState.PROPOSED)
    alice = as_(cast.alice)
    shown = {tab: alice.get("/orders/", {"state": tab}).context["rows"] for tab in TABS}
    assert {tab: len(rows) for tab, rows in shown.items()} == {
        "confirm": 1,
        "again": 0,
        "buyer": 1,
        "odoo": 0,
        "agreed": 0,
        "all": 2,
    }
    assert shown["confirm"][0].product == second.product_code


def test_the_words_are_those_of_the_side_that_reads(as_, cast, order):
    assert "To confirm" in as_(cast.alice).get("/orders/").context["rows"][0].badge
    assert "With the supplier" in as_(cast.bea).get("/orders/").context["rows"][0].badge
    assert as_(cast.alice).get("/orders/").context["rows"][0].partner == "Northwind Distribution"
    assert as_(cast.bea).get("/orders/").context["rows"][0].partner == "Acme Fasteners GmbH"


def test_search_finds_by_whole_number_by_part_and_by_description(as_, cast, order):
    other = factories.order(cast.acme, cast.northwind, number=f"{order.number}0", lines=1)
    other.lines.update(description="Gasket 100 % copper", product_code="GSK_1")
    alice = as_(cast.alice)

    def found(text):
        return {row.number for row in alice.get("/orders/", {"q": text}).context["rows"]}

    assert found(order.number.lower()) == {order.number}
    assert found(order.number[1:]) == {order.number, other.number}
    assert found("100 % copper") == {other.number}
    assert found("gsk_1") == {other.number}
    assert found("nothing of the kind") == set()


def test_dates_and_partner_narrow_the_list(as_, cast, order):
    line = order.lines.first()
    PurchaseOrderLine.objects.filter(pk=line.pk).update(expected_on="2026-12-01")
    bea = as_(cast.bea)
    assert len(bea.get("/orders/", {"from": "2026-12-01", "to": "2026-12-01"}).context["rows"]) == 1
    assert len(bea.get("/orders/", {"partner": "acme"}).context["rows"]) == 2
    assert bea.get("/orders/", {"partner": "globex"}).context["rows"] == []


def test_a_filter_that_makes_no_sense_is_named_and_left_out(as_, cast, order):
    response = as_(cast.alice).get("/orders/", {"from": "soon", "state": "x", "sort": "price"})
    assert len(response.context["rows"]) == 2
    assert "“soon” is no date" in response.content.decode()


def test_chips_remove_one_filter_each_and_keep_the_others(as_, cast, order):
    response = as_(cast.alice).get("/orders/", {"q": "bolt", "from": "2026-01-01", "state": "confirm"})
    assert [chip.label for chip in response.context["chips"]] == ["“bolt”", "Expected from 1 Jan"]
    assert response.context["chips"][0].url == "/orders/?state=confirm&from=2026-01-01"


def test_htmx_gets_the_lines_without_the_frame_and_caches_keep_them_apart(as_, cast, order):
    alice = as_(cast.alice)
    whole, part = alice.get("/orders/"), alice.get("/orders/", headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert order.number.encode() in part.content
    assert "HX-Request" in whole["Vary"]


def test_what_is_downloaded_follows_the_filters_that_htmx_changed(as_, cast, order):
    alice = as_(cast.alice)
    part = alice.get("/orders/?q=P0", headers={"HX-Request": "true"}).content.decode()
    assert 'id="list-links" hx-swap-oob="true"' in part
    for address in ("/orders.csv?q=P0", "/orders/sheets/?q=P0"):
        assert address in part
    assert "hx-swap-oob" not in alice.get("/orders/?q=P0").content.decode()


def test_what_a_supplier_wrote_is_text_and_not_html(as_, cast, order):
    order.lines.update(description="<script>alert(1)</script>")
    assert b"<script>alert" not in as_(cast.alice).get("/orders/").content


def test_a_supplier_of_several_companies_may_choose_one(as_, cast, order):
    assert as_(cast.alice).get("/orders/").context["choices"] == ()
    cache.clear()
    southwind = factories.company("Southwind")
    VendorAccount.objects.create(supplier=cast.acme, company=southwind, odoo_partner_id=77)
    factories.order(cast.acme, southwind)
    response = as_(cast.alice).get("/orders/", {"partner": "Southwind"})
    assert response.context["choices"] == ("Northwind Distribution", "Southwind")
    assert {row.partner for row in response.context["rows"]} == {"Southwind"}


def test_what_should_have_come_is_called_late(as_, cast, order):
    order.lines.update(expected_on=timezone.localdate() - timedelta(days=2))
    assert "late" in as_(cast.alice).get("/orders/").context["rows"][0].expected
    order.lines.update(received=10)
    assert "late" not in as_(cast.alice).get("/orders/").context["rows"][0].expected


@pytest.mark.parametrize("person", ["alice", "bea"])
def test_a_full_page_costs_few_queries(as_, cast, person):
    order = factories.order(cast.acme, cast.northwind, lines=0)
    for _ in range(90):
        factories.line(order)
    browser = as_(getattr(cast, person))
    browser.get("/orders/")
    with CaptureQueriesContext(connection) as first:
        response = browser.get("/orders/")
    assert len(response.context["rows"]) == 80
    with CaptureQueriesContext(connection) as later:
        rest = browser.get(response.context["older_url"])
    assert len(rest.context["rows"]) == 10
    assert len(without_the_wall(later)) <= len(without_the_wall(first)) < 10


def test_the_list_only_reads(as_, cast):
    assert as_(cast.alice).post("/orders/").status_code == 405
    assert as_(cast.alice).post("/orders.csv").status_code == 405
