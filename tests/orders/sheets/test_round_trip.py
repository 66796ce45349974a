"""A sheet is downloaded, filled in, sent, looked at, worked off, and comes back with its outcomes."""

import csv
import io
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.bulk.lifecycle import Forecast, JobState, Result
from orders.bulk.models import JobLine
from orders.purchasing.actions import LineReply, Part, acknowledge_order, approve_lines
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from orders.sheets.lifecycle import Kind
from suppliers.journal.models import JournalEntry
from tests import factories
from tests.orders.sheets.conftest import Paper, kinds, problems, promised, work_off


def test_rows_of_all_kinds_are_told_apart_and_answered(paper, taken, lines, soon):
    paper.fill(2, confirm="x")
    paper.fill(3, date=soon + timedelta(days=5), reason="Raw material is late")
    paper.fill(4, quantity=6, date=soon)
    paper.fill(paper.copy(4), quantity=4, date=soon + timedelta(days=14))
    paper.fill(5, quantity=0, reason="Discontinued")
    paper.fill(6, reason="Sold out")
    sheet = taken(paper)
    assert kinds(sheet) == {
        2: Kind.UNCHANGED,
        3: Kind.ACCEPTED,
        4: Kind.PROPOSED,
        5: Kind.SPLIT,
        6: Kind.DECLINED,
        7: Kind.DECLINED,
        8: Kind.SPLIT,
    }
    assert not Answer.objects.exists()
    work_off(sheet.job)
    states = [PurchaseOrderLine.objects.get(pk=line.pk).state for line in lines]
    assert states == [LineState.ASKED, LineState.AGREED, *[LineState.PROPOSED] * 4]
    parts = ScheduleLine.objects.filter(line_answer__line=lines[3]).values_list("quantity", "delivery_on")
    assert list(parts) == [(6, soon), (4, soon + timedelta(days=14))]
    assert ScheduleLine.objects.get(line_answer__line=lines[2]).reason == "Raw material is late"
    assert JournalEntry.objects.get(verb="order.acknowledged").get_channel_display() == "Spreadsheet"


def test_values_equal_to_what_is_asked_are_a_confirmation(paper, taken, soon):
    paper.fill(1, quantity=10, date=soon, price=4.5).fill(2, confirm="X", quantity=10)
    assert set(kinds(taken(paper)).values()) == {Kind.ACCEPTED, Kind.UNCHANGED}


def test_the_sheet_comes_back_with_what_became_of_each_row(paper, taken, alice, soon):
    paper.fill(1, confirm="x").fill(2, date=soon + timedelta(days=3)).fill(3, quantity="ten")
    sheet = taken(paper)
    work_off(sheet.job)
    back = Paper(alice.get(f"/orders/jobs/{sheet.job_id}/sheet.xlsx").content)
    assert [back.value(line, "outcome") for line in (1, 2, 3, 4)] == [
        "Agreed",
        "With the buyer",
        "To be put right",
        "Left as it was",
    ]
    assert back.value(3, "explanation").startswith("M4: This must be a number (found “ten”)")
    assert (back.value(1, "confirm"), back.value(3, "quantity")) == ("x", "ten")
    assert back.value(2, "date") == datetime.combine(soon + timedelta(days=3), datetime.min.time())


def test_the_sheet_that_came_back_is_put_right_and_sent_again(paper, taken, alice, lines, soon):
    paper.fill(1, confirm="x").fill(2, date=soon + timedelta(days=3)).fill(3, quantity="ten")
    first = taken(paper)
    work_off(first.job)
    back = Paper(alice.get(f"/orders/jobs/{first.job_id}/sheet.xlsx").content)
    second = taken(back.fill(3, quantity=8))
    assert {number: kind for number, kind in kinds(second).items() if kind != Kind.UNCHANGED} == {
        4: Kind.PROPOSED
    }
    work_off(second.job)
    assert ScheduleLine.objects.get(line_answer__line=lines[2]).quantity == 8
    assert Answer.objects.count() == 2


def test_a_line_that_changed_waits_and_shows_three_values_while_the_others_go_on(
    paper, taken, alice, order, lines, soon
):
    paper.fill(1, quantity=8, reason="Only 8 left").fill(2, confirm="x")
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(asked_in_revision=2, asked_quantity=12)
    sheet = taken(paper)
    assert kinds(sheet)[2] == Kind.CONFLICT
    page = alice.get(f"/orders/jobs/{sheet.job_id}/").content.decode()
    assert "Changed while you filled in the sheet" in page
    assert '<td data-l="You had">10</td><td data-l="Now"><ins>12</ins></td><td data-l="Yours">8</td>' in page
    work_off(sheet.job)
    results = JobLine.objects.filter(job=sheet.job_id).values_list("line", "result")
    assert dict(results) == {lines[0].pk: Result.MOVED, lines[1].pk: Result.AGREED}
    back = Paper(alice.get(f"/orders/jobs/{sheet.job_id}/sheet.xlsx").content)
    assert back.value(1, "asked_quantity") == 12
    assert "You had: 10, " in back.value(1, "explanation")
    again = taken(back)
    assert kinds(again)[2] == Kind.PROPOSED


def test_a_line_that_changes_after_the_preview_is_reported(paper, taken, lines):
    sheet = taken(paper.fill(1, confirm="x").fill(2, confirm="x"))
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(asked_price=5)
    work_off(sheet.job)
    results = JobLine.objects.filter(job=sheet.job_id).values_list("result", flat=True)
    assert list(results) == [Result.MOVED, Result.AGREED]


def test_every_wrong_cell_is_named_by_its_address_at_once(paper, taken, alice, soon):
    past = timezone.localdate() - timedelta(days=3)
    paper.fill(1, confirm="perhaps").fill(2, date="soon", price="cheap").fill(3, quantity=0)
    paper.fill(4, date=past).fill(5, confirm="x", quantity=7).fill(6, quantity=6, date=soon)
    paper.fill(paper.copy(6), quantity=3)
    sheet = taken(paper)
    found = problems(sheet)
    assert set(found) == {"L2", "N3", "O3", "P4", "N5", "M6", "row 7"}
    assert "today" in found["N5"]
    assert "add up" in found["row 7"]
    page = alice.get(f"/orders/jobs/{sheet.job_id}/").content.decode()
    assert "<b>O3</b>" in page
    assert "Nothing of this" not in page
    assert sheet.job.state == JobState.PREVIEW
    assert set(sheet.job.lines.values_list("forecast", flat=True)) == {Forecast.REFUSED}


def test_a_split_names_what_each_of_its_rows_lacks(paper, taken, soon):
    copy = paper.copy(1)
    paper.fill(1, confirm="x", quantity=6).fill(copy, date=soon)
    found = problems(taken(paper))
    assert found == {
        "L2": "2 rows have the key of line 1 ("
        + paper.value(1, "product")
        + "): they are the parts of a split",
        f"M{copy + 1}": "Give the quantity of this part of the split",
    }


def test_a_part_of_a_split_may_be_declined(paper, taken, lines, soon):
    copy = paper.copy(1)
    sheet = taken(paper.fill(1, quantity=6, date=soon).fill(copy, quantity=4, reason="Sold out"))
    work_off(sheet.job)
    parts = ScheduleLine.objects.filter(line_answer__line=lines[0])
    assert list(parts.values_list("quantity", "delivery_on", "reason")) == [
        (6, soon, ""),
        (4, None, "Sold out"),
    ]


def test_rows_without_a_key_and_of_strangers_do_not_exist(paper, taken, cast, alice):
    theirs = factories.order(cast.globex, cast.northwind).lines.first()
    below = paper.sheet.max_row
    paper.fill(1, confirm="x").fill(2, confirm="x", key=theirs.pk).fill(below, quantity=3)
    paper.fill(3, confirm="x", key=10**12)
    sheet = taken(paper)
    assert kinds(sheet)[3] == kinds(sheet)[4] == kinds(sheet)[below + 1] == Kind.UNKNOWN
    page = alice.get(f"/orders/jobs/{sheet.job_id}/").content.decode()
    assert page.count("There is no such line") == 2
    assert "belongs to no line" in page
    assert theirs.product_code not in page
    back = Paper(alice.get(f"/orders/jobs/{sheet.job_id}/sheet.xlsx").content)
    assert back.value(2, "product") is None
    assert not theirs.answers.exists()


def test_a_reader_may_fill_in_but_not_send(paper, sent, as_, cast, order):
    reader = as_(cast.rita)
    assert reader.get(f"/orders/sheets/lines.xlsx?order={order.pk}").status_code == 200
    assert sent(paper.fill(1, confirm="x"), browser=reader).status_code == 403


def test_a_sheet_is_seen_by_its_supplier_only(paper, taken, as_, cast):
    sheet = taken(paper.fill(1, confirm="x"))
    for person in (cast.mallory, cast.bea, cast.boris):
        assert as_(person).get(f"/orders/jobs/{sheet.job_id}/sheet.xlsx").status_code == 404
    assert as_(cast.rita).get(f"/orders/jobs/{sheet.job_id}/sheet.csv").status_code == 200


def test_rows_may_be_sorted_deleted_and_columns_moved_or_added(paper, taken, lines):
    paper.fill(1, confirm="x").fill(5, confirm="x")
    paper.sheet.delete_rows(3)
    paper.sheet.insert_cols(1)
    paper.sheet.cell(1, 1).value = "My own notes"
    paper.sheet.cell(2, 1).value = "call Jan"
    sheet = taken(paper)
    assert sheet.notes == ["Columns that are not ours were left alone: “My own notes”."]
    assert list(sheet.job.lines.values_list("line", flat=True)) == [lines[0].pk, lines[4].pk]


def test_values_changed_in_locked_cells_are_left_alone_and_named(paper, taken, lines):
    sheet = taken(paper.fill(1, confirm="x", asked_quantity=99))
    assert "changed in the sheet (row 2)" in sheet.notes[0]
    work_off(sheet.job)
    assert PurchaseOrderLine.objects.get(pk=lines[0].pk).asked_quantity == 10


def test_what_was_agreed_in_another_product_survives_the_way_through_a_sheet(
    alice, cast, order, lines, taken, soon
):
    """Whoever moves only the date of a substitute must not order the first product again."""
    other = Part(Decimal(10), soon, Decimal("4.80"), "", "BX-200", "Hex bolt A4")
    mixed = (Part(Decimal(6), soon, Decimal("4.50")), replace(other, quantity=Decimal(4)))
    acknowledge_order(
        order,
        by=cast.alice,
        revision=1,
        replies=[LineReply(lines[0].pk, (other,)), LineReply(lines[1].pk, mixed)],
        submission=uuid.uuid4(),
        at=timezone.now(),
    )
    ids = list(LineAnswer.objects.values_list("pk", flat=True))
    approve_lines(order, by=cast.bea, answer_ids=ids, at=timezone.now())
    paper = Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)
    assert paper.value(1, "product") == f"BX-200 (Hex bolt A4) instead of {lines[0].product_code}"
    assert paper.value(2, "product") == f"BX-200 (Hex bolt A4) beside {lines[1].product_code}"
    assert paper.value(1, "state") == "Agreed, waits to be changed in Odoo"
    assert (paper.value(1, "asked_price"), paper.value(1, "asked_quantity")) == (4.8, 10)
    later = soon + timedelta(days=5)
    sheet = taken(paper.fill(1, date=later).fill(2, date=later))
    assert "comes in several products or units" in " ".join(problems(sheet).values())
    work_off(sheet.job)
    row = ScheduleLine.objects.get(line_answer__line=lines[0], line_answer__state="PENDING")
    assert row.part == replace(other, delivery_on=later)
    assert not LineAnswer.objects.filter(line=lines[1], state="PENDING").exists()


def test_csv_goes_both_ways(alice, order, taken, lines, soon):
    answer = alice.get(f"/orders/sheets/lines.csv?order={order.pk}")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["Asked date"] == soon.isoformat()
    rows[0]["Confirm (x)"] = "x"
    rows[1] |= {"Your date": (soon + timedelta(days=2)).isoformat(), "Your price": "4,75"}
    rows[2]["Reason"] = "=Sold out"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    sheet = taken(out.getvalue().encode("utf-16"), name="answers.csv")
    assert (sheet.format, sheet.notes) == ("csv", [])
    work_off(sheet.job)
    assert promised(lines[0]) == soon
    assert ScheduleLine.objects.get(line_answer__line=lines[1]).unit_price == Decimal("4.75")
    back = alice.get(f"/orders/jobs/{sheet.job_id}/sheet.csv").content
    told = list(csv.DictReader(io.StringIO(back.decode("utf-8-sig"))))
    assert [row["Outcome"] for row in told[:4]] == [
        "Agreed",
        "With the buyer",
        "With the buyer",
        "Left as it was",
    ]
    assert told[2]["Reason"] == "'=Sold out"
    assert (
        "Nothing is filled in"
        in alice.post("/orders/sheets/upload/", {"sheet": io.BytesIO(back)}).content.decode()
    )


@pytest.mark.parametrize("text", ["x", "X", " ok ", "✓", "Ja", True, 1])
def test_people_confirm_in_their_own_way(paper, taken, text):
    assert kinds(taken(paper.fill(1, confirm=text)))[2] == Kind.ACCEPTED


def test_a_line_without_a_date_is_answered_with_one(alice, taken, order, lines, soon):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(asked_on=None)
    paper = Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)
    found = problems(taken(paper.fill(1, confirm="x")))
    assert "names no date to confirm" in found["N2"]
    sheet = taken(paper.fill(1, confirm=None, date=soon))
    assert (kinds(sheet)[2], problems(sheet)) == (Kind.ACCEPTED, {})


def test_a_thousand_rows_take_a_fixed_number_of_queries(
    cast, alice, taken, django_assert_max_num_queries, soon
):
    orders = [factories.order(cast.acme, cast.northwind, lines=4) for _ in range(25)]
    PurchaseOrderLine.objects.filter(order__in=orders).update(asked_on=soon, expected_on=soon)
    with django_assert_max_num_queries(22):
        paper = Paper(alice.get("/orders/sheets/lines.xlsx?state=confirm").content)
    for row in range(1, 101):
        paper.fill(row, confirm="x")
    with django_assert_max_num_queries(40):
        sheet = taken(paper)
    assert sheet.job.line_count == 100
    assert sheet.job.order_count == 25
