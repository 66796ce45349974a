"""An order is answered in cells; what is typed is kept until it is sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.grid.actions import DRAFTS_LAST, forget_old_drafts
from orders.grid.models import Draft
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from suppliers.people.models import Role
from tests import factories
from tests.orders.grid.conftest import keep
from tests.queries import without_the_wall


def test_cells_become_answers_and_blank_lines_stay_open(alice, order, lines, filled, soon):
    data = filled(
        {
            lines[0]: {"confirm": "x"},
            lines[1]: {"date": f"{soon + timedelta(days=3):%d.%m.%Y}", "price": "4,75", "reason": "Metal"},
            lines[2]: {"quantity": "0", "reason": "Discontinued"},
        },
        supplier_reference="AB-1",
        comment="As agreed",
    )
    answer = alice.post(f"/orders/{order.pk}/grid/", data)
    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    states = [PurchaseOrderLine.objects.get(pk=line.pk).state for line in lines]
    assert states == [LineState.AGREED, LineState.PROPOSED, LineState.PROPOSED, LineState.ASKED]
    part = ScheduleLine.objects.get(line_answer__line=lines[1])
    assert (part.delivery_on, part.unit_price, part.reason) == (soon + timedelta(days=3), 4.75, "Metal")
    assert Answer.objects.get().comment == "As agreed"
    assert PurchaseOrder.objects.get(pk=order.pk).supplier_reference == "AB-1"


def test_the_same_form_sent_twice_is_one_answer(alice, order, lines, filled):
    data = filled({lines[0]: {"confirm": "x"}})
    first = alice.post(f"/orders/{order.pk}/grid/", data)
    assert first.status_code == 302
    alice.post(f"/orders/{order.pk}/grid/", data)
    assert Answer.objects.count() == 1


def test_every_wrong_cell_is_named_at_once_and_what_was_typed_is_kept(alice, order, lines, filled):
    past = timezone.localdate() - timedelta(days=9)
    data = filled(
        {
            lines[0]: {"date": "soon", "price": "cheap"},
            lines[1]: {"date": past.isoformat()},
            lines[2]: {"quantity": "0"},
            lines[3]: {"confirm": "x", "quantity": "3"},
        }
    )
    answer = alice.post(f"/orders/{order.pk}/grid/", data)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {
        f"c-{lines[0].pk}-date",
        f"c-{lines[0].pk}-price",
        f"c-{lines[1].pk}-date",
        f"c-{lines[2].pk}-reason",
        f"c-{lines[3].pk}-quantity",
    }
    page = answer.content.decode()
    assert 'value="soon"' in page
    assert f'href="#c-{lines[0].pk}-date"' in page
    assert not Answer.objects.exists()
    assert Draft.objects.get().fields[f"c-{lines[0].pk}-price"] == "cheap"


def test_nothing_filled_in_is_said(alice, order, filled):
    answer = alice.post(f"/orders/{order.pk}/grid/", filled({}))
    assert answer.status_code == 422
    assert "Nothing is filled in" in answer.content.decode()


def test_a_draft_is_kept_restored_and_gone_once_it_is_sent(alice, order, lines, filled):
    data = filled({lines[0]: {"quantity": "8", "reason": "Only <8>"}}, comment="Later")
    kept = keep(alice, order, data).json()
    assert kept["saved"]
    assert (kept["answers"], kept["needing"], kept["problems"]) == (1, 1, {})
    page = alice.get(f"/orders/{order.pk}/grid/")
    assert "Your draft of" in page.content.decode()
    assert 'value="Only &lt;8&gt;"' in page.content.decode()
    assert page.context["form"].head["comment"] == "Later"
    alice.post(f"/orders/{order.pk}/grid/", data)
    assert not Draft.objects.exists()
    assert "Your draft of" not in alice.get(f"/orders/{order.pk}/grid/").content.decode()


def test_the_server_judges_while_one_types(alice, order, lines, filled):
    kept = keep(alice, order, filled({lines[0]: {"date": "2020-01-01"}, lines[1]: {"price": "x"}})).json()
    assert set(kept["problems"]) == {f"c-{lines[0].pk}-date", f"c-{lines[1].pk}-price"}
    assert "today" in kept["problems"][f"c-{lines[0].pk}-date"]


def test_an_emptied_form_and_a_thrown_away_draft_leave_nothing(alice, order, lines, filled):
    keep(alice, order, filled({lines[0]: {"quantity": "8"}}))
    assert keep(alice, order, filled({})).json()["saved"] == ""
    assert not Draft.objects.exists()
    keep(alice, order, filled({lines[0]: {"quantity": "8"}}))
    alice.post(f"/orders/{order.pk}/grid/draft/", {"do": "drop"})
    assert not Draft.objects.exists()


def test_a_draft_is_its_author_s_alone(alice, order, lines, filled, as_, cast):
    keep(alice, order, filled({lines[0]: {"reason": "Confidential"}}))
    for person in (cast.olivia, cast.alice):
        found = "Confidential" in as_(person).get(f"/orders/{order.pk}/grid/").content.decode()
        assert found == (person == cast.alice)
    assert not Draft.objects.visible_to(cast.bea).exists()


def test_without_javascript_a_draft_is_kept_with_a_button(alice, order, lines, filled):
    answer = alice.post(f"/orders/{order.pk}/grid/draft/", filled({lines[0]: {"quantity": "8"}}))
    assert answer.headers["Location"] == f"/orders/{order.pk}/grid/"
    assert Draft.objects.count() == 1


def test_a_line_that_changed_under_a_draft_is_marked_and_never_sent_blindly(alice, order, lines, filled):
    data = filled({lines[0]: {"confirm": "x"}, lines[1]: {"confirm": "x"}})
    keep(alice, order, data)
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(asked_in_revision=2, asked_quantity=12)
    assert "It now asks for 12" in alice.get(f"/orders/{order.pk}/grid/").content.decode()
    answer = alice.post(f"/orders/{order.pk}/grid/", data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {f"row-{lines[0].pk}"}
    assert not Answer.objects.exists()


def test_old_drafts_are_forgotten(alice, order, lines, filled):
    keep(alice, order, filled({lines[0]: {"quantity": "8"}}))
    assert forget_old_drafts(now=timezone.now()) == 0
    assert forget_old_drafts(now=timezone.now() + DRAFTS_LAST * 2) == 1


def test_who_sells_elsewhere_and_buys_here_does_not_answer(as_, cast, order):
    factories.member(cast.bea, cast.globex, Role.SALES)
    assert as_(cast.bea).get(f"/orders/{order.pk}/grid/").status_code == 403


def test_a_closed_order_offers_nothing_to_fill_in(alice, order):
    order.lines.update(state=LineState.CANCELLED)
    page = alice.get(f"/orders/{order.pk}/grid/").content.decode()
    assert "Nothing of this order can be answered" in page


@pytest.mark.parametrize("count", [4, 60])
def test_the_page_and_the_draft_cost_the_same_for_few_and_many_lines(alice, cast, order, soon, count):
    for number in range(count - 4):
        factories.line(order, sequence=100 + number, asked_on=soon)
    path = f"/orders/{order.pk}/grid/"
    alice.get(path)
    with CaptureQueriesContext(connection) as queries:
        page = alice.get(path)
    assert len(without_the_wall(queries)) <= 9
    data = {f"s-{row.line.pk}": row.seen for row in page.context["form"].lines}
    data |= {f"c-{row.line.pk}-confirm": "x" for row in page.context["form"].lines}
    with CaptureQueriesContext(connection) as queries:
        assert keep(alice, order, data).json()["answers"] == count
    assert len(without_the_wall(queries)) <= 12
