"""The rules of answering: what deviates and what is wrong, as tables of cases."""

from datetime import date
from decimal import Decimal

import pytest

from orders.purchasing.checking import check_replies
from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary, summarize
from orders.purchasing.rules import Asked, LineReply, Part, arrived_of, asks_for_the_past, deviations, to_come

TODAY = date(2026, 11, 23)
WANTED = date(2026, 12, 15)


def part(quantity="10", on: date | None = WANTED, price: str | None = "4.50", reason="") -> Part:
    return Part(Decimal(quantity), on, Decimal(price) if price else None, reason)


def rejected(quantity="10", reason="Sold out") -> Part:
    return Part(Decimal(quantity), None, None, reason)


def asked(state=LineState.ASKED, *parts: Part, received="0", revision=1) -> Asked:
    return Asked(7, "line 1 (FST-1)", state, "Units", Decimal(received), revision, parts or (part(),))


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ([part()], []),
        ([part(quantity="10.0000", price="4.5")], []),  # trailing zeros are the same number
        ([part(on=date(2026, 12, 20))], ["date"]),
        ([part(quantity="8")], ["quantity"]),
        ([part(price="4.60")], ["price"]),
        ([part(on=date(2026, 12, 1), price="5")], ["date", "price"]),
        ([part("6"), part("4", date(2027, 1, 5))], ["split"]),  # the first part keeps the day
        ([part("6", date(2026, 12, 20)), part("4", date(2027, 1, 5))], ["split", "date"]),
        ([part("6"), rejected("4")], ["rejected", "quantity"]),
        ([rejected()], ["rejected"]),
    ],
)
def test_what_deviates_is_named(answered, expected):
    assert deviations([part()], answered) == expected


LATER = date(2027, 1, 5)


@pytest.mark.parametrize(
    ("received", "coming", "is_past"),
    [
        ("0", [WANTED, LATER], True),
        ("5.9999", [WANTED, LATER], True),
        ("6", [LATER], False),
        ("9", [LATER], False),
        ("10", [], False),
        ("12", [], False),
    ],
)
def test_what_came_counts_against_the_earliest_deliveries(received, coming, is_past):
    parts = part("4", LATER), part("6")  # in whatever order they were said
    line = asked(LineState.DUE, *parts, received=received)
    assert [one.delivery_on for one in to_come(parts, line.received)] == coming
    assert {one.delivery_on for one in arrived_of(line)} == {WANTED, LATER} - set(coming)
    assert asks_for_the_past(line, earliest=date(2026, 12, 20)) == is_past


def test_a_line_in_one_delivery_is_measured_as_a_whole():
    line = asked(LineState.ASKED, received="10")
    assert arrived_of(line) == []
    assert asks_for_the_past(line, earliest=LATER)


def test_no_date_asked_for_means_no_date_to_deviate_from():
    assert deviations([part(on=None)], [part()]) == []


def test_the_parts_of_a_counter_proposal_may_be_answered_in_any_order():
    counter = [part("6"), part("4", date(2027, 1, 5))]
    assert deviations(counter, list(reversed(counter))) == []


def problems_with(*replies: LineReply, line: Asked | None = None, revision=1) -> list[tuple[str, str]]:
    line = line or asked()
    found = check_replies({line.line_id: line}, replies, revision=revision, today=TODAY)
    return [(problem.where, problem.expected) for problem in found]


@pytest.mark.parametrize(
    ("parts", "where", "words"),
    [
        ([part("0")], "lines.7.parts.0.quantity", "more than zero"),
        ([part("-1")], "lines.7.parts.0.quantity", "more than zero"),
        ([part("1.00001")], "lines.7.parts.0.quantity", "4 decimal places"),
        ([part("NaN")], "lines.7.parts.0.quantity", "must be a number"),
        ([part("1e30")], "lines.7.parts.0.quantity", "must be a number"),
        ([part(on=date(2026, 11, 22))], "lines.7.parts.0.delivery_on", "2026-11-23"),
        ([part(price=None)], "lines.7.parts.0.unit_price", "Give a price"),
        ([part(price="-0.01")], "lines.7.parts.0.unit_price", "below zero"),
        ([part(price="1.0000001")], "lines.7.parts.0.unit_price", "6 decimal places"),
        ([rejected(reason="  ")], "lines.7.parts.0.reason", "Say why"),
        ([part("6"), part("3")], "lines.7", "add up to the ordered 10 Units"),
        ([part("6"), part("4", price="5")], "lines.7", "same price"),
        ([], "lines.7", "Say what will come"),
    ],
)
def test_what_is_wrong_is_named_where_it_is(parts, where, words):
    found = problems_with(LineReply(7, tuple(parts)))
    assert [place for place, _ in found] == [where]
    assert words in found[0][1]


def test_today_is_not_in_the_past():
    assert problems_with(LineReply(7, (part(on=TODAY),))) == []


def test_less_than_was_received_cannot_be_promised():
    line = asked(received="9")
    assert "9 Units" in problems_with(LineReply(7, (part("8"),)), line=line)[0][1]
    assert problems_with(LineReply(7, (part("9"),)), line=line) == []


def test_an_unknown_line_and_a_line_twice_are_both_named():
    reply = LineReply(7, (part(),))
    found = problems_with(reply, reply, LineReply(8, (part(),)))
    assert [place for place, _ in found] == ["lines.7", "lines.8"]


def test_an_answer_to_an_older_revision_of_the_line_is_refused():
    assert "Revision 3" in problems_with(LineReply(7, (part(),)), line=asked(revision=3), revision=2)[0][1]


@pytest.mark.parametrize("state", [LineState.PROPOSED, LineState.CANCELLED, LineState.REFUSED])
def test_a_line_that_does_not_wait_takes_no_answer(state):
    assert "not waiting" in problems_with(LineReply(7, (part(),)), line=asked(state))[0][1]


def test_no_answer_at_all_is_a_problem():
    assert problems_with() == [("lines", "Answer at least one line")]


def test_every_problem_is_named_at_once():
    reply = LineReply(7, (part("0", on=date(2020, 1, 1)), part("5", price="-1")))
    assert len(problems_with(reply)) == 3


@pytest.mark.parametrize(
    ("order_state", "lines", "expected"),
    [
        (OrderState.ORDERED, "AA", OrderSummary.AGREED),
        (OrderState.ORDERED, "??", OrderSummary.WAITING_FOR_SUPPLIER),
        (OrderState.ORDERED, "?A", OrderSummary.PARTLY_ANSWERED),
        (OrderState.ORDERED, "?P", OrderSummary.PARTLY_ANSWERED),
        (OrderState.ORDERED, "CA", OrderSummary.PARTLY_ANSWERED),
        (OrderState.ORDERED, "PA", OrderSummary.WITH_BUYER),
        (OrderState.ORDERED, "RA", OrderSummary.AGREED),
        (OrderState.ORDERED, "RR", OrderSummary.REFUSED),
        (OrderState.ORDERED, "RX", OrderSummary.REFUSED),
        (OrderState.ORDERED, "XX", OrderSummary.CLOSED),
        (OrderState.ORDERED, "", OrderSummary.CLOSED),
        (OrderState.LOCKED, "?", OrderSummary.WAITING_FOR_SUPPLIER),
        (OrderState.CANCELLED, "AA", OrderSummary.CLOSED),
    ],
)
def test_where_an_order_stands_follows_from_its_lines(order_state, lines, expected):
    letters = {
        "?": LineState.ASKED,
        "P": LineState.PROPOSED,
        "C": LineState.COUNTERED,
        "A": LineState.AGREED,
        "R": LineState.REFUSED,
        "X": LineState.CANCELLED,
    }
    assert summarize(order_state, [letters[letter] for letter in lines]) == expected
