"""The page of proposals: the order it is in, what each row says, its filters, its pages, and who may look."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.decisions import page
from orders.decisions.filters import Cursor, Filters
from orders.purchasing.actions import Part, approve_lines, decline_lines
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import Role, VendorAccount
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def bea(as_, cast):
    """A browser in which Bea is logged in."""
    return as_(cast.bea)


def shown(response):
    """The proposals of a page, in its order."""
    return [row.pk for row in response.context["rows"]]


def test_the_most_money_soonest_needed_and_latest_comes_first(bea, propose):
    far = propose(needed_in=60, later=3)
    near = propose(needed_in=5, later=3)
    nearest = propose(needed_in=2, later=3)
    late = propose(needed_in=5, later=20)
    small = propose(needed_in=5, price="4.60")
    early = propose(needed_in=5, later=-1)
    assert shown(bea.get("/decide/")) == [nearest.pk, late.pk, near.pk, far.pk, small.pk, early.pk]


def test_a_row_says_old_and_new_and_what_it_does(bea, cast, propose, words_of):
    proposal = propose(needed_in=20, later=7, price="4.95", comment="The mill is late", value=450)
    response = bea.get("/decide/")
    words, html = words_of(response), response.content.decode()
    assert "<del>4.50</del> <ins>4.95 EUR</ins>" in html
    assert "Arrives 7 days after it is needed, 5 working days; 10 % dearer;" in words
    assert "raises the order by 4.50 EUR (+1 %)." in words
    assert "“The mill is late”" in words
    assert "in 20 days" in words
    assert "49.50 EUR at stake × 2 (needed within 30 days) × 1.5 (late)" in html
    assert f'action="/orders/{proposal.answer.order_id}/approve/"' in html
    assert f'action="/orders/{proposal.answer.order_id}/decline/"' in html
    assert f'href="/orders/{proposal.answer.order_id}/?counter={proposal.pk}#proposal-{proposal.pk}"' in html


def test_what_will_never_come_is_said_with_the_suppliers_reason(bea, propose, today, words_of):
    parts = [
        Part(Decimal(6), today + timedelta(days=20), Decimal("4.50")),
        Part(Decimal(4), None, None, "Sold out until spring"),
    ]
    propose(parts=parts)
    words = words_of(bea.get("/decide/"))
    assert "4 of 10 never come; lowers the order by 18.00 EUR" in words
    assert "Sold out until spring" in words


def test_what_was_decided_on_similar_ones_is_said_and_linked(bea, cast, propose, words_of):
    for later in (4, 5, 5, 6):
        past = propose(later=later)
        approve_lines(past.answer.order, by=cast.bea, answer_ids=[past.pk], at=timezone.now())
    no = propose(later=9)
    decline_lines(no.answer.order, by=cast.bea, answer_ids=[no.pk], reason="Too late", at=timezone.now())
    propose(later=5)
    response = bea.get("/decide/")
    assert "Approved 4 of 5 like this in the last 6 months; the declined one was +9 days" in words_of(
        response
    )
    url = response.context["rows"][0].similar_url
    answer = bea.get(url)
    words = words_of(answer)
    assert words.count("Approved") == 4
    assert "“Too late”" in words
    assert "Acme Fasteners GmbH, dates" in words


def test_what_a_stranger_company_decided_is_nobody_elses_experience(bea, cast, propose):
    elsewhere = factories.company("Elsewhere")
    VendorAccount.objects.create(supplier=cast.acme, company=elsewhere, odoo_partner_id=7)
    other = factories.member(factories.user("Otto"), elsewhere, Role.BUYER)
    for _ in range(3):
        past = propose(company=elsewhere, later=5)
        approve_lines(past.answer.order, by=other, answer_ids=[past.pk], at=timezone.now())
    propose(later=5)
    assert bea.get("/decide/").context["rows"][0].similar == ""
    assert not bea.get("/decide/past/").context["replies"]


def test_kinds_are_tabs_with_their_numbers(bea, propose):
    later, dearer = propose(later=5), propose(price="4.95")
    both = propose(later=5, price="5.00")
    response = bea.get("/decide/")
    counts = {kind.code or kind.label: kind.count for kind in response.context["kinds"]}
    assert counts == {"All": 3, "date": 2, "price": 2}
    assert set(shown(bea.get("/decide/?kind=price"))) == {dearer.pk, both.pk}
    assert set(shown(bea.get("/decide/?kind=date"))) == {later.pk, both.pk}
    assert len(shown(bea.get("/decide/?kind=nonsense"))) == 3


def test_filters_by_supplier_order_and_mine(bea, cast, propose, words_of):
    acme, globex = propose(later=5), propose(cast.globex, later=5, buyer_name="Somebody Else")
    response = bea.get(f"/decide/?supplier={cast.globex.pk}")
    assert shown(response) == [globex.pk]
    assert "Supplier: Globex Hydraulics Ltd" in words_of(response)
    assert dict(response.context["suppliers"]) == {
        cast.acme.pk: ("Acme Fasteners GmbH", 1),
        cast.globex.pk: ("Globex Hydraulics Ltd", 1),
    }
    response = bea.get(f"/decide/?order={acme.answer.order_id}")
    assert shown(response) == [acme.pk]
    assert f"Order {acme.answer.order.number}" in words_of(response)
    assert shown(bea.get("/decide/?mine=1")) == [acme.pk]
    response = bea.get(f"/decide/?order={acme.answer.order_id}&mine=1&supplier={cast.globex.pk}")
    assert shown(response) == []
    assert "No proposal matches these filters" in words_of(response)
    assert "2 proposals wait under other filters" in words_of(response)


def test_whoever_buys_for_several_companies_sees_and_chooses_for_which(as_, cast, propose, words_of):
    other = factories.company("Southbay Supply Ltd")
    VendorAccount.objects.create(supplier=cast.acme, company=other, odoo_partner_id=7)
    factories.member(cast.bea, other, Role.BUYER)
    here, there = propose(later=5), propose(company=other, later=5)
    response = as_(cast.bea).get("/decide/")
    assert set(shown(response)) == {here.pk, there.pk}
    assert "Acme Fasteners GmbH, for Southbay Supply Ltd" in words_of(response)
    assert shown(as_(cast.bea).get(f"/decide/?company={other.pk}")) == [there.pk]


def test_groups_come_by_what_is_at_stake_in_them(bea, cast, propose):
    small = propose(cast.globex, later=5)
    large = [propose(later=3), propose(later=4)]
    response = bea.get("/decide/?group=supplier")
    assert [group.title for group in response.context["groups"]] == [
        "Acme Fasteners GmbH",
        "Globex Hydraulics Ltd",
    ]
    assert set(shown(response)[:2]) == {one.pk for one in large}
    assert shown(response)[2] == small.pk
    assert len(bea.get("/decide/?group=order").context["groups"]) == 3


@pytest.mark.parametrize("group", ["", "supplier", "order"])
def test_pages_follow_without_a_gap_even_when_something_is_decided(bea, cast, propose, monkeypatch, group):
    monkeypatch.setattr(page, "PAGE", 3)
    for number in range(7):
        propose(cast.globex if number % 2 else cast.acme, later=number + 1, needed_in=5 + number)
    whole = bea.get(f"/decide/?group={group}")
    first = shown(whole)
    order = PurchaseOrder.objects.get(answers__lines=first[0])
    approve_lines(order, by=cast.bea, answer_ids=[first[0]], at=timezone.now())
    second = bea.get(whole.context["following_url"])
    third = bea.get(second.context["following_url"])
    every = first + shown(second) + shown(third)
    assert len(set(every)) == 7
    # A supplier of whom something was decided has less at stake, and may be looked at again further down.
    assert len(every) == 7 or group == "supplier"
    assert "From the top" in third.content.decode()


def test_cursors_survive_the_url_and_nonsense_is_the_first_page(today):
    cursor = Cursor(today, Decimal("12.5000"), 3, Decimal("0.1250"), 42)
    assert Cursor.read(cursor.token()) == cursor
    for nonsense in ("", "x", "2026-11-25_NaN_1_1_1", "2026-11-25_1_1_1", "2026-13-25_1_1_1_1"):
        assert Cursor.read(nonsense) is None
    assert Filters(kind="price", mine=True, cursor=cursor).query() == "?kind=price&mine=1"


def test_the_sum_of_all_that_is_shown(bea, propose, words_of):
    propose(price="4.95")
    propose(price="4.95")
    assert "2 lines of 2 orders; raises them by 9.00 EUR." in words_of(bea.get("/decide/"))


def test_what_is_decided_or_closed_waits_no_more(bea, cast, propose):
    done, closed = propose(later=5), propose(later=5)
    approve_lines(done.answer.order, by=cast.bea, answer_ids=[done.pk], at=timezone.now())
    PurchaseOrder.objects.filter(pk=closed.answer.order_id).update(state="CANCELLED")
    response = bea.get("/decide/")
    assert shown(response) == []
    assert b"Nothing waits for your decision" in response.content


def test_a_role_that_may_not_decide_looks_on(as_, cast, propose):
    propose(later=5)
    clerk = factories.member(factories.user("Clara Clerk"), cast.northwind, Role.ACCOUNTS_PAYABLE)
    response = as_(clerk).get("/decide/")
    assert len(shown(response)) == 1
    assert b"/approve/" not in response.content
    assert b"/decline/" not in response.content


def test_strangers_see_nothing_of_it_and_suppliers_no_page(as_, cast, propose):
    proposal = propose(later=5)
    assert shown(as_(cast.boris).get("/decide/")) == []
    assert shown(as_(cast.boris).get(f"/decide/?order={proposal.answer.order_id}")) == []
    for address in ("/decide/", "/decide/past/"):
        assert as_(cast.alice).get(address).status_code == 403
        assert as_(cast.bea).post(address).status_code == 405


def test_the_navigation_shows_it_to_buyers_alone(as_, cast, bea):
    assert b'<a href="/decide/" aria-current="page">' in bea.get("/decide/").content
    assert b'href="/decide/"' not in as_(cast.alice).get("/").content


def test_htmx_gets_the_list_without_the_frame(bea, propose):
    propose(later=5)
    response = bea.get("/decide/", headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b'class="job job-decide"' in response.content


def test_after_a_decision_one_is_back_where_one_was(bea, propose):
    proposal = propose(later=5)
    address = f"/orders/{proposal.answer.order_id}/approve/"
    answer = bea.post(address, {"answer_ids": proposal.pk, "back": "/decide/?kind=date"})
    assert answer["Location"] == "/decide/?kind=date"
    proposal = propose(later=5)
    address = f"/orders/{proposal.answer.order_id}/approve/"
    answer = bea.post(address, {"answer_ids": proposal.pk, "back": "//elsewhere.example/"})
    assert answer["Location"] == f"/orders/{proposal.answer.order_id}/"


def test_it_costs_few_queries_however_much_waits(bea, cast, propose):
    for number in range(80):
        made = propose(cast.globex if number % 3 else cast.acme, later=1 + number % 9)
        if number % 8 == 0:
            approve_lines(made.answer.order, by=cast.bea, answer_ids=[made.pk], at=timezone.now())
            propose(later=3)
    bea.get("/decide/")
    with CaptureQueriesContext(connection) as found:
        response = bea.get("/decide/")
    assert len(response.context["rows"]) == 80
    assert len(without_the_wall(found)) <= 12


def test_what_policies_said_is_shown_where_there_is_one(bea, cast, max_, propose, words_of):
    factories.policy(
        cast.northwind, max_, Matter.DATE, at=timezone.now(), upper=Bound(Decimal(3)), name="Three days"
    )
    propose(later=9)
    propose(price="4.95")
    propose(later=2)
    response = bea.get("/decide/")
    assert len(shown(response)) == 2
    words = words_of(response)
    assert "(9 days late): beyond “Three days” (version 1), the buyer decides." in words
    assert "no policy allows it" not in words


def test_another_product_and_another_unit_are_kinds_of_their_own(bea, propose, today, words_of):
    on = today + timedelta(days=20)
    other = {"product_code": "FST-9", "product_name": "Hex bolt A4"}
    propose(parts=[Part(Decimal(10), on, Decimal("4.50"), **other)])
    propose(parts=[Part(Decimal(1), on, Decimal("45.00"), unit="Box of 10")])
    response = bea.get("/decide/")
    counts = {kind.code: kind.count for kind in response.context["kinds"] if kind.code}
    assert counts == {"product": 1, "unit": 1}
    words = words_of(response)
    assert "Offers FST-9 (Hex bolt A4) instead of FST-" in words
    assert "Comes in Box of 10 instead of Units; you then change the order in Odoo" in words
    assert [row.waiting.place.at_stake for row in response.context["rows"]] == [Decimal(45), Decimal(45)]
