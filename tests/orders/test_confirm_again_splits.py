"""A line that comes in several deliveries is asked about delivery by delivery, each in its time.

Three on Tuesday 15 December, three on Friday the 18th, four on Monday the 21st; five of the company's working
days before, that is the 8th, the 11th and the 14th.
"""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.purchasing.actions import accept_order, approve_lines, ask_to_confirm_again, ask_what_comes_due
from orders.purchasing.coming_due import orders_coming_due
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import LineAnswer, PurchaseOrderLine
from orders.purchasing.odoo_pull import apply_orders
from portal.home.worklist import OrderToAnswer, worklist_of
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.people.models import VendorAccount
from suppliers.policies.records import Bound
from suppliers.policies.terms import Days, Matter
from suppliers.refusal import Refused
from tests import factories
from tests.orders import records

FIRST, SECOND, THIRD = date(2026, 12, 15), date(2026, 12, 18), date(2026, 12, 21)


def at(day: int, hour: int = 9) -> datetime:
    """A moment of December 2026."""
    return datetime(2026, 12, day, hour, tzinfo=UTC)


@pytest.fixture
def split(cast, order, lines, part, answer) -> PurchaseOrderLine:
    """The first line comes in three deliveries, the second has arrived; all was agreed in November."""
    answer({lines[1]: [part()]})
    order.lines.filter(pk=lines[1].pk).update(received=10)
    agree(cast, order, lines, answer, [part("3"), part("3", on=SECOND), part("4", on=THIRD)])
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(5)), days=Days.COMPANY)
    return lines[0]


def agree(cast, order, lines, answer, parts, when=factories.NOW):
    """Alice proposes several deliveries for the first line, and Bea approves."""
    answer({lines[0]: parts}, at=when)
    proposal = LineAnswer.objects.get(state="PENDING")
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=when)


def confirm(cast, order, when):
    order.refresh_from_db()
    return accept_order(order, by=cast.alice, revision=order.revision, submission=uuid.uuid4(), at=when)


def now(line) -> tuple[str, date | None]:
    """Where a line stands, and up to which day it was asked about."""
    line = PurchaseOrderLine.objects.get(pk=line.pk)
    return line.state, line.asked_again_for


def mails(cast):
    return list(Notice.objects.filter(event="order_reconfirm", to_user=cast.alice).order_by("pk"))


def received(order, line, quantity):
    """Odoo says what has come of a line."""
    account = VendorAccount.objects.get(supplier=order.supplier, company=order.company)
    rows = [
        records.line(
            row.odoo_id,
            sequence=row.sequence,
            product_code=row.product_code,
            received=Decimal(quantity) if row.pk == line.pk else row.received,
        )
        for row in order.lines.order_by("sequence")
    ]
    record = records.order(
        order.odoo_id,
        order.company.odoo_company_id,
        *rows,
        number=order.number,
        partner=records.partner(account.odoo_partner_id),
    )
    apply_orders(order.company.connection, [record], now=at(10))


def test_each_delivery_is_asked_about_in_its_time_and_once(cast, order, split):
    asked = []
    for day in range(1, 22):
        for _ in range(2):  # the task runs many times a day
            if ask_what_comes_due(at=at(day)):
                asked.append((day, *now(split)))
        if now(split)[0] == LineState.DUE:
            confirm(cast, order, at(day, 15))
    assert asked == [(8, "DUE", FIRST), (11, "DUE", SECOND), (14, "DUE", THIRD)]
    assert now(split) == ("AGREED", THIRD)
    assert len(mails(cast)) == 3


def test_it_begins_at_seven_on_the_very_day(cast, order, split):
    ask_what_comes_due(at=at(8))
    confirm(cast, order, at(9))
    assert orders_coming_due(at=at(10, 20)) == []
    assert orders_coming_due(at=at(11, 5)) == []
    assert orders_coming_due(at=at(11, 6)) == [order.pk]


def test_the_mail_and_the_journal_say_which_delivery(cast, order, split):
    ask_what_comes_due(at=at(8))
    confirm(cast, order, at(9))
    ask_what_comes_due(at=at(11))
    mail = mails(cast)[-1]
    assert "this delivery comes as agreed" in mail.text
    assert "3 Units at 4.50 EUR, 2026-12-18" in mail.text
    assert "2026-12-15" not in mail.text.partition("- ")[2]
    entry = JournalEntry.objects.filter(verb="order.asked_again").latest("pk")
    assert [change["new"] for change in entry.changes] == ["3 Units promised for 2026-12-18"]


def test_missed_runs_ask_about_several_deliveries_in_one_mail(cast, order, split):
    assert ask_what_comes_due(at=at(12)) == 1
    assert now(split) == ("DUE", SECOND)
    assert "these 2 deliveries come as agreed" in mails(cast)[0].text
    assert ask_what_comes_due(at=at(13)) == 0


def test_whoever_is_silent_about_one_delivery_is_asked_about_the_next_all_the_same(cast, order, split):
    ask_what_comes_due(at=at(8))
    assert ask_what_comes_due(at=at(10)) == 0
    assert ask_what_comes_due(at=at(11)) == 1
    assert ask_what_comes_due(at=at(11, 12)) == 0
    assert now(split) == ("DUE", SECOND)
    confirm(cast, order, at(11, 15))
    assert now(split) == ("AGREED", SECOND)


@pytest.mark.parametrize(
    ("came", "day", "upto"),
    [
        ("2", 8, FIRST),  # not all of the first one: it is still to come
        ("3", 11, SECOND),
        ("5", 11, SECOND),
        ("6", 14, THIRD),
        ("9", 14, THIRD),
    ],
)
def test_what_was_received_counts_against_the_earliest_deliveries(order, split, came, day, upto):
    order.lines.filter(pk=split.pk).update(received=came)
    runs = [number for number in range(1, 19) if ask_to_confirm_again(order, at=at(number))]
    assert runs[0] == day
    assert now(split)[1] == THIRD
    order.lines.filter(pk=split.pk).update(asked_again_for=None, state=LineState.AGREED)
    assert ask_to_confirm_again(order, at=at(day))
    assert now(split)[1] == upto


def test_nothing_is_asked_once_all_of_it_came(order, split):
    order.lines.filter(pk=split.pk).update(received=10)
    assert not any(ask_what_comes_due(at=at(day)) for day in range(1, 22))


def test_a_delivery_that_comes_while_it_is_asked_about_needs_no_word_and_the_next_is_asked(
    cast, order, split
):
    ask_what_comes_due(at=at(8))
    received(order, split, 2)
    assert now(split)[0] == LineState.DUE
    received(order, split, 3)
    assert now(split) == (LineState.AGREED, FIRST)
    assert ask_what_comes_due(at=at(10)) == 0
    assert ask_what_comes_due(at=at(11)) == 1
    assert now(split) == (LineState.DUE, SECOND)


def test_a_later_delivery_is_confirmed_though_the_first_day_has_passed(cast, order, split):
    received(order, split, 3)
    ask_what_comes_due(at=at(14))
    groups = worklist_of(cast.alice, now=at(16)).groups
    (waiting,) = (item for group in groups for item in group.items if isinstance(item, OrderToAnswer))
    assert (waiting.again, waiting.past) == (1, 0)
    confirm(cast, order, at(16))
    assert now(split) == (LineState.AGREED, THIRD)


def test_a_first_delivery_that_did_not_come_needs_another_day(cast, order, split):
    ask_what_comes_due(at=at(14))
    with pytest.raises(Refused) as refused:
        confirm(cast, order, at(16))
    assert "must be today (2026-12-16) or later" in refused.value.problems[0].expected


def test_a_later_delivery_may_be_moved_beside_one_that_is_here(cast, order, split, lines, part, answer):
    received(order, split, 3)
    ask_what_comes_due(at=at(14))
    parts = [part("3"), part("3", on=SECOND), part("4", on=date(2026, 12, 23))]
    agree(cast, order, lines, answer, parts, when=at(16))
    assert now(split) == (LineState.AGREED, THIRD)
    # It was spoken of since the day from which on it would be asked about.
    assert ask_what_comes_due(at=at(17)) == 0


def test_new_days_are_asked_about_in_their_time(cast, order, split, lines, part, answer):
    ask_what_comes_due(at=at(8))
    parts = [part("3", on=SECOND), part("7", on=date(2026, 12, 30))]
    agree(cast, order, lines, answer, parts, when=at(9))
    days = [day for day in range(9, 30) if ask_what_comes_due(at=at(day))]
    assert days == [11, 23]
    assert now(split) == (LineState.DUE, date(2026, 12, 30))


def test_a_weekend_is_no_working_time(cast, order, split, lines, part, answer):
    """Five working days before Monday the 21st that is Monday the 14th."""
    agree(cast, order, lines, answer, [part("3"), part("7", on=THIRD)])
    days = [day for day in range(12, 15) if orders_coming_due(at=at(day)) == [order.pk]]
    assert days == [12, 13, 14]  # still about the first one, which nobody has answered
    ask_what_comes_due(at=at(8))
    confirm(cast, order, at(8, 12))
    assert [day for day in range(9, 15) if orders_coming_due(at=at(day))] == [14]


def test_the_number_of_queries_does_not_depend_on_what_is_found(cast, order, split):
    with CaptureQueriesContext(connection) as one:
        orders_coming_due(at=at(8))
    with CaptureQueriesContext(connection) as found:
        orders_coming_due(at=at(14))
    assert len(one) == len(found) <= 8
