"""Policies decide on what deviates: it passes by itself, needs the buyer, or is refused with its bound."""

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from integrations.outbox.models import OutboxMessage
from orders.purchasing.actions import approve_lines, counter_line
from orders.purchasing.lifecycle import AnswerState, LineState, OrderSummary
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrderLine
from orders.purchasing.odoo_pull import apply_orders
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.people.models import Role
from suppliers.policies.models import PolicyVersion
from suppliers.policies.records import Bound
from suppliers.policies.rules import weigh
from suppliers.policies.terms import Beyond, Matter, Outcome
from suppliers.policies.verdict import Verdict
from suppliers.refusal import Refused
from tests import factories
from tests.orders import records

WANTED = date(2026, 12, 15)


def days(count: int) -> Bound:
    return Bound(Decimal(count))


def percent(number: str) -> Bound:
    return Bound(percent=Decimal(number))


def day(number: int) -> date:
    return date(2026, 12, number)


@pytest.fixture
def policy(cast):
    """Let Northwind's manager make a policy: ``policy(Matter.DATE, upper=days(3))``."""
    manager = factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)
    return lambda matter, **terms: factories.policy(cast.northwind, manager, matter, **terms)


def reload(line: PurchaseOrderLine) -> PurchaseOrderLine:
    return PurchaseOrderLine.objects.get(pk=line.pk)


def verdict_on(line: PurchaseOrderLine) -> Verdict:
    stored = LineAnswer.objects.filter(line=line).latest("pk").verdict
    assert stored is not None
    return Verdict.read(stored)


def message() -> OutboxMessage:
    return OutboxMessage.objects.filter(topic="purchase_order.agreement").latest("pk")


def test_confirming_again_does_not_begin_the_tolerance_anew(answer, lines, part, policy):
    policy(Matter.DATE, upper=days(3))
    answer({lines[0]: [part(on=day(17))]})
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(state=LineState.DUE)
    answer({lines[0]: [part(on=day(17))]})
    assert (reload(lines[0]).state, reload(lines[0]).buyer_on) == (LineState.AGREED, WANTED)
    answer({lines[0]: [part(on=day(19))]})
    assert reload(lines[0]).state == LineState.PROPOSED


def test_what_is_within_the_tolerance_is_agreed_and_goes_to_odoo(answer, order, lines, part, policy):
    version = policy(Matter.DATE, upper=days(3))
    answer({lines[0]: [part(on=day(18))], lines[1]: [part()]})
    line = reload(lines[0])
    assert (line.state, line.promised_on, line.asked_on) == (LineState.AGREED, day(18), day(18))
    order.refresh_from_db()
    assert order.summary == OrderSummary.AGREED
    assert message().payload["lines"][0]["on"] == "2026-12-18"
    assert not Notice.objects.filter(event="order_proposed").exists()
    stored = LineAnswer.objects.get(line=line)
    assert (stored.state, stored.deviations) == (AnswerState.AGREED, ["date"])
    used = verdict_on(line).findings[0].policy
    assert used is not None
    assert used.version_id == version.pk
    entry = JournalEntry.objects.get(verb="order.acknowledged")
    assert entry.sentence == "Alice Sales confirmed 1 line and changed 1 line within the tolerance."
    assert entry.changes[0]["new"] == "2026-12-18"


def test_what_is_beyond_needs_the_buyer_and_says_why(answer, lines, part, policy):
    policy(Matter.DATE, upper=days(3))
    answer({lines[0]: [part(on=day(19))]})
    assert reload(lines[0]).state == LineState.PROPOSED
    assert verdict_on(lines[0]).outcome == Outcome.NEEDS_BUYER


def test_one_deviation_that_needs_the_buyer_holds_the_whole_line(answer, lines, part, policy):
    policy(Matter.DATE, upper=days(3))
    answer({lines[0]: [part(on=day(16), price="4.60")]})
    assert reload(lines[0]).state == LineState.PROPOSED
    outcomes = {finding.outcome for finding in verdict_on(lines[0]).findings}
    assert outcomes == {Outcome.NEEDS_BUYER, Outcome.PASSES}


def test_what_is_refused_names_the_bound_where_it_was_typed(answer, lines, part, policy):
    policy(Matter.PRICE, upper=percent("2"), beyond=Beyond.REFUSE, name="Prices of 2026")
    policy(Matter.DATE, beyond=Beyond.REFUSE)
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [part(on=day(16), price="4.80")], lines[1]: [part("0")]})
    first = f"lines.{lines[0].pk}.parts.0"
    assert [(problem.where, problem.found) for problem in refused.value.problems] == [
        (f"lines.{lines[1].pk}.parts.0.quantity", "0"),
        (f"{first}.unit_price", "4.8"),
        (f"{first}.delivery_on", "2026-12-16"),
    ]
    words = str(refused.value)
    assert "may be at most 4.59 EUR (“Prices of 2026”)" in words
    assert "may be delivered on 2026-12-15 at the latest" in words
    assert not Answer.objects.exists()


def test_small_steps_do_not_add_up_to_a_large_one(answer, lines, part, policy):
    policy(Matter.PRICE, upper=percent("2"))
    answer({lines[0]: [part(price="4.59")]})
    assert reload(lines[0]).state == LineState.AGREED
    # Two percent more than what passed by itself are four percent more than the buyer asked for.
    answer({lines[0]: [part(price="4.68")]})
    line = reload(lines[0])
    assert (line.state, line.asked_price, line.buyer_price) == (
        LineState.PROPOSED,
        Decimal("4.59"),
        Decimal("4.50"),
    )


def test_back_to_what_the_buyer_asked_for_always_passes(answer, lines, part, policy):
    policy(Matter.PRICE, upper=percent("2"))
    answer({lines[0]: [part(price="4.59")]})
    answer({lines[0]: [part(price="4.50")]})
    line = reload(lines[0])
    assert (line.state, line.asked_price) == (LineState.AGREED, Decimal("4.50"))


def test_what_the_buyer_agrees_to_is_measured_from_next(answer, order, lines, part, policy, cast):
    policy(Matter.PRICE, upper=percent("2"))
    answer({lines[0]: [part(price="5")]})
    approve_lines(order, by=cast.bea, answer_ids=[LineAnswer.objects.get().pk], at=factories.NOW)
    answer({lines[0]: [part(price="5.10")]})
    line = reload(lines[0])
    assert (line.state, line.buyer_price) == (LineState.AGREED, Decimal("5"))


@pytest.mark.parametrize(("matter", "deliveries"), [(Matter.SPLIT, 2), (Matter.SPLIT, 3)])
def test_a_split_passes_when_its_number_and_all_its_days_may(answer, lines, part, policy, matter, deliveries):
    policy(matter, upper=days(2))
    policy(Matter.DATE, upper=days(5))
    parts = {2: [part("6"), part("4", day(20))], 3: [part("6"), part("2", day(18)), part("2", day(19))]}
    answer({lines[0]: parts[deliveries], lines[1]: [part("6"), part("4", day(21))]})
    states = {2: LineState.AGREED, 3: LineState.PROPOSED}
    assert [reload(line).state for line in lines] == [states[deliveries], LineState.PROPOSED]


def test_a_little_less_passes_with_a_reason_but_nothing_at_all_never_does(answer, lines, part, policy):
    policy(Matter.REJECTION, lower=percent("100"))
    answer(
        {
            lines[0]: [part("9"), part("1", on=None, reason="Short")],
            lines[1]: [part(on=None, reason="Sold out")],
        }
    )
    assert [reload(line).state for line in lines] == [LineState.AGREED, LineState.PROPOSED]
    assert reload(lines[0]).asked_quantity == 9


def test_a_policy_may_forbid_to_reject_or_to_split(answer, lines, part, policy):
    policy(Matter.REJECTION, beyond=Beyond.REFUSE)
    policy(Matter.SPLIT, beyond=Beyond.REFUSE)
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [part(on=None, reason="Sold out")], lines[1]: [part("6"), part("4", day(16))]})
    said = [problem.expected for problem in refused.value.problems]
    assert said[0].startswith("At least 10 Units of line 1")
    assert f"Line 2 ({lines[1].product_code}) must come in one delivery" in said[1]


def test_a_counter_proposal_is_what_the_buyer_asked_for(answer, order, lines, part, policy, cast, proposal):
    counter_line(
        order, by=cast.bea, answer_id=proposal.pk, parts=[part(on=day(17))], comment="",
        submission=uuid.uuid4(), at=factories.NOW,
    )  # fmt: skip
    policy(Matter.DATE, upper=days(1))
    answer({lines[0]: [part(on=day(18))]})
    assert reload(lines[0]).promised_on == day(18)


def test_dates_in_the_past_are_for_whom_a_policy_allows_them(answer, lines, part, policy, cast):
    yesterday = date(2026, 11, 22)
    policy(Matter.PAST, lower=days(1), supplier=cast.globex)
    with pytest.raises(Refused, match="must be today"):
        answer({lines[0]: [part(on=yesterday)]})
    policy(Matter.PAST, lower=days(1), supplier=cast.acme)
    with pytest.raises(Refused, match="must be 2026-11-22 or later"):
        answer({lines[0]: [part(on=date(2026, 11, 21))]})
    answer({lines[0]: [part(on=yesterday)]})
    assert reload(lines[0]).state == LineState.PROPOSED


def test_a_verdict_can_be_reached_again_from_the_version_it_names(answer, lines, part, policy):
    policy(Matter.PRICE, upper=percent("2"))
    policy(Matter.DATE, upper=days(3))
    answer({lines[0]: [part(on=day(18), price="4.60")]})
    verdict = verdict_on(lines[0])
    assert verdict.again() == verdict
    for finding in verdict.findings:
        assert finding.policy is not None
        version = PolicyVersion.objects.select_related("policy").get(pk=finding.policy.version_id)
        assert weigh(finding.measure, version.rule, {}) == finding


def test_a_supplier_s_own_policy_and_the_category_are_seen_behind_the_wall(
    answer, lines, part, policy, cast, as_
):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(category_path="/1/4/")
    policy(Matter.DATE, upper=days(9), supplier=cast.globex)
    policy(Matter.DATE, upper=days(5), category=4)
    answer({line: [part(on=day(20))] for line in lines})
    assert [reload(line).state for line in lines] == [LineState.AGREED, LineState.PROPOSED]


def test_what_odoo_asks_for_anew_is_the_buyer_s_own_word_again(cast, policy):
    policy(Matter.PRICE, upper=percent("5"))
    plain = records.line(770)

    def read(line):
        record = records.order(77, cast.northwind.odoo_company_id, line)
        apply_orders(cast.northwind.connection, [record], now=factories.NOW)
        return PurchaseOrderLine.objects.get(odoo_id=770)

    line = read(plain)
    PurchaseOrderLine.objects.filter(pk=line.pk).update(
        buyer_quantity=10, buyer_price=Decimal("4.50"), buyer_on=WANTED, asked_price=Decimal("4.60")
    )
    line = read(replace(plain, unit_price=Decimal("6")))
    assert (line.state, line.asked_price) == (LineState.ASKED, Decimal("6"))
    assert (line.buyer_quantity, line.buyer_price, line.buyer_on) == (None, None, None)
