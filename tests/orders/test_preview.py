"""What replies would come to is told before they are sent, for many orders at once."""

from datetime import date
from decimal import Decimal

import pytest

from orders.purchasing.lifecycle import OrderState
from orders.purchasing.models import Answer
from orders.purchasing.preview import Draft, Outcome, preview
from orders.purchasing.rules import LineReply
from tests import factories

LATER = date(2026, 12, 20)


@pytest.fixture
def look(cast):
    """Preview replies to orders: ``look({order: {line: [part()]}})``."""

    def ask(replies, *, by=None, revision=1):
        drafts = {
            order.pk: Draft(revision, [LineReply(line.pk, tuple(parts)) for line, parts in of_order.items()])
            for order, of_order in replies.items()
        }
        return preview(drafts, by=by or cast.alice, at=factories.NOW)

    return ask


def test_each_line_s_outcome_is_told_and_nothing_is_saved(look, order, lines, part):
    found = look({order: {lines[0]: [part()], lines[1]: [part("8", LATER)]}})[order.pk]
    assert [found.lines[line.pk].outcome for line in lines] == [Outcome.AGREED, Outcome.NEEDS_BUYER]
    deviating = found.lines[lines[1].pk]
    assert deviating.deviations == ("date", "quantity")
    assert deviating.effect == Decimal("-9.00")
    assert [(change["old"], change["new"]) for change in deviating.changes] == [
        ("2026-12-15", "2026-12-20"),
        ("10", "8"),
    ]
    assert (found.problems, found.count(Outcome.NEEDS_BUYER)) == ((), 1)
    assert not Answer.objects.exists()


def test_what_is_wrong_is_refused_line_by_line(look, order, lines, part):
    found = look({order: {lines[0]: [part("0")], lines[1]: [part()]}})[order.pk]
    assert [found.lines[line.pk].outcome for line in lines] == [Outcome.REFUSED, Outcome.AGREED]
    assert found.lines[lines[0].pk].problems == found.problems
    assert "more than zero" in found.problems[0].expected


def test_a_closed_order_a_wrong_revision_and_a_wrong_role_are_named(look, order, lines, part, cast):
    replies = {order: {lines[0]: [part()]}}
    assert look(replies, revision=3)[order.pk].problems[0].where == "revision"
    assert "role" in look(replies, by=cast.rita)[order.pk].problems[0].expected
    order.state = OrderState.CANCELLED
    order.save()
    assert "takes no answer" in look(replies)[order.pk].problems[0].expected


def test_to_a_stranger_the_order_does_not_exist(look, order, lines, part, cast):
    found = look({order: {lines[0]: [part()]}}, by=cast.mallory)[order.pk]
    assert (found.lines, found.problems[0].expected) == ({}, "There is no such order")


def test_many_orders_cost_what_one_does(look, cast, part, django_assert_num_queries):
    def replies(count):
        orders = [factories.order(cast.acme, cast.northwind) for _ in range(count)]
        return {order: {line: [part()] for line in order.lines.all()} for order in orders}

    one, many = replies(1), replies(30)
    look(one)  # reads who Alice is
    for wanted in (one, many):
        with django_assert_num_queries(3):
            found = look(wanted)
        assert {line.outcome for order in found.values() for line in order.lines.values()} == {Outcome.AGREED}
