"""Another product or unit in a sheet: refused at its cell, locked where a policy forbids it, sent, told."""

import csv
import io
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.bulk.actions import send_job
from orders.bulk.lifecycle import Forecast, Result
from orders.bulk.models import JobLine
from orders.purchasing.actions import LineReply, Part, acknowledge_order, approve_lines
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from orders.sheets.cells import Row
from orders.sheets.columns import OTHER
from orders.sheets.lifecycle import Kind
from suppliers.policies.terms import Beyond, Matter
from suppliers.refusal import IllegalMove
from tests import factories
from tests.orders.sheets.conftest import TITLES, Paper, kinds, problems, work_off

OTHER_PRODUCT = {"other_code": "BX-200", "other_name": "Hex bolt A4"}
BOXES = {"other_unit": "Box of 5", "quantity": 2, "price": 22}


@pytest.fixture
def forbid(cast):
    """Have a policy of Northwind's forbid something: ``forbid(Matter.UNIT, "As ordered")``."""

    def add(matter, name, **more):
        return factories.policy(cast.northwind, cast.ada, matter, name=name, beyond=Beyond.REFUSE, **more)

    return add


def rows_of(line):
    """The parts of a line's answer as they were stored."""
    rows = ScheduleLine.objects.filter(line_answer__line=line).order_by("position")
    return [row.part for row in rows]


def refused(paper, taken):
    """What is wrong by cell; nothing of it is sent, and the job says so."""
    sheet = taken(paper)
    with pytest.raises(IllegalMove, match="Nothing of this can be sent"):
        send_job(sheet.job, by=sheet.job.by, at=timezone.now())
    assert not Answer.objects.exists()
    return problems(sheet)


@pytest.mark.parametrize(
    ("matter", "cells", "said"),
    [
        (Matter.SUBSTITUTE, OTHER_PRODUCT, {"Q2": "Another product may not be proposed"}),
        (Matter.SUBSTITUTE, {"other_name": "Hex bolt A4"}, {"R2": "Another product may not be proposed"}),
        (Matter.UNIT, BOXES, {"S2": "Another unit may not be proposed"}),
    ],
)
def test_what_a_policy_forbids_is_refused_at_its_cell(paper, taken, forbid, matter, cells, said):
    forbid(matter, "As ordered")
    found = refused(paper.fill(1, **cells), taken)
    assert found.keys() == said.keys()
    for cell, words in said.items():
        assert words in found[cell]
        assert "“As ordered”" in found[cell]


def test_every_wrong_cell_is_named_at_once(paper, taken, soon):
    paper.fill(1, other_code="BX-200").fill(2, other_unit="Box of 5").fill(3, confirm="x", other_unit="Box")
    paper.fill(4, quantity=0, reason="Sold out", **OTHER_PRODUCT).fill(5, other_name="x" * 201)
    copy = paper.copy(6)
    paper.fill(6, quantity=6, date=soon).fill(copy, quantity=4, date=soon, other_unit="Box of 5")
    found = refused(paper, taken)
    assert found == {
        "R2": "Say what the other product is",
        "M3": "Give quantity and price in Box of 5",
        "S4": "You ticked Confirm and typed another value",
        "Q5": "Nothing will come, so there is no other product or unit",
        "R5": "Nothing will come, so there is no other product or unit",
        "R6": "At most 200 characters",
        f"S{copy + 1}": f"All parts of line 6 ({paper.value(6, 'product')}) are in the unit of its first row",
    }


def test_a_part_that_will_not_come_names_no_product(paper, taken, soon):
    copy = paper.copy(1)
    paper.fill(1, quantity=6, date=soon).fill(copy, quantity=4, reason="Sold out", **OTHER_PRODUCT)
    assert set(refused(paper, taken)) == {f"Q{copy + 1}", f"R{copy + 1}"}


def test_a_closed_order_and_a_line_that_changed_take_neither(paper, taken, order, alice):
    paper.fill(1, **OTHER_PRODUCT).fill(2, confirm="x")
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    order.lines.filter(sequence=order.lines.first().sequence).update(asked_in_revision=2, asked_quantity=12)
    sheet = taken(paper)
    assert kinds(sheet)[2] == Kind.CONFLICT
    page = alice.get(f"/orders/jobs/{sheet.job_id}/").content.decode()
    words = '<td data-l="Field">Other product</td><td data-l="You had">–</td><td data-l="Now">–</td>'
    assert words + '<td data-l="Yours">BX-200 Hex bolt A4</td>' in page
    assert 'rowspan="4"' in page
    PurchaseOrder.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED)
    assert set(taken(paper).job.lines.values_list("forecast", flat=True)) <= {
        Forecast.REFUSED,
        Forecast.MOVED,
    }


def test_cells_are_locked_where_a_policy_forbids_them_and_the_sheet_says_why(alice, order, lines, forbid):
    code = lines[0].product_code
    forbid(Matter.SUBSTITUTE, "No substitutes", product_code=code)
    forbid(Matter.UNIT, "Pieces", product_code=code)
    address = f"/orders/sheets/lines.xlsx?order={order.pk}"
    paper = Paper(alice.get(address).content)
    columns = paper.sheet.column_dimensions
    others = [line for line in range(1, 7) if lines[line - 1].product_code != code]
    assert [paper.sheet[f"{letter}2"].protection.locked for letter in "QRS"] == [True] * 3
    assert paper.sheet["M2"].protection.locked is False
    assert paper.sheet["Q2"].fill.fgColor.rgb == "00F1F4F7"
    assert paper.value(1, "locked") == (
        "Another product may not be proposed (“No substitutes”). Another unit may not be proposed (“Pieces”)"
    )
    assert others
    for line in others:
        assert paper.value(line, "locked") is None
    # An empty cell is not written at all: it is as its column is.
    assert [columns[letter].protection.locked for letter in "QRS"] == [False] * 3
    text = alice.get(address.replace("xlsx", "csv")).content.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["Locked because"] == paper.value(1, "locked")


def test_a_product_alone_and_a_unit_alone_may_be_forbidden(alice, order, forbid):
    forbid(Matter.UNIT, "Pieces")
    paper = Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)
    assert paper.value(1, "locked") == "Another unit may not be proposed (“Pieces”)"
    written = {name for name in "QRS" if (2, ord(name) - 64) in paper.sheet._cells}
    assert written == {"S"}


def test_blank_changes_nothing_and_what_is_ordered_typed_again_neither(paper, taken, lines):
    again = {"other_code": lines[0].product_code.lower(), "other_name": "the same"}
    paper.fill(1, **again).fill(2, confirm="x", other_unit=lines[1].unit.upper())
    sheet = taken(paper)
    assert kinds(sheet) == {2: Kind.ACCEPTED, 3: Kind.ACCEPTED} | dict.fromkeys(range(4, 8), Kind.UNCHANGED)
    work_off(sheet.job)
    assert [(part.product_code, part.unit) for part in rows_of(lines[0]) + rows_of(lines[1])] == [
        ("", "")
    ] * 2


def test_another_product_and_another_unit_go_to_the_buyer_and_come_back(paper, taken, alice, lines, soon):
    paper.fill(1, **OTHER_PRODUCT).fill(2, **BOXES).fill(3, other_name="Hex bolt A4", reason="Out of A2")
    sheet = taken(paper)
    assert kinds(sheet)[2] == kinds(sheet)[3] == kinds(sheet)[4] == Kind.PROPOSED
    work_off(sheet.job)
    asked = Part(Decimal(10), soon, Decimal("4.5"))
    assert rows_of(lines[0]) == [replace(asked, product_code="BX-200", product_name="Hex bolt A4")]
    assert rows_of(lines[1]) == [Part(Decimal(2), soon, Decimal(22), unit="Box of 5")]
    assert rows_of(lines[2]) == [replace(asked, product_name="Hex bolt A4", reason="Out of A2")]
    back = Paper(alice.get(f"/orders/jobs/{sheet.job_id}/sheet.xlsx").content)
    assert [back.value(line, "outcome") for line in (1, 2, 3)] == ["With the buyer"] * 3
    assert (back.value(1, "other_code"), back.value(2, "other_unit")) == ("BX-200", "Box of 5")
    sheet = taken(back.fill(4, confirm="x"))
    assert {number for number, kind in kinds(sheet).items() if kind != Kind.UNCHANGED} == {5}


def test_a_code_that_a_spreadsheet_took_for_a_number_is_a_code(paper, taken, lines):
    work_off(taken(paper.fill(1, other_code=4711, other_name="Hex bolt A4")).job)
    assert rows_of(lines[0])[0].product_code == "4711"


def test_a_split_names_another_product_in_its_first_row_and_its_unit_for_all(paper, taken, lines, soon):
    later = soon + timedelta(days=7)
    product, unit = paper.copy(1), paper.copy(2)
    paper.fill(1, quantity=6, date=soon, **OTHER_PRODUCT).fill(product, quantity=4, date=later)
    paper.fill(2, quantity=1, date=soon, price=22, other_unit="Box of 5")
    paper.fill(unit, quantity=1, date=later, price=22)
    sheet = taken(paper)
    assert problems(sheet) == {}
    work_off(sheet.job)
    assert [(part.quantity, part.product_name) for part in rows_of(lines[0])] == [(6, "Hex bolt A4"), (4, "")]
    assert [(part.quantity, part.unit) for part in rows_of(lines[1])] == [(1, "Box of 5")] * 2


def test_what_was_agreed_in_another_product_can_go_back_to_the_ordered_one(
    alice, cast, order, lines, taken, soon
):
    other = Part(Decimal(10), soon, Decimal("4.80"), "", "BX-200", "Hex bolt A4")
    replies = [LineReply(line.pk, (other,)) for line in lines[:2]]
    at, own = timezone.now(), uuid.uuid4()
    acknowledge_order(order, by=cast.alice, revision=1, replies=replies, submission=own, at=at)
    ids = list(LineAnswer.objects.values_list("pk", flat=True))
    approve_lines(order, by=cast.bea, answer_ids=ids, at=timezone.now())
    paper = Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)
    paper.fill(1, other_code=lines[0].product_code, price=4.5).fill(2, other_code="BX-200", price=4.9)
    work_off(taken(paper).job)
    new = LineAnswer.objects.filter(state="PENDING").order_by("line")
    assert [row.schedule.get().part.product for row in new] == [("", ""), ("BX-200", "Hex bolt A4")]
    assert new[0].deviations == ["price", "product"]
    assert new[1].deviations == ["price"]


def test_a_sheet_of_before_there_were_these_columns_is_taken(paper, taken, lines):
    places = sorted((paper.places[TITLES[name]] for name in (*OTHER, "locked")), reverse=True)
    paper.fill(1, confirm="x").fill(2, quantity=8)
    for place in places:
        paper.sheet.delete_cols(place)
    sheet = taken(paper)
    assert (sheet.notes, kinds(sheet)[2], kinds(sheet)[3]) == ([], Kind.ACCEPTED, Kind.PROPOSED)
    # What such a sheet says of rows that were sent still holds.
    assert Row(2, {"confirm": "x"}).mark() == "s0d7a78527e59a01c"


def test_csv_goes_both_ways(alice, order, taken, lines, soon):
    text = alice.get(f"/orders/sheets/lines.csv?order={order.pk}").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    rows[0] |= {"Other product code": "BX-200", "Other product name": "=Hex bolt A4"}
    rows[1] |= {"Other unit": "Box of 5", "Your quantity": "2", "Your price": "22"}
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    sheet = taken(out.getvalue().encode(), name="answers.csv")
    work_off(sheet.job)
    assert set(JobLine.objects.values_list("result", flat=True)) == {Result.WITH_BUYER}
    assert rows_of(lines[0])[0].product == ("BX-200", "=Hex bolt A4")
    back = alice.get(f"/orders/jobs/{sheet.job_id}/sheet.csv").content.decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(back)))
    assert told[0]["Other product name"] == "'=Hex bolt A4"
    assert (told[1]["Other unit"], told[1]["Outcome"]) == ("Box of 5", "With the buyer")
    assert PurchaseOrderLine.objects.get(pk=lines[0].pk).state == LineState.PROPOSED


def test_what_was_filled_in_where_it_may_not_be_can_be_emptied(paper, taken, alice, forbid):
    forbid(Matter.SUBSTITUTE, "As ordered")
    sheet = taken(paper.fill(1, **OTHER_PRODUCT))
    back = Paper(alice.get(f"/orders/jobs/{sheet.job_id}/sheet.xlsx").content)
    assert "Q2: Another product may not be proposed" in back.value(1, "explanation")
    assert [back.sheet[cell].protection.locked for cell in ("Q2", "R2", "Q3")] == [False, False, True]
