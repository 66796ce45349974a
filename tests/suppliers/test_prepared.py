"""Prepared queries say what the queryset says, for every viewer and every shape."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from orders.purchasing.models import OrderRevision, PurchaseOrder, PurchaseOrderLine
from suppliers.lookups import AnyOf
from suppliers.people.models import Role
from suppliers.prepared import ask_together, prepared
from suppliers.tenancy import Viewer
from tests import factories


@prepared
def orders_of(viewer: Viewer, number: str, *, newest_first: bool) -> QuerySet[PurchaseOrder]:
    orders = PurchaseOrder.objects.visible_to(viewer).filter(number=number).select_related("company")
    return orders.annotate(again=F("number")).order_by("-pk" if newest_first else "pk")


@prepared
def numbers_of(viewer: Viewer) -> QuerySet[PurchaseOrder, tuple[str]]:
    return PurchaseOrder.objects.visible_to(viewer).order_by("pk").values_list("number")


@prepared
def lines_from(day: date, line_id: int) -> QuerySet[PurchaseOrderLine]:
    lines = PurchaseOrderLine.objects.filter(expected_on__gte=day, pk__gte=line_id).order_by("pk")
    return lines.union(PurchaseOrderLine.objects.filter(expected_on__lt=day, pk=line_id))


def test_each_viewer_gets_their_own_rows(cast, order):
    assert numbers_of(cast.alice) == numbers_of(cast.bea) == [(order.number,)]
    assert numbers_of(cast.mallory) == numbers_of(cast.boris) == []


def test_a_viewer_of_nothing_sees_nothing_and_asks_nothing(cast, order, django_assert_num_queries):
    nadia = factories.user("Nadia Nowhere")
    assert nadia.active_memberships == []
    with django_assert_num_queries(0):
        assert numbers_of(nadia) == []


def test_more_suppliers_and_both_sides_are_other_shapes(cast, order):
    other = factories.order(cast.globex, cast.northwind)
    third = factories.order(factories.supplier("Initech"), factories.company("Third"))
    factories.member(cast.alice, cast.globex, Role.SALES)
    assert numbers_of(cast.alice) == [(order.number,), (other.number,)]
    factories.member(cast.alice, third.company, Role.BUYER)
    assert numbers_of(cast.alice) == [(order.number,), (other.number,), (third.number,)]


def test_models_come_with_what_was_selected_and_annotated(cast, order, django_assert_num_queries):
    assert cast.alice.active_memberships
    with django_assert_num_queries(1):
        (found,) = orders_of(cast.alice, order.number, newest_first=True)
        assert found == order
        assert found.company.name == "Northwind Distribution"
        assert vars(found)["again"] == order.number
    assert not found._state.adding
    found.save(update_fields=["notes"])


def test_what_a_field_makes_of_its_column_is_made(cast, order):
    @prepared
    def changes_of(order_id: int) -> QuerySet[OrderRevision, tuple[int, list]]:
        return OrderRevision.objects.filter(order=order_id).values_list("number", "changes")

    OrderRevision.objects.create(
        order=order,
        supplier=cast.acme,
        company=cast.northwind,
        number=1,
        at=factories.NOW,
        snapshot={},
        changes=[{"field": "date"}],
    )
    assert [tuple(row) for row in changes_of(order.pk)] == [(1, [{"field": "date"}])]


def test_a_shape_is_composed_once(cast, order):
    first = orders_of.composed((cast.alice, order.number), {"newest_first": True})
    assert orders_of.composed((cast.mallory, "another"), {"newest_first": True}) is first
    assert orders_of.composed((cast.alice, order.number), {"newest_first": False}) is not first


def test_questions_asked_together_are_one_message_with_an_answer_each(cast, order):
    assert cast.alice.active_memberships
    questions = (
        numbers_of.question(cast.alice),
        numbers_of.question(cast.alice).if_(None),
        numbers_of.question(cast.alice).then(len),
        numbers_of.question(cast.mallory),
    )
    assert cast.mallory.active_memberships
    with CaptureQueriesContext(connection) as asked:
        answers = ask_together(*questions)
    assert answers == [[(order.number,)], [], 1, []]
    assert len(asked) == 1


def test_nothing_to_ask_asks_nothing(cast, django_assert_num_queries):
    question = numbers_of.question(cast.alice).if_(None).then(len)
    with django_assert_num_queries(0):
        assert ask_together(question) == [0]


def test_lists_of_any_length_are_one_shape(cast, order):
    @prepared
    def lines_among(viewer: Viewer, ids: list[int]) -> QuerySet[PurchaseOrderLine]:
        lines = PurchaseOrderLine.objects.visible_to(viewer)
        return lines.filter(AnyOf(F("pk"), ids)).order_by("pk")

    first, second = order.lines.order_by("pk")
    assert lines_among(cast.alice, [first.pk]) == [first]
    assert lines_among(cast.alice, [first.pk, second.pk, 0]) == [first, second]
    assert lines_among(cast.alice, []) == []
    assert len(lines_among._composed) == 1


def test_a_number_that_no_column_holds_finds_nothing(cast, order):
    assert lines_from(date(2026, 1, 1), 10**30) == []


def test_values_are_parameters_and_never_text(cast, order):
    assert cast.alice.active_memberships
    with CaptureQueriesContext(connection) as asked:
        assert orders_of(cast.alice, "'; DROP TABLE people_user; --", newest_first=True) == []
    assert "'''; DROP TABLE" in asked[0]["sql"]


def test_dates_and_unions_are_filled_in(cast, order):
    first, second = order.lines.order_by("pk")
    assert set(lines_from(first.expected_on, second.pk)) == {second}
    assert set(lines_from(date(2030, 1, 1), first.pk)) == {first}


def test_what_would_change_nothing_is_refused(cast):
    @prepared
    def forgetful(viewer: Viewer, number: str) -> QuerySet[PurchaseOrder]:
        return PurchaseOrder.objects.visible_to(viewer)

    with pytest.raises(TypeError, match="no parameter"):
        forgetful(cast.alice, "P1")


def test_what_has_no_stand_in_is_refused(cast):
    with pytest.raises(TypeError, match="by position"):
        orders_of(cast.alice, None, newest_first=True)  # type: ignore[arg-type]
