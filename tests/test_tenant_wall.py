"""The database shows a forgotten filter nothing that is not the viewer's own."""

import pytest
from django.db.utils import ProgrammingError

from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from portal.home.zones import TimeZoneMiddleware
from suppliers.people.models import Supplier, User
from suppliers.tenancy import wall
from tests import factories
from tests.web import web_process


def behind_the_wall_of(person: User):
    return wall(suppliers=person.supplier_ids, companies=person.company_ids)


def test_a_forgotten_filter_leaks_nothing_to_a_stranger(cast, order):
    with behind_the_wall_of(cast.mallory):
        assert not PurchaseOrder.objects.exists()
        assert not PurchaseOrderLine.objects.exists()
        assert list(Supplier.objects.all()) == [cast.globex]


def test_both_sides_of_an_order_see_it_without_any_filter(cast, order):
    for person in (cast.alice, cast.bea):
        with behind_the_wall_of(person):
            assert PurchaseOrder.objects.get() == order


def test_a_buyer_of_another_company_sees_nothing(cast, order):
    with behind_the_wall_of(cast.boris):
        assert not PurchaseOrder.objects.exists()
        assert not Supplier.objects.exists()


def test_nobody_writes_a_row_for_another_supplier(cast, order):
    with pytest.raises(ProgrammingError, match="row-level security"), behind_the_wall_of(cast.mallory):
        factories.order(cast.acme, cast.northwind)


def test_a_web_process_sees_nothing_before_the_wall_knows_whose_it_is(cast, order):
    def numbers():
        return list(PurchaseOrder.objects.values_list("number", flat=True))

    assert numbers() == [order.number]
    with web_process():
        assert numbers() == []
        with behind_the_wall_of(cast.alice):
            assert numbers() == [order.number]
        assert numbers() == []
    assert numbers() == [order.number]


def test_a_page_that_reads_too_early_sees_nothing(as_, cast, order, monkeypatch):
    plain, seen = TimeZoneMiddleware.__call__, []

    def read_early(self, request):
        seen.append(PurchaseOrder.objects.count())
        return plain(self, request)

    monkeypatch.setattr(TimeZoneMiddleware, "__call__", read_early)
    assert order.number in as_(cast.alice).get("/orders/").content.decode()
    assert seen == [0]


def test_the_wall_ends_with_its_block(cast, order):
    with behind_the_wall_of(cast.mallory):
        assert PurchaseOrder.objects.count() == 0
    assert PurchaseOrder.objects.count() == 1
