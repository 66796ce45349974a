"""A line in the grid comes in several parts, each with quantity and date; a draft keeps them."""

from datetime import timedelta

import pytest

from orders.grid.models import Draft
from orders.grid.rows import MOST_PARTS
from orders.purchasing.models import Answer, LineAnswer, ScheduleLine
from tests.orders.grid.conftest import keep


@pytest.fixture
def split(lines, filled, soon):
    """The first line in two parts, as the form would post it: 6 soon and 4 ten days later."""

    def fill(*, second="4", count="2", **more):
        line = lines[0]
        data = filled({line: {"quantity": "6", "date": soon.isoformat()}})
        later = (soon + timedelta(days=10)).isoformat()
        return (
            data
            | {f"p-{line.pk}": count, f"c-{line.pk}_2-quantity": second, f"c-{line.pk}_2-date": later}
            | {f"c-{line.pk}{name}": value for name, value in more.items()}
        )

    return fill


def test_the_parts_of_a_line_are_sent_as_a_split(alice, order, lines, split, soon):
    answer = alice.post(f"/orders/{order.pk}/grid/", split())
    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    parts = ScheduleLine.objects.filter(line_answer__line=lines[0]).order_by("position")
    assert [(int(part.quantity), part.delivery_on) for part in parts] == [
        (6, soon),
        (4, soon + timedelta(days=10)),
    ]
    assert LineAnswer.objects.get().deviations == ["split"]


def test_a_part_that_is_missing_is_said_with_what_the_parts_come_to(alice, order, lines, split):
    kept = keep(alice, order, split(second="3")).json()
    assert kept["sums"] == {str(lines[0].pk): "9 of 10 Units, 1 missing"}
    assert "add up to the ordered 10" in kept["problems"][f"row-{lines[0].pk}"]
    assert alice.post(f"/orders/{order.pk}/grid/", split(second="3")).status_code == 422
    assert not Answer.objects.exists()
    assert keep(alice, order, split(second="5")).json()["sums"][str(lines[0].pk)].endswith("1 too many")
    assert keep(alice, order, split()).json()["sums"] == {str(lines[0].pk): "10 of 10 Units"}


def test_what_is_wrong_with_a_part_stands_at_its_cell(alice, order, lines, split):
    data = split(second="four", **{"_2-price": "x"})
    kept = keep(alice, order, data).json()
    line = lines[0].pk
    assert {f"c-{line}_2-quantity", f"c-{line}_2-price"} <= set(kept["problems"])
    past = keep(alice, order, split(**{"_2-date": "2020-01-01"})).json()["problems"]
    assert "today" in past[f"c-{line}_2-date"]
    answer = alice.post(f"/orders/{order.pk}/grid/", data)
    assert "Line 1, part 2, your quantity" in answer.content.decode()


def test_a_part_without_a_quantity_is_asked_for_it(alice, order, lines, split):
    problems = keep(alice, order, split(second="")).json()["problems"]
    assert "Give the quantity of this part" in problems[f"c-{lines[0].pk}_2-quantity"]


def test_a_line_in_parts_is_not_confirmed(alice, order, lines, split):
    problems = keep(alice, order, split(**{"-confirm": "x"})).json()["problems"]
    assert "parts of a split" in problems[f"c-{lines[0].pk}-confirm"]


def test_a_draft_keeps_the_parts(alice, order, lines, split):
    keep(alice, order, split())
    form = alice.get(f"/orders/{order.pk}/grid/").context["form"]
    line = form.lines[0]
    assert [[cell.value for cell in part.cells if cell.name == "quantity"] for part in line.parts] == [
        ["6"],
        ["4"],
    ]
    assert line.sum == "10 of 10 Units"
    assert all(len(other.parts) == 1 for other in form.lines[1:])


def test_parts_nobody_filled_in_say_nothing(alice, order, lines, filled):
    data = filled({lines[1]: {"confirm": "x"}}) | {f"p-{lines[0].pk}": "3"}
    assert keep(alice, order, data).json()["answers"] == 1
    alice.post(f"/orders/{order.pk}/grid/", data)
    assert list(LineAnswer.objects.values_list("line", flat=True)) == [lines[1].pk]


def test_without_javascript_a_button_adds_a_part_and_keeps_what_was_typed(alice, order, lines, filled):
    data = filled({lines[0]: {"quantity": "6"}, lines[1]: {"reason": "Sold out"}})
    answer = alice.post(f"/orders/{order.pk}/grid/draft/", data | {"split": lines[0].pk})
    assert answer.headers["Location"] == f"/orders/{order.pk}/grid/#row-{lines[0].pk}"
    fields = Draft.objects.get().fields
    assert fields[f"p-{lines[0].pk}"] == "2"
    assert fields[f"c-{lines[1].pk}-reason"] == "Sold out"
    page = alice.get(f"/orders/{order.pk}/grid/").content.decode()
    assert f'name="c-{lines[0].pk}_2-quantity"' in page
    assert "6 of 10 Units, 4 missing" in page


def test_without_javascript_a_part_is_removed_and_the_next_moves_up(alice, order, lines, split):
    line = lines[0].pk
    data = split(count="3", **{"_3-quantity": "1", "_3-reason": "Scrap"})
    alice.post(f"/orders/{order.pk}/grid/draft/", data | {"unsplit": f"{line}_2"})
    fields = Draft.objects.get().fields
    assert (fields[f"p-{line}"], fields[f"c-{line}_2-quantity"]) == ("2", "1")
    assert fields[f"c-{line}_2-reason"] == "Scrap"
    assert f"c-{line}_3-quantity" not in fields


@pytest.mark.parametrize("count", ["", "0", "-1", "x", "²", "1000000"])
def test_a_number_of_parts_that_makes_no_sense_is_one_or_the_most(alice, order, lines, split, count):
    answer = keep(alice, order, split(count=count))
    assert answer.status_code == 200
    form = alice.get(f"/orders/{order.pk}/grid/").context["form"]
    assert len(form.lines[0].parts) == 1
    keep(alice, order, split(count="99"))
    form = alice.get(f"/orders/{order.pk}/grid/").context["form"]
    assert len(form.lines[0].parts) == MOST_PARTS
