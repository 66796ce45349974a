"""Another product or unit: proposed, agreed, and never written as if it were what was ordered."""

import uuid
from decimal import Decimal

import pytest

from orders.purchasing.actions import Part, approve_lines, counter_line, decline_lines, withdraw_proposals
from orders.purchasing.awaited import Awaited, Held, awaited_of, holds_product, holds_unit
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine
from suppliers.journal.models import JournalEntry
from suppliers.policies.records import Bound
from suppliers.policies.terms import Beyond, Matter
from suppliers.refusal import IllegalMove, Refused
from tests import factories
from tests.orders.substitutes import DAY, LATER, PRICE, boxes, other, payloads, pending


def read_again(line: PurchaseOrderLine) -> PurchaseOrderLine:
    return PurchaseOrderLine.objects.get(pk=line.pk)


# -- What may be proposed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matter", "part", "said"),
    [
        (Matter.SUBSTITUTE, other(), "Another product may not be proposed for line 1"),
        (Matter.UNIT, boxes(), "Another unit may not be proposed for line 1"),
    ],
)
def test_what_a_policy_forbids_is_refused_with_the_reason(cast, answer, lines, matter, part, said):
    factories.policy(cast.northwind, cast.ada, matter, name="As ordered only", beyond=Beyond.REFUSE)
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [part]})
    (problem,) = refused.value.problems
    assert problem.expected.startswith(said)
    assert "As ordered only" in problem.expected
    assert not LineAnswer.objects.exists()


def test_another_product_without_a_description_is_refused(answer, lines):
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [other(name="")]})
    assert [problem.where for problem in refused.value.problems] == [
        f"lines.{lines[0].pk}.parts.0.product_name"
    ]


def test_parts_in_two_units_are_refused(answer, lines, part):
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [part("5"), boxes("1")]})
    assert "the same unit" in refused.value.problems[0].expected


def test_two_prices_of_one_other_product_are_refused_and_of_two_products_are_not(answer, lines, part):
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [other("4"), other("6", price="4.90")]})
    assert "one price per line" in refused.value.problems[0].expected
    answer({lines[0]: [part("4"), other("6", price="4.90")]})


def test_it_needs_the_buyer_and_says_what_comes(answer, lines):
    answer({lines[0]: [other()], lines[1]: [boxes()]})
    assert {row.state for row in LineAnswer.objects.all()} == {AnswerState.PENDING}
    one, two = (f"line {place} ({line.product_code})" for place, line in enumerate(lines, start=1))
    entry = JournalEntry.objects.get(verb="order.acknowledged")
    assert {change["what"]: (change["old"], change["new"]) for change in entry.changes} == {
        f"{one}, product": (lines[0].product_code, "BX-200 (Hex bolt A4)"),
        f"{one}, price": ("4.50", "4.80"),
        f"{two}, unit": ("10 Units at 4.50", "2 Box of 5 at 22.00"),
    }
    # Odoo's users are told that there is something to decide.
    assert "proposes other deliveries for 2 lines" in payloads()[-1]["question"]["summary"]


# -- Writing is safe -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("foreign", [other("8", LATER), boxes()])
def test_what_is_approved_is_never_written_as_if_it_were_the_ordered_product(
    order, cast, answer, lines, foreign
):
    answer({lines[0]: [foreign]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    line, sent = read_again(lines[0]), payloads()[-1]
    assert line.state == LineState.AGREED
    assert (line.asked_quantity, line.asked_price, line.asked_on) == (10, PRICE, DAY)
    assert line.promised_on == foreign.delivery_on
    assert Awaited.read(line.awaited_change).own == (foreign,)
    assert sent["lines"] == []
    assert sent["to_change"]["user_id"] == order.buyer_odoo_id
    assert "Change 1 line as agreed with Acme" in sent["to_change"]["summary"]
    assert foreign.product_code in sent["to_change"]["body_html"]
    assert foreign.unit in sent["to_change"]["body_html"]


def test_only_what_comes_as_ordered_is_written_of_a_line_in_two_products(order, cast, answer, lines, part):
    answer({lines[0]: [part("6", LATER), other("4")]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    line, sent = read_again(lines[0]), payloads()[-1]
    assert [(row["quantity"], row["unit_price"], row["on"]) for row in sent["lines"]] == [
        ("6.0000", "4.500000", "2026-12-20")
    ]
    assert (line.asked_quantity, line.asked_on, line.promised_on) == (6, LATER, DAY)
    assert Awaited.read(line.awaited_change) == Awaited((), ((other("4"),),))
    assert "A new line: product BX-200 (Hex bolt A4), quantity 4" in sent["to_change"]["body_html"]


def test_an_accepted_counter_proposal_in_boxes_waits_as_well(order, cast, answer, lines):
    answer({lines[0]: [boxes()]})
    cheaper = boxes(price="21.00")
    counter_line(
        order,
        by=cast.bea,
        answer_id=pending(lines[0]).pk,
        parts=[cheaper],
        comment="",
        submission=uuid.uuid4(),
        at=factories.NOW,
    )
    answer({lines[0]: [cheaper]})
    line = read_again(lines[0])
    assert (line.state, Awaited.read(line.awaited_change).own) == (LineState.AGREED, (cheaper,))
    assert (payloads()[-1]["lines"], payloads()[-1]["to_change"] is None) == ([], False)
    # The same once more is no news to anybody in Odoo.
    answer({lines[0]: [cheaper]})
    assert (payloads()[-1]["lines"], payloads()[-1]["to_change"]) == ([], None)


def test_a_small_change_of_what_waits_needs_the_buyer(order, cast, answer, lines):
    factories.policy(cast.northwind, cast.ada, Matter.DATE, upper=Bound(Decimal(7)))
    answer({lines[0]: [other()]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    answer({lines[0]: [other(on=LATER)]})
    assert pending(lines[0]).deviations == ["date"]


def test_going_back_to_what_was_ordered_is_written(order, cast, answer, lines, part):
    answer({lines[0]: [other()]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    answer({lines[0]: [part(on=LATER)]})
    assert pending(lines[0]).deviations == ["date", "price", "product"]
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    assert read_again(lines[0]).awaited_change is None
    assert [row["on"] for row in payloads()[-1]["lines"]] == ["2026-12-20"]


def test_declined_and_withdrawn_proposals_leave_nothing_behind(order, cast, answer, lines):
    answer({lines[0]: [other()], lines[1]: [other("20")]})
    decline_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], reason="No", at=factories.NOW)
    withdraw_proposals(order, by=cast.alice, answer_ids=[pending(lines[1]).pk], at=factories.NOW)
    with pytest.raises(IllegalMove):
        approve_lines(
            order,
            by=cast.bea,
            answer_ids=list(LineAnswer.objects.values_list("pk", flat=True)),
            at=factories.NOW,
        )
    assert all(read_again(line).awaited_change is None for line in lines)


# -- What Odoo holds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "part", "expected"),
    [
        (Held("BX-200", "", "Units"), other(), True),
        (Held("bx-200", "", "Units"), other(), True),
        (Held("N-77", "[BX-200] Hex bolt", "Units"), other(), True),  # the supplier's code, as Odoo writes it
        (Held("N-77", "[BX-2000] Hex bolt", "Units"), other(), False),
        (Held("N-77", "[XBX-200] Hex bolt", "Units"), other(), False),
        (Held("N-77", "Hex bolt A4, 8 mm", "Units"), other(code=""), True),
        (Held("N-77", "Hex bolt A2, 8 mm", "Units"), other(code=""), False),
    ],
)
def test_a_product_is_known_by_its_code_or_by_what_odoo_says_of_it(held, part, expected):
    assert holds_product(held, part) is expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("Box of 12", True), ("box (12)", True), ("Boxes of 12", True), ("Box of 10", False), ("Units", False)],
)
def test_a_unit_is_known_by_its_name_and_its_numbers(unit, expected):
    assert holds_unit(unit, boxes(unit="Boxes of 12")) is expected


def test_what_waits_is_stored_and_read_again():
    found = awaited_of([other("1.5"), other("2", LATER), boxes()])
    assert found == Awaited((other("1.5"), other("2", LATER)), ((boxes(),),))
    assert Awaited.read(found.as_json()) == found
    assert awaited_of([Part(Decimal(3), DAY, PRICE)]).as_json() is None


def test_the_activity_says_what_odoo_lets_a_buyer_do(order, cast, answer, lines):
    """Product and unit of a line can be edited there only until the order is confirmed."""
    answer({lines[0]: [other()]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[0]).pk], at=factories.NOW)
    said = payloads()[-1]["to_change"]["body_html"]
    assert "set it to quantity 0" in said
    assert (
        "A new line in its place: product BX-200 (Hex bolt A4), quantity 10, unit Units, price 4.80" in said
    )
    PurchaseOrder.objects.filter(pk=order.pk).update(state=OrderState.QUOTED)
    answer({lines[1]: [other()]})
    approve_lines(order, by=cast.bea, answer_ids=[pending(lines[1]).pk], at=factories.NOW)
    assert "becomes: product BX-200 (Hex bolt A4), quantity 10" in payloads()[-1]["to_change"]["body_html"]
