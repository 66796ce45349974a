"""What was decided on similar proposals, and what could pass by itself."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from orders.decisions.effects import Asked, add_up
from orders.decisions.likeness import Decided, habits, similar_to, similar_words, size_of
from orders.decisions.offers import Offer, offers_of, what_words
from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.rules import Part

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NEEDED = date(2026, 12, 4)


def decided(size, *, yes=True, days_ago=10, by=1, state=None):
    state = state or (AnswerState.AGREED if yes else AnswerState.DECLINED)
    size = None if size is None else Decimal(str(size))
    return Decided(size, state == AnswerState.AGREED, NOW - timedelta(days=days_ago), by, state)


def words(kind, size, past):
    similar = similar_to(kind, None if size is None else Decimal(str(size)), past)
    return similar_words(kind, similar, months=6) if similar else ""


@pytest.mark.parametrize(
    ("kinds", "parts", "size"),
    [
        (["date"], [("10", date(2026, 12, 13), "4.50")], 9),
        (["date"], [("10", date(2026, 12, 1), "4.50")], -3),
        (["price"], [("10", NEEDED, "4.68")], 4),
        (["quantity"], [("9", NEEDED, "4.50")], -10),
        (["split"], [("6", NEEDED, "4.50"), ("4", date(2026, 12, 18), "4.50")], 14),
        (["rejected"], [("10", None, None)], -100),
        (["rejected"], [("4", NEEDED, "4.50"), ("6", None, None)], -60),
        (["date", "price"], [("10", date(2026, 12, 13), "4.68")], None),
    ],
)
def test_how_large_a_deviation_is(kinds, parts, size):
    parts = [
        Part(Decimal(quantity), day, Decimal(price) if price else None) for quantity, day, price in parts
    ]
    days = [part.delivery_on for part in parts if part.delivery_on]
    asked = Asked(Decimal(10), Decimal("4.50"), NEEDED)
    assert size_of(kinds, asked, add_up(parts, NEEDED), min(days, default=None)) == size


def test_similar_sizes_are_counted_and_the_exception_is_named():
    past = [decided(size) for size in (7, 8, 9, 9, 10, 12, 14)] + [decided(15, yes=False), decided(60)]
    assert words("date", 9, past) == (
        "approved 7 of 8 like this in the last 6 months; the declined one was +15 days"
    )


def test_where_few_are_similar_all_of_the_kind_are_counted():
    past = [decided(4), decided(5), decided(14, yes=False)]
    assert words("price", 13, past) == (
        "approved 2 of 3 of this kind in the last 6 months; the declined one was +14 %"
    )


def test_several_exceptions_are_named_from_smallest_to_largest():
    past = [decided(5), decided(6, yes=False), decided(9, yes=False)]
    assert words("price", 5, past).endswith("; the declined ones were +6 % to +9 %")
    past.append(decided(7, state=AnswerState.COUNTERED))
    assert "the other ones were" in words("price", 6, past)


def test_what_was_never_approved_is_said_so():
    past = [decided(5, yes=False), decided(6, yes=False), decided(5, yes=False)]
    assert words("price", 5, past) == "declined all 3 like this in the last 6 months"
    past[0] = decided(5, state=AnswerState.COUNTERED)
    assert words("price", 5, past) == "approved none of 3 like this in the last 6 months"
    only = "the only one of this kind in the last 6 months was"
    assert words("price", 5, [decided(5)]) == f"{only} approved"
    assert words("price", 5, past[:1]) == f"{only} countered"
    assert words("price", 5, past[1:2]) == f"{only} declined"


def test_the_other_direction_is_not_similar():
    assert words("price", 5, [decided(-5), decided(-6)]) == ""
    assert words("price", 5, []) == ""


def test_of_several_deviations_at_once_only_the_kind_is_compared():
    assert words("", None, [decided(None), decided(None, yes=False)]) == (
        "approved 1 of 2 of this kind in the last 6 months"
    )


def test_five_approvals_without_a_no_make_a_habit():
    past = [decided(size) for size in (1, 2, 2, 3, 3)]
    (habit,) = habits("date", past, since=NOW - timedelta(days=90))
    assert (habit.limit, habit.approved) == (3, 5)
    assert habits("date", past[1:], since=NOW - timedelta(days=90)) == []


def test_what_was_declined_bounds_the_habit():
    past = [decided(size) for size in (1, 2, 2, 3, 3, 8)] + [decided(7, yes=False)]
    (habit,) = habits("date", past, since=NOW - timedelta(days=90))
    assert (habit.limit, habit.approved) == (3, 5)
    past.append(decided(2, yes=False))
    assert habits("date", past, since=NOW - timedelta(days=90)) == []


def test_old_decisions_and_other_matters_make_no_habit():
    old = [decided(2, days_ago=100) for _ in range(9)]
    assert habits("date", old, since=NOW - timedelta(days=90)) == []
    assert habits("split", [decided(2) for _ in range(9)], since=NOW - timedelta(days=90)) == []


def test_price_limits_are_rounded_up_to_a_tenth():
    past = [decided(size) for size in ("1.21", "1.5", "1.24", "1", "0.7")]
    (habit,) = habits("price", past, since=NOW - timedelta(days=90))
    assert habit.limit == Decimal("1.5")
    assert what_words(habit) == "price rises of up to 1.5 %"


def test_an_offer_says_who_approved_what():
    yours = {
        (1, 7, ("date",)): [decided(2, by=5) for _ in range(8)],
        (1, 7, ("date", "price")): [decided(None)],
    }
    (offer,) = offers_of(yours, names={7: "Acme"}, reader=5, now=NOW)
    assert isinstance(offer, Offer)
    assert offer.sentence == "You approved 8 of 8 date moves of up to 2 days for Acme"
    (offer,) = offers_of(yours, names={7: "Acme"}, reader=6, now=NOW)
    assert offer.sentence.startswith("You and your colleagues approved 8 of 8")
